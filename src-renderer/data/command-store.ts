import { DisposableStore, type Disposable } from '@shared/base/disposable';
import type { CommandInput, CommandName, CommandOutput } from '@shared/contract';
import { isAppError } from '@shared/contract/errors';
import type { RpcClient } from '@shared/rpc/client';
import { CancellationSource } from '@shared/rpc/cancellation';
import { failed, LOADING, ready, type Loadable } from './loadable';
import { Store, type Readable } from './store';

/**
 * One answer of the core, asked for on start, again after each reconnect, and on `reload`.
 * An older answer stays in place while a newer one is on its way; a superseded call is cancelled.
 */
export class CommandStore<N extends CommandName> implements Readable<Loadable<CommandOutput<N>>> {
  private readonly store = new Store<Loadable<CommandOutput<N>>>(LOADING);
  private pending: CancellationSource | null = null;
  readonly get = this.store.get;
  readonly subscribe = this.store.subscribe;

  constructor(
    private readonly client: RpcClient,
    private readonly name: N,
    private readonly input: CommandInput<N>,
  ) {}

  /** The handle stops listening for reconnects and cancels a call under way; it may be started again. */
  start(): Disposable {
    const stops = new DisposableStore();
    stops.add(
      this.client.onConnected((connected) => {
        if (connected) this.reload();
      }),
    );
    stops.defer(() => this.pending?.cancel());
    if (this.client.connected) this.reload();
    return stops;
  }

  readonly reload = (): void => {
    this.pending?.cancel();
    const source = new CancellationSource();
    this.pending = source;
    this.client.call(this.name, this.input, source.token).then(
      (output) => {
        if (this.pending === source) this.store.set(ready(output));
      },
      (error: unknown) => {
        // A lost connection is the banner's to tell, and the call is made again after it.
        if (this.pending === source && !isAppError(error, 'cancelled') && !isAppError(error, 'disconnected'))
          this.store.set(failed(error, this.reload));
      },
    );
  };
}
