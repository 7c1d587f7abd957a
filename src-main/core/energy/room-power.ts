import { co2ePerHourKg, costPerHour } from '@shared/energy/price';
import { HOST_DEVICE, LOCAL_NODE, ROOM_DEVICE } from '@shared/model/device-tree';
import { costRate } from '@shared/model/cost-rate';
import type { EventInput } from '@shared/model/event';
import { quantity, withheld, worstProvenance, type Provenance, type Quantity } from '@shared/model/provenance';
import type { MetricId } from '@shared/model/metrics';
import type { SilentPart, UncountedPart } from '@shared/model/room';
import type { PowerTree, PowerTreeState } from '@shared/model/power-tree';
import type { Reading } from '@shared/model/series';
import type { Settings } from '@shared/model/settings';
import type { TreePowers } from '@shared/energy/power-tree';
import { facilityOf, meteredShare, modelledFacility, ratioOf, silentOf, sum, type LabelledPower } from './room-sums';
import { meteredIt, type ItSum } from '../power/metered-it';
import { NO_CURVES, RoomTree, type CurrentFits } from '../power/room-tree';
import type { ColumnReport } from '../telemetry/columns';
import { machineMeters } from './machine-meter';
import { asQuantity, PowerParts, type PartMemory, type PowerPart } from './power-parts';

/**
 * A room is built for more than its parts can draw at once: with no rating given, the facility model takes this many times
 * the most the machine can draw. An assumption, editable as "rated IT power".
 */
const RATED_MARGIN = 1.5;

/** A node's power as a meter at its supply tells it. */
const METER_OF_WHOLE: MetricId = 'host.power';

export const ROOM = ROOM_DEVICE;
export const HOST = HOST_DEVICE;

export type { LabelledPower } from './room-sums';

/** The room at one tick. Powers in W; quantities carry why they are withheld. */
export interface RoomPoint {
  readonly atMs: number;
  /** The same moment on a clock that nobody sets (Clock.passedMs): durations are taken on it. */
  readonly passedMs: number;
  readonly ratedW: number;
  readonly itPowerW: Quantity;
  /** This machine's part of it; null in a room that this machine is no node of. */
  readonly localItPowerW: Quantity | null;
  readonly facilityPowerW: Quantity;
  readonly powerRatio: Quantity;
  readonly meteredItShare: number | null;
  /** Every part that counts, of all nodes. */
  readonly devices: readonly LabelledPower[];
  /** Nodes whose parts lie within a meter of the whole. */
  readonly meteredNodes: readonly string[];
  /** Of a single node its parts; of several, the nodes. */
  readonly parts: readonly LabelledPower[];
  /** The facility's own meters that count; none = it is modelled. */
  readonly meters: readonly LabelledPower[];
  /** Parts and meters that are known and in no sum. */
  readonly uncounted: readonly UncountedPart[];
  /** Parts and meters whose silence withholds a sum. */
  readonly silent: readonly SilentPart[];
  /** The power tree at the same moment. */
  readonly tree: PowerTreeState;
  /** The meters of the tree that facility power is the sum of; empty = it is not, or feeds beside the tree are in it. */
  readonly facilityMeters: readonly string[];
}

const NO_TREE: PowerTree = { revision: 0, places: [] };

/** Parts of one sum: those that make it, and those that are known and do not. */
interface Counted {
  readonly parts: readonly LabelledPower[];
  readonly uncounted: readonly UncountedPart[];
}

/** One node's IT power. */
interface NodePower extends LabelledPower, Counted {
  readonly node: string;
  /** What `powerW` is made of: its parts, or a meter of the whole. */
  readonly summands: readonly LabelledPower[];
  /** What no meter tells apart. */
  readonly rest: LabelledPower | null;
  /** A meter tells the whole. */
  readonly metered: boolean;
}

/** Parts measured to draw so much more than the meter of the whole, for so long, show that it is not that of the whole, ms. */
const OVER_SHARE = 1.1;
const OVER_MS = 60_000;

export interface RoomPowerOptions {
  readonly settings: () => Settings;
  /** What the metered parts can draw at most, W; null = not known yet. */
  readonly maxItPowerW: () => number | null;
  /** What feeds what, and where the meters stand. Default: nothing is placed. */
  readonly tree?: () => PowerTree;
  /** The curves that were fitted to the tree's meters. Default: none. */
  readonly fits?: () => CurrentFits;
  /** Whether this machine is a node of the room (in a simulated room it is none). Default true. */
  readonly localNode?: boolean;
  /** Where the parts are remembered between two starts. Default: nowhere. */
  readonly memory?: PartMemory;
  readonly onMemoryError?: (error: unknown) => void;
}

/**
 * Adds up IT power from the tick's readings. A node's is the sum of its CPU packages, their memory where it is metered
 * apart, its GPUs and its base power (this machine's base power is a setting, another node tells its own), or what a meter of
 * the whole node says (`host.power`), within which the parts are then; the room's is the sum of its nodes. A part that is missing or stale withholds the sum instead of shrinking it, and is named, as is one that is
 * no part: left out by a person, or away by an event ({@link PowerParts}). Facility power is the sum of the facility's meters
 * where any counts (`facility.meter.power`), else it is modelled around the IT power.
 */
export class RoomPower {
  private readonly parts: PowerParts;
  readonly tree: RoomTree;
  private readonly localNode: boolean;
  private point: RoomPoint | null = null;
  private uncountedDevices: ReadonlySet<string> = new Set();
  /** Since when a node's parts draw more than its meter says. */
  private readonly overSinceMs = new Map<string, number>();

  constructor(private readonly options: RoomPowerOptions) {
    this.localNode = options.localNode ?? true;
    this.parts = new PowerParts(options.memory, options.onMemoryError);
    this.tree = new RoomTree(options.tree ?? (() => NO_TREE), options.fits ?? (() => NO_CURVES));
  }

  /** To be told of each event of a device when it happens: the one way out of a sum. */
  onEvent(event: Pick<EventInput, 'device' | 'kind'>): void {
    this.parts.onEvent(event);
  }

  /** Whether a part of the room's power is, or hangs on, this device. */
  knows(device: string): boolean {
    return this.parts.knows(device);
  }

  /** Devices that are known and in no sum at the moment; the same set until that changes. */
  get uncounted(): ReadonlySet<string> {
    return this.uncountedDevices;
  }

  get latest(): RoomPoint | null {
    return this.point;
  }

  /**
   * @param passedMs the tick's moment on a clock that nobody sets, by which readings grow stale; default: the wall clock's
   * @returns the readings to commit beside those of the same tick
   */
  derive(atMs: number, readings: readonly Reading[], columns: readonly ColumnReport[] = [], passedMs = atMs): Reading[] {
    for (const device of this.tree.take(passedMs, readings, columns)) this.parts.onEvent({ device, kind: 'device.removed' });
    this.parts.remember(passedMs, [...readings, ...this.tree.wholes()], columns);
    const settings = this.options.settings();
    const nodes = this.measureNodes(passedMs, settings);
    const point: RoomPoint = { atMs, passedMs, ...this.measureRoom(atMs, passedMs, nodes, settings) };
    this.point = point;
    const derived: Reading[] = [];
    const add = (device: string, label: string, metric: MetricId, provenance: Provenance, value: number | null): void => {
      derived.push({ device, label, metric, provenance, value });
    };
    const rest = nodes.find(({ node }) => node === LOCAL_NODE)?.rest?.powerW;
    if (rest) add(HOST, 'Host', 'host.base.power', rest.provenance, rest.value);
    for (const { node, label, powerW } of nodes) add(node === LOCAL_NODE ? HOST : node, label, 'it.power', powerW.provenance, powerW.value);
    if (nodes.some(({ node }) => node !== LOCAL_NODE)) add(ROOM, 'Room', 'it.power', point.itPowerW.provenance, point.itPowerW.value);
    const { value: facilityW, provenance } = point.facilityPowerW;
    add(ROOM, 'Room', 'facility.power', provenance, facilityW);
    add(ROOM, 'Room', 'facility.power_ratio', point.powerRatio.provenance, point.powerRatio.value);
    const priced = worstProvenance(['derived', provenance]);
    derived.push({
      device: ROOM,
      label: 'Room',
      ...costRate(settings.tariff.currency),
      provenance: priced,
      value: facilityW === null ? null : costPerHour(facilityW, settings.tariff.pricePerKwh),
    });
    add(ROOM, 'Room', 'co2e.rate', priced, facilityW === null ? null : co2ePerHourKg(facilityW, settings.carbon.gridKgPerKwh));
    return derived;
  }

  private measureNodes(passedMs: number, settings: Settings): NodePower[] {
    const known = this.parts.nodes();
    if (this.localNode && !known.some(([node]) => node === LOCAL_NODE)) known.unshift([LOCAL_NODE, []]);
    const excluded = new Set(settings.power.excludedDevices);
    return known.map(([node, all]) => {
      const others = all.filter((part) => part.metric !== METER_OF_WHOLE);
      const told = all.filter((part) => part.metric === METER_OF_WHOLE && part.away === null && !isExcluded(part.device, excluded));
      const { meters, isAmbiguous } = machineMeters(told);
      const label = node === LOCAL_NODE ? 'Host' : (all.find((part) => part.metric === 'host.base.power')?.label ?? node);
      const device = node === LOCAL_NODE ? HOST : node;
      const counted = countedOf(others, excluded, passedMs);
      const untold = countedOf(
        all.filter((part) => part.metric === METER_OF_WHOLE && !told.includes(part)),
        excluded,
        passedMs,
      ).uncounted;
      const summands = labelled(meters, passedMs).map((meter) => (isAmbiguous ? unclear(meter) : meter));
      const whole = wholeOf(summands);
      if (whole !== null && (isAmbiguous || this.isWhole(node, whole, counted.parts, passedMs))) {
        const out = others.filter((part) => isExcluded(part.device, excluded));
        const own = countedOf(
          others.filter(({ metric }) => metric !== 'host.base.power'),
          excluded,
          passedMs,
        ).parts;
        const within = withinMeter(summands, whole, own, sum(labelled(out, passedMs)), out, { device, label });
        return { node, device, label, ...within, uncounted: [...within.uncounted, ...untold] };
      }
      const base: LabelledPower = { device: HOST, label: 'Host', powerW: quantity(settings.host.basePowerW, 'W', 'modelled') };
      const parts = node === LOCAL_NODE ? [...counted.parts, base] : counted.parts;
      return {
        node,
        device,
        label,
        parts,
        summands: parts,
        powerW: sum(parts),
        uncounted: [...counted.uncounted, ...untold],
        rest: node === LOCAL_NODE ? base : null,
        metered: false,
      };
    });
  }

  /** A meter that says less than what is measured within it is of a part alone (one of two supplies, a rail). A moment's lag is none. */
  private isWhole(node: string, whole: Quantity, parts: readonly LabelledPower[], passedMs: number): boolean {
    const measuredW = parts.reduce((total, { powerW }) => total + (powerW.provenance === 'measured' ? (powerW.value ?? 0) : 0), 0);
    if (whole.value === null || measuredW <= whole.value * OVER_SHARE) {
      if (whole.value !== null) this.overSinceMs.delete(node);
      return true;
    }
    const sinceMs = this.overSinceMs.get(node) ?? passedMs;
    this.overSinceMs.set(node, sinceMs);
    return passedMs - sinceMs < OVER_MS;
  }

  private measureRoom(
    atMs: number,
    passedMs: number,
    nodes: readonly NodePower[],
    settings: Settings,
  ): Omit<RoomPoint, 'atMs' | 'passedMs'> {
    const [only] = nodes;
    const own = nodes.length === 1 && only ? only.parts : nodes;
    const ownDevices = nodes.flatMap((node) => node.parts);
    const powers = this.tree.powers(passedMs, { nodes, devices: ownDevices, itW: this.point?.itPowerW.value ?? null });
    const it = meteredIt(powers.it, this.tree.places, nodes, passedMs);
    const rest = it?.rest ?? [];
    const parts = [...own, ...rest];
    const itPowerW =
      it?.powerW ?? (nodes.length === 0 ? withheld('W', 'no-sensor') : nodes.length === 1 && only ? only.powerW : sum(parts));
    // Meters may tell of more IT than is known here by its parts: the losses of a UPS far beyond its rating would say nothing.
    const mostW = Math.max(this.options.maxItPowerW() ?? 0, itPowerW.value ?? 0);
    const ratedW = settings.facility.ratedItPowerW ?? Math.max(1, mostW * RATED_MARGIN);
    const branches = countedOf(
      this.parts.facilityMeters().filter(({ device }) => !this.tree.isPlaced(device)),
      new Set(settings.power.excludedDevices),
      passedMs,
    );
    const meters = [...branches.parts, ...this.treeMeters(powers)];
    const modelled = modelledFacility(itPowerW, ratedW, settings, this.tree.model);
    const facilityPowerW = facilityOf(branches.parts, powers) ?? modelled.powerW;
    const uncounted = [
      ...nodes.flatMap((node) => node.uncounted),
      ...branches.uncounted.map((meter): UncountedPart => ({ ...meter, ofFacility: true })),
    ];
    this.noteUncounted(uncounted);
    return {
      ratedW,
      itPowerW,
      localItPowerW: nodes.find(({ node }) => node === LOCAL_NODE)?.powerW ?? null,
      facilityPowerW,
      powerRatio: ratioOf(itPowerW, facilityPowerW, ratedW),
      meteredItShare: meteredShare(itPowerW.value, nodes, it),
      devices: [...ownDevices, ...rest],
      meteredNodes: nodes.flatMap(({ node, metered }) => (metered ? [node] : [])),
      parts: parts.map(({ device, label, powerW }) => ({ device, label, powerW })),
      meters,
      uncounted,
      silent: [...nodes.map(({ summands }) => summands), branches.parts].flatMap(silentOf).concat(this.silentMeters(powers, it)),
      tree: this.tree.state(atMs, powers, [...branches.parts], { facilityW: facilityPowerW, modelled }),
      facilityMeters: branches.parts.length > 0 ? [] : powers.facilityMeters,
    };
  }

  private treeMeters({ facilityMeters }: TreePowers): LabelledPower[] {
    return facilityMeters.map((device) => this.treeMeter(device));
  }

  private treeMeter(device: string): LabelledPower {
    const { meters } = this.tree;
    return { device, label: meters.label(device), powerW: meters.power(device).powerW };
  }

  /** Meters of the tree whose silence, or whose lag, withholds a sum. */
  private silentMeters({ facility, facilityMeters }: TreePowers, it: ItSum | null): SilentPart[] {
    const placed = (device: string): boolean => this.tree.isPlaced(device);
    const ofFacility = (facility?.silent ?? []).filter((device) => facilityMeters.includes(device));
    return [...new Set([...ofFacility, ...(it?.silent ?? []).filter(placed)])].map((device) => {
      const { label, powerW } = this.treeMeter(device);
      return { device, label, why: powerW.withheld ?? 'skewed' };
    });
  }

  private noteUncounted(parts: readonly UncountedPart[]): void {
    const known = this.uncountedDevices;
    const next = new Set(parts.map(({ device }) => device));
    if (next.size !== known.size || [...next].some((device) => !known.has(device))) this.uncountedDevices = next;
  }
}

function countedOf(all: readonly PowerPart[], excluded: ReadonlySet<string>, atMs: number): Counted {
  const parts: LabelledPower[] = [];
  const uncounted: UncountedPart[] = [];
  for (const part of all) {
    const { device, label } = part;
    const why = isExcluded(device, excluded) ? 'excluded' : part.away;
    if (why === null) parts.push({ device, label, powerW: asQuantity(part, atMs) });
    else uncounted.push({ device, label, why });
  }
  return { parts, uncounted };
}

function labelled(parts: readonly PowerPart[], atMs: number): LabelledPower[] {
  return parts.map((part) => ({ device: part.device, label: part.label, powerW: asQuantity(part, atMs) }));
}

/**
 * A node by the meter of the whole: what a person left out is taken off where it is known (else it stays in), and what the
 * parts do not explain is the rest.
 */
function withinMeter(
  summands: readonly LabelledPower[],
  whole: Quantity,
  own: readonly LabelledPower[],
  out: Quantity,
  left: readonly PowerPart[],
  at: Pick<LabelledPower, 'device' | 'label'>,
): Omit<NodePower, 'node' | 'device' | 'label'> {
  const takenOff = left.length > 0 && out.value !== null && whole.value !== null;
  const powerW = takenOff
    ? quantity(Math.max(0, (whole.value ?? 0) - (out.value ?? 0)), 'W', worstProvenance(['derived', whole.provenance, out.provenance]))
    : whole;
  const rest: LabelledPower = { ...at, powerW: restOf(powerW, sum(own)) };
  const uncounted = takenOff ? left.map(({ device, label }): UncountedPart => ({ device, label, why: 'excluded' })) : [];
  return { parts: [...own, rest], summands, powerW, uncounted, rest, metered: true };
}

/** One meter as it measures, several supplies together; null = no meter tells the whole. */
function wholeOf(meters: readonly LabelledPower[]): Quantity | null {
  const [only] = meters;
  return only === undefined ? null : meters.length === 1 ? only.powerW : sum(meters);
}

function unclear({ device, label, powerW }: LabelledPower): LabelledPower {
  return { device, label, powerW: withheld('W', 'ambiguous-meters', powerW.provenance) };
}

/** What the parts leave of the whole. A little less than nothing is a meter that lags; more is no figure. */
function restOf(whole: Quantity, parts: Quantity): Quantity {
  const provenance = worstProvenance(['derived', whole.provenance, parts.provenance]);
  if (whole.value === null || parts.value === null) return withheld('W', whole.withheld ?? parts.withheld ?? 'no-sensor', provenance);
  const restW = whole.value - parts.value;
  return restW < whole.value * (1 - OVER_SHARE) ? withheld('W', 'no-sensor', provenance) : quantity(Math.max(0, restW), 'W', provenance);
}

/** By name, or with what it hangs on (a whole node). */
function isExcluded(device: string, excluded: ReadonlySet<string>): boolean {
  if (excluded.size === 0) return false;
  for (let end = device.length; end > 0; end = device.lastIndexOf('/', end - 1)) if (excluded.has(device.slice(0, end))) return true;
  return false;
}
