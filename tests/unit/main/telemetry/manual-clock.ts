import type { Disposable } from '@shared/base/disposable';
import type { Clock } from '../../../../src-main/core/telemetry/clock';

interface Timer {
  readonly dueMono: number;
  readonly callback: () => void;
}

/** Both clocks stand still until told to go on; timers fire in order of their time. */
export class ManualClock implements Clock {
  readonly knowsSleep = true;
  private mono = 1_000_000;
  private wall: number;
  private slept = 0;
  private readonly timers = new Set<Timer>();

  constructor(wallMs = Date.UTC(2026, 0, 1)) {
    this.wall = wallMs;
  }

  get pending(): number {
    return this.timers.size;
  }

  wallMs(): number {
    return this.wall;
  }

  monoMs(): number {
    return this.mono;
  }

  passedMs(): number {
    return this.mono + this.slept;
  }

  setTimer(callback: () => void, delayMs: number): Disposable {
    const timer = { dueMono: this.mono + Math.max(0, delayMs), callback };
    this.timers.add(timer);
    return { dispose: () => void this.timers.delete(timer) };
  }

  /** Only the wall clock jumps, as when it is set or NTP steps it. */
  setWall(wallMs: number): void {
    this.wall = wallMs;
  }

  /** The machine slept: the wall clock went on, the monotonic one and the timers did not. */
  sleep(ms: number): void {
    this.wall += ms;
    this.slept += ms;
  }

  /** Time passes; whatever is due fires, and promises settle in between. */
  async advance(ms: number): Promise<void> {
    const endMono = this.mono + ms;
    await settle();
    for (;;) {
      const next = [...this.timers].filter(({ dueMono }) => dueMono <= endMono).sort((a, b) => a.dueMono - b.dueMono)[0];
      if (!next) break;
      this.step(next.dueMono - this.mono);
      this.timers.delete(next);
      next.callback();
      await settle();
    }
    this.step(endMono - this.mono);
    await settle();
  }

  private step(ms: number): void {
    this.mono += ms;
    this.wall += ms;
  }
}

/** Lets everything that can settle without time passing do so. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 3; i++) await new Promise((resolve) => setImmediate(resolve));
}
