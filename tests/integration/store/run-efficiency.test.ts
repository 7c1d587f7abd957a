import { expect, it } from 'vitest';
import { RunLaunch } from '@shared/model/launch';
import { RunEfficiency } from '@shared/model/run-efficiency';
import type { Sample } from '@shared/model/series';
import { readEfficiency } from '../../../src-main/core/energy/run-efficiency';
import { evenWriter, NOON_MS, testReader, testRun } from './support/stores';

it('is read from the samples of the GPU and the curves of the run, on the thread of the reader', async () => {
  const writer = evenWriter();
  const idOf = (metric: string): number => writer.samples.ensureSeries({ device: 'gpu0', metric, provenance: 'measured', label: 'GPU' }).id;
  const [load, throttled] = [idOf('gpu.load'), idOf('gpu.throttled')];
  // A sample a second: of the 100 s of the run 10 are a pause, and of the others 30 have a load of 3 %, and 45 are throttled.
  const samples = Array.from({ length: 121 }, (_, i): Sample[] => {
    const atMs = NOON_MS - 10_000 + i * 1_000;
    const second = i - 10;
    return [
      { seriesId: load, atMs, value: second > 0 && second <= 30 ? 3 : second > 90 ? 0 : 97 },
      { seriesId: throttled, atMs, value: second > 30 && second <= 75 ? 1 : 0 },
    ];
  });
  writer.samples.commit(samples.flat());
  const points = { name: 'val/loss', step: [10, 20, 30], atMs: [10, 20, 30].map((s) => NOON_MS + s * 1_000), value: [0.9, 0.4, 0.5] };
  const plain = testRun({ id: 'r1' });
  const run = {
    ...plain,
    startedAtMs: NOON_MS,
    endedAtMs: NOON_MS + 100_000,
    launch: RunLaunch.parse({ gpus: ['gpu0'] }),
    control: { ...plain.control, pauses: [{ fromMs: NOON_MS + 90_000, toMs: NOON_MS + 100_000 }] },
    extremes: { 'val/loss': { min: 0.4, max: 0.9 } },
  };
  writer.runs.save(run, { curves: [points] });
  const reader = await testReader(writer.path);
  const efficiency = RunEfficiency.parse(await readEfficiency(reader, run, NOON_MS + 200_000));
  expect(efficiency.gpus).toEqual(['gpu0']);
  expect(efficiency.idle.value).toBeCloseTo(100 / 3, 9);
  expect(efficiency.throttled.value).toBeCloseTo(50, 9);
  expect(efficiency.idle).toMatchObject({ unit: '%', provenance: 'derived', windowMs: 90_000, coverage: 1 });
  expect(efficiency.costs).toMatchObject([{ name: 'val/loss', first: 0.9, best: 0.4 }]);
});
