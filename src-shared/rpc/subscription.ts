import type { Disposable } from '../base/disposable';
import type { FrameSink } from './api';
import { sizeOf } from './encode';

export interface SubscriptionParts {
  start(sink: FrameSink<unknown>): Disposable;
  /** What may be on its way unread, bytes. */
  readonly limit: number;
  /** Whether the connection as a whole may send more. */
  hasCredit(): boolean;
  /** Told of what goes on its way, and (negative) of what was read or given up. */
  sent(bytes: number): void;
  /** Throws when the transport cannot carry it. */
  frame(seq: number, bytes: number, frame: unknown): void;
  ended(frames: number, error: unknown): void;
  stopped(): void;
  guard(step: () => void): void;
}

/** One stream of one page. It is over after `stop` or the first `end`, whichever comes first. */
export class Subscription {
  private handle: Disposable | null = null;
  private over = false;
  private frames = 0;
  private unread = 0;
  /** Whether frames were left out because the page did not read. */
  private lost = false;
  private waiting: (() => void)[] = [];

  constructor(private readonly parts: SubscriptionParts) {}

  run(): void {
    let handle: Disposable;
    try {
      handle = this.parts.start({
        push: (frame) => this.push(frame),
        ready: () => (this.over || this.hasCredit ? Promise.resolve() : new Promise((resolve) => this.waiting.push(resolve))),
        end: (error) => this.end(error ?? null),
      });
    } catch (error) {
      this.end(error);
      return;
    }
    // The handler may have ended it before returning.
    if (this.over) this.parts.guard(() => handle.dispose());
    else this.handle = handle;
  }

  /** The page dealt with so much. */
  read(bytes: number): void {
    const read = Math.min(bytes, this.unread);
    this.unread -= read;
    this.parts.sent(-read);
  }

  /** Goes on where there is credit again. A page that missed frames is told by their number, and subscribes anew. */
  goOn(): void {
    if (!this.hasCredit) return;
    if (this.lost) this.end(null);
    else this.wake();
  }

  stop(): void {
    if (this.over) return;
    this.over = true;
    this.parts.sent(-this.unread);
    this.parts.stopped();
    this.wake();
    this.parts.guard(() => this.handle?.dispose());
  }

  private get hasCredit(): boolean {
    return this.unread < this.parts.limit && this.parts.hasCredit();
  }

  private wake(): void {
    const woken = this.waiting;
    this.waiting = [];
    for (const resolve of woken) resolve();
  }

  private push(frame: unknown): void {
    if (this.over) return;
    this.frames += 1;
    this.lost ||= !this.hasCredit;
    if (this.lost) return;
    try {
      const bytes = sizeOf(frame);
      this.parts.frame(this.frames, bytes, frame);
      this.unread += bytes;
      this.parts.sent(bytes);
    } catch (error) {
      this.frames -= 1;
      this.end(error);
    }
  }

  private end(error: unknown): void {
    if (this.over) return;
    this.stop();
    this.parts.ended(this.frames, error);
  }
}
