import { DisposableStore, type Disposable } from '@shared/base/disposable';
import { isAppError, type AppError } from '@shared/contract/errors';
import type { LogLine, RunLogExtent, RunLogFrame, RunLogQuery } from '@shared/model/run-log';
import { CancellationSource } from '@shared/rpc/cancellation';
import type { RpcClient } from '@shared/rpc/client';
import { LiveStream } from './live-stream';
import { Store, type Readable } from './store';

/** Lines asked for at once. */
const PAGE = 200;
/** Pages held; those farthest from what was asked for last go first. */
const PAGES_HELD = 50;

export interface RunLogState {
  /** Null until the core has told. */
  readonly extent: RunLogExtent | null;
  readonly error: AppError | null;
}

/** What stands in one row of a log: a line, one on its way, or the place where lines were dropped. */
export type LogRow =
  | { readonly t: 'line'; readonly line: LogLine }
  | { readonly t: 'loading'; readonly seq: number }
  | { readonly t: 'dropped'; readonly fromLine: number; readonly toLine: number };

type Asked = Omit<RunLogQuery, 'limit'> & { readonly limit: number };

/**
 * A run's log as a page reads it: how long it is, and of its lines those that are looked at. New lines come by themselves.
 */
export class RunLogStore implements Readable<RunLogState>, Disposable {
  private readonly store = new Store<RunLogState>({ extent: null, error: null });
  private readonly stops = new DisposableStore();
  private readonly pages = new Map<number, LogLine[]>();
  private readonly asked = new Set<number>();
  /** Page of the line that was looked at last. */
  private here = 0;
  readonly get = this.store.get;
  readonly subscribe = this.store.subscribe;

  constructor(
    private readonly client: RpcClient,
    private readonly runId: string,
    /** A text that its program wrote; null = what it printed. */
    readonly file: string | null = null,
  ) {
    const stream = this.stops.add(new LiveStream(client, 'run.log', { runId, file }, (frame) => this.take(frame)));
    this.stops.defer(
      stream.failure.subscribe(() => {
        const error = stream.failure.get();
        if (error) this.store.set({ ...this.get(), error });
      }),
    );
  }

  dispose(): void {
    this.stops.dispose();
  }

  get rowCount(): number {
    const { extent } = this.get();
    if (extent === null) return 0;
    return extent.lastLine - droppedCount(extent) + (extent.dropped === null ? 0 : 1);
  }

  /** The row of a line; that of the gap when it was dropped. */
  rowOf(seq: number): number {
    const dropped = this.get().extent?.dropped ?? null;
    if (dropped === null || seq < dropped.fromLine) return seq - 1;
    return Math.max(dropped.fromLine - 1, seq - 1 - (dropped.toLine - dropped.fromLine));
  }

  row(index: number): LogRow {
    const seq = this.seqOf(index);
    if (typeof seq !== 'number') return { t: 'dropped', ...seq };
    const line = this.pages.get(pageOf(seq))?.find((one) => one.seq === seq);
    return line === undefined ? { t: 'loading', seq } : { t: 'line', line };
  }

  /** Sees to it that these rows are there soon; listeners are told when they are. */
  want(fromRow: number, toRow: number): void {
    const last = Math.min(toRow, this.rowCount);
    const wanted = new Set<number>();
    for (let row = fromRow; row < last; row++) {
      const seq = this.seqOf(row);
      if (typeof seq === 'number') wanted.add(pageOf(seq));
    }
    for (const page of wanted) void this.load(page);
    const first = this.seqOf(fromRow);
    this.here = pageOf(typeof first === 'number' ? first : first.fromLine);
    this.forgetFar();
  }

  /** The first line from there on with this text in it (or the last before it); null = there is none. */
  async find(text: string, from: { readonly fromLine: number } | { readonly beforeLine: number }): Promise<number | null> {
    const { lines } = await this.ask({ ...from, text, limit: 1 });
    return lines[0]?.seq ?? null;
  }

  /** The first line of that time, or after it; null = there is none. */
  async at(ms: number): Promise<number | null> {
    const { lines } = await this.ask({ fromMs: ms, limit: 1 });
    return lines[0]?.seq ?? null;
  }

  private seqOf(row: number): number | { readonly fromLine: number; readonly toLine: number } {
    const dropped = this.get().extent?.dropped ?? null;
    if (dropped === null || row < dropped.fromLine - 1) return row + 1;
    return row === dropped.fromLine - 1 ? dropped : row + 1 + (dropped.toLine - dropped.fromLine);
  }

  private take({ lines, ...extent }: RunLogFrame): void {
    for (const line of lines) this.hold(line);
    // A page that nobody moves goes on growing all the same.
    this.forgetFar();
    this.store.set({ extent, error: null });
  }

  /** Each page holds its lines without a hole from its first on. */
  private hold(line: LogLine): void {
    const page = pageOf(line.seq);
    const held = this.pages.get(page) ?? [];
    const next = held.at(-1)?.seq ?? firstOf(page) - 1;
    if (line.seq !== next + 1) return;
    held.push(line);
    this.pages.set(page, held);
  }

  private async load(page: number): Promise<void> {
    if (this.asked.has(page)) return;
    this.asked.add(page);
    try {
      for (;;) {
        const last = Math.min(firstOf(page) + PAGE - 1, this.get().extent?.lastLine ?? 0);
        const from = this.keptFrom((this.pages.get(page)?.at(-1)?.seq ?? firstOf(page) - 1) + 1);
        if (from > last) return;
        const { lines } = await this.ask({ fromLine: from, limit: last - from + 1 });
        const inPage = lines.filter(({ seq }) => pageOf(seq) === page);
        if (inPage.length === 0) return;
        this.pages.set(page, [...(this.pages.get(page) ?? []), ...inPage]);
        this.store.set({ ...this.get() });
      }
    } catch (error) {
      // A lost connection is told elsewhere; the next look asks again.
      if (isAppError(error) && !isAppError(error, 'cancelled') && !isAppError(error, 'disconnected'))
        this.store.set({ ...this.get(), error });
    } finally {
      this.asked.delete(page);
    }
  }

  /** This line, or the first behind the gap that it was dropped in. */
  private keptFrom(seq: number): number {
    const dropped = this.get().extent?.dropped ?? null;
    return dropped !== null && seq >= dropped.fromLine && seq <= dropped.toLine ? dropped.toLine + 1 : seq;
  }

  private ask(query: Asked) {
    const source = new CancellationSource();
    const cancel = this.stops.defer(() => source.cancel());
    return this.client
      .call('runs.log', { runId: this.runId, file: this.file, query }, source.token)
      .finally(() => this.stops.remove(cancel));
  }

  private forgetFar(): void {
    if (this.pages.size <= PAGES_HELD) return;
    const { here } = this;
    const far = [...this.pages.keys()].sort((a, b) => Math.abs(b - here) - Math.abs(a - here));
    for (const page of far.slice(0, this.pages.size - PAGES_HELD)) this.pages.delete(page);
  }
}

const pageOf = (seq: number): number => Math.floor((seq - 1) / PAGE);
const firstOf = (page: number): number => page * PAGE + 1;

function droppedCount({ dropped }: RunLogExtent): number {
  return dropped === null ? 0 : dropped.toLine - dropped.fromLine + 1;
}
