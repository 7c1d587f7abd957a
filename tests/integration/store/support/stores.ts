import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import type { Run } from '@shared/model/run';
import { shippedParams } from '../../../helpers/training-sources';
import type { Sample, SeriesKey } from '@shared/model/series';
import { openReader } from '../../../../src-main/core/store/reader';
import type { HistorySelection } from '../../../../src-main/core/store/samples/types';
import type { StoreReader, StoreWriter } from '../../../../src-main/core/store/types';
import { openWriter } from '../../../../src-main/core/store/writer';
import { bundleEntry } from '../../../helpers/bundle';
import { unlabelled } from '../../../helpers/runs';

/** 2026-11-23 12:00:00 UTC, a whole minute. */
export const NOON_MS = Date.UTC(2026, 10, 23, 12);

const cleanups: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** Runs after this test, last registered first. */
export function afterThisTest(cleanup: () => void | Promise<void>): void {
  cleanups.push(cleanup);
}

export function temporaryFolder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'coldaisle-store-'));
  afterThisTest(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

export interface LogEntry {
  readonly level: string;
  readonly text: string;
}

/** A writer that is closed after the test; `log` gathers what it said; `passedMs` is the clock that samples age by. */
export function testWriter(dataDir: string = temporaryFolder(), log: LogEntry[] = [], passedMs?: () => number): StoreWriter {
  const writer = openWriter({ dataDir, log: (level, text) => log.push({ level, text }), ...(passedMs ? { passedMs } : {}) });
  afterThisTest(() => writer.close());
  return writer;
}

/** The same, where as much time passes as the samples of each tick are newer than those before: a clock that goes evenly. */
export function evenWriter(): StoreWriter {
  let nowMs = -Infinity;
  const writer = testWriter(temporaryFolder(), [], () => (nowMs === -Infinity ? 0 : nowMs));
  const samples = Object.create(writer.samples, {
    commit: {
      value: (given: readonly Sample[]) => {
        for (const { atMs } of given) nowMs = Math.max(nowMs, atMs);
        writer.samples.commit(given);
      },
    },
  }) as StoreWriter['samples'];
  return { ...writer, samples };
}

/** A reader on its real thread, closed after the test. */
export async function testReader(databasePath: string, workerPath?: string, log: LogEntry[] = []): Promise<StoreReader> {
  const reader = openReader({
    databasePath,
    workerPath: workerPath ?? (await readerBundle()),
    log: (level, text) => log.push({ level, text }),
  });
  afterThisTest(() => reader.close());
  return reader;
}

/** One series' buckets, null where the source had none. */
export interface ChartColumns {
  readonly seriesId: number;
  readonly atMs: number[];
  readonly min: (number | null)[];
  readonly max: (number | null)[];
  readonly mean: (number | null)[];
}

type History = StoreReader['samples']['history'];
type ChartReader = Omit<StoreReader, 'samples'> & {
  readonly samples: Omit<StoreReader['samples'], 'history'> & {
    history(...query: Parameters<History>): Promise<{ bucketMs: number; columns: ChartColumns[] }>;
  };
};

/** The same, its history as arrays with nulls, which are easier to compare. */
export async function chartReader(...options: Parameters<typeof testReader>): Promise<ChartReader> {
  const reader = await testReader(...options);
  const plain = (values: Float64Array): (number | null)[] => Array.from(values, (value) => (Number.isNaN(value) ? null : value));
  const history = async (...query: Parameters<History>): Promise<{ bucketMs: number; columns: ChartColumns[] }> => {
    const { bucketMs, columns } = await reader.samples.history(...query);
    return {
      bucketMs,
      columns: columns.map(({ seriesId, atMs, min, max, mean }) => ({
        seriesId,
        atMs: [...atMs],
        min: plain(min),
        max: plain(max),
        mean: plain(mean),
      })),
    };
  };
  return { ...reader, samples: { ...reader.samples, history } };
}

/** What {@link samplesOf} asks. */
export interface RawReader {
  readonly samples: Pick<StoreReader['samples'], 'columns'>;
}

/** Raw samples, series after series in the order asked, each oldest first. */
export async function samplesOf(reader: RawReader, selection: HistorySelection, signal?: AbortSignal): Promise<Sample[]> {
  const columns = await reader.samples.columns(selection, signal);
  return columns.flatMap(({ seriesId, atMs, value }) =>
    Array.from(atMs, (time, i): Sample => {
      const stored = value[i] ?? NaN;
      return { seriesId, atMs: time, value: Number.isNaN(stored) ? null : stored };
    }),
  );
}

export function readerBundle(): Promise<string> {
  return bundleEntry('src-main/core/store/reader-worker.ts');
}

export const seriesKey = (over: Partial<SeriesKey> = {}): SeriesKey => ({
  device: 'gpu0',
  metric: 'gpu.power',
  provenance: 'measured',
  label: 'NVIDIA H100 80GB HBM3',
  ...over,
});

export const testRun = (over: Partial<Run> = {}): Run => ({
  id: 'run-1',
  ...unlabelled,
  recipe: 'mnist-mlp',
  engine: 'wasm',
  engineUsed: null,
  params: shippedParams('mnist-mlp'),
  status: 'queued',
  createdAtMs: NOON_MS,
  startedAtMs: null,
  endedAtMs: null,
  failure: null,
  plan: null,
  progress: { epoch: 0, step: 0 },
  last: {},
  result: null,
  energy: null,
  ...over,
});
