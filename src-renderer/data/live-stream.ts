import type { Disposable } from '@shared/base/disposable';
import { DisposableStore } from '@shared/base/disposable';
import type { StreamFrame, StreamName, StreamParams } from '@shared/contract';
import type { AppError } from '@shared/contract/errors';
import type { RpcClient } from '@shared/rpc/client';
import { Store } from './store';

const FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 60_000;

/** What asking again would not change. */
const lasting: ReadonlySet<AppError['code']> = new Set(['invalid-input', 'not-found', 'unauthorized', 'unknown-command', 'cancelled']);

export const isLasting = ({ code }: AppError): boolean => lasting.has(code);

/**
 * A stream that is to go on for as long as its owner lives. A lost connection is the client's, which subscribes anew; where the
 * core itself ends the stream with an error, that stands in `failure` until a frame comes again: it is asked for anew after
 * growing waits, at once with a new connection, and by `resume`.
 */
export class LiveStream<N extends StreamName> implements Disposable {
  /** Why nothing comes; null while it does, or is on its way for the first time. */
  readonly failure = new Store<AppError | null>(null);
  private readonly stops = new DisposableStore();
  private subscription: Disposable | null = null;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private waitMs = FIRST_WAIT_MS;

  constructor(
    private readonly client: RpcClient,
    private readonly name: N,
    private readonly params: StreamParams<N> | (() => StreamParams<N>),
    private readonly onFrame: (frame: StreamFrame<N>, first: boolean) => unknown,
  ) {
    this.stops.defer(() => this.stop());
    this.stops.add(
      client.onConnected((connected) => {
        if (connected && this.failure.get() !== null) this.listen();
      }),
    );
    this.listen();
  }

  /** Asks for it again now; nothing happens while it comes. */
  readonly resume = (): void => {
    if (this.failure.get() === null || this.stops.isDisposed) return;
    this.waitMs = FIRST_WAIT_MS;
    this.listen();
  };

  dispose(): void {
    this.stops.dispose();
  }

  private stop(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.subscription?.dispose();
    this.subscription = null;
  }

  private listen(): void {
    this.stop();
    this.subscription = this.client.subscribe(this.name, this.params, {
      onFrame: (frame, first) => {
        this.waitMs = FIRST_WAIT_MS;
        this.failure.set(null);
        return this.onFrame(frame, first);
      },
      onEnd: (error) => {
        if (error) this.fail(error);
      },
    });
  }

  private fail(error: AppError): void {
    this.failure.set(error);
    if (isLasting(error) || this.stops.isDisposed) return;
    this.timer = setTimeout(() => this.listen(), this.waitMs);
    this.waitMs = Math.min(LONGEST_WAIT_MS, this.waitMs * 2);
  }
}
