import { AppError } from '@shared/contract/errors';
import { metricOf } from '@shared/model/metrics';
import type { SeriesKey } from '@shared/model/series';
import { message, type KeyedMessage, type Message } from '@shared/text/message';
import type { SeriesColumn } from '../store/samples/types';
import type { StoreWriter } from '../store/types';
import type { FormatReader, RecordSink, SourceSeries } from './formats/format';
import { conflictError } from './import-conflict';
import type { ImportPosition, Progress } from './import-position';
import type { ImportReport } from './import-report';

/** Different unmapped names that are told one by one. */
const MAX_NAMES = 1_000;
const OTHER_NAMES = '(others)';
/** As many as one view of the history takes. */
const MAX_SERIES = 256;
/** Series of one file: more is no file of measurements, and each takes memory until the end. */
const MAX_HANDLES = 200_000;
/** A clock that is ahead by less is a clock, ms. */
export const AHEAD_MS = 24 * 3_600_000;
/** Nothing that a file can hold of a computer room was measured before; 1970 is what a clock shows that was never set. */
export const EARLIEST_MS = Date.UTC(1990, 0, 1);
const FIRST_CAPACITY = 64;
/** What a series keeps of its memory from one batch to the next: a file of one series after another would hold a batch for each. */
const KEPT_CAPACITY = 1024;
/** Series stored in one go, about as many as share a block. */
const AT_ONCE = 32;

const NONE = new Float64Array(0);

/** A series of the file, and its samples that are not stored yet. */
interface Gathered {
  readonly key: SeriesKey;
  readonly source: SourceSeries;
  readonly low: number;
  readonly high: number;
  seriesId: number | null;
  times: Float64Array<ArrayBuffer>;
  values: Float64Array<ArrayBuffer>;
  n: number;
  /** Whether the times go up. */
  inOrder: boolean;
  lastMs: number;
  lastLine: number;
}

/** What became of the samples of a file so far. */
export type ImportCounts = Pick<Progress, 'samples' | 'stored' | 'fresh' | 'changed' | 'badLines' | 'expired'>;

export interface BatcherOptions {
  readonly writer: Pick<StoreWriter, 'samples'>;
  /** Samples that are gathered before they are stored. */
  readonly batch: number;
  readonly report: ImportReport;
  readonly position: ImportPosition;
  readonly from: Progress;
  readonly nowMs: number;
}

/**
 * Gathers what a reader finds, as columns of numbers, and stores it in batches; after each it is noted how far the file was
 * read. Memory holds one batch, whatever the order of the samples.
 */
export class ImportBatcher implements RecordSink {
  newSeries = 0;
  private readonly handles: Gathered[] = [];
  private readonly byName = new Map<string, number>();
  /** The series in the store, by what names them. */
  private readonly there = new Map<string, { readonly id: number; readonly key: SeriesKey }>();
  private readonly unmappedCounts: Map<string, number>;
  private waiting = 0;
  private badLine = 0;
  /** Samples of a batch that this import has stored before, as they are. */
  private repeated = 0;
  private readonly counts: ImportCounts;
  private readonly seriesIds: Set<number>;
  private readonly storedSpans: Map<number, readonly [number, number]>;
  private fromMs: number;
  private toMs: number;
  private readonly latestMs: number;

  constructor(
    private readonly options: BatcherOptions,
    private readonly reader: FormatReader,
  ) {
    const { from, writer } = options;
    this.counts = {
      samples: from.samples,
      stored: from.stored,
      fresh: from.fresh,
      changed: from.changed,
      badLines: from.badLines,
      expired: from.expired,
    };
    this.unmappedCounts = new Map(Object.entries(from.unmapped));
    this.seriesIds = new Set(from.seriesIds);
    this.storedSpans = new Map(from.spans.map(([id, fromMs, toMs]) => [id, [fromMs, toMs]]));
    this.fromMs = from.fromMs ?? Infinity;
    this.toMs = from.toMs ?? -Infinity;
    this.latestMs = options.nowMs + AHEAD_MS;
    for (const { id, ...key } of writer.samples.listSeries()) this.there.set(seriesName(key), { id, key });
  }

  series(key: SeriesKey, source: SourceSeries): number {
    const name = `${seriesName(key)}\n${source.name}\n${[...source.labels].flat().join('\n')}`;
    const known = this.byName.get(name);
    if (known !== undefined) return known;
    if (this.handles.length >= MAX_HANDLES)
      throw new AppError('invalid-input', message('message.import.manySeries', { most: MAX_HANDLES }));
    const { range } = metricOf(key);
    const [low, high] = range ?? [-Number.MAX_VALUE, Number.MAX_VALUE];
    const handle =
      this.handles.push({
        key,
        source,
        low,
        high,
        seriesId: null,
        times: NONE,
        values: NONE,
        n: 0,
        inOrder: true,
        lastMs: -Infinity,
        lastLine: 0,
      }) - 1;
    this.byName.set(name, handle);
    return handle;
  }

  sample(handle: number, atMs: number, value: number): void {
    const series = this.handles[handle] as Gathered;
    if (!(atMs >= EARLIEST_MS && atMs <= this.latestMs && Number.isInteger(atMs))) return this.bad(timeProblem(atMs));
    if (value === value && !(value >= series.low && value <= series.high)) return this.bad(valueProblem(series, value));
    if (atMs < this.options.writer.samples.rawFromMs) {
      this.counts.expired += 1;
      return;
    }
    if (atMs <= series.lastMs) {
      if (atMs === series.lastMs) this.checkSame(series, atMs, value);
      series.inOrder = false;
    }
    if (series.n === series.times.length) grow(series);
    series.times[series.n] = atMs;
    // Rows know no negative zero; a sample is the same whichever way it went.
    series.values[series.n++] = value + 0;
    series.lastMs = atMs;
    series.lastLine = this.reader.at.line;
    this.waiting++;
    if (atMs < this.fromMs) this.fromMs = atMs;
    if (atMs > this.toMs) this.toMs = atMs;
  }

  bad(problem: Message): void {
    const { line, text } = this.reader.at;
    if (line !== this.badLine) this.counts.badLines += 1;
    this.badLine = line;
    this.options.report.badLine(line, problem, text);
  }

  unmapped(name: string): void {
    const counted = this.unmappedCounts.has(name) || this.unmappedCounts.size < MAX_NAMES ? name : OTHER_NAMES;
    this.unmappedCounts.set(counted, (this.unmappedCounts.get(counted) ?? 0) + 1);
  }

  /** Whether a batch has been gathered. */
  get isFull(): boolean {
    return this.waiting >= this.options.batch;
  }

  /** Stores what was gathered, and notes how far the file was read. What else runs has its turn meanwhile; nothing may be read. */
  async store(): Promise<void> {
    const { writer, position } = this.options;
    const columns = this.columns();
    for (let at = 0; at < columns.length; at += AT_ONCE) {
      if (at > 0) await new Promise((resolve) => setImmediate(resolve));
      const { fresh, changed, same } = writer.samples.commitColumns(columns.slice(at, at + AT_ONCE), (...known) =>
        this.checkKnown(...known),
      );
      this.counts.fresh += fresh;
      this.counts.changed += changed;
      this.counts.stored += fresh + changed + same - this.repeated;
      this.repeated = 0;
    }
    for (const { seriesId, times } of columns) {
      if (this.seriesIds.size < MAX_SERIES) this.seriesIds.add(seriesId);
      const [from, to] = this.storedSpans.get(seriesId) ?? [Infinity, -Infinity];
      this.storedSpans.set(seriesId, [Math.min(from, times[0] as number), Math.max(to, times.at(-1) as number)]);
    }
    this.counts.samples += this.waiting;
    this.waiting = 0;
    for (const series of this.handles) {
      series.n = 0;
      series.inOrder = true;
      if (series.times.length > KEPT_CAPACITY) series.times = series.values = NONE;
    }
    position.save(this.progress());
  }

  progress(): Progress {
    const { byte, line } = this.reader;
    const spans = [...this.storedSpans].map(([id, [fromMs, toMs]]): [number, number, number] => [id, fromMs, toMs]);
    return {
      byte,
      line,
      state: this.reader.state(),
      ...this.counts,
      reportBytes: this.options.report.flush(),
      unmapped: Object.fromEntries(this.unmappedCounts),
      spans,
      ...this.extent(),
    };
  }

  /** Taken in so far, stored or not. */
  get figures(): ImportCounts {
    return { ...this.counts, samples: this.counts.samples + this.waiting };
  }

  extent(): Pick<Progress, 'seriesIds' | 'fromMs' | 'toMs'> {
    const none = this.fromMs > this.toMs;
    return { seriesIds: [...this.seriesIds], fromMs: none ? null : this.fromMs, toMs: none ? null : this.toMs };
  }

  unmappedNames(): [string, number][] {
    return [...this.unmappedCounts].sort(([, a], [, b]) => b - a);
  }

  /** What was gathered, by stored series, each oldest first and one a time. */
  private columns(): SeriesColumn[] {
    this.makeSeries();
    const groups = new Map<number, Gathered[]>();
    for (const series of this.handles) {
      if (series.n === 0 || series.seriesId === null) continue;
      const group = groups.get(series.seriesId);
      if (group === undefined) groups.set(series.seriesId, [series]);
      else group.push(series);
    }
    return [...groups].sort(([a], [b]) => a - b).map(([seriesId, group]) => ({ seriesId, ...merged(group) }));
  }

  /** A device that is known keeps what people call it now. */
  private makeSeries(): void {
    const fresh = this.handles.filter(({ n, seriesId }) => n > 0 && seriesId === null);
    if (fresh.length === 0) return;
    const before = new Set([...this.there.values()].map(({ id }) => id));
    const keys = fresh.map(({ key }) => ({ ...key, label: this.there.get(seriesName(key))?.key.label ?? key.label }));
    for (const [i, made] of this.options.writer.samples.ensureAllSeries(keys).entries()) {
      const { id, ...key } = made;
      (fresh[i] as Gathered).seriesId = id;
      if (!before.has(id)) this.newSeries += 1;
      before.add(id);
      this.there.set(seriesName(key), { id, key });
    }
  }

  /** A value that this import itself stored before is not replaced by another: one of the two is wrong, or of another series. */
  private checkKnown(seriesId: number, atMs: number, before: number, after: number): void {
    const [from, to] = this.storedSpans.get(seriesId) ?? [Infinity, -Infinity];
    if (atMs < from || atMs > to) return;
    if (before === after || (Number.isNaN(before) && Number.isNaN(after))) {
      this.repeated += 1;
      return;
    }
    const series = this.handles.find((each) => each.seriesId === seriesId && each.n > 0);
    if (series === undefined) return;
    throw conflictError({
      key: series.key,
      atMs,
      one: { source: null, line: null, value: before },
      other: { source: series.source, line: null, value: after },
    });
  }

  private checkSame(series: Gathered, atMs: number, value: number): void {
    const before = series.values[series.n - 1];
    if (series.n === 0 || Object.is(before, value) || before === value) return;
    throw conflictError({
      key: series.key,
      atMs,
      one: { source: series.source, line: series.lastLine, value: before ?? NaN },
      other: { source: series.source, line: this.reader.at.line, value },
    });
  }
}

function seriesName({ device, metric, provenance }: SeriesKey): string {
  return `${metric}\n${provenance}\n${device}`;
}

function grow(series: Gathered): void {
  const larger = (before: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> => {
    const after = new Float64Array(Math.max(FIRST_CAPACITY, before.length * 2));
    after.set(before);
    return after;
  };
  series.times = larger(series.times);
  series.values = larger(series.values);
}

export function timeProblem(atMs: number): KeyedMessage {
  if (!Number.isFinite(atMs)) return message('message.record.noTime');
  const shown = new Date(Math.max(-8.64e15, Math.min(atMs, 8.64e15))).toISOString();
  return message(atMs < EARLIEST_MS ? 'message.record.before1990' : 'message.record.yetToCome', { time: shown });
}

export function valueProblem({ key }: { readonly key: SeriesKey }, value: number): KeyedMessage {
  const { range, unit } = metricOf(key);
  if (range === null) return message('message.csv.noNumber', { text: String(value) });
  return message('message.record.outside', {
    value: String(value),
    metric: key.metric,
    low: String(range[0]),
    high: String(range[1]),
    unit,
  });
}

/** The samples of one series from all its sources, oldest first. @throws {AppError} `invalid-input` where two say something else of one time */
function merged(group: readonly Gathered[]): { times: Float64Array; values: Float64Array } {
  const [first] = group;
  if (first !== undefined && group.length === 1 && first.inOrder)
    return { times: first.times.subarray(0, first.n), values: first.values.subarray(0, first.n) };
  const n = group.reduce((sum, series) => sum + series.n, 0);
  const all = { times: new Float64Array(n), values: new Float64Array(n), of: new Uint32Array(n) };
  let at = 0;
  for (const [index, series] of group.entries()) {
    all.times.set(series.times.subarray(0, series.n), at);
    all.values.set(series.values.subarray(0, series.n), at);
    all.of.fill(index, at, at + series.n);
    at += series.n;
  }
  const order = Uint32Array.from({ length: n }, (_, i) => i).sort((a, b) => (all.times[a] as number) - (all.times[b] as number) || a - b);
  const times = new Float64Array(n);
  const values = new Float64Array(n);
  let kept = 0;
  let before = -1;
  for (const i of order) {
    const atMs = all.times[i] as number;
    const value = all.values[i] as number;
    if (kept > 0 && times[kept - 1] === atMs) {
      const was = values[kept - 1] as number;
      if (was !== value && !(Number.isNaN(was) && Number.isNaN(value))) {
        const side = (index: number, given: number): { source: SourceSeries; line: null; value: number } => ({
          source: (group[all.of[index] as number] as Gathered).source,
          line: null,
          value: given,
        });
        throw conflictError({ key: (group[0] as Gathered).key, atMs, one: side(before, was), other: side(i, value) });
      }
      continue;
    }
    times[kept] = atMs;
    values[kept++] = value;
    before = i;
  }
  return { times: times.subarray(0, kept), values: values.subarray(0, kept) };
}
