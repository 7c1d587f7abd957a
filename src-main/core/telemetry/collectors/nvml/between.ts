import type { TimedReadings } from '../../collector';
import { hzOf, type GpuRates } from '@shared/model/gpu-settings';
import type { Reading } from '@shared/model/series';

/** Two ticks' worth: a core that does not ask for longer has no use for them. */
const KEPT_MS = 2_000;
/** A timer may fire a little before its step: this much of a step counts as there. */
const EARLY = 0.05;

export interface BetweenOptions {
  readonly wallMs: () => number;
  /** Reads the GPUs that are due. */
  readonly read: (isDue: (device: string) => boolean) => readonly Reading[];
  readonly onError: (error: unknown) => void;
}

/**
 * Takes the samples between the whole seconds, which are the ticks' own. A GPU sampled n times a second is due at every
 * n-th of a second of wall clock, so that GPUs of one rate, and those of rates that divide each other, share their times.
 */
export class Between {
  private rates: GpuRates = { hz: 1, devices: {} };
  /** The different rates in use that need samples between. */
  private steps: readonly number[] = [];
  private timer: NodeJS.Timeout | null = null;
  private rows: TimedReadings[] = [];

  constructor(private readonly options: BetweenOptions) {}

  /** Takes force at once; with every rate 1 nothing is sampled between. */
  set(rates: GpuRates): void {
    this.rates = rates;
    this.steps = [...new Set([rates.hz, ...Object.values(rates.devices)])].filter((hz) => hz > 1);
    this.stop();
    this.schedule();
  }

  /** What came since it was last taken, oldest first. */
  take(): readonly TimedReadings[] {
    return this.rows.splice(0);
  }

  stop(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
  }

  private schedule(): void {
    if (this.steps.length === 0) return;
    const nowMs = this.options.wallMs();
    const atMs = Math.min(...this.steps.map((hz) => Math.round(((Math.floor((nowMs * hz) / 1000 + EARLY) + 1) * 1000) / hz)));
    this.timer = setTimeout(() => {
      this.schedule();
      if (atMs % 1000 !== 0) this.sample(atMs);
    }, atMs - nowMs);
  }

  private sample(atMs: number): void {
    const due = new Set(this.steps.filter((hz) => Math.round((Math.round((atMs * hz) / 1000) * 1000) / hz) === atMs));
    try {
      const readings = this.options.read((device) => due.has(hzOf(this.rates, device)));
      if (readings.length > 0) this.rows.push({ atMs, readings });
    } catch (error) {
      this.options.onError(error);
    }
    while ((this.rows[0]?.atMs ?? atMs) < atMs - KEPT_MS) this.rows.shift();
  }
}
