import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MetricId } from '../../src-shared/model/metrics';
import type { Sample, SeriesKey } from '../../src-shared/model/series';
import { openForReading, openForWriting, type WriteHandle } from '../../src-main/core/store/file/open';
import { openReader } from '../../src-main/core/store/reader';
import { openWriter } from '../../src-main/core/store/writer';
import { bundleEntry } from '../helpers/bundle';
import { median, type Row } from './figures';

const FROM_MS = Date.UTC(2026, 10, 23, 12);
const HALF_HOUR = 1800;
const DAY = 86_400;
const ROUNDS = 5;

/** A server of 32 cores and two GPUs: 60 series, with values as their meters give them. */
function room(): { key: SeriesKey; valueAt: (second: number) => number | null }[] {
  const wave = (seed: number, second: number): number => 0.5 + 0.3 * Math.sin(second / 97 + seed) + 0.2 * Math.sin(second * 1.7 + 3 * seed);
  const to = (digits: number, value: number): number => Number(value.toFixed(digits));
  const list: [string, MetricId, (seed: number, second: number) => number | null][] = [
    ...Array.from({ length: 32 }, (_, i): (typeof list)[number] => [`cpu0/core${i}`, 'cpu.core.load', (s, t) => to(1, 100 * wave(s, t))]),
    ...[0, 1].flatMap((i): typeof list => [
      [`gpu${i}`, 'gpu.power', (s, t) => to(2, 80 + 600 * wave(s, t))],
      [`gpu${i}`, 'gpu.load', (s, t) => Math.round(100 * wave(s, t))],
      [`gpu${i}`, 'gpu.memory.load', (s, t) => Math.round(80 * wave(s, t))],
      [`gpu${i}`, 'gpu.memory.used', (s, t) => 1_048_576 * Math.round(60_000 + 10_000 * wave(s, t / 60))],
      [`gpu${i}`, 'gpu.temperature', (s, t) => Math.round(45 + 30 * wave(s, t / 30))],
      [`gpu${i}`, 'gpu.fan', () => null],
      [`gpu${i}`, 'gpu.clock.sm', (s, t) => 15 * Math.round(90 + 40 * wave(s, t))],
    ]),
    ['cpu0', 'cpu.power', (s, t) => 60 + 150 * wave(s, t)],
    ['cpu0', 'cpu.load', (s, t) => 100 * wave(s, t)],
    ['cpu0', 'cpu.frequency', (s, t) => Math.round(2000 + 1500 * wave(s, t))],
    ['cpu0', 'cpu.temperature', (s, t) => Math.round(40 + 30 * wave(s, t / 30))],
    ['host', 'memory.used', (s, t) => 4096 * Math.round(5_000_000 + 100_000 * wave(s, t / 10))],
    ['host', 'host.load1', (s, t) => to(2, 32 * wave(s, t / 60))],
    ['room', 'it.power', (s, t) => 300 + 1500 * wave(s, t)],
    ['room', 'facility.power', (s, t) => 400 + 2000 * wave(s, t)],
    ['room', 'facility.power_ratio', (s, t) => 1.2 + 0.1 * wave(s, t)],
    ['room', 'cost.rate', (s, t) => 0.1 * wave(s, t)],
    ['net/eth0', 'network.receive', (s, t) => 125_000_000 * wave(s, t)],
    ['net/eth0', 'network.transmit', (s, t) => 25_000_000 * wave(s, t)],
    ['disk/nvme0n1', 'disk.read', (s, t) => (t % 7 === 0 ? 512 * Math.round(1e6 * wave(s, t)) : 0)],
    ['disk/nvme0n1', 'disk.write', (s, t) => (t % 3 === 0 ? 512 * Math.round(1e5 * wave(s, t)) : 0)],
  ];
  return list.map(([device, metric, value], seed) => ({
    key: { device, metric, provenance: 'measured', label: device },
    valueAt: (second) => value(seed, second),
  }));
}

const timeMs = (second: number): number => FROM_MS + second * 1000 + ((second * 7) % 5);

/** The logger that one writes at home: SQLite as it comes, one table, the series as text, an index to find it by. */
function homeMade(path: string): { db: WriteHandle; insert: (atMs: number, series: string, value: number | null) => void } {
  const db = openForWriting(path);
  db.exec('CREATE TABLE samples (time INTEGER, series TEXT, value REAL); CREATE INDEX samples_by_series ON samples (series, time)');
  const insert = db.change('INSERT INTO samples (time, series, value) VALUES (?, ?, ?)');
  return { db, insert: (atMs, series, value) => void insert.run(atMs, series, value) };
}

const nameOf = ({ device, metric }: SeriesKey): string => `${device}/${metric}`;
async function timed(work: () => unknown): Promise<number> {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}

/** Bytes this process has handed to write calls; null where the system does not say. */
function bytesWritten(): number | null {
  try {
    return Number(/^wchar: (\d+)$/m.exec(readFileSync('/proc/self/io', 'utf8'))?.[1] ?? NaN);
  } catch {
    return null;
  }
}

/** A database of nobody: its tables and what they begin with. */
function emptyBytes(dataDir: string): number {
  const writer = openWriter({ dataDir });
  writer.close();
  return statSync(writer.path).size;
}

/** Half an hour of the room: what it takes on disk, what is written for it, how fast. */
async function recording(dir: string): Promise<Row[]> {
  const series = room();
  const samples = series.length * HALF_HOUR;
  const empty = emptyBytes(join(dir, 'empty'));
  const writer = openWriter({ dataDir: join(dir, 'store') });
  const ids = series.map(({ key }) => writer.samples.ensureSeries(key).id);
  const tick = (second: number): Sample[] =>
    series.map(({ valueAt }, i) => ({ seriesId: ids[i] ?? 0, atMs: timeMs(second), value: valueAt(second) }));
  const peer = homeMade(join(dir, 'home-made.sqlite3'));
  const autocommit = homeMade(join(dir, 'autocommit.sqlite3'));
  const bySeries = openForWriting(join(dir, 'by-series.sqlite3'));
  bySeries.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
  bySeries.exec(
    'CREATE TABLE sample (series_id INTEGER NOT NULL, at_ms INTEGER NOT NULL, value REAL, PRIMARY KEY (series_id, at_ms)) STRICT, WITHOUT ROWID',
  );
  const insertBySeries = bySeries.change('INSERT INTO sample VALUES (?, ?, ?)');
  let csv = 'time,series,value\n';

  const rates = { store: [] as number[], ticks: [] as number[], rows: [] as number[] };
  const written = { store: 0, bySeries: 0 };
  const perRound = HALF_HOUR / ROUNDS;
  for (let round = 0; round < ROUNDS; round++) {
    const ticks = Array.from({ length: perRound }, (_, i) => tick(round * perRound + i));
    const rows = perRound * series.length;
    const put = (into: typeof peer, ofTick: Sample[]): void =>
      ofTick.forEach(({ atMs, value }, i) => into.insert(atMs, nameOf((series[i] ?? raise()).key), value));
    const counted = async (work: () => void): Promise<{ ms: number; bytes: number }> => {
      const before = bytesWritten();
      const ms = await timed(work);
      return { ms, bytes: (bytesWritten() ?? NaN) - (before ?? NaN) };
    };
    const store = await counted(() => ticks.forEach((ofTick) => writer.samples.commit(ofTick)));
    rates.store.push((rows / store.ms) * 1000);
    written.store += store.bytes;
    rates.ticks.push((rows / (await timed(() => ticks.forEach((ofTick) => peer.db.transaction(() => put(peer, ofTick)))))) * 1000);
    // Each row alone takes long: a few ticks tell its rate.
    const few = ticks.slice(0, 2);
    rates.rows.push(((few.length * series.length) / (await timed(() => few.forEach((ofTick) => put(autocommit, ofTick))))) * 1000);
    written.bySeries += (
      await counted(() =>
        ticks.forEach((ofTick) =>
          bySeries.transaction(() => ofTick.forEach(({ seriesId, atMs, value }) => insertBySeries.run(seriesId, atMs, value))),
        ),
      )
    ).bytes;
    for (const ofTick of ticks)
      ofTick.forEach(
        ({ atMs, value }, i) => (csv += `${new Date(atMs).toISOString()},${nameOf((series[i] ?? raise()).key)},${value ?? ''}\n`),
      );
  }
  const { path } = writer;
  writer.close();
  for (const db of [peer.db, autocommit.db, bySeries]) db.close();
  // The tables of everything else that is kept are there from the first day and grow with other things.
  const store = (statSync(path).size - empty) / samples;
  const home = statSync(peer.db.path).size / samples;
  const text = Buffer.byteLength(csv) / samples;
  const rate = median(rates.store);
  const rows: Row[] = [
    {
      name: 'database, 60 series × 30 min',
      value: store,
      unit: 'B/sample',
      ratio: { value: store / home, against: `a table with text names and an index (${home.toFixed(1)} B)` },
    },
    { name: 'an empty database besides', value: empty / 1024, unit: 'KiB' },
    { name: 'the same', value: store, unit: 'B/sample', ratio: { value: store / text, against: `CSV text (${text.toFixed(1)} B)` } },
    {
      name: 'commit, one transaction a tick',
      value: rate,
      unit: 'rows/s',
      ratio: { value: rate / median(rates.rows), against: 'one autocommitted INSERT a row' },
    },
    {
      name: 'the same',
      value: rate,
      unit: 'rows/s',
      ratio: { value: rate / median(rates.ticks), against: 'that table with SQLite as it comes, one transaction a tick' },
    },
  ];
  if (Number.isFinite(written.store)) {
    const perTick = written.store / HALF_HOUR;
    rows.push({
      name: 'handed to the disk a tick',
      value: perTick,
      unit: 'B',
      ratio: { value: written.store / written.bySeries, against: 'one table keyed by series' },
    });
  }
  return rows;
}

/** A day of eight series at 1 Hz, asked as a chart asks for it, beside a plain SELECT of its rows. */
async function asking(dir: string): Promise<Row[]> {
  const series = room().slice(-8);
  const writer = openWriter({ dataDir: join(dir, 'day') });
  const ids = series.map(({ key }) => writer.samples.ensureSeries(key).id);
  const peer = homeMade(join(dir, 'day.sqlite3'));
  const MINUTES = 10 * 60;
  for (let start = 0; start < DAY; start += MINUTES) {
    const seconds = Array.from({ length: MINUTES }, (_, i) => start + i);
    writer.samples.commit(
      seconds.flatMap((second) =>
        series.map(({ valueAt }, i) => ({ seriesId: ids[i] ?? 0, atMs: timeMs(second), value: valueAt(second) })),
      ),
    );
    peer.db.transaction(() => {
      for (const second of seconds) for (const { key, valueAt } of series) peer.insert(timeMs(second), nameOf(key), valueAt(second));
    });
  }
  peer.db.close();
  const reader = openReader({ databasePath: writer.path, workerPath: await bundleEntry('src-main/core/store/reader-worker.ts') });
  const plain = openForReading(peer.db.path);
  const select = plain.query<{ time: number; value: number | null }>(
    'SELECT time, value FROM samples WHERE series = ? AND time BETWEEN ? AND ? ORDER BY time',
  );
  const range = { fromMs: FROM_MS, toMs: timeMs(DAY) };
  const history = () => reader.samples.history({ seriesIds: ids, ...range, maxPoints: 1000 });
  const selectAll = () => series.map(({ key }) => select.all(nameOf(key), range.fromMs, range.toMs));
  const times = { store: [] as number[], plain: [] as number[] };
  await history();
  selectAll();
  for (let round = 0; round < ROUNDS; round++) {
    times.store.push(await timed(history));
    times.plain.push(await timed(selectAll));
  }
  await reader.close();
  plain.close();
  writer.close();
  const took = median(times.store);
  return [
    {
      name: 'history, 8 series × 1 day in 1000 points',
      value: took,
      unit: 'ms',
      ratio: { value: took / median(times.plain), against: 'SELECT of all its rows (time, lower is better)' },
    },
  ];
}

/** A room of 2,000 series at 1 Hz as fast as it goes, with a reader that asks for charts all the while, beside rows in one table. */
async function ingest(dir: string): Promise<Row[]> {
  const SERIES = 2_000;
  // Beyond the hour, so that its blocks are made whole and get their rollups in the time measured.
  const TICKS = 4_000;
  const ROW_TICKS = 1_000;
  const patterns = room();
  const writer = openWriter({ dataDir: join(dir, 'ingest') });
  const ids = Array.from(
    { length: SERIES },
    (_, i) => writer.samples.ensureSeries({ ...(patterns[i % patterns.length] ?? raise()).key, device: `node${i}` }).id,
  );
  // Values are made before, so that only the store's time counts; each series takes them up at a second of its own.
  const values = patterns.map(({ valueAt }) => Array.from({ length: 600 }, (_, second) => valueAt(second)));
  const ofTick = (tick: number): Sample[] =>
    ids.map((seriesId, i) => ({ seriesId, atMs: timeMs(tick), value: values[i % patterns.length]?.[(tick + 7 * i) % 600] ?? null }));
  const reader = openReader({ databasePath: writer.path, workerPath: await bundleEntry('src-main/core/store/reader-worker.ts') });
  let charts = 0;
  let going = true;
  const reading = (async () => {
    for (; going; charts++)
      await reader.samples.history({
        seriesIds: ids.slice((charts * 8) % 1_900, ((charts * 8) % 1_900) + 8),
        fromMs: FROM_MS,
        toMs: timeMs(TICKS),
        maxPoints: 1500,
      });
  })();
  const rows = openForWriting(join(dir, 'rows.sqlite3'));
  rows.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
  rows.exec(
    'CREATE TABLE sample (at_ms INTEGER NOT NULL, series_id INTEGER NOT NULL, value REAL, PRIMARY KEY (at_ms, series_id)) STRICT, WITHOUT ROWID',
  );
  const insert = rows.change('INSERT INTO sample VALUES (?, ?, ?)');
  let [storeMs, rowsMs, worstMs] = [0, 0, 0];
  for (let tick = 0; tick < TICKS; tick++) {
    const samples = ofTick(tick);
    const tookMs = await timed(() => writer.samples.commit(samples));
    storeMs += tookMs;
    worstMs = Math.max(worstMs, tookMs);
    if (tick < ROW_TICKS)
      rowsMs += await timed(() =>
        rows.transaction(() => samples.forEach(({ seriesId, atMs, value }) => insert.run(atMs, seriesId, value))),
      );
    // Lets the reader's answers in.
    if (tick % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  going = false;
  await reading;
  await reader.close();
  writer.close();
  rows.close();
  const perSecond = (SERIES * TICKS) / (storeMs / 1000);
  const size = statSync(writer.path).size;
  const rowsPerSecond = (SERIES * ROW_TICKS) / (rowsMs / 1000);
  const rowBytes = statSync(rows.path).size / (SERIES * ROW_TICKS);
  return [
    {
      name: `ingest, 2,000 series, an hour packed and rolled up; ${charts} charts asked`,
      value: perSecond,
      unit: 'samples/s',
      ratio: { value: perSecond / rowsPerSecond, against: 'rows in one table, never packed' },
    },
    { name: 'longest tick of it', value: worstMs, unit: 'ms' },
    {
      name: 'its database',
      value: size / (SERIES * TICKS),
      unit: 'B/sample',
      ratio: { value: size / (SERIES * TICKS) / rowBytes, against: 'that table' },
    },
  ];
}

function raise(): never {
  throw new Error('more samples in a tick than series');
}

/** What the store takes and how fast it is, each beside what one would write without it. */
export async function run(): Promise<{ rows: Row[] }> {
  const dir = mkdtempSync(join(tmpdir(), 'coldaisle-bench-store-'));
  try {
    return { rows: [...(await recording(dir)), ...(await asking(dir)), ...(await ingest(dir))] };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
