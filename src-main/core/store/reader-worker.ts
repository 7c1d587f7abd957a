import { parentPort, workerData } from 'node:worker_threads';
import { assertNever } from '@shared/base/assert-never';
import { AppError } from '@shared/contract/errors';
import type { Series } from '@shared/model/series';
import { message, messageOf } from '@shared/text/message';
import { copyDatabase } from './file/copy';
import { CSV_HEADER, csvLine, csvSeriesFields, type CsvSeries } from './samples/csv';
import type { DamageFound } from './samples/block-reader';
import { isDamage, storageError } from './file/errors';
import { eventQuestion } from './records/events';
import { ledgerQuestion } from './records/ledger-query';
import { curveBuffers, curveQuestion } from './samples/curves/query';
import { openQuestions, type Questions } from './samples/history';
import { noteDamage } from './file/inspect';
import { openSql, type SqlQuestions } from './samples/sql';
import { statusQuestion } from './samples/status';
import { metricUnits, SERIES_WITH_METRIC } from './records/metrics';
import { readSeries, type SeriesRow } from './records/rows';
import { runListQueries, type RunListQueries } from './records/run-list';
import { openForReading, type Query, type ReadHandle } from './file/open';
import type { CsvCursor, ReaderCalls, ReaderMessage, ReaderReply, ReaderRequest, ReaderWorkerData } from './reader-protocol';
import type { HistorySelection, SamplePage, SamplePageQuery } from './types';

/** Rows in one piece of an export: about 200 kB of text. */
const CSV_ROWS = 2_000;

interface Session {
  readonly db: ReadHandle;
  readonly questions: Questions;
  readonly seriesOf: Query<Omit<CsvSeries, 'unit'>>;
  readonly unitOf: (metric: string) => string;
  readonly events: ReturnType<typeof eventQuestion>;
  readonly status: ReturnType<typeof statusQuestion>;
  readonly energy: ReturnType<typeof ledgerQuestion>;
  readonly curves: ReturnType<typeof curveQuestion>;
  readonly runs: RunListQueries;
  /** Opened when it is first asked. */
  sql(): SqlQuestions;
}

/** Opens at the first question and again after one that failed, so that the thread outlives a database it could not open. */
function lazySession(
  { databasePath, binding }: ReaderWorkerData,
  damaged: (found: DamageFound) => void,
): { get(): Session; close(): void } {
  let session: Session | null = null;
  let sql: SqlQuestions | null = null;
  return {
    get() {
      if (session !== null) return session;
      const db = openForReading(databasePath, binding);
      try {
        session = {
          db,
          questions: openQuestions(db, damaged),
          seriesOf: db.query('SELECT device, label, metric, provenance FROM series WHERE id = ?'),
          unitOf: metricUnits(db),
          events: eventQuestion(db),
          status: statusQuestion(db),
          energy: ledgerQuestion(db),
          curves: curveQuestion(db),
          // What cannot be read of a run the writer says in the log, when it loads it.
          runs: runListQueries(db, () => undefined),
          sql: () => (sql ??= openSql(databasePath, binding)),
        };
        return session;
      } catch (error) {
        db.close();
        throw error;
      }
    },
    close() {
      session?.db.close();
      sql?.close();
      session = null;
      sql = null;
    },
  };
}

function csvPiece(
  { questions, seriesOf, unitOf }: Session,
  selection: HistorySelection,
  cursor: CsvCursor | null,
  check: () => void,
): ReaderCalls['csv']['output'] {
  const { seriesIds, fromMs, toMs } = selection;
  let text = cursor === null ? CSV_HEADER : '';
  let room = CSV_ROWS;
  let at = cursor ?? { index: 0, fromMs };
  for (let id = seriesIds[at.index]; id !== undefined; id = seriesIds[at.index]) {
    check();
    if (room === 0) return { text, next: at };
    const series = seriesOf.get(id);
    const rows = series === undefined ? [] : questions.page(id, at.fromMs, toMs, room);
    const fields = series === undefined ? '' : csvSeriesFields({ ...series, unit: unitOf(series.metric) });
    for (const row of rows) text += csvLine(fields, row.atMs, row.value);
    const last = rows.at(-1);
    at = last !== undefined && rows.length === room ? { index: at.index, fromMs: last.atMs + 1 } : { index: at.index + 1, fromMs };
    room -= rows.length;
  }
  return { text, next: null };
}

function samplePage({ questions }: Session, { seriesId, fromMs, toMs, limit }: SamplePageQuery): SamplePage {
  const rows = questions.page(seriesId, fromMs, toMs, limit);
  return { atMs: Float64Array.from(rows, (row) => row.atMs), value: Float64Array.from(rows, (row) => row.value ?? NaN) };
}

function allSeries({ db }: Session): Series[] {
  return db
    .query<SeriesRow>(`SELECT ${SERIES_WITH_METRIC} ORDER BY s.id`)
    .all()
    .flatMap((row) => readSeries(row, () => undefined) ?? []);
}

function cancelCheck({ cancel }: ReaderRequest): () => void {
  const flag = new Int32Array(cancel);
  return () => {
    if (Atomics.load(flag, 0) !== 0) throw new AppError('cancelled', message('message.reader.cancelled'));
  };
}

function answer(session: Session, request: Exclude<ReaderRequest, { call: 'copy' }>): ReaderCalls[keyof ReaderCalls]['output'] {
  const check = cancelCheck(request);
  check();
  switch (request.call) {
    case 'history':
      return session.questions.history(request.input, check);
    case 'extent':
      return session.questions.extent();
    case 'samples':
      return session.questions.samples(request.input, check);
    case 'events':
      return session.events(request.input);
    case 'status':
      return session.status(request.input);
    case 'sql':
      return session.sql().ask(request.input.sql, request.input.params, check);
    case 'csv':
      return csvPiece(session, request.input.selection, request.input.cursor, check);
    case 'page':
      return samplePage(session, request.input);
    case 'series':
      return allSeries(session);
    case 'curves':
      return session.curves(request.input, check);
    case 'runs':
      return session.runs.page(request.input);
    case 'runFacets':
      return session.runs.facets();
    case 'energy':
      return session.energy(request.input, check);
    default:
      return assertNever(request);
  }
}

/** Handed over to the asking thread, not copied. */
function buffersOf(output: ReaderCalls[keyof ReaderCalls]['output']): ArrayBuffer[] {
  if (output === null) return [];
  if ('bucketMs' in output) {
    return [...new Set(output.columns.flatMap(({ atMs, min, max, mean }) => [atMs.buffer, min.buffer, max.buffer, mean.buffer]))];
  }
  return 'curves' in output ? curveBuffers(output) : [];
}

function serve(port: NonNullable<typeof parentPort>, data: ReaderWorkerData): void {
  const reply = (message: ReaderReply): void => port.postMessage(message);
  const session = lazySession(data, (damaged) => reply({ damaged }));
  port.on('message', (message: ReaderMessage) => {
    if (message === 'close') {
      session.close();
      port.close();
      return;
    }
    const fail = (error: unknown): void => {
      if (isDamage(error)) noteDamage(data.databasePath);
      const known = storageError(error, data.databasePath);
      if (known instanceof AppError) reply({ id: message.id, ok: false, code: known.code, localized: known.localized });
      else reply({ id: message.id, ok: false, code: 'internal', localized: messageOf(known) });
    };
    if (message.call === 'copy') {
      const done = copyDatabase(data.databasePath, message.input.to, data.binding, cancelCheck(message));
      done.then(() => reply({ id: message.id, ok: true, output: null }), fail);
      return;
    }
    try {
      const output = answer(session.get(), message);
      port.postMessage({ id: message.id, ok: true, output } satisfies ReaderReply, buffersOf(output));
    } catch (error) {
      fail(error);
    }
  });
}

if (parentPort !== null) serve(parentPort, workerData as ReaderWorkerData);
