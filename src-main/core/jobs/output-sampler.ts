import { LeakyBucket } from './leaky-bucket';
import type { OutputCut } from './launcher';

/** How long a flood is left out before the next sample of it, ms; a line in the log tells how much it was. */
const TELL_EVERY_MS = 1000;
/** What a line costs beside its characters, in characters: a flood of short ones is as much work as one of long ones. */
const LINE_COST = 100;

type Source = 'stdout' | 'stderr';

/**
 * Takes what a program prints into its log: all of it up to a rate, samples of it beyond, each stretch that was left out
 * told by a line with its size. The program is not ended for it, nor does it wait.
 */
export class OutputSampler {
  private readonly bucket: LeakyBucket;
  private lines = 0;
  private bytes = 0;
  private uncounted = false;
  private timer: NodeJS.Timeout | null = null;

  /** Capacity and rate in characters. */
  constructor(
    atOnce: number,
    private readonly perSecond: number,
    private readonly keep: (source: Source | 'core', line: string) => void,
  ) {
    this.bucket = new LeakyBucket(atOnce, perSecond);
  }

  push(source: Source, line: string): void {
    if (this.timer === null && this.bucket.admit(line.length + LINE_COST)) this.keep(source, line);
    else this.leaveOut(line.length, 1);
  }

  /** What was not even read. */
  cut({ bytes, lines }: OutputCut): void {
    if (bytes === null || lines === null) this.uncounted = true;
    this.leaveOut(bytes ?? 0, lines ?? 0);
  }

  /** Tells what was left out last. */
  end(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    this.tell();
  }

  private leaveOut(bytes: number, lines: number): void {
    this.bytes += bytes;
    this.lines += lines;
    this.timer ??= setTimeout(() => {
      this.timer = null;
      this.tell();
    }, TELL_EVERY_MS);
  }

  private tell(): void {
    if (this.lines === 0 && this.bytes === 0 && !this.uncounted) return;
    const most = Math.round(this.perSecond / 1024);
    const parts = [
      ...(this.lines > 0 ? [`${this.uncounted ? 'more than ' : ''}${this.lines} lines`] : []),
      ...(this.bytes > 0 ? [`${this.bytes} characters`] : []),
    ];
    const what = parts.length === 0 ? 'Output that was not counted' : parts.join(', ');
    this.keep('core', `… ${what} left out here: more than ${most} KiB a second is not kept`);
    this.lines = 0;
    this.bytes = 0;
    this.uncounted = false;
  }
}
