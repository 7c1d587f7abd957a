import type { Disposable } from '@shared/base/disposable';
import type { StreamFrame, StreamName, StreamParams } from '@shared/contract';
import type { RpcClient } from '@shared/rpc/client';
import { isLasting, LiveStream } from './live-stream';
import { failed, LOADING, ready, type Loadable } from './loadable';
import { Store, type Readable } from './store';

/**
 * A stream folded into one value. `reduce` gets null before the first frame; `first` says that the frame stands for all that came
 * before (subscribed, or subscribed anew). A stream that ends with an error is `failed` until its next frame, or `ready` and stopped
 * where a value came before (live-stream.ts); what is no longer there at all is `failed`.
 */
export class StreamStore<N extends StreamName, T> implements Readable<Loadable<T>>, Disposable {
  private readonly store = new Store<Loadable<T>>(LOADING);
  private readonly stream: LiveStream<N>;
  private readonly stopFailing: () => void;
  private value: { readonly of: T } | null = null;
  readonly get = this.store.get;
  readonly subscribe = this.store.subscribe;

  constructor(client: RpcClient, name: N, params: StreamParams<N>, reduce: (value: T | null, frame: StreamFrame<N>, first: boolean) => T) {
    this.stream = new LiveStream(client, name, params, (frame, first) => {
      this.value = { of: reduce(this.value?.of ?? null, frame, first) };
      this.store.set(ready(this.value.of));
    });
    this.stopFailing = this.stream.failure.subscribe(() => {
      const error = this.stream.failure.get();
      if (!error) return;
      const stopped = { error, resume: this.stream.resume };
      this.store.set(this.value && !isLasting(error) ? ready(this.value.of, stopped) : failed(error, stopped.resume));
    });
  }

  /** Why nothing comes; see LiveStream. */
  get failure(): LiveStream<N>['failure'] {
    return this.stream.failure;
  }

  readonly resume = (): void => this.stream.resume();

  dispose(): void {
    this.stopFailing();
    this.stream.dispose();
  }
}
