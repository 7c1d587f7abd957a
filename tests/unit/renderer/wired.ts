import { DisposableStore, toDisposable, type Disposable } from '@shared/base/disposable';
import type { Api } from '@shared/rpc/api';
import { RpcClient } from '@shared/rpc/client';
import { createPortPair } from '@shared/rpc/pair';
import { serve } from '@shared/rpc/server';
import { createPageCore } from '../../fakes/page-core';
import type { Scenario } from '../../fakes/page-core-signals';

/** A clock of the test's own, and the timers that hang on it. */
export class TestClock {
  nowMs = Date.UTC(2026, 10, 23, 14, 0, 0);
  private readonly timers = new Set<{ everyMs: number; dueMs: number; tick: () => void }>();

  readonly now = (): number => this.nowMs;

  readonly every = (everyMs: number, tick: () => void): Disposable => {
    const timer = { everyMs, dueMs: this.nowMs + everyMs, tick };
    this.timers.add(timer);
    return toDisposable(() => this.timers.delete(timer));
  };

  get running(): number {
    return this.timers.size;
  }

  async advance(ms: number): Promise<void> {
    const end = this.nowMs + ms;
    while (this.nowMs < end) {
      this.nowMs += 250;
      for (const timer of [...this.timers]) {
        if (timer.dueMs > this.nowMs || !this.timers.has(timer)) continue;
        timer.dueMs += timer.everyMs;
        timer.tick();
      }
      await settle();
    }
  }
}

/** Lets every message that is on its way over a port pair arrive. */
export async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

export interface Wired extends Disposable {
  readonly client: RpcClient;
  readonly clock: TestClock;
  /** Cuts the connection and makes a new one, as a restarted core does. */
  reconnect(): void;
  disconnect(): void;
}

/** A client wired to a pretended core by the real client, wire and server. */
export function wire(scenario: Scenario, change: (api: Api) => Api = (api) => api): Wired {
  const clock = new TestClock();
  const api = change(createPageCore({ scenario, now: clock.now, every: clock.every }));
  const client = new RpcClient();
  const stops = new DisposableStore();
  let served: Disposable | null = null;
  const reconnect = (): void => {
    served?.dispose();
    const [near, far] = createPortPair();
    served = serve(far, api, {
      log: (_, text) => {
        throw new Error(text);
      },
    });
    client.attach(near);
  };
  stops.defer(() => served?.dispose());
  stops.defer(() => client.dispose());
  reconnect();
  return { client, clock, reconnect, disconnect: () => served?.dispose(), dispose: () => stops.dispose() };
}
