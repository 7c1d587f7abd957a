import { QueryClient, QueryObserver, type QueryObserverOptions, type QueryObserverResult } from '@tanstack/react-query';
import { DisposableStore, type Disposable } from '@shared/base/disposable';
import type { CommandInput, CommandName, CommandOutput } from '@shared/contract';
import { isAppError } from '@shared/contract/errors';
import { CancellationSource } from '@shared/rpc/cancellation';
import type { RpcClient } from '@shared/rpc/client';
import { failed, LOADING, ready, type Loadable } from './loadable';
import type { Readable } from './store';

/**
 * What the core was asked and answered, kept by command and input: who asks the same shares one call, and who comes back sees the last
 * answer until the new one is there. Nothing is asked again by itself but after a reconnect: what makes an answer old is an event of
 * the core's, and the page asks anew where it hears of one.
 */
export class Queries implements Disposable {
  private readonly stops = new DisposableStore();
  readonly cache = new QueryClient({
    defaultOptions: {
      queries: {
        // The core is on this machine: whether it is there says its connection, not the network; see `ask`.
        networkMode: 'always',
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
        // A refusal is an answer: the same question gets the same one.
        retry: false,
      },
    },
  });

  constructor(private readonly client: RpcClient) {
    this.stops.add(
      client.onConnected((connected) => {
        if (connected) void this.cache.invalidateQueries();
      }),
    );
    this.stops.defer(() => this.cache.clear());
  }

  /** What the library needs to know of one question. */
  question<N extends CommandName>(name: N, input: CommandInput<N>) {
    return {
      queryKey: [name, input] as const,
      queryFn: ({ signal }: { readonly signal: AbortSignal }): Promise<CommandOutput<N>> => this.ask(name, input, signal),
    } satisfies QueryObserverOptions<CommandOutput<N>, Error, CommandOutput<N>, CommandOutput<N>, readonly [N, CommandInput<N>]>;
  }

  /** Asks it again now wherever it is shown; elsewhere, when it next is. */
  renew<N extends CommandName>(name: N, input: CommandInput<N>): void {
    void this.cache.invalidateQueries({ queryKey: [name, input], exact: true });
  }

  /** An answer for the whole life of the page, outside of what React draws. */
  keep<N extends CommandName>(name: N, input: CommandInput<N>): Readable<Loadable<CommandOutput<N>>> & Disposable {
    const observer = new QueryObserver(this.cache, this.question(name, input));
    const renew = (): void => this.renew(name, input);
    let last = observer.getCurrentResult();
    let shown = loadableOf(last, renew);
    const stop = observer.subscribe(() => undefined);
    return {
      get: () => {
        const now = observer.getCurrentResult();
        if (now !== last) {
          last = now;
          shown = loadableOf(now, renew);
        }
        return shown;
      },
      subscribe: (listener) => observer.subscribe(listener),
      dispose: stop,
    };
  }

  /** A lost connection is the banner's to tell: the call is made again after it. Nobody waiting for it any more cancels it. */
  private async ask<N extends CommandName>(name: N, input: CommandInput<N>, signal: AbortSignal): Promise<CommandOutput<N>> {
    const source = new CancellationSource();
    signal.addEventListener('abort', () => source.cancel(), { once: true });
    for (;;) {
      await this.connection(signal);
      try {
        return await this.client.call(name, input, source.token);
      } catch (error) {
        if (signal.aborted || !isAppError(error, 'disconnected')) throw error;
      }
    }
  }

  private connection(signal: AbortSignal): Promise<void> {
    if (this.client.connected) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const heard = this.client.onConnected((connected) => {
        if (connected) end(resolve);
      });
      const end = (then: () => void): void => {
        heard.dispose();
        signal.removeEventListener('abort', onAbort);
        then();
      };
      const onAbort = (): void => end(() => reject(new Error('nobody waits for it any more')));
      signal.addEventListener('abort', onAbort);
    });
  }

  dispose(): void {
    this.stops.dispose();
  }
}

/** @param renew asks again where it failed */
export function loadableOf<T>(result: Pick<QueryObserverResult<T>, 'status' | 'data' | 'error'>, renew: () => void): Loadable<T> {
  if (result.status === 'error') return failed(result.error, renew);
  return result.data === undefined ? LOADING : ready(result.data);
}
