import { quantity, withheld, worstProvenance, type Provenance, type Quantity, type Withheld } from '../model/provenance';
import type { RunEnergy } from '../model/run';
import type { Carbon, Tariff } from '../model/settings';
import { overSpan, PARTIAL_BELOW } from './coverage';
import { TrapezoidMeter } from './integrate';
import { energyCo2eKg, energyCost } from './price';
import { EqualShares, type RunSpan } from './shares';

/** Two samples further apart than this leave a gap. Sampling is at 1 s; one lost tick is bridged, two are not. */
export const RUN_MAX_GAP_MS = 2500;

/** The idle power a run's energy is split by, W, and how it was come by. */
export interface Baseline {
  readonly powerW: number;
  readonly provenance: Provenance;
}

/** Idle power: the median of what the node drew at rest; null when there are fewer than five samples. */
export function medianBaseline(samplesW: readonly number[], provenance: Provenance): Baseline | null {
  if (samplesW.length < 5) return null;
  const sorted = [...samplesW].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  const powerW = sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
  return { powerW, provenance: worstProvenance(['derived', provenance]) };
}

/** One moment of the node a run is on: power in W (null = withheld) and how it was come by. */
export interface PowerPoint {
  readonly atMs: number;
  readonly itW: number | null;
  readonly itProvenance: Provenance;
  /** What the facility draws for this node. */
  readonly facilityW: number | null;
  readonly facilityProvenance: Provenance;
  /** Whether `facilityW` is the node's share of a facility that feeds others too, by IT power. */
  readonly ofRoom: boolean;
  /** Devices left out of both by a person. */
  readonly excludedDevices: readonly string[];
}

/** What stands in every bill, whatever it covers. */
interface Priced {
  readonly tariff: Tariff;
  readonly carbon: Carbon;
  readonly final: boolean;
}

/**
 * Adds up what a run drew of its node and prices it. Feed points in time order, from the last one before the start to the
 * first one at or after the end. Energies are integrals of power by the trapezoid rule (see {@link TrapezoidMeter}), each over
 * the time its own samples cover; infrastructure, facility less IT, only where both are known and the facility is not below
 * the IT it feeds.
 */
export class RunMeter {
  readonly span: RunSpan;
  private readonly shares = new EqualShares();
  private readonly it: TrapezoidMeter;
  private readonly facility: TrapezoidMeter;
  private readonly infrastructure: TrapezoidMeter;
  /** Counts the time in which both were known. */
  private readonly both: TrapezoidMeter;
  private readonly meters: readonly TrapezoidMeter[];
  private readonly provenances = { it: new Set<Provenance>(['derived']), facility: new Set<Provenance>(['derived']) };
  private readonly excludedDevices = new Set<string>();
  private readonly runsBeside = new Set<string>();
  private ofRoom = false;
  private lastMs = -Infinity;

  constructor(
    readonly startMs: number,
    private readonly baseline: Baseline | null,
  ) {
    this.span = { startMs, endMs: null };
    const meter = (): TrapezoidMeter => new TrapezoidMeter(startMs, RUN_MAX_GAP_MS, this.shares.of);
    this.it = meter();
    this.facility = meter();
    this.infrastructure = meter();
    this.both = meter();
    this.meters = [this.it, this.facility, this.infrastructure, this.both];
  }

  endAt(endMs: number): void {
    this.span.endMs = endMs;
    for (const meter of this.meters) meter.endAt(endMs);
  }

  /** Another run on the node: of the time both run, from the next point on, this one gets its share. */
  beside(runId: string, span: RunSpan): void {
    this.shares.beside(span);
    this.runsBeside.add(runId);
  }

  /** True once a point at or after the end has closed the last segment. */
  get complete(): boolean {
    return this.span.endMs !== null && this.lastMs >= this.span.endMs;
  }

  add(point: PowerPoint): void {
    if (this.complete) return;
    const { atMs, itW, facilityW } = point;
    const overW = itW === null || facilityW === null ? null : facilityW - itW;
    this.it.add(atMs, itW);
    this.facility.add(atMs, facilityW);
    this.infrastructure.add(atMs, overW !== null && overW < 0 ? null : overW);
    this.both.add(atMs, overW === null ? null : 0);
    if (itW !== null) this.provenances.it.add(point.itProvenance);
    if (facilityW !== null) this.provenances.facility.add(point.facilityProvenance);
    if (facilityW !== null && point.ofRoom) this.ofRoom = true;
    for (const device of point.excludedDevices) this.excludedDevices.add(device);
    this.lastMs = Math.max(this.lastMs, atMs);
    this.shares.forgetBefore(atMs);
  }

  /**
   * @param samplesSeen training samples the run has processed so far
   * @param final no more samples will come
   */
  bill(tariff: Tariff, carbon: Carbon, samplesSeen: number, final: boolean): RunEnergy {
    const it = this.it.read();
    const facility = this.facility.read();
    const infrastructure = this.infrastructure.read();
    const spanMs = it.coveredMs + it.gapMs;
    const itProvenance = worstProvenance([...this.provenances.it]);
    const facilityProvenance = worstProvenance([...this.provenances.facility]);
    const ofIt = (value: number, unit: string, provenance = itProvenance): Quantity =>
      overSpan(value, unit, provenance, it.coveredMs, spanMs);
    const ofFacility = (value: number, unit: string): Quantity => overSpan(value, unit, facilityProvenance, facility.coveredMs, spanMs);
    const idleJ = this.baseline ? Math.min(it.total, (this.baseline.powerW * it.sharedMs) / 1000) : null;
    const idleProvenance = worstProvenance([itProvenance, this.baseline?.provenance ?? 'derived']);
    const ofIdle = (value: number | null): Quantity =>
      value === null ? withheld('J', 'no-samples', idleProvenance) : ofIt(value, 'J', idleProvenance);
    const shared = it.coveredMs - it.sharedMs > 1e-6;
    return {
      itJ: ofIt(it.total, 'J'),
      idleJ: ofIdle(idleJ),
      aboveIdleJ: ofIdle(idleJ === null ? null : it.total - idleJ),
      infrastructureJ: overSpan(
        infrastructure.total,
        'J',
        worstProvenance([itProvenance, facilityProvenance]),
        infrastructure.coveredMs,
        spanMs,
      ),
      facilityJ: ofFacility(facility.total, 'J'),
      meanItW: ofIt(it.coveredMs > 0 ? it.total / (it.coveredMs / 1000) : 0, 'W'),
      peakItW: it.peak === null ? withheld('W', 'no-samples', itProvenance) : ofIt(it.peak, 'W'),
      jPerSample: perSample(ofIt(it.total, 'J'), samplesSeen),
      cost: ofFacility(energyCost(facility.total, tariff.pricePerKwh), tariff.currency),
      co2eKg: ofFacility(energyCo2eKg(facility.total, carbon.gridKgPerKwh), 'kg'),
      spanMs,
      inconsistentMs: Math.max(0, this.both.read().coveredMs - infrastructure.coveredMs),
      allocated: shared || this.ofRoom ? { runs: shared ? [...this.runsBeside].sort() : [], ofRoom: this.ofRoom } : null,
      excludedDevices: [...this.excludedDevices].sort(),
      ...pricing({ tariff, carbon, final }),
    };
  }
}

/** A bill without a figure, for a run that no meter here tells of. */
export function withheldBill(tariff: Tariff, carbon: Carbon, reason: Withheld, spanMs: number, final: boolean): RunEnergy {
  const none = (unit: string): Quantity => withheld(unit, reason);
  return {
    itJ: none('J'),
    idleJ: none('J'),
    aboveIdleJ: none('J'),
    infrastructureJ: none('J'),
    facilityJ: none('J'),
    meanItW: none('W'),
    peakItW: none('W'),
    jPerSample: none('J'),
    cost: none(tariff.currency),
    co2eKg: none('kg'),
    spanMs,
    inconsistentMs: 0,
    allocated: null,
    excludedDevices: [],
    ...pricing({ tariff, carbon, final }),
  };
}

function pricing({ tariff, carbon, final }: Priced): Pick<RunEnergy, 'pricePerKwh' | 'currency' | 'gridKgPerKwh' | 'final'> {
  return { pricePerKwh: tariff.pricePerKwh, currency: tariff.currency, gridKgPerKwh: carbon.gridKgPerKwh, final };
}

/** The samples of the gaps were processed too: over a part of the span the quotient would be too small. */
function perSample(itJ: Quantity, samplesSeen: number): Quantity {
  if (itJ.value === null) return itJ;
  if (samplesSeen <= 0) return withheld('J', 'no-samples', itJ.provenance);
  const coverage = itJ.coverage ?? 1;
  if (coverage < PARTIAL_BELOW) return { ...withheld('J', 'low-coverage', itJ.provenance), coverage };
  return { ...quantity(itJ.value / samplesSeen, 'J', itJ.provenance, itJ.windowMs), coverage };
}
