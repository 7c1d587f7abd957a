import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { curveAxes, type CurveAxis, type CurveQuery, type ScalarPoints } from '../../src-shared/model/curve';
import { freshControl, plainLaunch } from '@shared/model/launch';
import type { Run } from '../../src-shared/model/run';
import { ENERGY_SCALAR } from '../../src-shared/model/scalars';
import { openForWriting } from '../../src-main/core/store/file/open';
import { openReader } from '../../src-main/core/store/reader';
import type { StoreReader, StoreWriter } from '../../src-main/core/store/types';
import { openWriter } from '../../src-main/core/store/writer';
import { bundleEntry } from '../helpers/bundle';
import { random } from '../helpers/random';
import { evict, median, quantile, type Row } from './figures';

const FROM_MS = Date.UTC(2026, 10, 23, 12);
const POINTS = 1_000_000;
const CHUNK = 2_000;
const MAX_POINTS = 2_000;
const TIMES = 9;
const RUNS = 50;
const POINTS_EACH = 2_000;
/** What a run tells in a quarter of a second, the time from one news to the next. */
const FRESH = 5;
const FRAME_MS = 1000 / 60;

const runOf = (id: string, status: Run['status']): Run => ({
  id,
  kind: 'recipe',
  name: null,
  tags: [],
  notes: '',
  parent: null,
  paramSpecs: [],
  interruptions: [],
  recipe: 'mnist-mlp',
  engine: 'wasm',
  engineUsed: null,
  params: {},
  status,
  createdAtMs: FROM_MS,
  startedAtMs: FROM_MS,
  endedAtMs: null,
  failure: null,
  plan: null,
  progress: { epoch: 0, step: 0 },
  last: {},
  extremes: {},
  declared: {},
  launch: plainLaunch,
  control: freshControl,
  result: null,
  energy: null,
});

/** A loss as float32 programs print it: falling, noisy, with seven digits. */
function losses(from: number, n: number, rand: () => number): ScalarPoints {
  const steps = Array.from({ length: n }, (_, i) => from + i);
  const value = steps.map((step) => Number((2.3 * Math.exp(-step / 2e5) + 0.2 + 0.3 * rand()).toPrecision(7)));
  return { name: 'train/loss', step: steps, atMs: steps.map((step) => FROM_MS + step * 37 + (step % 5)), value };
}

/** What a run had drawn, told each 15 s. */
function energyUntil(ms: number): ScalarPoints {
  const atMs = Array.from({ length: Math.ceil(ms / 15_000) + 1 }, (_, i) => FROM_MS + i * 15_000);
  return { name: ENERGY_SCALAR, step: atMs.map(() => 0), atMs, value: atMs.map((_, i) => i * 4500) };
}

/** A million points in the store and in a plain table with an index, and how fast they went in. */
function fill(writer: StoreWriter, plainPath: string): { perSecond: number; plainPerSecond: number } {
  const db = openForWriting(plainPath);
  db.exec(
    'CREATE TABLE scalar (run TEXT, name TEXT, step INTEGER, at_ms INTEGER, value REAL); CREATE INDEX by_run ON scalar (run, name, step)',
  );
  const insert = db.change('INSERT INTO scalar VALUES (?, ?, ?, ?, ?)');
  const rand = random(5);
  let [ownMs, plainMs] = [0, 0];
  for (let from = 0; from < POINTS; from += CHUNK) {
    const points = losses(from, CHUNK, rand);
    const startedMs = performance.now();
    writer.runs.save(runOf('long', 'running'), { curves: [points] });
    const savedMs = performance.now();
    db.transaction(() =>
      points.value.forEach((value, i) => insert.run('long', 'train/loss', points.step[i] ?? 0, points.atMs[i] ?? 0, value)),
    );
    ownMs += savedMs - startedMs;
    plainMs += performance.now() - savedMs;
  }
  writer.runs.save(runOf('long', 'succeeded'), { curves: [energyUntil(POINTS * 37)] });
  db.query('PRAGMA wal_checkpoint(TRUNCATE)').get();
  db.close();
  return { perSecond: (POINTS / ownMs) * 1000, plainPerSecond: (POINTS / plainMs) * 1000 };
}

/** Times of one question, each by a thread and a connection of its own whose file was dropped from the system's cache. */
async function coldTimes(path: string, workerPath: string, query: CurveQuery): Promise<{ wallMs: number[]; cpuMs: number[] }> {
  const [wallMs, cpuMs]: [number[], number[]] = [[], []];
  for (let i = 0; i < TIMES; i++) {
    const reader = openReader({ databasePath: path, workerPath });
    try {
      // The thread stands and has opened the file; of the curve it has seen nothing.
      await reader.samples.extent();
      evict(path);
      const used = process.cpuUsage();
      const askedMs = performance.now();
      await reader.curves.read(query);
      wallMs.push(performance.now() - askedMs);
      const { user, system } = process.cpuUsage(used);
      cpuMs.push((user + system) / 1000);
    } finally {
      await reader.close();
    }
  }
  return { wallMs, cpuMs };
}

/** The same picture by plain SQL, cold too. */
function plainTimes(path: string): number[] {
  return Array.from({ length: 3 }, () => {
    evict(path);
    const db = openForWriting(path);
    const askedMs = performance.now();
    db.query(
      'SELECT min(step), min(value), max(value), avg(value) FROM scalar WHERE run = ? AND name = ? GROUP BY step / ? ORDER BY step / ?',
    ).all('long', 'train/loss', POINTS / MAX_POINTS, POINTS / MAX_POINTS);
    const tookMs = performance.now() - askedMs;
    db.close();
    return tookMs;
  });
}

/** Fifty runs under way: what their newest points cost, and all of them anew. */
async function refresh(
  writer: StoreWriter,
  reader: StoreReader,
  x: CurveAxis,
): Promise<{ newMs: number[]; wholeMs: number[]; newCpuMs: number[] }> {
  const rand = random(7);
  const ids = Array.from({ length: RUNS }, (_, i) => `${x}-${i}`);
  for (const id of ids) writer.runs.save(runOf(id, 'running'), { curves: [losses(0, POINTS_EACH, rand), energyUntil(POINTS_EACH * 50)] });
  const whole: CurveQuery = { runIds: ids, names: ['train/loss'], x, maxPoints: MAX_POINTS };
  const [newMs, wholeMs, newCpuMs]: [number[], number[], number[]] = [[], [], []];
  for (let round = 0; round < TIMES * 3; round++) {
    const known = POINTS_EACH + round * FRESH;
    for (const id of ids) writer.runs.save(runOf(id, 'running'), { curves: [losses(known, FRESH, rand)] });
    const used = process.cpuUsage();
    const askedMs = performance.now();
    const { curves } = await reader.curves.read({ ...whole, after: ids.map((runId) => ({ runId, name: 'train/loss', points: known })) });
    const toldMs = performance.now();
    const { user, system } = process.cpuUsage(used);
    if (curves.some((curve) => curve.x.length !== FRESH)) throw new Error('not what is new');
    await reader.curves.read(whole);
    newMs.push(toldMs - askedMs);
    newCpuMs.push((user + system) / 1000);
    wholeMs.push(performance.now() - toldMs);
  }
  return { newMs, wholeMs, newCpuMs };
}

export async function run(): Promise<{ rows: Row[] }> {
  const dir = mkdtempSync(join(tmpdir(), 'coldaisle-bench-curves-'));
  const rows: Row[] = [];
  const workerPath = await bundleEntry('src-main/core/store/reader-worker.ts');
  try {
    const plainPath = join(dir, 'plain.sqlite3');
    let writer = openWriter({ dataDir: join(dir, 'store') });
    const { path } = writer;
    const { perSecond, plainPerSecond } = fill(writer, plainPath);
    writer.close();
    rows.push({
      name: 'points of a run stored',
      value: perSecond,
      unit: 'points/s',
      ratio: { value: perSecond / plainPerSecond, against: 'a plain table with an index' },
    });
    const bytes = statSync(path).size / POINTS;
    rows.push({
      name: 'a point on disk (step, time, value)',
      value: bytes,
      unit: 'B',
      ratio: { value: bytes / (statSync(plainPath).size / POINTS), against: 'the plain table' },
    });
    const plainMs = median(plainTimes(plainPath));
    const names = ['train/loss'];
    for (const x of curveAxes) {
      const { wallMs, cpuMs } = await coldTimes(path, workerPath, { runIds: ['long'], names, x, maxPoints: MAX_POINTS });
      const own = quantile(wallMs, 0.95);
      rows.push({
        name: `1,000,000 points by ${x} as 2,000 minima and maxima, cold, p95`,
        value: own,
        unit: 'ms',
        ratio: { value: own / plainMs, against: `SQL's GROUP BY over the plain table (${Math.round(plainMs)} ms)` },
      });
      rows.push({ name: '  processor time of it, median', value: median(cpuMs), unit: 'ms' });
    }
    const part = { from: 500_000, to: 502_000 };
    const { wallMs: zoomedMs } = await coldTimes(path, workerPath, {
      runIds: ['long'],
      names,
      x: 'step',
      maxPoints: MAX_POINTS,
      range: part,
    });
    const zoomed = quantile(zoomedMs, 0.95);
    rows.push({ name: '2,000 of them one by one, cold, p95', value: zoomed, unit: 'ms' });
    writer = openWriter({ dataDir: join(dir, 'store') });
    const reader = openReader({ databasePath: path, workerPath });
    try {
      for (const x of curveAxes) {
        const { newMs, wholeMs, newCpuMs } = await refresh(writer, reader, x);
        const own = quantile(newMs, 0.95);
        rows.push({
          name: `${RUNS} runs of ${POINTS_EACH.toLocaleString('en')} points by ${x} refreshed by what is new, p95`,
          value: own,
          unit: 'ms',
          ratio: { value: own / FRAME_MS, against: `a frame; all of them anew takes ${Math.round(median(wholeMs))} ms` },
        });
        rows.push({ name: '  processor time of it, median', value: median(newCpuMs), unit: 'ms' });
      }
    } finally {
      await reader.close();
      writer.close();
    }
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
  return { rows };
}
