import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { AppError, isAppError } from '@shared/contract/errors';
import { message } from '@shared/text/message';
import { openHistoryQueries } from '../../../src-main/core/store/samples/history';
import { openForReading, sqliteBinding } from '../../../src-main/core/store/file/open';
import type { ReaderRequest, ReaderWorkerData } from '../../../src-main/core/store/reader-protocol';
import type { StoreWriter } from '../../../src-main/core/store/types';
import {
  afterThisTest,
  NOON_MS,
  readerBundle,
  seriesKey,
  temporaryFolder,
  chartReader,
  testWriter,
  type ChartColumns,
  type LogEntry,
} from './support/stores';
import { csvChunks } from '../../../src-main/core/store/samples/csv-export';
import { samplesOf } from './support/stores';

const DAY_MS = 86_400_000;

/** Records `values[i]` at `fromMs + i · everyMs` as one series. */
function record(writer: StoreWriter, device: string, values: readonly (number | null)[], fromMs = NOON_MS, everyMs = 1000): number {
  const { id } = writer.samples.ensureSeries(seriesKey({ device }));
  writer.samples.commit(values.map((value, i) => ({ seriesId: id, atMs: fromMs + i * everyMs, value })));
  return id;
}

const count = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

describe('history', () => {
  it('sees what the writer committed with its next query', async () => {
    const writer = testWriter();
    const { id } = writer.samples.ensureSeries(seriesKey());
    const reader = await chartReader(writer.path);
    for (let i = 0; i < 20; i++) {
      writer.samples.commit([{ seriesId: id, atMs: NOON_MS + i * 1000, value: i }]);
      const { columns } = await reader.samples.history({ seriesIds: [id], fromMs: NOON_MS, toMs: NOON_MS + DAY_MS, maxPoints: 100 });
      expect(columns[0]?.mean).toEqual(count(i + 1));
    }
  });

  it('gives raw samples when they fit, both ends of the range included', async () => {
    const writer = testWriter();
    const id = record(writer, 'gpu0', [1, null, 3, 4]);
    const reader = await chartReader(writer.path);
    const { bucketMs, columns } = await reader.samples.history({ seriesIds: [id], fromMs: NOON_MS, toMs: NOON_MS + 2000, maxPoints: 3 });
    const column = [1, null, 3];
    expect(bucketMs).toBe(1);
    expect(columns).toEqual([{ seriesId: id, atMs: [0, 1000, 2000].map((t) => NOON_MS + t), min: column, max: column, mean: column }]);
  });

  it('gives minimum, maximum and mean of aligned buckets when they do not fit', async () => {
    const writer = testWriter();
    const id = record(writer, 'gpu0', count(600), NOON_MS + 3000);
    const reader = await chartReader(writer.path);
    const { bucketMs, columns } = await reader.samples.history({
      seriesIds: [id],
      fromMs: NOON_MS + 3000,
      toMs: NOON_MS + 602_000,
      maxPoints: 70,
    });
    expect(bucketMs).toBe(10_000);
    const column = columns[0] as ChartColumns;
    expect(column.atMs).toEqual(count(61).map((i) => NOON_MS + i * 10_000));
    expect([column.min[0], column.max[0], column.mean[0]]).toEqual([0, 6, 3]);
    expect([column.min[1], column.max[1], column.mean[1]]).toEqual([7, 16, 11.5]);
    expect([column.min[60], column.max[60], column.mean[60]]).toEqual([597, 599, 598]);
  });

  it('answers over the border between settled and recent samples as over one table', async () => {
    const writer = testWriter();
    const { id } = writer.samples.ensureSeries(seriesKey());
    for (const i of count(400)) writer.samples.commit([{ seriesId: id, atMs: NOON_MS + i * 1000, value: i }]);
    const reader = await chartReader(writer.path);
    const { columns } = await reader.samples.history({ seriesIds: [id], fromMs: NOON_MS, toMs: NOON_MS + 399_000, maxPoints: 40 });
    expect(columns[0]?.mean).toEqual(count(40).map((i) => i * 10 + 4.5));
  });

  it('gives every series the same buckets, in the order asked, and nothing for one without samples', async () => {
    const writer = testWriter();
    const a = record(writer, 'gpu0', count(100));
    const b = record(writer, 'gpu1', count(3));
    const c = record(writer, 'gpu2', []);
    const reader = await chartReader(writer.path);
    const query = { seriesIds: [c, b, a, 999], fromMs: NOON_MS, toMs: NOON_MS + 99_000, maxPoints: 10 };
    const answer = await reader.samples.history(query);
    expect(answer.bucketMs).toBe(10_000);
    expect(answer.columns.map((column) => [column.seriesId, column.atMs.length])).toEqual([
      [c, 0],
      [b, 1],
      [a, 10],
      [999, 0],
    ]);
    expect(await reader.samples.history(query)).toEqual(answer);
  });

  it('is empty outside of the data and before there is any', async () => {
    const writer = testWriter();
    const reader = await chartReader(writer.path);
    expect(await reader.samples.extent()).toEqual({ fromMs: null, toMs: null });
    const id = record(writer, 'gpu0', count(100));
    const empty = [{ seriesId: id, atMs: [], min: [], max: [], mean: [] }];
    for (const fromMs of [0, NOON_MS - DAY_MS, NOON_MS + DAY_MS]) {
      expect((await reader.samples.history({ seriesIds: [id], fromMs, toMs: fromMs + 1000, maxPoints: 2 })).columns).toEqual(empty);
    }
    expect(await reader.samples.extent()).toEqual({ fromMs: NOON_MS, toMs: NOON_MS + 99_000 });
  });

  it('answers a range of fifty years around one minute of samples', async () => {
    const writer = testWriter();
    const id = record(writer, 'gpu0', count(60));
    const reader = await chartReader(writer.path);
    const { bucketMs, columns } = await reader.samples.history({ seriesIds: [id], fromMs: 0, toMs: NOON_MS, maxPoints: 20 });
    expect(columns[0]?.mean).toEqual([0]);
    const wide = await reader.samples.history({ seriesIds: [id], fromMs: 0, toMs: NOON_MS + DAY_MS, maxPoints: 20 });
    expect(bucketMs).toBe(1);
    expect(wide.bucketMs % DAY_MS).toBe(0);
    expect(wide.columns[0]).toMatchObject({ min: [0], max: [59], mean: [29.5] });
  });
});

describe('gaps', () => {
  it('are one null entry among raw samples, and a late tick is none', async () => {
    const writer = testWriter();
    const { id } = writer.samples.ensureSeries(seriesKey());
    const offsets = [0, 1000, 2000, 5000, 6000, 10_000, 11_000];
    writer.samples.commit(offsets.map((offset) => ({ seriesId: id, atMs: NOON_MS + offset, value: 1 })));
    const reader = await chartReader(writer.path);
    const { columns } = await reader.samples.history({ seriesIds: [id], fromMs: NOON_MS, toMs: NOON_MS + 60_000, maxPoints: 100 });
    expect(columns[0]?.atMs.map((atMs) => atMs - NOON_MS)).toEqual([0, 1000, 2000, 5000, 6000, 7000, 10_000, 11_000]);
    expect(columns[0]?.mean).toEqual([1, 1, 1, 1, 1, null, 1, 1]);
  });

  it('are one null entry among buckets, however long', async () => {
    const writer = testWriter();
    const id = record(writer, 'gpu0', count(300));
    record(writer, 'gpu0', count(300), NOON_MS + 600_000);
    const reader = await chartReader(writer.path);
    const { bucketMs, columns } = await reader.samples.history({
      seriesIds: [id],
      fromMs: NOON_MS,
      toMs: NOON_MS + 899_000,
      maxPoints: 90,
    });
    expect(bucketMs).toBe(10_000);
    expect(columns[0]?.mean.filter((value) => value === null)).toHaveLength(1);
    expect(columns[0]?.mean[30]).toBeNull();
    expect(columns[0]?.min[30]).toBeNull();
    expect(columns[0]?.max[30]).toBeNull();
    expect(columns[0]?.atMs[30]).toBe(NOON_MS + 300_000);
    expect(columns[0]?.atMs).toHaveLength(61);
  });

  it('are not seen in a source that reports every ten seconds', async () => {
    const writer = testWriter();
    const slow = record(writer, 'gpu0', count(60), NOON_MS, 10_007);
    const reader = await chartReader(writer.path);
    for (const maxPoints of [60, 600, 10_000]) {
      const { columns } = await reader.samples.history({ seriesIds: [slow], fromMs: NOON_MS, toMs: NOON_MS + DAY_MS / 24, maxPoints });
      expect(columns[0]?.mean.includes(null)).toBe(false);
    }
    const fast = record(writer, 'gpu1', count(700));
    const { bucketMs, columns } = await reader.samples.history({
      seriesIds: [slow, fast],
      fromMs: NOON_MS,
      toMs: NOON_MS + 600_000,
      maxPoints: 400,
    });
    expect(bucketMs).toBe(2000);
    expect(columns[0]?.mean).toEqual(count(60));
  });

  it('are where a source was asked and had nothing: NULL is never zero and never averaged', async () => {
    const writer = testWriter();
    const id = record(
      writer,
      'gpu0',
      count(40).map((i) => (i < 10 ? 4 : i < 20 ? null : i % 2 === 0 ? null : 6)),
    );
    const reader = await chartReader(writer.path);
    const { columns } = await reader.samples.history({ seriesIds: [id], fromMs: NOON_MS, toMs: NOON_MS + 39_000, maxPoints: 4 });
    for (const part of ['min', 'max', 'mean'] as const) expect(columns[0]?.[part]).toEqual([4, null, 6, 6]);
  });
});

describe('cancelling', () => {
  const wide = (ids: number[]) => ({ seriesIds: ids, fromMs: 0, toMs: NOON_MS * 2 });

  it('rejects at once, before and while the query runs, and the next query is answered', async () => {
    const writer = testWriter();
    const id = record(writer, 'gpu0', count(50_000));
    const reader = await chartReader(writer.path);
    const many = Array.from({ length: 256 }, () => id);
    await expect(samplesOf(reader, wide(many), AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
    const abort = new AbortController();
    const running = [
      reader.samples.history({ ...wide(many), maxPoints: 10_000 }, abort.signal),
      samplesOf(reader, wide(many), abort.signal),
    ];
    // Its answer says that the thread has reached the queries queued behind it.
    const ahead = reader.samples.extent();
    abort.abort();
    for (const one of running) await expect(one).rejects.toMatchObject({ code: 'cancelled' });
    await ahead;
    expect((await samplesOf(reader, wide([id]))).length).toBe(50_000);
  });

  it('is heeded between chunks, buckets and series', () => {
    const writer = testWriter();
    const id = record(writer, 'gpu0', count(25_000));
    const db = openForReading(writer.path);
    afterThisTest(() => db.close());
    const queries = openHistoryQueries(db);
    /** How often the query looks up when it is let through, and how far it gets when it is cancelled at the third look. */
    const looks = (ask: (check: () => void) => unknown): { through: number; cancelled: number } => {
      let through = 0;
      ask(() => void through++);
      let cancelled = 0;
      expect(() =>
        ask(() => {
          if (++cancelled === 3) throw new AppError('cancelled', '');
        }),
      ).toThrow(AppError);
      return { through, cancelled };
    };
    expect(looks((check) => queries.samples(wide([id]), check))).toEqual({ through: 1 + 7, cancelled: 3 });
    expect(looks((check) => queries.samples(wide([id, id]), check))).toEqual({ through: 2 * 8, cancelled: 3 });
    expect(
      looks((check) => queries.history({ seriesIds: [id], fromMs: NOON_MS, toMs: NOON_MS + 24_999_000, maxPoints: 5100 }, check)).through,
    ).toBeGreaterThan(7);
  });

  it('reaches the thread through the flag that comes with the query', async () => {
    const writer = testWriter();
    const data: ReaderWorkerData = { databasePath: writer.path, binding: sqliteBinding() };
    const worker = new Worker(await readerBundle(), { workerData: data });
    afterThisTest(async () => void (await worker.terminate()));
    const cancel = new SharedArrayBuffer(4);
    const replies: unknown[] = [];
    for (const flag of [1, 0]) {
      new Int32Array(cancel)[0] = flag;
      const replied = once(worker, 'message');
      const request: ReaderRequest = { id: flag, repository: 'samples', query: 'extent', input: undefined, cancel };
      worker.postMessage(request);
      replies.push((await replied)[0]);
    }
    expect(replies).toEqual([
      { id: 1, ok: false, code: 'cancelled', localized: message('message.reader.cancelled') },
      { id: 0, ok: true, output: { fromMs: null, toMs: null } },
    ]);
  });

  it('ends an export between two pieces', async () => {
    const writer = testWriter();
    const id = record(writer, 'gpu0', count(10_000));
    const reader = await chartReader(writer.path);
    const abort = new AbortController();
    const taken: string[] = [];
    const taking = (async () => {
      for await (const piece of csvChunks(reader.samples, wide([id]), abort.signal)) {
        taken.push(piece);
        abort.abort();
      }
    })();
    await expect(taking).rejects.toMatchObject({ code: 'cancelled' });
    expect(taken).toHaveLength(1);
  });
});

describe('the reader thread', () => {
  /** The real worker, with a way to make it crash: a query about series 666 ends the thread. */
  async function crashingWorker(): Promise<string> {
    const path = join(temporaryFolder(), 'crashing.cjs');
    writeFileSync(
      path,
      `const { parentPort } = require('node:worker_threads');\nparentPort.on('message', (m) => { if (m.input?.seriesIds?.includes(666)) process.exit(3); });\nrequire(${JSON.stringify(await readerBundle())});\n`,
    );
    return path;
  }

  it('is started again after a crash, which rejects what was pending; a second crash is the end', async () => {
    const writer = testWriter();
    const id = record(writer, 'gpu0', count(5));
    const log: LogEntry[] = [];
    const reader = await chartReader(writer.path, await crashingWorker(), log);
    const query = (seriesId: number) => samplesOf(reader, { seriesIds: [seriesId], fromMs: 0, toMs: NOON_MS * 2 });
    expect(await query(id)).toHaveLength(5);
    const crashed = await Promise.allSettled([query(666), query(id)]);
    for (const one of crashed)
      expect(one).toMatchObject({ status: 'rejected', reason: { code: 'internal', message: expect.stringContaining('exit code 3') } });
    expect(await query(id)).toHaveLength(5);
    await expect(query(666)).rejects.toMatchObject({ code: 'internal' });
    await expect(query(id)).rejects.toMatchObject({ code: 'internal', message: expect.stringContaining('twice') });
    expect(log.filter((entry) => entry.level === 'error')).toHaveLength(2);
  });

  it('says so when there is no database, and works once there is one', async () => {
    const dataDir = temporaryFolder();
    const reader = await chartReader(join(dataDir, 'coldaisle.sqlite3'));
    const refused = await reader.samples.extent().catch((error: unknown) => error);
    expect(isAppError(refused, 'storage-failed')).toBe(true);
    testWriter(dataDir);
    expect(await reader.samples.extent()).toEqual({ fromMs: null, toMs: null });
  });

  it('cannot write', () => {
    const writer = testWriter();
    const db = openForReading(writer.path);
    expect(() => db.query('INSERT INTO settings (section, value) VALUES (1, 2) RETURNING section').get()).toThrow(
      expect.objectContaining({ code: 'SQLITE_READONLY' }),
    );
    db.close();
  });

  it('ends with close, which rejects what is pending and is safe twice', async () => {
    const writer = testWriter();
    const id = record(writer, 'gpu0', count(50_000));
    const reader = await chartReader(writer.path);
    const pending = samplesOf(reader, { seriesIds: Array.from({ length: 256 }, () => id), fromMs: 0, toMs: NOON_MS * 2 });
    const rejected = expect(pending).rejects.toMatchObject({ code: 'storage-failed' });
    await Promise.all([reader.close(), reader.close()]);
    await rejected;
    await expect(reader.samples.extent()).rejects.toMatchObject({ code: 'storage-failed' });
  });
});
