import { co2ePerHourKg, costPerHour } from '@shared/energy/price';
import { facilityPower, powerRatio } from '@shared/energy/facility';
import { LOCAL_NODE, ROOM_DEVICE } from '@shared/model/device-tree';
import { leftOutOf } from '@shared/model/gpu-settings';
import { quantity, withheld, worstProvenance, type Provenance, type Quantity } from '@shared/model/provenance';
import type { MetricId } from '@shared/model/metrics';
import type { Reading } from '@shared/model/series';
import type { Settings } from '@shared/model/settings';
import type { ColumnReport } from '../telemetry/columns';
import { asQuantity, PowerParts } from './power-parts';

/**
 * A room is built for more than its parts can draw at once: with no rating given, the facility model takes this many times
 * the most the machine can draw. An assumption, editable as "rated IT power".
 */
const RATED_MARGIN = 1.5;

export const ROOM = ROOM_DEVICE;
export const HOST = 'host';

/** A summand of IT power, as a person is shown it. */
export interface LabelledPower {
  readonly label: string;
  readonly powerW: Quantity;
}

/** The room at one tick. Powers in W; quantities carry why they are withheld. */
export interface RoomPoint {
  readonly atMs: number;
  /** The same moment on a clock that nobody sets (Clock.passedMs): durations are taken on it. */
  readonly passedMs: number;
  readonly ratedW: number;
  readonly itPowerW: Quantity;
  readonly facilityPowerW: Quantity;
  readonly powerRatio: Quantity;
  readonly meteredItShare: number | null;
  /** Of a single node its parts; of several, the nodes. */
  readonly parts: readonly LabelledPower[];
  /** GPUs here whose power the operator left out. */
  readonly leftOut: readonly string[];
}

/** One node's IT power. */
interface NodePower extends LabelledPower {
  readonly node: string;
  readonly parts: readonly LabelledPower[];
  readonly leftOut: readonly string[];
}

export interface RoomPowerOptions {
  readonly settings: () => Settings;
  /** What the metered parts can draw at most, W; null = not known yet. */
  readonly maxItPowerW: () => number | null;
  /** Whether this machine is a node of the room (in a simulated room it is none). Default true. */
  readonly localNode?: boolean;
}

/**
 * Adds up IT power from the tick's readings. A node's is the sum of its CPU packages, their memory where it is
 * metered apart, its GPUs and its base power (this
 * machine's base power is a setting, another node tells its own); the room's is the sum of its nodes. A part that is missing
 * or stale withholds the sum instead of shrinking it; a GPU that the operator left out is no part, and is named. Facility power is the sum of the facility's meters where there are any
 * (`facility.meter.power`), else it is modelled around the IT power.
 */
export class RoomPower {
  private readonly parts = new PowerParts();
  private readonly localNode: boolean;
  private point: RoomPoint | null = null;

  constructor(private readonly options: RoomPowerOptions) {
    this.localNode = options.localNode ?? true;
  }

  get latest(): RoomPoint | null {
    return this.point;
  }

  /**
   * @param passedMs the tick's moment on a clock that nobody sets, by which readings grow stale; default: the wall clock's
   * @returns the readings to commit beside those of the same tick
   */
  derive(atMs: number, readings: readonly Reading[], columns: readonly ColumnReport[] = [], passedMs = atMs): Reading[] {
    this.parts.remember(passedMs, readings, columns);
    const settings = this.options.settings();
    const nodes = this.measureNodes(passedMs, settings);
    const point: RoomPoint = { atMs, passedMs, ...this.measureRoom(passedMs, nodes, settings) };
    this.point = point;
    const derived: Reading[] = [];
    const add = (device: string, label: string, metric: MetricId, provenance: Provenance, value: number | null): void => {
      derived.push({ device, label, metric, provenance, value });
    };
    if (this.localNode) add(HOST, 'Host', 'host.base.power', 'modelled', settings.host.basePowerW);
    for (const { node, label, powerW } of nodes) add(node === LOCAL_NODE ? HOST : node, label, 'it.power', powerW.provenance, powerW.value);
    if (nodes.some(({ node }) => node !== LOCAL_NODE)) add(ROOM, 'Room', 'it.power', point.itPowerW.provenance, point.itPowerW.value);
    const { value: facilityW, provenance } = point.facilityPowerW;
    add(ROOM, 'Room', 'facility.power', provenance, facilityW);
    add(ROOM, 'Room', 'facility.power_ratio', point.powerRatio.provenance, point.powerRatio.value);
    const priced = worstProvenance(['derived', provenance]);
    add(ROOM, 'Room', 'cost.rate', priced, facilityW === null ? null : costPerHour(facilityW, settings.tariff.pricePerKwh));
    add(ROOM, 'Room', 'co2e.rate', priced, facilityW === null ? null : co2ePerHourKg(facilityW, settings.carbon.gridKgPerKwh));
    return derived;
  }

  private measureNodes(passedMs: number, settings: Settings): NodePower[] {
    const known = this.parts.nodes();
    if (this.localNode && !known.some(([node]) => node === LOCAL_NODE)) known.unshift([LOCAL_NODE, []]);
    const leftOut = new Set(leftOutOf(settings.gpu));
    return known.map(([node, all]) => {
      const own = all.filter((part) => !(part.metric === 'gpu.power' && leftOut.has(part.device)));
      const parts: LabelledPower[] = own.map((part) => ({ label: part.label, powerW: asQuantity(part, passedMs) }));
      if (node === LOCAL_NODE) parts.push({ label: 'Host', powerW: quantity(settings.host.basePowerW, 'W', 'modelled') });
      const label = node === LOCAL_NODE ? 'Host' : (own.find((part) => part.metric === 'host.base.power')?.label ?? node);
      return { node, label, parts, powerW: sum(parts), leftOut: all.filter((part) => !own.includes(part)).map(({ device }) => device) };
    });
  }

  private measureRoom(passedMs: number, nodes: readonly NodePower[], settings: Settings): Omit<RoomPoint, 'atMs' | 'passedMs'> {
    const [only] = nodes;
    const parts = nodes.length === 1 && only ? only.parts : nodes;
    const itPowerW = nodes.length === 0 ? withheld('W', 'no-sensor') : sum(parts);
    const ratedW = settings.facility.ratedItPowerW ?? Math.max(1, (this.options.maxItPowerW() ?? itPowerW.value ?? 1) * RATED_MARGIN);
    const facilityPowerW = this.facility(passedMs, itPowerW, ratedW, settings);
    return {
      ratedW,
      itPowerW,
      facilityPowerW,
      powerRatio: ratioOf(itPowerW, facilityPowerW, ratedW),
      meteredItShare: meteredShare(itPowerW.value, nodes),
      parts: parts.map(({ label, powerW }) => ({ label, powerW })),
      leftOut: [...new Set(nodes.flatMap((node) => node.leftOut))],
    };
  }

  private facility(passedMs: number, itPowerW: Quantity, ratedW: number, settings: Settings): Quantity {
    const meters = this.parts.facilityMeters();
    if (meters.length > 0) return sum(meters.map((meter) => ({ label: meter.label, powerW: asQuantity(meter, passedMs) })));
    const provenance = worstProvenance(['modelled', itPowerW.provenance]);
    if (itPowerW.value === null) return withheld('W', itPowerW.withheld ?? 'no-sensor', provenance);
    return quantity(facilityPower(itPowerW.value, ratedW, settings.facility).totalW, 'W', provenance);
  }
}

function ratioOf(itPowerW: Quantity, facilityPowerW: Quantity, ratedW: number): Quantity {
  const provenance = worstProvenance(['derived', itPowerW.provenance, facilityPowerW.provenance]);
  if (itPowerW.value === null) return withheld('1', itPowerW.withheld ?? 'no-sensor', provenance);
  if (facilityPowerW.value === null) return withheld('1', facilityPowerW.withheld ?? 'no-sensor', provenance);
  const ratio = powerRatio(itPowerW.value, facilityPowerW.value, ratedW);
  return ratio === null ? withheld('1', 'it-load-near-zero', provenance) : quantity(ratio, '1', provenance);
}

function meteredShare(itW: number | null, nodes: readonly NodePower[]): number | null {
  if (itW === null || itW <= 0) return null;
  let meteredW = 0;
  for (const { parts } of nodes) for (const { powerW } of parts) if (powerW.provenance === 'measured') meteredW += powerW.value ?? 0;
  return Math.min(1, meteredW / itW);
}

/** The sum, at best derived; the first part without a value withholds it. */
function sum(parts: readonly LabelledPower[]): Quantity {
  const provenance = worstProvenance(['derived', ...parts.map(({ powerW }) => powerW.provenance)]);
  let total = 0;
  for (const { powerW } of parts) {
    if (powerW.value === null) return withheld('W', powerW.withheld ?? 'no-sensor', provenance);
    total += powerW.value;
  }
  return quantity(total, 'W', provenance);
}
