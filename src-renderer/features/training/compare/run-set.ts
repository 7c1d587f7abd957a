import { DisposableStore, type Disposable } from '@shared/base/disposable';
import { isAppError } from '@shared/contract/errors';
import { isFinal, type Run } from '@shared/model/run';
import type { RpcClient } from '@shared/rpc/client';
import { failed, LOADING, ready, type Loadable } from '../../../data/loadable';
import { Store } from '../../../data/store';

/** What changed of the runs within this is asked for once, ms. */
const REST_MS = 1_000;

export interface RunSetState {
  /** Those that there are, by id. */
  readonly runs: ReadonlyMap<string, Run>;
  /** Those that are none of this machine's, or are deleted. */
  readonly missing: ReadonlySet<string>;
}

/** The runs of a comparison as a whole: what the stream of runs tells of is asked for anew. */
export class RunSet implements Disposable {
  readonly state = new Store<Loadable<RunSetState>>(LOADING);
  private readonly stops = new DisposableStore();
  private wanted: readonly string[] = [];
  private runs = new Map<string, Run>();
  private missing = new Set<string>();
  private readonly stale = new Set<string>();
  private readonly asked = new Set<string>();
  private timer: ReturnType<typeof setTimeout> | null = null;
  private isClosed = false;

  constructor(private readonly client: RpcClient) {
    this.stops.add(
      client.subscribe(
        'runs.live',
        {},
        {
          onFrame: ({ runs, deleted }, first) => {
            // Connected anew: what happened meanwhile is not told.
            if (first) for (const run of this.runs.values()) if (!isFinal(run.status)) this.stale.add(run.id);
            for (const { id } of runs) if (this.wanted.includes(id)) this.stale.add(id);
            for (const id of deleted) {
              this.runs.delete(id);
              if (this.wanted.includes(id)) this.missing.add(id);
            }
            if (deleted.length > 0) this.tell();
            if (this.stale.size > 0) this.askSoon();
          },
        },
      ),
    );
    this.stops.defer(() => {
      if (this.timer !== null) clearTimeout(this.timer);
    });
  }

  /** Shows these; what is known of them stays. */
  show(runIds: readonly string[]): void {
    this.wanted = runIds;
    const unknown = runIds.filter((id) => !this.runs.has(id) && !this.missing.has(id) && !this.asked.has(id));
    if (unknown.length > 0) void this.ask(unknown);
    this.tell();
  }

  dispose(): void {
    this.isClosed = true;
    this.stops.dispose();
  }

  private askSoon(): void {
    this.timer ??= setTimeout(() => {
      this.timer = null;
      const ids = [...this.stale];
      this.stale.clear();
      void this.ask(ids);
    }, REST_MS);
  }

  private async ask(runIds: readonly string[]): Promise<void> {
    for (const id of runIds) this.asked.add(id);
    const answers = await Promise.allSettled(runIds.map((runId) => this.client.call('runs.get', { runId })));
    if (this.isClosed) return;
    answers.forEach((answer, i) => {
      const id = runIds[i] ?? '';
      this.asked.delete(id);
      if (answer.status === 'fulfilled') this.runs.set(id, answer.value);
      else if (isAppError(answer.reason, 'not-found')) this.missing.add(id);
      else if (isAppError(answer.reason, 'disconnected')) this.stale.add(id);
      else this.state.set(failed(answer.reason));
    });
    if (this.stale.size > 0) this.askSoon();
    this.tell();
  }

  private tell(): void {
    if (this.wanted.some((id) => !this.runs.has(id) && !this.missing.has(id))) return;
    const runs = new Map(this.wanted.flatMap((id) => (this.runs.has(id) ? [[id, this.runs.get(id) as Run] as const] : [])));
    this.state.set(ready({ runs, missing: new Set(this.wanted.filter((id) => this.missing.has(id))) }));
  }
}
