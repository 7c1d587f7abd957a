import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultSettings } from '../../src-shared/model/settings';
import { openReader } from '../../src-main/core/store/reader';
import type { StoreReader, StoreWriter } from '../../src-main/core/store/types';
import { openWriter } from '../../src-main/core/store/writer';
import { bundleEntry } from '../helpers/bundle';
import { random } from '../helpers/random';
import { makeYearFile, type YearFile } from './year-file';
import { evict, quantile, type Row } from './figures';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const RANGES: readonly (readonly [string, number])[] = [
  ['1 min', MINUTE],
  ['10 min', 10 * MINUTE],
  ['1 h', HOUR],
  ['4 h', 4 * HOUR],
  ['6 h', 6 * HOUR],
  ['12 h', 12 * HOUR],
  ['1 d', DAY],
  ['3 d', 3 * DAY],
  ['7 d', 7 * DAY],
  ['14 d', 14 * DAY],
  ['30 d', 30 * DAY],
  ['90 d', 90 * DAY],
  ['180 d', 180 * DAY],
  ['365 d', 365 * DAY],
];
const CHARTS_A_RANGE = 20;
const CHART_SERIES = 8;
const PIXELS = 1_500;

/** Smaller years for a quick look: COLDAISLE_BENCH_YEAR_SERIES (178) and COLDAISLE_BENCH_YEAR_DAYS (365). */
const wanted = (name: string, most: number): number => Math.min(most, Math.max(1, Math.round(Number(process.env[name] ?? most)) || most));

const timed = async (work: () => unknown): Promise<number> => {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
};

async function ask(file: YearFile, writer: StoreWriter, reader: StoreReader): Promise<Row[]> {
  const rand = random(7);
  const spanMs = file.toMs + 1000 - file.fromMs;
  const rows: Row[] = [];
  const all: number[] = [];
  let cold = true;
  const place = (lengthMs: number): { fromMs: number; toMs: number } => {
    const fromMs = file.fromMs + Math.floor(rand() * (spanMs - lengthMs));
    return { fromMs, toMs: fromMs + lengthMs - 1 };
  };
  const someSeries = (): number[] => {
    const left = [...file.ids];
    return Array.from({ length: Math.min(CHART_SERIES, left.length) }, () => left.splice(Math.floor(rand() * left.length), 1)[0] ?? 0);
  };
  /** A commit makes SQLite drop the pages it has kept; dd makes the system drop the file's. */
  const forget = (): void => {
    writer.events.append([{ atMs: file.fromMs, device: 'room', kind: 'note', code: '', severity: 'info', text: '' }]);
    cold = evict(file.path) && evict(`${file.path}-wal`) && cold;
  };
  const ranges = RANGES.filter(([, lengthMs]) => lengthMs <= spanMs);
  // The thread's code has run before; only the data is cold.
  for (const [, lengthMs] of ranges) await reader.samples.history({ seriesIds: someSeries(), ...place(lengthMs), maxPoints: PIXELS });
  for (const [name, lengthMs] of ranges) {
    const [charts, warm, statistics]: [number[], number[], number[]] = [[], [], []];
    let bucketMs = 0;
    for (let i = 0; i < CHARTS_A_RANGE; i++) {
      const question = { seriesIds: someSeries(), ...place(lengthMs), maxPoints: PIXELS };
      forget();
      charts.push(await timed(async () => ({ bucketMs } = await reader.samples.history(question))));
      warm.push(await timed(() => reader.samples.history(question)));
      forget();
      statistics.push(await timed(() => reader.samples.history({ ...question, maxPoints: 2 })));
    }
    all.push(...charts);
    const bucket = bucketMs === 1 ? 'samples' : `${bucketMs / 1000} s`;
    rows.push(
      { name: `chart of ${name} (${bucket}), p95`, value: quantile(charts, 0.95), unit: 'ms' },
      {
        name: '  median; at once again',
        value: quantile(charts, 0.5),
        unit: 'ms',
        ratio: { value: quantile(charts, 0.5) / quantile(warm, 0.5), against: `warm (${quantile(warm, 0.5).toFixed(1)} ms)` },
      },
    );
    rows.push({ name: `  minimum, maximum, mean alone, p95`, value: quantile(statistics, 0.95), unit: 'ms' });
  }
  rows.unshift({
    name: `${CHART_SERIES} series, ${PIXELS} px, every range, ${cold ? 'cold' : 'the system would not drop its cache: warm'}, p95 of all`,
    value: quantile(all, 0.95),
    unit: 'ms',
  });
  forget();
  rows.push({
    name: 'what the history takes (storage status), cold',
    value: await timed(() => reader.samples.status(defaultSettings.retention)),
    unit: 'ms',
  });
  forget();
  rows.push({ name: 'its first and last time, cold', value: await timed(() => reader.samples.extent()), unit: 'ms' });
  return rows;
}

/**
 * A year at 1 Hz: its file, and charts of it from the disk. The year is one day of the trace, encoded by the program,
 * again and again: its blocks lie at their own places in the file, so reading them is as reading a year that never repeats.
 */
export async function run(): Promise<{ rows: Row[] }> {
  const series = wanted('COLDAISLE_BENCH_YEAR_SERIES', 178);
  const days = wanted('COLDAISLE_BENCH_YEAR_DAYS', 365);
  const dir = mkdtempSync(join(tmpdir(), 'coldaisle-bench-year-'));
  try {
    const startedMs = performance.now();
    const file = makeYearFile(join(dir, 'year'), series, days, Date.UTC(2026, 10, 23));
    const madeS = (performance.now() - startedMs) / 1000;
    console.log(
      `  ${series} series at 1 Hz, ${days} days (one day of the trace ${days} times), made in ${madeS.toFixed(0)} s; each query with every cache dropped before`,
    );
    evict(file.path);
    let writer: StoreWriter | null = null;
    const openMs = await timed(() => (writer = openWriter({ dataDir: file.dataDir })));
    if (writer === null) throw new Error('the year did not open');
    const reader = openReader({ databasePath: file.path, workerPath: await bundleEntry('src-main/core/store/reader-worker.ts') });
    try {
      const rows = await ask(file, writer, reader);
      return {
        rows: [
          { name: `${(file.samples / 1e9).toPrecision(3)} billion samples`, value: file.bytes / 2 ** 30, unit: 'GiB' },
          { name: 'the file, rollups and indexes too', value: file.bytes / file.samples, unit: 'B/sample' },
          { name: 'opened for writing, cold', value: openMs, unit: 'ms' },
          ...rows,
        ],
      };
    } finally {
      await reader.close();
      (writer as StoreWriter).close();
    }
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
