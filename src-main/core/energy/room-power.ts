import { co2ePerHourKg, costPerHour } from '@shared/energy/price';
import { facilityPower, powerRatio } from '@shared/energy/facility';
import { quantity, withheld, worstProvenance, type Provenance, type Quantity } from '@shared/model/provenance';
import type { MetricId } from '@shared/model/metrics';
import type { Reading } from '@shared/model/series';
import type { Settings } from '@shared/model/settings';

/** A reading older than this no longer stands for now: what is computed from it is withheld. */
const HOLD_MS = 5_000;
/** A device silent for this long is taken as gone (unplugged, driver unloaded), no longer as a missing part. */
const GONE_MS = 60_000;

/**
 * A room is built for more than its parts can draw at once: with no rating given, the facility model takes this many times
 * the most the machine can draw. An assumption, editable as "rated IT power".
 */
const RATED_MARGIN = 1.5;

export const ROOM = 'room';
export const HOST = 'host';

interface Last {
  readonly label: string;
  readonly value: number | null;
  readonly provenance: Provenance;
  readonly atMs: number;
}

/** The room at one tick. Powers in W; quantities carry why they are withheld. */
export interface RoomPoint {
  readonly atMs: number;
  readonly ratedW: number;
  readonly itPowerW: Quantity;
  readonly facilityPowerW: Quantity;
  readonly powerRatio: Quantity;
  readonly meteredItShare: number | null;
  readonly parts: readonly { readonly label: string; readonly powerW: Quantity }[];
}

export interface RoomPowerOptions {
  readonly settings: () => Settings;
  /** What the metered machine's parts can draw at most, W; null = not known yet. */
  readonly maxItPowerW: () => number | null;
}

const powerMetrics = new Set<MetricId>(['cpu.power', 'dram.power', 'gpu.power']);

/**
 * Adds up IT power from the tick's readings and models the facility around it. IT power is the sum of the CPU packages,
 * their memory where it is metered apart, the GPUs and the host's base power; a part that is missing or stale withholds the sum instead of shrinking it.
 */
export class RoomPower {
  private readonly parts = new Map<string, Last>();
  private point: RoomPoint | null = null;

  constructor(private readonly options: RoomPowerOptions) {}

  get latest(): RoomPoint | null {
    return this.point;
  }

  /** @returns the readings to commit beside those of the same tick */
  derive(atMs: number, readings: readonly Reading[]): Reading[] {
    this.remember(atMs, readings);
    const settings = this.options.settings();
    const base: Reading = { device: HOST, label: 'Host', metric: 'host.base.power', provenance: 'modelled', value: settings.host.basePowerW };
    const point = this.measure(atMs, settings);
    this.point = point;
    const facilityW = point.facilityPowerW.value;
    const reading = (device: string, label: string, metric: MetricId, provenance: Provenance, value: number | null): Reading => ({ device, label, metric, provenance, value });
    const modelled = point.facilityPowerW.provenance;
    return [
      base,
      reading(HOST, 'Host', 'it.power', point.itPowerW.provenance, point.itPowerW.value),
      reading(ROOM, 'Room', 'facility.power', modelled, facilityW),
      reading(ROOM, 'Room', 'facility.power_ratio', point.powerRatio.provenance, point.powerRatio.value),
      reading(ROOM, 'Room', 'cost.rate', modelled, facilityW === null ? null : costPerHour(facilityW, settings.tariff.pricePerKwh)),
      reading(ROOM, 'Room', 'co2e.rate', modelled, facilityW === null ? null : co2ePerHourKg(facilityW, settings.carbon.gridKgPerKwh)),
    ];
  }

  private remember(atMs: number, readings: readonly Reading[]): void {
    for (const { device, label, metric, provenance, value } of readings) {
      if (powerMetrics.has(metric)) this.parts.set(`${metric}|${device}`, { label, value, provenance, atMs });
    }
    for (const [key, last] of this.parts) if (atMs - last.atMs > GONE_MS || atMs < last.atMs - GONE_MS) this.parts.delete(key);
  }

  private measure(atMs: number, settings: Settings): RoomPoint {
    const parts = [...this.parts.values()].map((last) => ({ label: last.label, powerW: asQuantity(last, atMs) }));
    parts.push({ label: 'Host', powerW: quantity(settings.host.basePowerW, 'W', 'modelled') });
    const itPowerW = sum(parts.map((part) => part.powerW));
    const ratedW = settings.facility.ratedItPowerW ?? Math.max(1, (this.options.maxItPowerW() ?? itPowerW.value ?? 1) * RATED_MARGIN);
    if (itPowerW.value === null) {
      const reason = itPowerW.withheld ?? 'no-sensor';
      return { atMs, ratedW, itPowerW, facilityPowerW: withheld('W', reason, 'modelled'), powerRatio: withheld('1', reason, 'modelled'), meteredItShare: null, parts };
    }
    const itW = itPowerW.value;
    const provenance = worstProvenance(['modelled', itPowerW.provenance]);
    const facilityW = facilityPower(itW, ratedW, settings.facility).totalW;
    const ratio = powerRatio(itW, facilityW, ratedW);
    let meteredW = 0;
    for (const { powerW } of parts) if (powerW.provenance === 'measured') meteredW += powerW.value ?? 0;
    return {
      atMs,
      ratedW,
      itPowerW,
      facilityPowerW: quantity(facilityW, 'W', provenance),
      powerRatio: ratio === null ? withheld('1', 'it-load-near-zero', provenance) : quantity(ratio, '1', provenance),
      meteredItShare: itW > 0 ? Math.min(1, meteredW / itW) : null,
      parts,
    };
  }
}

function asQuantity(last: Last, atMs: number): Quantity {
  if (last.value === null) return withheld('W', 'no-sensor', last.provenance);
  if (atMs - last.atMs > HOLD_MS) return withheld('W', 'stale', last.provenance);
  return quantity(last.value, 'W', last.provenance);
}

function sum(parts: readonly Quantity[]): Quantity {
  const provenance = worstProvenance(['derived', ...parts.map((part) => part.provenance)]);
  let total = 0;
  for (const part of parts) {
    if (part.value === null) return withheld('W', part.withheld ?? 'no-sensor', provenance);
    total += part.value;
  }
  return quantity(total, 'W', provenance);
}
