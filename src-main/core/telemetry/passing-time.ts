import { join } from 'node:path';
import { readAccount } from './collectors/files';

/** Two clocks that part by more than this in one interval did not run on together: a sleep, a pause, a clock that was set. ms */
const PARTED_MS = 250;
/** What was looked at so lately stands, ms: one look serves all counters of one read. */
const LOOK_MS = 5;

export interface TimeSources {
  /** Where the kernel tells how long it has been up, sleep included; null where it does not. */
  readonly procRoot: string | null;
  /** Default performance.now. */
  readonly monoMs?: () => number;
  /** Default Date.now. */
  readonly wallMs?: () => number;
}

interface Look {
  readonly monoMs: number;
  readonly wallMs: number;
  readonly bootMs: number | null;
}

/**
 * Compares the machine's clocks. While it sleeps (S3, s2idle) CLOCK_MONOTONIC stands, CLOCK_BOOTTIME (/proc/uptime) and
 * hardware counters go on; after a pause of a virtual machine or a hand at the clock, the wall clock alone is elsewhere.
 * A rate across any of these divides what was counted by a time that is not that of the counting.
 */
export class PassingTime {
  private readonly monoMs: () => number;
  private readonly wallMs: () => number;
  private last: Look;
  private breaks = 0;
  private sleptMs = 0;

  constructor(private readonly sources: TimeSources) {
    this.monoMs = sources.monoMs ?? (() => performance.now());
    this.wallMs = sources.wallMs ?? (() => Date.now());
    this.last = this.look();
  }

  /** Which stretch of unbroken time it is: two moments with the same number have nothing of the kind between them. */
  stretch(): number {
    this.compare();
    return this.breaks;
  }

  /** Monotonic, ms from an arbitrary start; goes on while the machine sleeps, where the kernel tells how long it did. */
  passedMs(): number {
    this.compare();
    return this.monoMs() + this.sleptMs;
  }

  private compare(): void {
    const before = this.last;
    if (this.monoMs() - before.monoMs < LOOK_MS && Math.abs(this.wallMs() - before.wallMs) < PARTED_MS) return;
    const now = this.look();
    this.last = now;
    const spanMs = now.monoMs - before.monoMs;
    const asleepMs = now.bootMs === null || before.bootMs === null ? 0 : now.bootMs - before.bootMs - spanMs;
    const slept = asleepMs > PARTED_MS;
    if (slept) this.sleptMs += asleepMs;
    if (slept || Math.abs(now.wallMs - before.wallMs - spanMs) > PARTED_MS) this.breaks++;
  }

  private look(): Look {
    const { procRoot } = this.sources;
    const uptime = procRoot === null ? null : readAccount(join(procRoot, 'uptime'));
    const seconds = uptime === null ? Number.NaN : Number(uptime.split(' ')[0]);
    return { monoMs: this.monoMs(), wallMs: this.wallMs(), bootMs: Number.isFinite(seconds) ? seconds * 1000 : null };
  }
}
