import type { Disposable } from '@shared/base/disposable';
import type { StreamFrame, StreamName, StreamParams } from '@shared/contract';
import type { RpcClient } from '@shared/rpc/client';
import { failed, LOADING, ready, type Loadable } from './loadable';
import { Store, type Readable } from './store';

/**
 * A stream folded into one value. `fold` gets null before the first frame; `first` says that the frame stands for all
 * that came before (subscribed, or subscribed anew after a lost connection).
 */
export class StreamStore<N extends StreamName, T> implements Readable<Loadable<T>>, Disposable {
  private readonly store = new Store<Loadable<T>>(LOADING);
  private readonly subscription: Disposable;
  readonly get = this.store.get;
  readonly subscribe = this.store.subscribe;

  constructor(client: RpcClient, name: N, params: StreamParams<N>, reduce: (value: T | null, frame: StreamFrame<N>, first: boolean) => T) {
    this.subscription = client.subscribe(name, params, {
      onFrame: (frame, first) => {
        const before = this.store.get();
        this.store.set(ready(reduce(before.state === 'ready' ? before.value : null, frame, first)));
      },
      onEnd: (error) => {
        if (error) this.store.set(failed(error));
      },
    });
  }

  dispose(): void {
    this.subscription.dispose();
  }
}
