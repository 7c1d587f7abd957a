import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdtempSync, openSync, readdirSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { openReader } from '../../src-main/core/store/reader';
import type { StoreReader, StoreWriter } from '../../src-main/core/store/types';
import { openForReading } from '../../src-main/core/store/file/open';
import { openWriter } from '../../src-main/core/store/writer';
import { bundleEntry } from '../helpers/bundle';
import { random } from '../helpers/random';
import { prometheus } from './peers';
import { trace, type TraceSeries } from './trace';
import { evict, median, quantile, type Row } from './figures';

/** 2026-11-23 06:00 UTC. */
const FROM_MS = Date.UTC(2026, 10, 23, 6);
const TRACE_S = 6 * 3600;
const DAY_S = 86_400;
const YEAR_EVERY_S = 120;
const DAYS = 3;
const QUERIES = 60;
const CHART_SERIES = 8;
const PIXELS = 1_500;

/** One set of samples, in the store and in Prometheus. */
interface DataSet {
  readonly series: readonly TraceSeries[];
  readonly fromMs: number;
  readonly everyS: number;
}

const p95 = (values: readonly number[]): number => quantile(values, 0.95);
/** Commits one tick after another. @returns ids, and samples a second while it went on */
function record(writer: StoreWriter, { series, fromMs, everyS }: DataSet, ticksACommit: number): { ids: number[]; perSecond: number } {
  const ids = series.map(({ key }) => writer.samples.ensureSeries(key).id);
  const ticks = series[0]?.values.length ?? 0;
  const startedMs = performance.now();
  for (let from = 0; from < ticks; from += ticksACommit) {
    const samples = [];
    for (let tick = from; tick < Math.min(ticks, from + ticksACommit); tick++) {
      const atMs = fromMs + tick * everyS * 1000;
      for (let i = 0; i < series.length; i++) samples.push({ seriesId: ids[i] ?? 0, atMs, value: series[i]?.values[tick] ?? null });
    }
    writer.samples.commit(samples);
  }
  return { ids, perSecond: (ticks * series.length) / ((performance.now() - startedMs) / 1000) };
}

function openMetrics(path: string, sets: readonly DataSet[]): void {
  const fd = openSync(path, 'w');
  for (const { series, fromMs, everyS } of sets) {
    for (const name of new Set(series.map((each) => each.name))) {
      writeSync(fd, `# TYPE ${name} unknown\n`);
      for (const { key, values } of series.filter((each) => each.name === name)) {
        let text = '';
        for (let i = 0; i < values.length; i++) text += `${name}{device="${key.device}"} ${values[i]} ${fromMs / 1000 + i * everyS}\n`;
        writeSync(fd, text);
      }
    }
  }
  writeSync(fd, '# EOF\n');
  closeSync(fd);
}

function bytesBelow(dir: string): number {
  return readdirSync(dir, { withFileTypes: true }).reduce(
    (sum, entry) => sum + (entry.isDirectory() ? bytesBelow(join(dir, entry.name)) : statSync(join(dir, entry.name)).size),
    0,
  );
}

function createBlocks(dir: string, sets: readonly DataSet[], monthly: boolean): number {
  const [text, blocks] = [join(dir, 'trace.om'), join(dir, 'prometheus')];
  openMetrics(text, sets);
  const before = existsSync(blocks) ? bytesBelow(blocks) : 0;
  const { status, stderr } = spawnSync(
    'promtool',
    ['tsdb', 'create-blocks-from', 'openmetrics', ...(monthly ? ['--max-block-duration=744h'] : []), text, blocks],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`promtool failed: ${stderr}`);
  rmSync(text);
  return bytesBelow(blocks) - before;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function serve(dir: string): Promise<{ url: string; child: ChildProcess }> {
  const port = await freePort();
  writeFileSync(join(dir, 'prometheus.yml'), 'global: {}\n');
  const child = spawn(
    'prometheus',
    [
      `--config.file=${join(dir, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(dir, 'prometheus')}`,
      '--storage.tsdb.retention.time=100y',
      '--storage.tsdb.max-block-duration=31d',
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    { stdio: 'ignore' },
  );
  const url = `http://127.0.0.1:${port}`;
  for (let attempt = 0; attempt < 300; attempt++) {
    const ready = await fetch(`${url}/-/ready`).then(
      (response) => response.ok,
      () => false,
    );
    if (ready) return { url, child };
    await wait(100);
  }
  throw new Error('Prometheus did not start');
}

interface Chart {
  readonly picks: number[];
  readonly fromMs: number;
  readonly toMs: number;
}

/** Ranges from a minute (or the interval's 60-fold) to all, evenly over their logarithm, each of eight series. */
function charts({ series, fromMs, everyS }: DataSet, rand: () => number): Chart[] {
  const spanMs = (series[0]?.values.length ?? 0) * everyS * 1000;
  return Array.from({ length: QUERIES }, (_, i) => {
    const lengthMs = Math.round(60_000 * everyS * (spanMs / (60_000 * everyS)) ** (i / (QUERIES - 1)));
    const start = fromMs + Math.floor(rand() * (spanMs - lengthMs));
    const picks = series
      .map((_each, index) => index)
      .sort(() => rand() - 0.5)
      .slice(0, CHART_SERIES);
    return { picks, fromMs: start, toMs: start + lengthMs };
  });
}

async function askBoth(
  set: DataSet,
  ids: readonly number[],
  store: { reader: StoreReader; writer: StoreWriter },
  url: string,
): Promise<{ ours: number[]; theirs: number[]; extremes: number[]; cold: boolean }> {
  const [ours, theirs, extremes] = [[] as number[], [] as number[], [] as number[]];
  const list = charts(set, random(99));
  let cold = true;
  const ask = ({ picks, fromMs, toMs }: Chart) =>
    store.reader.samples.history({ seriesIds: picks.map((pick) => ids[pick] ?? 0), fromMs, toMs, maxPoints: PIXELS });
  const askThem = async (
    { picks, fromMs, toMs }: Chart,
    wrap = (selector: string, _seconds: number): string => selector,
  ): Promise<void> => {
    // One selector of just these: their names are different metrics, which it takes as one pattern.
    const names = picks.map((pick) => set.series[pick]?.name).join('|');
    const devices = picks.map((pick) => set.series[pick]?.key.device).join('|');
    const step = Math.max(1, (toMs - fromMs) / 1000 / PIXELS);
    const query = new URLSearchParams({
      query: wrap(`{__name__=~"${names}",device=~"${devices}"}`, Math.max(set.everyS, step)),
      start: String(fromMs / 1000),
      end: String(toMs / 1000),
      step: String(step),
    });
    const answer = (await (await fetch(`${url}/api/v1/query_range?${query}`)).json()) as { data: { result: unknown[] } };
    if (answer.data.result.length !== picks.length) throw new Error(`Prometheus answered with ${answer.data.result.length} series`);
  };
  // Both programs have run before; only the data is cold (and only ours: Prometheus keeps its files mapped).
  for (const chart of list.slice(-10)) {
    await ask(chart);
    await askThem(chart);
  }
  const timed = async (into: number[], work: () => Promise<unknown>): Promise<void> => {
    const startedMs = performance.now();
    await work();
    into.push(performance.now() - startedMs);
  };
  // One after the other, not in turns: what either still does after an answer (collecting garbage) is its own affair.
  for (const chart of list) {
    // A commit makes SQLite drop the pages it has kept; dd makes the system drop the file's.
    store.writer.events.append([{ atMs: chart.toMs, device: 'room', kind: 'note', code: '', severity: 'info', text: '' }]);
    cold = evict(store.writer.path) && evict(`${store.writer.path}-wal`) && cold;
    await timed(ours, () => ask(chart));
  }
  for (const chart of list) await timed(theirs, () => askThem(chart));
  // What this store's answer holds: the least and the most of each pixel.
  for (const chart of list) {
    await timed(extremes, async () => {
      for (const what of ['min', 'max'])
        await askThem(chart, (selector, seconds) => `${what}_over_time(${selector}[${Math.ceil(seconds * 1000)}ms])`);
    });
  }
  return { ours, theirs, extremes, cold };
}

async function compare(name: string, dir: string, set: DataSet, ticksACommit: number): Promise<Row[]> {
  const samples = set.series.length * (set.series[0]?.values.length ?? 0);
  const dataDir = join(dir, name);
  const first = openWriter({ dataDir });
  const { ids, perSecond } = record(first, set, ticksACommit);
  first.close();
  const path = first.path;
  const fileBytes = statSync(path).size;
  const db = openForReading(path);
  const rawBytes = db.query<{ n: number }>('SELECT sum(bytes) AS n FROM block WHERE level IN (0, 5)').get()?.n ?? 0;
  db.close();
  const promDir = join(dir, `${name}-prometheus`);
  spawnSync('mkdir', ['-p', promDir]);
  const promBytes = createBlocks(promDir, [set], set.everyS > 1);
  const { url, child } = await serve(promDir);
  const writer = openWriter({ dataDir });
  const reader = openReader({ databasePath: path, workerPath: await bundleEntry('src-main/core/store/reader-worker.ts') });
  try {
    const { ours, theirs, extremes, cold } = await askBoth(set, ids, { reader, writer }, url);
    const label = `${set.series.length} series × ${samples / set.series.length} samples`;
    return [
      {
        name: `${label}: whole file, rollups and indexes too`,
        value: fileBytes / samples,
        unit: 'B/sample',
        ratio: { value: fileBytes / promBytes, against: `Prometheus's blocks (${(promBytes / samples).toFixed(2)} B)` },
      },
      {
        name: 'the same, raw blocks alone',
        value: rawBytes / samples,
        unit: 'B/sample',
        ratio: { value: rawBytes / promBytes, against: "Prometheus's blocks" },
      },
      { name: `recorded, ${ticksACommit} tick${ticksACommit === 1 ? '' : 's'} a commit`, value: perSecond, unit: 'samples/s' },
      {
        name: `chart of ${CHART_SERIES} series, ${cold ? 'cold' : 'warm'}, p95`,
        value: p95(ours),
        unit: 'ms',
        ratio: { value: p95(ours) / p95(theirs), against: `query_range of one value a pixel, warm (${p95(theirs).toFixed(1)} ms)` },
      },
      {
        name: 'the same',
        value: p95(ours),
        unit: 'ms',
        ratio: {
          value: p95(ours) / p95(extremes),
          against: `query_range of each pixel's minimum and maximum, as it answers, warm (${p95(extremes).toFixed(1)} ms)`,
        },
      },
      {
        name: 'the same, median',
        value: median(ours),
        unit: 'ms',
        ratio: { value: median(ours) / median(theirs), against: `query_range (${median(theirs).toFixed(1)} ms)` },
      },
    ];
  } finally {
    await reader.close();
    writer.close();
    child.kill('SIGTERM');
    await once(child, 'exit');
    rmSync(promDir, { recursive: true, force: true });
  }
}

/** A year of sixteen of the trace's series, one sample every two minutes. */
function year(): DataSet {
  const ticks = (365 * DAY_S) / YEAR_EVERY_S;
  const short = trace(TRACE_S, 5)
    .filter((_, i) => i % 11 === 0)
    .slice(0, 16);
  const rand = random(17);
  const series = short.map((each) => ({
    ...each,
    values: Float64Array.from({ length: ticks }, () => each.values[Math.floor(rand() * each.values.length)] ?? NaN),
  }));
  return { series, fromMs: FROM_MS - 365 * DAY_S * 1000, everyS: YEAR_EVERY_S };
}

/** Sixteen of the trace's series over some days at 1 Hz, for ranges between hours and days. */
function days(): DataSet {
  const series = trace(DAYS * DAY_S, 9)
    .filter((_, i) => i % 11 === 0)
    .slice(0, 16);
  return { series, fromMs: FROM_MS - DAYS * DAY_S * 1000, everyS: 1 };
}

/** What the store takes and how fast it answers, beside Prometheus on the same samples in the same run. */
export async function run(): Promise<{ rows: Row[] }> {
  const missing = prometheus();
  if (missing !== null) {
    console.log(`  skipped: ${missing}`);
    return { rows: [] };
  }
  const dir = mkdtempSync(join(tmpdir(), 'coldaisle-bench-prometheus-'));
  try {
    const hours = await compare('hours', dir, { series: trace(TRACE_S), fromMs: FROM_MS, everyS: 1 }, 1);
    const some = await compare('days', dir, days(), 60);
    return { rows: [...hours, ...some, ...(await compare('year', dir, year(), 720))] };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
