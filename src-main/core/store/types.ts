import type { CurveAnswer, CurveQuery, ScalarPoints } from '@shared/model/curve';
import type { LogLine, Run } from '@shared/model/run';
import type { RunFacets, RunPage, RunQuery } from '@shared/model/run-list';
import type { Sample, Series, SeriesKey } from '@shared/model/series';
import type { StoredDevice } from '@shared/model/device-record';
import type { EnergyAnswer, EnergyQuery } from '@shared/model/energy';
import type { Annotation, NewEvent, RecordedEvent } from '@shared/model/event';
import type { Retention, SettingsPatch } from '@shared/model/settings';
import type { StorageStatus } from '@shared/model/storage';
import type { DamageFound } from './samples/block-reader';
import type { OnKnown, PutCounts } from './samples/bulk-writer';
import type { StoredTree } from './records/device-tree';
import type { EventSelection } from './records/events';
import type { HistoryAnswer } from './samples/history';
import type { LedgerTable } from './records/ledger';
import type { SqlValue } from './file/open';
import type { PowerPartTable } from './records/power-parts';
import type { RunSpan } from './records/runs';
import type { StoredSettings } from './records/settings';
import type { SqlAnswer } from './samples/sql';

/** What is new of one run; any part may be empty. */
export interface RunAppend {
  /** Added to its curves in the order told. */
  readonly curves?: readonly ScalarPoints[];
  /** The oldest lines beyond the last 200 of a run are dropped. */
  readonly log?: readonly LogLine[];
}

/** What was not kept since the start, and why. Samples each. */
export interface Keeping {
  /** Made way for their rollups, by age or by size. */
  readonly expired: number;
  /** Came late, for a time whose samples have expired. */
  readonly late: number;
  /** Of now by the wall clock, which says a time whose samples have expired. */
  readonly unrecorded: number;
  /** What the wall clock says while that is so, ms since the epoch; null = what is of now is recorded. */
  readonly refusedAtMs: number | null;
  /** How far the wall clock is ahead of the time that has passed here, as far as known: nothing expires for that, ms. */
  readonly aheadMs: number;
}

/**
 * The only writer of the database, synchronous, one per data folder, which it owns until it is closed or its process ends.
 * Every method throws AppError('storage-full' | 'storage-failed') when SQLite cannot write; nothing is half-written.
 */
export interface StoreWriter {
  /** What opening found: a corrupt file set aside (path of the copy), else null. */
  readonly setAside: string | null;
  readonly path: string;
  /** All series ever recorded, by id. */
  listSeries(): Series[];
  /** The id of this series, made when new. */
  ensureSeries(key: SeriesKey): Series;
  /** The same for many, in one transaction: all of them, or (when it throws) none. */
  ensureAllSeries(keys: readonly SeriesKey[]): Series[];
  /**
   * One tick: all samples in one transaction. A sample for a time already stored for its series replaces it; one of a
   * series that was deleted meanwhile is dropped, and one of a time whose samples have expired.
   *
   * Afterwards, in transactions of its own, a bit of the packing of older samples into blocks is done.
   */
  commitSamples(samples: readonly Sample[]): void;
  /**
   * Many samples of the past, straight into their blocks, in several transactions. `onKnown` is told of each whose time is
   * there already; what it throws ends it. @returns how many were new, replaced another, or were there already
   */
  commitColumns(columns: readonly SeriesColumn[], onKnown: OnKnown): PutCounts;
  /** Puts the run's row and its new points in one transaction. Inserts a run not seen before. */
  saveRun(run: Run, append?: RunAppend): void;
  /** Deletes the run, its curves and log, and the series `run/<id>` with their samples. False when there was no such run. */
  deleteRun(runId: string): boolean;
  listRuns(): Run[];
  /** Runs that wait or are under way, oldest first. */
  unfinishedRuns(): Run[];
  /** Runs whose core was lost before their bill was final. */
  unbilledRuns(): Run[];
  /** Which runs were under way at some moment of this time, ms. */
  runsUnderWay(fromMs: number, toMs: number): RunSpan[];
  getRun(runId: string): Run | null;
  /** When the newest point of the run's curves came, ms; null = it has none. */
  newestPointMs(runId: string): number | null;
  runLog(runId: string, afterSeq: number): LogLine[];
  /** Null when none were ever changed. */
  loadSettings(): StoredSettings | null;
  /** Stores these sections and no other; what could not be read of them is kept aside. */
  saveSettings(changed: SettingsPatch): void;
  /** The places of the room; null before the first save. */
  loadTree(): StoredTree | null;
  saveTree(tree: StoredTree): void;
  /** Which hardware has which label. */
  loadDevices(): StoredDevice[];
  saveDevices(devices: readonly StoredDevice[]): void;
  /** What the sums of power are expected to be made of. */
  readonly powerParts: PowerPartTable;
  /** What was drawn, by whom and where. */
  readonly ledger: LedgerTable;
  /** In one transaction; each comes back with the id it got. */
  appendEvents(events: readonly NewEvent[]): RecordedEvent[];
  /** Changes a note, or takes it away. False when there is none of this id. */
  reviseNote(id: number, note: Annotation): boolean;
  removeNote(id: number): boolean;
  /** How long samples and rollups are kept from now on; applied bit by bit with the ticks that follow. */
  setRetention(retention: Retention): void;
  /** Samples before this have expired: they would be dropped. ms; -Infinity = none. */
  readonly rawFromMs: number;
  readonly keeping: Keeping;
  /** Takes what is damaged of this block out of the way, into `quarantine`. False when it is sound by now. */
  quarantineDamaged(found: DamageFound): boolean;
  databaseBytes(): number;
  /** Checkpoints the WAL and closes. Safe twice. */
  close(): void;
}

/** Samples of one series, oldest first, one a time; NaN = the source was asked and had none. */
export interface SeriesColumn {
  readonly seriesId: number;
  readonly times: Float64Array;
  readonly values: Float64Array;
}

/** Samples of these series from `fromMs` to `toMs`, whole ms since the Unix epoch, both inclusive. */
export interface HistorySelection {
  readonly seriesIds: readonly number[];
  readonly fromMs: number;
  readonly toMs: number;
}

/** A part of one series: at most `limit` samples from `fromMs` to `toMs`, both inclusive, oldest first. */
export interface SamplePageQuery {
  readonly seriesId: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly limit: number;
}

/** Columns of equal length. `value` NaN = the source had none. Fewer than the limit: there are no more. */
export interface SamplePage {
  readonly atMs: Float64Array<ArrayBuffer>;
  readonly value: Float64Array<ArrayBuffer>;
}

/** Read-only queries on a worker thread, never on the writer's. A rejected promise carries an AppError. */
export interface StoreReader {
  /**
   * One column set per id, in the order asked, of at most maxPoints (≥ 2) buckets; empty where there are no samples.
   * `bucketMs` = 1 when the raw samples fit (min = max = mean); else buckets begin at whole multiples of it and hold the
   * minimum, maximum and mean of all samples in them, also of those that the range cuts off the first and last. They are
   * made of the samples or of the coarsest rollup that divides them, which are the same to the last bit. Where samples have
   * expired, buckets are as wide as the finest rollup left. A silence of more than 3 s, two buckets and three usual
   * intervals of the series, to the grain of what the buckets are made of, is one entry of nulls more; so is a bucket in
   * which the source had no value. Aborting rejects with `cancelled`.
   */
  history(selection: HistorySelection & { maxPoints: number }, signal?: AbortSignal): Promise<HistoryAnswer>;
  /** The first and last time of any sample (where samples have expired: the start of the first rollup); nulls when there is none. */
  extent(): Promise<{ fromMs: number | null; toMs: number | null }>;
  /** Raw samples, series after series in the order asked, each oldest first. */
  samples(selection: HistorySelection, signal?: AbortSignal): Promise<Sample[]>;
  /**
   * CSV text in pieces (RFC 4180, CRLF; header first): time_utc,at_ms,device,label,metric,unit,provenance,value; series
   * after series, each oldest first. A piece is made when it is taken. csv.ts says how a label that a spreadsheet would
   * run as a formula is made harmless.
   */
  csv(selection: HistorySelection, signal?: AbortSignal): AsyncIterable<string>;
  /** Oldest first. */
  events(selection: EventSelection, signal?: AbortSignal): Promise<RecordedEvent[]>;
  /** What the history takes, and will take with this retention. */
  status(retention: Retention, signal?: AbortSignal): Promise<StorageStatus>;
  /**
   * One SELECT over the file's tables and `samples(of_series, from_ms, to_ms)`, which holds every sample (sql.ts).
   * @throws {AppError} `invalid-input` with SQLite's own words; `too-large` above 10,000 rows
   */
  sql(sql: string, params?: readonly SqlValue[], signal?: AbortSignal): Promise<SqlAnswer>;
  /** A bounded part of one series, for what goes through years of it; none of a series that is not there. */
  page(query: SamplePageQuery, signal?: AbortSignal): Promise<SamplePage>;
  /** All series in the database, by id. */
  series(): Promise<Series[]>;
  /** A page of the list of runs. */
  runs(query: RunQuery, signal?: AbortSignal): Promise<RunPage>;
  /** What there is to filter and sort runs by. */
  runFacets(signal?: AbortSignal): Promise<RunFacets>;
  /**
   * What the ledger says of a time, by stretches of the calendar.
   * @throws {AppError} `invalid-input` for a time zone that is none, `too-large`
   */
  energy(query: EnergyQuery, signal?: AbortSignal): Promise<EnergyAnswer>;
  /**
   * Curves of runs by step, time or energy, decimated: a million points cost what their summaries do.
   * @throws {AppError} `too-large`
   */
  curves(query: CurveQuery, signal?: AbortSignal): Promise<CurveAnswer>;
  /**
   * Copies the whole database, as it is now, into a new file (copy.ts). It takes the thread as long as it takes, in steps
   * that let it be cancelled; other questions wait for none of them longer than its final check. Give it a reader of its own.
   * @throws {AppError} `conflict` when `to` exists, `cancelled`, `storage-full`, `storage-failed`
   */
  copyTo(to: string, signal?: AbortSignal): Promise<void>;
  /** Rejects what is pending and waits for the thread to end. Safe twice. To be closed before the writer. */
  close(): Promise<void>;
}
