import type { ErrorCode } from '@shared/contract/errors';
import type { CurveAnswer, CurveQuery } from '@shared/model/curve';
import type { EnergyAnswer, EnergyQuery } from '@shared/model/energy';
import type { RecordedEvent } from '@shared/model/event';
import type { RunFacets, RunPage, RunQuery } from '@shared/model/run-list';
import type { Retention } from '@shared/model/settings';
import type { StorageStatus } from '@shared/model/storage';
import type { DamageFound } from './samples/block-reader';
import type { EventSelection } from './records/events';
import type { HistoryAnswer, HistoryQuery, RawColumns } from './samples/history';
import type { Series } from '@shared/model/series';
import { type Message } from '@shared/text/message';
import type { SqlValue } from './file/open';
import type { SqlAnswer } from './samples/sql';
import type { HistorySelection, SamplePage, SamplePageQuery } from './types';

/** Where an export goes on: the position in `seriesIds` and the first time not yet exported. */
export interface CsvCursor {
  readonly index: number;
  readonly fromMs: number;
}

/** What the reader's thread is asked, name → input and output. Both cross a structured clone. */
export interface ReaderCalls {
  history: { input: HistoryQuery; output: HistoryAnswer };
  extent: { input: Record<string, never>; output: { fromMs: number | null; toMs: number | null } };
  samples: { input: HistorySelection; output: RawColumns[] };
  events: { input: EventSelection; output: RecordedEvent[] };
  status: { input: Retention; output: StorageStatus };
  sql: { input: { sql: string; params: readonly SqlValue[] }; output: SqlAnswer };
  /** One piece of an export. It holds no state between pieces: who stops asking owes nothing. `next` null = that was the last. */
  csv: { input: { selection: HistorySelection; cursor: CsvCursor | null }; output: { text: string; next: CsvCursor | null } };
  page: { input: SamplePageQuery; output: SamplePage };
  series: { input: Record<string, never>; output: Series[] };
  runs: { input: RunQuery; output: RunPage };
  runFacets: { input: Record<string, never>; output: RunFacets };
  energy: { input: EnergyQuery; output: EnergyAnswer };
  curves: { input: CurveQuery; output: CurveAnswer };
  copy: { input: { to: string }; output: null };
}
export type ReaderCall = keyof ReaderCalls;

/** A numbered call. `cancel` is one Int32 that the asking thread sets to 1 while the query may be running. */
export type ReaderRequest = {
  [K in ReaderCall]: { readonly id: number; readonly call: K; readonly input: ReaderCalls[K]['input']; readonly cancel: SharedArrayBuffer };
}[ReaderCall];
export type ReaderMessage = ReaderRequest | 'close';

export type ReaderReply =
  | { readonly id: number; readonly ok: true; readonly output: ReaderCalls[ReaderCall]['output'] }
  | { readonly id: number; readonly ok: false; readonly code: ErrorCode; readonly localized: Message }
  /** Told in between: a block that could not be read. */
  | { readonly damaged: DamageFound };

export interface ReaderWorkerData {
  readonly databasePath: string;
  /** The SQLite addon as found by the thread that knows the environment; null = the installed prebuild. */
  readonly binding: string | null;
}
