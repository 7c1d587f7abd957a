import { quantity, withheld, worstProvenance, type Provenance, type Quantity } from '../model/provenance';
import type { RunEnergy } from '../model/run';
import type { Carbon, Tariff } from '../model/settings';
import { TrapezoidMeter } from './integrate';
import { energyCo2eKg, energyCost } from './price';

/** Two samples further apart than this leave a gap. Sampling is at 1 s; one lost tick is bridged, two are not. */
export const RUN_MAX_GAP_MS = 2500;

/** The idle power a run's energy is split by, W, and how it was come by. */
export interface Baseline {
  readonly powerW: number;
  readonly provenance: Provenance;
}

/** Idle power: the median of what the host drew before the run; null when there are fewer than five samples. */
export function medianBaseline(samplesW: readonly number[], provenance: Provenance): Baseline | null {
  if (samplesW.length < 5) return null;
  const sorted = [...samplesW].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  const powerW = sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
  return { powerW, provenance: worstProvenance(['derived', provenance]) };
}

/** One moment of the room: power in W (null = withheld) and how it was come by. */
export interface PowerPoint {
  readonly atMs: number;
  readonly itW: number | null;
  readonly itProvenance: Provenance;
  readonly facilityW: number | null;
  /** GPUs left out of both. */
  readonly leftOut: readonly string[];
}

/**
 * Adds up what the host drew during one run and prices it. Feed points in time order, from the last one before the start
 * to the first one at or after the end. Energies are integrals of power by the trapezoid rule (see {@link TrapezoidMeter}).
 */
export class RunMeter {
  private readonly it: TrapezoidMeter;
  private readonly facility: TrapezoidMeter;
  private readonly provenances = new Set<Provenance>(['derived']);
  private readonly leftOut = new Set<string>();
  private endMs: number | null = null;
  private lastMs = -Infinity;

  constructor(
    readonly startMs: number,
    private readonly baseline: Baseline | null,
  ) {
    this.it = new TrapezoidMeter(startMs, RUN_MAX_GAP_MS);
    this.facility = new TrapezoidMeter(startMs, RUN_MAX_GAP_MS);
  }

  endAt(endMs: number): void {
    this.endMs = endMs;
    this.it.endAt(endMs);
    this.facility.endAt(endMs);
  }

  /** True once a point at or after the end has closed the last segment. */
  get complete(): boolean {
    return this.endMs !== null && this.lastMs >= this.endMs;
  }

  add(point: PowerPoint): void {
    if (this.complete) return;
    this.it.add(point.atMs, point.itW);
    this.facility.add(point.atMs, point.facilityW);
    if (point.itW !== null) this.provenances.add(point.itProvenance);
    for (const device of point.leftOut) this.leftOut.add(device);
    this.lastMs = Math.max(this.lastMs, point.atMs);
  }

  /**
   * @param samplesSeen training samples the run has processed so far
   * @param final no more samples will come
   */
  bill(tariff: Tariff, carbon: Carbon, samplesSeen: number, final: boolean): RunEnergy {
    const it = this.it.read();
    const facility = this.facility.read();
    const itProvenance = worstProvenance([...this.provenances]);
    // The facility figure comes from the loss model, whatever metered the IT side.
    const facilityProvenance = worstProvenance(['modelled', itProvenance]);
    const known = it.coveredMs > 0;
    const has = (value: number, unit: string, provenance: Provenance): Quantity =>
      known ? quantity(value, unit, provenance, it.coveredMs) : withheld(unit, 'no-samples', provenance);
    const idleJ = this.baseline ? Math.min(it.total, (this.baseline.powerW * it.coveredMs) / 1000) : null;
    const idleProvenance = worstProvenance([itProvenance, this.baseline?.provenance ?? 'derived']);
    return {
      itJ: has(it.total, 'J', itProvenance),
      idleJ: idleJ === null ? withheld('J', 'no-samples', idleProvenance) : has(idleJ, 'J', idleProvenance),
      aboveIdleJ: idleJ === null ? withheld('J', 'no-samples', idleProvenance) : has(it.total - idleJ, 'J', idleProvenance),
      infrastructureJ: has(facility.total - it.total, 'J', facilityProvenance),
      facilityJ: has(facility.total, 'J', facilityProvenance),
      meanItW: has(known ? it.total / (it.coveredMs / 1000) : 0, 'W', itProvenance),
      peakItW: it.peak === null ? withheld('W', 'no-samples', itProvenance) : quantity(it.peak, 'W', itProvenance, it.coveredMs),
      jPerSample: known && samplesSeen > 0 ? quantity(it.total / samplesSeen, 'J', itProvenance, it.coveredMs) : withheld('J', 'no-samples', itProvenance),
      cost: has(energyCost(facility.total, tariff.pricePerKwh), tariff.currency, facilityProvenance),
      co2eKg: has(energyCo2eKg(facility.total, carbon.gridKgPerKwh), 'kg', facilityProvenance),
      coveredMs: it.coveredMs,
      gapMs: it.gapMs,
      leftOut: [...this.leftOut].sort(),
      pricePerKwh: tariff.pricePerKwh,
      currency: tariff.currency,
      gridKgPerKwh: carbon.gridKgPerKwh,
      final,
    };
  }
}
