import { DisposableStore, type Disposable } from '@shared/base/disposable';
import { Emitter } from '@shared/base/emitter';
import { newestFirst, type RunRow } from '@shared/model/run-list';
import type { TimeRange } from '@shared/model/time-range';
import type { RpcClient } from '@shared/rpc/client';
import { valueOf, type Loadable } from './loadable';
import type { Readable } from './store';

/** Of a span with more runs than this the newest are known. */
const MAX_RUNS = 200;
/** After a query that failed, ms. */
const RETRY_MS = 5_000;

interface Asked {
  readonly fromMs: number;
  /** Null = without an end: what begins later comes by the stream. */
  readonly toMs: number | null;
}

/** The runs of a span of time: those under way by the stream, those that have ended by a query for the span and what is near it. */
export class SpanRuns implements Disposable {
  private rows: ReadonlyMap<string, RunRow> = new Map();
  private living: ReadonlySet<string> = new Set();
  private asked: Asked | null = null;
  private queryNumber = 0;
  private readonly stops = new DisposableStore();
  private readonly changes = new Emitter<void>('rethrow');

  constructor(
    private readonly client: RpcClient,
    private readonly livingRuns: Readable<Loadable<readonly RunRow[]>>,
  ) {
    this.stops.defer(livingRuns.subscribe(() => this.onLiving()));
    this.onLiving();
  }

  /** Newest first. */
  get runs(): readonly RunRow[] {
    return [...this.rows.values()].sort((a, b) => b.createdAtMs - a.createdAtMs);
  }

  onChange(listener: () => void): Disposable {
    return this.changes.on(listener);
  }

  /** Sees to it that the runs of this span are known; asks only when it leaves what was asked before. */
  want({ fromMs, toMs }: TimeRange, nowMs: number): void {
    const { asked } = this;
    if (asked !== null && asked.fromMs <= fromMs && (asked.toMs === null || asked.toMs >= toMs)) return;
    const widthMs = Math.max(0, toMs - fromMs);
    this.ask({ fromMs: Math.max(0, Math.floor(fromMs - widthMs)), toMs: toMs + widthMs >= nowMs ? null : Math.ceil(toMs + widthMs) });
  }

  dispose(): void {
    this.queryNumber += 1;
    this.stops.dispose();
    this.changes.clear();
  }

  private onLiving(): void {
    const living = valueOf(this.livingRuns.get()) ?? [];
    const now = new Set(living.map(({ id }) => id));
    const ended = [...this.living].some((id) => !now.has(id));
    this.living = now;
    this.rows = new Map([...this.rows, ...living.map((row) => [row.id, row] as const)]);
    // What became of it is asked for; until that is known it stands as it was last.
    if (ended && this.asked !== null) this.ask(this.asked);
    this.changes.emit();
  }

  private ask(asked: Asked): void {
    this.asked = asked;
    const queryNumber = (this.queryNumber += 1);
    const { fromMs, toMs } = asked;
    this.client.call('runs.list', { filter: { fromMs, ...(toMs === null ? {} : { toMs }) }, sort: newestFirst, limit: MAX_RUNS }).then(
      ({ rows }) => {
        if (queryNumber !== this.queryNumber) return;
        const living = valueOf(this.livingRuns.get()) ?? [];
        this.rows = new Map([...rows, ...living].map((row) => [row.id, row]));
        this.changes.emit();
      },
      () => {
        if (queryNumber !== this.queryNumber) return;
        const timer = setTimeout(() => {
          if (queryNumber === this.queryNumber) this.ask(asked);
        }, RETRY_MS);
        this.stops.defer(() => clearTimeout(timer));
      },
    );
  }
}
