import type { Readable } from 'node:stream';
import { LeakyBucket } from '../core/jobs/leaky-bucket';
import { LineSplitter } from '../core/jobs/line-splitter';

/** Lines of a program's channel: far above an honest one (ten events a second), far below what would hurt the core. */
export const LINES_AT_ONCE = 4_000;
export const LINES_PER_SECOND = 1_000;

/** Reads lines from a pipe, no more than the core can take: beyond that the pipe fills and the program waits. */
export class ThrottledLines {
  private readonly splitter: LineSplitter;
  private timer: NodeJS.Timeout | null = null;
  private limited = true;
  private told = 0;

  constructor(
    private readonly pipe: Readable,
    lineMax: number,
    emit: (line: string) => void,
  ) {
    const bucket = new LeakyBucket(LINES_AT_ONCE, LINES_PER_SECOND);
    this.splitter = new LineSplitter(lineMax, (line) => {
      this.told += 1;
      emit(line);
    });
    pipe.setEncoding('utf8');
    pipe.on('data', (piece: string) => {
      this.told = 0;
      this.splitter.push(piece);
      const waitMs = bucket.pour(this.told);
      if (waitMs > 0 && this.limited) this.wait(waitMs);
    });
  }

  /** The program has ended: what its pipe still holds is little. */
  release(): void {
    this.limited = false;
    this.goOn();
  }

  /** What is left without an end of line is a line too. */
  end(): void {
    if (this.timer) clearTimeout(this.timer);
    this.splitter.end();
  }

  private wait(ms: number): void {
    this.pipe.pause();
    this.timer = setTimeout(() => this.goOn(), ms);
  }

  private goOn(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    this.pipe.resume();
  }
}
