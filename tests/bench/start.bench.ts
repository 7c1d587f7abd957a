import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RpcClient } from '../../src-shared/rpc/client';
import { encodeMessage } from '../../src-shared/rpc/encode';
import { createPortPair } from '../../src-shared/rpc/pair';
import { quantity } from '../../src-shared/model/provenance';
import { freshControl, plainLaunch } from '@shared/model/launch';
import type { Run } from '../../src-shared/model/run';
import { RunQuery } from '../../src-shared/model/run-list';
import { createCore } from '../../src-main/core/core';
import { openWriter } from '../../src-main/core/store/writer';
import { bundleEntry } from '../helpers/bundle';
import { noLauncher } from '../helpers/no-launcher';
import { repoRoot } from '../helpers/repo-root';
import { median, type Row } from './figures';

const MANY = 10_000;
const FEW = 50;
const TIMES = 9;
/** From one run to the next. */
const APART_MS = 5 * 60_000;
const STEPS = 20;
const scalars = { 'train/loss': 'train.loss', 'train/accuracy': 'train.accuracy', 'train/samples_per_second': 'train.throughput' } as const;

function runOf(n: number, createdAtMs: number): Run {
  const joules = quantity(120_000 + n, 'J', 'measured', APART_MS);
  const watts = quantity(400, 'W', 'measured', APART_MS);
  const last = Object.fromEntries(Object.keys(scalars).map((name, i) => [name, 0.1 * i + (n % 97) / 97]));
  return {
    id: `run-${String(n).padStart(5, '0')}`,
    ...{ kind: 'recipe', name: n % 3 === 0 ? `baseline ${n}` : null, tags: n % 5 === 0 ? ['baseline'] : [], notes: '', parent: null },
    ...{ paramSpecs: [], interruptions: [], recipe: 'mnist-mlp', engine: 'wasm', engineUsed: null },
    params: { epochs: 5, batchSize: 32, learningRate: 0.001, hiddenUnits: 128, validationSplit: 0.2, seed: n },
    ...{ status: 'succeeded', createdAtMs, startedAtMs: createdAtMs, endedAtMs: createdAtMs + APART_MS / 2, failure: null },
    plan: { epochs: 5, stepsPerEpoch: 4, trainSamples: 640, validationSamples: 128, testSamples: 128, weights: 101_770 },
    ...{ progress: { epoch: 5, step: STEPS }, last, result: last, extremes: {}, declared: {}, launch: plainLaunch, control: freshControl },
    energy: {
      ...{ basis: 'ledger', lines: [], itJ: joules, infrastructureJ: joules, facilityJ: joules, meanItW: watts, peakItW: watts },
      ...{ jPerSample: joules, cost: quantity(0.01, 'EUR', 'derived', APART_MS), co2eKg: quantity(0.01, 'kg', 'modelled', APART_MS) },
      ...{ spanMs: APART_MS / 2, inconsistentMs: 0, allocated: null, excludedDevices: [] },
      ...{ pricePerKwh: 0.3, currency: 'EUR', gridKgPerKwh: 0.4, final: true },
    },
  };
}

/** Ended runs, each with its row, its curves, and series of its own with samples; none of them left a log. */
function fill(dataDir: string, runs: number): void {
  const writer = openWriter({ dataDir });
  const fromMs = Date.now() - (runs + 1) * APART_MS;
  for (let n = 0; n < runs; n++) {
    const createdAtMs = fromMs + n * APART_MS;
    const run = runOf(n, createdAtMs);
    const device = `run/${run.id}`;
    const series = writer.samples.ensureAllSeries(
      Object.values(scalars).map((metric) => ({ device, metric, provenance: 'measured', label: `${run.recipe} ${run.id}` })),
    );
    const step = Array.from({ length: STEPS }, (_, i) => i);
    const atMs = step.map((i) => createdAtMs + i * 1000);
    writer.samples.commit(series.flatMap(({ id }) => atMs.slice(0, 2).map((at, i) => ({ seriesId: id, atMs: at, value: i + (n % 7) }))));
    const curves = Object.keys(scalars).map((name) => ({ name, step, atMs, value: step.map((i) => 1 / (i + 1)) }));
    writer.runs.save(run, { curves });
  }
  writer.close();
}

interface Start {
  /** From the call until the core is there, until a page of runs was answered, and until the first tick came, ms. */
  readonly coreMs: number;
  readonly pageMs: number;
  readonly tickMs: number;
  /** On the wire. */
  readonly pageBytes: number;
  readonly runsBytes: number;
  readonly seriesBytes: number;
  readonly runs: number;
}

const bytesOf = (message: unknown): number => {
  const encoded = encodeMessage(message);
  return typeof encoded === 'string' ? Buffer.byteLength(encoded) : encoded.byteLength;
};

async function start(dataDir: string, programs: { readerWorker: string; nvmlWorker: string }): Promise<Start> {
  const fromMs = performance.now();
  const core = await createCore({
    dataDir,
    resourcesDir: join(repoRoot, 'resources'),
    enginesDir: join(dataDir, 'engines'),
    ...programs,
    launcher: noLauncher,
    runtime: 'headless',
    version: '0.0.0',
    log: () => undefined,
  });
  const coreMs = performance.now() - fromMs;
  const client = new RpcClient();
  try {
    const [near, far] = createPortPair();
    client.attach(near);
    core.connect(far);
    const tick = new Promise<number>((done) =>
      client.subscribe('telemetry.live', { sinceMs: 0, seriesIds: null }, { onFrame: () => done(performance.now() - fromMs) }),
    );
    const page = await client.call('runs.list', RunQuery.parse({}));
    const pageMs = performance.now() - fromMs;
    const tickMs = await tick;
    // After the first tick: what the machine itself has is known by then, but for a few that come with a later one.
    const [runsFrame, seriesFrame] = await Promise.all([
      new Promise<unknown>((done) => client.subscribe('runs.live', {}, { onFrame: done })),
      new Promise<unknown>((done) => client.subscribe('series.live', {}, { onFrame: done })),
    ]);
    const [pageBytes, runsBytes, seriesBytes] = [page, runsFrame, seriesFrame].map(bytesOf) as [number, number, number];
    return { coreMs, pageMs, tickMs, pageBytes, runsBytes, seriesBytes, runs: page.total };
  } finally {
    client.dispose();
    await core.close();
  }
}

/** What ended runs cost a start, and what comes over the wire at once: it must not depend on how many there are. */
export async function run(): Promise<{ rows: Row[] }> {
  const dir = mkdtempSync(join(tmpdir(), 'coldaisle-bench-start-'));
  try {
    const programs = {
      readerWorker: await bundleEntry('src-main/core/store/reader-worker.ts'),
      nvmlWorker: await bundleEntry('src-main/core/telemetry/collectors/nvml/worker.ts'),
    };
    const counts = [0, FEW, MANY] as const;
    const folders = counts.map((runs) => ({ runs, dataDir: join(dir, String(runs)), starts: [] as Start[] }));
    for (const { dataDir, runs } of folders) fill(dataDir, runs);
    // One start of each first: it records what this machine is, and the code is warm. Then turn by turn.
    for (let time = 0; time <= TIMES; time++) {
      for (const { dataDir, runs, starts } of folders) {
        const started = await start(dataDir, programs);
        if (started.runs !== runs) throw new Error(`${started.runs} runs where there are ${runs}`);
        if (time > 0) starts.push(started);
      }
    }
    const [none, few, many] = folders.map(({ starts }) => starts) as [Start[], Start[], Start[]];
    const of = (starts: Start[], figure: keyof Start): number => median(starts.map((started) => started[figure]));
    const row = (name: string, figure: keyof Start, unit: string, base: Start[], against: string): Row => {
      const ratio = median(many.map((started, i) => started[figure] / (base[i]?.[figure] ?? Number.NaN)));
      return {
        name,
        value: of(many, figure),
        unit,
        ratio: { value: ratio, against: `${against}, turn by turn (median ${Math.round(of(base, figure)).toLocaleString('en')} ${unit})` },
      };
    };
    return {
      rows: [
        row('start with 10,000 ended runs: the core is there', 'coreMs', 'ms', none, 'with none'),
        row('… to the first page of runs', 'pageMs', 'ms', none, 'with none'),
        row('… to the first tick', 'tickMs', 'ms', none, 'with none'),
        row('one page of runs.list, of 10,000', 'pageBytes', 'B', few, 'of 50'),
        row('first frame of runs.live', 'runsBytes', 'B', few, 'with 50'),
        row('first frame of series.live', 'seriesBytes', 'B', few, 'with 50'),
      ],
    };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
