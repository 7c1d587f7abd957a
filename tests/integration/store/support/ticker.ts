import { writeSync } from 'node:fs';
import { openWriter } from '../../../../src-main/core/store/writer';
import { shippedParams } from '../../../helpers/training-sources';
import { unlabelled } from '../../../helpers/runs';

/** Commits tick after tick as fast as it can and says each number once it is committed: `<data folder> <first tick> <ms from tick to tick>`. */
const [dataDir = '', first = '0', stepMs = '1000'] = process.argv.slice(2);
/** 2026-11-23 12:00:00 UTC; the tests know it as NOON_MS. */
const fromMs = Date.UTC(2026, 10, 23, 12);

const writer = openWriter({ dataDir });
const ids = Array.from(
  { length: 12 },
  (_, i) => writer.samples.ensureSeries({ device: `gpu${i}`, metric: 'gpu.power', provenance: 'measured', label: `GPU ${i}` }).id,
);
writeSync(1, 'open\n');
for (let tick = Number(first); ; tick++) {
  writer.samples.commit(ids.map((seriesId) => ({ seriesId, atMs: fromMs + tick * Number(stepMs), value: tick })));
  writer.runs.save(
    {
      id: 'run-1',
      ...unlabelled,
      recipe: 'mnist-mlp',
      engine: 'wasm',
      engineUsed: null,
      params: shippedParams('mnist-mlp'),
      status: 'running',
      createdAtMs: fromMs,
      startedAtMs: fromMs,
      endedAtMs: null,
      failure: null,
      plan: null,
      progress: { epoch: 1, step: tick },
      last: {},
      result: null,
      energy: null,
    },
    { curves: [{ name: 'train/loss', step: [tick], atMs: [fromMs + tick * 1000], value: [tick] }] },
  );
  writeSync(1, `${tick}\n`);
}
