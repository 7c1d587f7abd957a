import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recipes } from '../../src-shared/model/recipes';
import type { Run } from '../../src-shared/model/run';
import { defaultSettings } from '../../src-shared/model/settings';
import { billFromHistory } from '../../src-main/core/energy/lost-bills';
import { openForWriting } from '../../src-main/core/store/file/open';
import { openReader } from '../../src-main/core/store/reader';
import { bundleEntry } from '../helpers/bundle';
import type { Row } from './figures';
import { makeYearFile } from './year-file';
import { unlabelled } from '../helpers/runs';

const DAYS = 90;
const MIB = 2 ** 20;

const lost = (startedAtMs: number, endedAtMs: number): Run => ({
  id: 'run-1',
  ...unlabelled,
  recipe: 'mnist-mlp',
  engine: 'wasm',
  engineUsed: null,
  params: recipes['mnist-mlp'].defaults,
  status: 'failed',
  createdAtMs: startedAtMs,
  startedAtMs,
  endedAtMs,
  failure: { code: 'core-lost', message: 'the core was lost' },
  plan: null,
  progress: { epoch: 0, step: 0 },
  last: { loss: null, accuracy: null, valLoss: null, valAccuracy: null, samplesPerSecond: null },
  result: null,
  energy: null,
});

/** Runs `work` and says how long it took and how far the memory of the process, its threads with it, rose meanwhile. */
async function measured<T>(work: () => Promise<T>): Promise<{ result: T; seconds: number; roseBytes: number }> {
  const before = process.memoryUsage.rss();
  let peak = before;
  const look = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 10);
  const startedMs = performance.now();
  try {
    const result = await work();
    return { result, seconds: (performance.now() - startedMs) / 1000, roseBytes: Math.max(peak, process.memoryUsage.rss()) - before };
  } finally {
    clearInterval(look);
  }
}

/** A run of 90 days whose core was lost, billed from IT and facility power at 1 Hz; against SQLite's sum over the same samples of the same file. */
export async function run(): Promise<{ rows: Row[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'coldaisle-bench-bill-'));
  const file = makeYearFile(folder, 2, DAYS, Date.UTC(2026, 10, 1));
  const db = openForWriting(file.path);
  const rename = db.change("UPDATE series SET device = ?, metric = ?, provenance = 'derived' WHERE id = ?");
  (['host', 'room'] as const).forEach((device, i) =>
    rename.run(device, device === 'host' ? 'it.power' : 'facility.power', file.ids[i] ?? 0),
  );
  db.close();
  const reader = openReader({
    databasePath: file.path,
    workerPath: await bundleEntry('src-main/core/store/reader-worker.ts'),
    log: () => undefined,
  });
  try {
    const series = await reader.samples.series();
    const own = lost(file.fromMs, file.toMs);
    const bill = (): ReturnType<typeof billFromHistory> =>
      billFromHistory(own, { series, reader: reader.samples, settings: defaultSettings, runs: [own], simulated: false });
    const sum = async (): Promise<number> => {
      let samples = 0;
      for (const id of file.ids) {
        const { rows } = await reader.samples.sql({
          sql: 'SELECT count(value) AS n, sum(value) AS sum FROM samples(?, ?, ?)',
          params: [id, file.fromMs, file.toMs],
        });
        samples += Number(Object.values(rows[0] ?? {})[0]);
      }
      return samples;
    };
    // The code of both has run before.
    await billFromHistory(lost(file.fromMs, file.fromMs + 3_600_000), {
      series,
      reader: reader.samples,
      settings: defaultSettings,
      runs: [],
      simulated: false,
    });
    await reader.samples.sql({
      sql: 'SELECT count(*) FROM samples(?, ?, ?)',
      params: [file.ids[0] ?? 0, file.fromMs, file.fromMs + 3_600_000],
    });
    const billed = await measured(bill);
    const summed = await measured(sum);
    if (billed.result?.spanMs !== file.toMs - file.fromMs || summed.result < file.samples * 0.9)
      throw new Error(`not all was billed: ${JSON.stringify(billed.result)}`);
    const plainBytes = file.samples * 2 * Float64Array.BYTES_PER_ELEMENT;
    return {
      rows: [
        {
          name: `bill of a run of ${DAYS} days (${(file.samples / 1e6).toFixed(1)} M samples)`,
          value: billed.seconds,
          unit: 's',
          ratio: {
            value: billed.seconds / summed.seconds,
            against: `SELECT sum(value) of the same samples (${summed.seconds.toFixed(1)} s)`,
          },
        },
        {
          name: '  memory at its peak, above that before',
          value: billed.roseBytes / MIB,
          unit: 'MiB',
          ratio: {
            value: billed.roseBytes / plainBytes,
            against: `times and values of the samples as doubles (${(plainBytes / MIB).toFixed(0)} MiB)`,
          },
        },
      ],
    };
  } finally {
    await reader.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
