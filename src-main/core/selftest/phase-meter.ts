import type { SelftestPhase, SelftestPhaseName } from '@shared/model/selftest';

/** One reading as the meter takes it once a second. */
export interface MeterTick {
  readonly monoMs: number;
  readonly powerW: number | null;
  readonly energyJ: number | null;
  readonly loadPercent: number | null;
  /** What the reading took: time, and processor time of this process meanwhile, ms. */
  readonly tookMs: number;
  readonly cpuMs: number;
}

/** Of fewer changes no interval is told: they may lie at the ends of the phase. */
const LEAST_CHANGES = 4;

/** Adds one GPU's phase up: the meter's ticks, and between them quick looks at power and the energy counter. */
export class PhaseMeter {
  private readonly ticks: MeterTick[] = [];
  private readonly power = new Changes();
  private readonly counter = new Changes();
  private polls = 0;
  private firstPollMs = 0;
  private lastPollMs = 0;

  tick(tick: MeterTick): void {
    this.ticks.push(tick);
  }

  poll(monoMs: number, powerW: number | null, energyJ: number | null): void {
    if (this.polls === 0) this.firstPollMs = monoMs;
    this.polls += 1;
    this.lastPollMs = monoMs;
    if (powerW !== null) this.power.take(monoMs, powerW);
    if (energyJ !== null) this.counter.take(monoMs, energyJ);
  }

  result(phase: SelftestPhaseName): SelftestPhase {
    const { ticks } = this;
    const first = ticks[0];
    const last = ticks.at(-1);
    const seconds = first && last ? (last.monoMs - first.monoMs) / 1000 : 0;
    const integratedJ = integralJ(ticks);
    const counterJ = first && last && first.energyJ !== null && last.energyJ !== null ? last.energyJ - first.energyJ : null;
    return {
      phase,
      seconds,
      ticks: ticks.length,
      integratedJ,
      counterJ,
      deviation: integratedJ === null || counterJ === null || counterJ <= 0 ? null : (integratedJ - counterJ) / counterJ,
      powerW: integratedJ === null || seconds <= 0 ? null : integratedJ / seconds,
      loadPercent: mean(ticks.flatMap(({ loadPercent }) => loadPercent ?? [])),
      powerIntervalMs: this.power.medianMs(),
      counterIntervalMs: this.counter.medianMs(),
      pollMs: this.polls < 2 ? 0 : (this.lastPollMs - this.firstPollMs) / (this.polls - 1),
      distinctPowers: this.power.distinct,
      readMs: mean(ticks.map(({ tookMs }) => tookMs)) ?? 0,
      cpuShare: seconds <= 0 ? 0 : ticks.reduce((sum, { cpuMs }) => sum + cpuMs, 0) / (seconds * 1000),
    };
  }
}

/** By the trapezoid rule, as the ledger books it; null where a reading is missing: a gap is not bridged. */
function integralJ(ticks: readonly MeterTick[]): number | null {
  if (ticks.length < 2) return null;
  let sum = 0;
  for (let i = 1; i < ticks.length; i += 1) {
    const [from, to] = [ticks[i - 1], ticks[i]];
    if (!from || !to || from.powerW === null || to.powerW === null) return null;
    sum += ((from.powerW + to.powerW) / 2) * ((to.monoMs - from.monoMs) / 1000);
  }
  return sum;
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** When a reading changed. */
class Changes {
  private last: number | null = null;
  private changedMs: number | null = null;
  private readonly intervals: number[] = [];
  private readonly seen = new Set<number>();

  take(monoMs: number, value: number): void {
    this.seen.add(value);
    if (this.last !== null && value !== this.last) {
      if (this.changedMs !== null) this.intervals.push(monoMs - this.changedMs);
      this.changedMs = monoMs;
    }
    this.last = value;
  }

  get distinct(): number {
    return this.seen.size;
  }

  medianMs(): number | null {
    if (this.intervals.length < LEAST_CHANGES) return null;
    const sorted = [...this.intervals].sort((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)] ?? null;
  }
}
