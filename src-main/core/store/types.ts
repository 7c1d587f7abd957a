import type { BatchColumns, EpochPoint, LogLine, Run } from '@shared/model/run';
import type { HistoryColumns, Sample, Series, SeriesKey } from '@shared/model/series';
import type { Settings } from '@shared/model/settings';

/** Points of one run to append; any part may be empty. `step`s are new: a step already stored is an error. */
export interface RunAppend {
  readonly batches?: BatchColumns;
  readonly epochs?: readonly EpochPoint[];
  /** The oldest lines beyond the last 200 of a run are dropped. */
  readonly log?: readonly LogLine[];
}

/**
 * The only writer of the database, synchronous, one per data folder (a lock file says whose).
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
  /** One tick: all samples in one transaction. A sample for a time already stored for its series replaces it. */
  commitSamples(samples: readonly Sample[]): void;
  /** Puts the run's row and its new points in one transaction. Inserts a run not seen before. */
  saveRun(run: Run, append?: RunAppend): void;
  deleteRun(runId: string): boolean;
  listRuns(): Run[];
  getRun(runId: string): Run | null;
  runPoints(runId: string): { batches: BatchColumns; epochs: EpochPoint[]; log: LogLine[] };
  runLog(runId: string, afterSeq: number): LogLine[];
  loadSettings(): Settings | null;
  saveSettings(settings: Settings): void;
  databaseBytes(): number;
  /** Checkpoints the WAL and closes. Safe twice. */
  close(): void;
}

export interface HistorySelection {
  readonly seriesIds: readonly number[];
  readonly fromMs: number;
  readonly toMs: number;
}

/** Read-only queries on a worker thread, never on the writer's. A rejected promise carries an AppError. */
export interface StoreReader {
  /** At most maxPoints buckets a series; raw samples (min = max = mean) when they fit. Aborting rejects with `cancelled`. */
  history(selection: HistorySelection & { maxPoints: number }, signal?: AbortSignal): Promise<{ bucketMs: number; columns: HistoryColumns[] }>;
  extent(): Promise<{ fromMs: number | null; toMs: number | null }>;
  /** Raw samples of one series, oldest first. */
  samples(selection: HistorySelection, signal?: AbortSignal): Promise<Sample[]>;
  /** CSV text in pieces (RFC 4180, CRLF; header first): time_utc,at_ms,device,label,metric,unit,provenance,value. */
  csv(selection: HistorySelection, signal?: AbortSignal): AsyncIterable<string>;
  close(): Promise<void>;
}
