import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { recipes } from '@shared/model/recipes';
import { findPythonTensorFlow } from '../../src-main/core/jobs/engine-tools';
import { Classifier } from '../../src-main/trainer/classifier';
import { allRows, gather, readImageDataset } from '../../src-main/trainer/dataset';
import type { EngineSession, TfCore, TfLayers } from '../../src-main/trainer/engines/engine';
import { wasm } from '../../src-main/trainer/engines/wasm';
import { median, type Row } from './figures';

const repo = process.cwd();
const dataset = join(repo, 'resources', 'datasets', 'mnist-10k');
const { batchSize, hiddenUnits, learningRate, seed } = recipes['mnist-mlp'].defaults;
const TRAIN_ROWS = 6400;
const CLASSES = 10;
const ROUNDS = 7;
/** First argument of this very file when it runs as one of the contestants. */
const CONTESTANT = 'bench-contestant';
const load = createRequire(__filename);

type Pass = () => Promise<number>;

/** Trains over so many rows; @returns seconds it took, by the monotonic clock. */
const contestants: Record<string, (rows: number) => Promise<Pass>> = {
  ours: async (rows) => ownLoop(await wasm.load({ enginesDir: '' }), rows),
  'plain-js': async (rows) => ownLoop(await stock('cpu', '@tensorflow/tfjs-backend-cpu'), rows),
  'stock-wasm': async (rows) => modelFit(await stock('wasm', '@tensorflow/tfjs-backend-wasm'), rows),
};

async function stock(backend: string, packageName: string): Promise<EngineSession> {
  const core = load('@tensorflow/tfjs-core') as TfCore;
  const layers = load('@tensorflow/tfjs-layers') as TfLayers;
  load(packageName);
  await core.setBackend(backend);
  return { core, layers, detail: backend, adam: (rate) => core.train.adam(rate) };
}

function build({ layers: { initializers, layers, sequential } }: EngineSession) {
  return sequential({
    layers: [
      layers.dense({ units: hiddenUnits, activation: 'relu', inputShape: [784], kernelInitializer: initializers.glorotUniform({ seed }) }),
      layers.dense({ units: CLASSES, activation: 'softmax', kernelInitializer: initializers.glorotUniform({ seed: seed + 1 }) }),
    ],
  });
}

/** As the trainer does it. */
async function ownLoop(session: EngineSession, rows: number): Promise<Pass> {
  const subset = allRows((await readImageDataset(dataset, CLASSES)).train);
  const classifier = new Classifier(session, build(session), session.adam(learningRate));
  return async () => {
    const startedAt = performance.now();
    for (let from = 0; from < rows; from += batchSize) {
      const { x: values, labels } = gather(subset, from, batchSize);
      const x = session.core.tensor2d(values, [batchSize, 784], 'float32');
      classifier.train(x, labels);
      x.dispose();
      await new Promise((resolve) => setImmediate(resolve));
    }
    return (performance.now() - startedAt) / 1000;
  };
}

/** As the documentation of tfjs does it. */
async function modelFit(session: EngineSession, rows: number): Promise<Pass> {
  const { x, labels } = gather(allRows((await readImageDataset(dataset, CLASSES)).train), 0, rows);
  const { tensor1d, tensor2d } = session.core;
  const model = build(session);
  model.compile({ optimizer: session.adam(learningRate), loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
  const [xs, ys] = [tensor2d(x, [rows, 784], 'float32'), tensor1d(Float32Array.from(labels))];
  return async () => {
    const startedAt = performance.now();
    await model.fit(xs, ys, { batchSize, epochs: 1, verbose: 0 });
    return (performance.now() - startedAt) / 1000;
  };
}

async function contend(name: string, rows: number): Promise<void> {
  const pass = await (contestants[name] ?? (() => Promise.reject(new Error(`no contestant ${name}`))))(rows);
  await pass();
  console.log(JSON.stringify({ ready: name }));
  for await (const _ of createInterface({ input: process.stdin })) console.log(JSON.stringify({ samplesPerSecond: rows / (await pass()) }));
}

interface Contestant {
  /** One pass over its rows, samples/s. */
  go(): Promise<number>;
  end(): void;
}

/** A contestant in a process of its own, warmed up; it rests until it is told to go. */
async function enter(command: string, args: readonly string[]): Promise<Contestant> {
  const child = spawn(command, args, { cwd: repo, stdio: ['pipe', 'pipe', 'ignore'] });
  child.stdin.on('error', () => undefined);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async (): Promise<{ samplesPerSecond?: number }> => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`${[command, ...args].join(' ')} ended early`);
    return JSON.parse(value) as { samplesPerSecond?: number };
  };
  await answer();
  return {
    async go() {
      child.stdin.write('go\n');
      return (await answer()).samplesPerSecond ?? NaN;
    },
    end: () => void child.kill('SIGKILL'),
  };
}

/**
 * Samples/s of mnist-mlp (784-128-10, batch 32, Adam) in training, one contestant after another in each round, so that
 * whatever else the machine does strikes all alike; a ratio is the median of the rounds' own ratios.
 */
export async function run(): Promise<{ rows: Row[] }> {
  const own = (name: string, rows: number): Promise<Contestant> => enter(process.execPath, [__filename, CONTESTANT, name, String(rows)]);
  const field = new Map<string, Contestant>();
  const figures = new Map<string, number[]>();
  const python = await findPythonTensorFlow({ log: () => undefined, signal: new AbortController().signal });
  const keras = python ? `Keras, TensorFlow ${python.version}` : null;
  try {
    field.set('ours', await own('ours', TRAIN_ROWS));
    field.set('tfjs WASM as released, model.fit', await own('stock-wasm', TRAIN_ROWS));
    // A tenth of the rows: it would take most of the time otherwise.
    field.set('tfjs in plain JavaScript', await own('plain-js', TRAIN_ROWS / 10));
    if (python && keras)
      field.set(keras, await enter(python.python, [join(repo, 'tests', 'bench', 'keras_mlp.py'), dataset, String(batchSize)]));
    for (let round = 0; round < ROUNDS; round++) {
      for (const [name, contestant] of field) figures.set(name, [...(figures.get(name) ?? []), await contestant.go()]);
    }
  } finally {
    for (const contestant of field.values()) contestant.end();
  }
  const ours = figures.get('ours') ?? [];
  const rows: Row[] = [...figures].flatMap(([name, values]) => {
    if (name === 'ours') return [];
    const ratio = {
      value: median(ours.map((value, i) => value / (values[i] ?? NaN))),
      against: `${name} (${Math.round(median(values))} samples/s)`,
    };
    return { name: 'training mnist-mlp on WASM', value: median(ours), unit: 'samples/s', ratio };
  });
  if (!keras) console.log('  Keras: skipped, no Python here can import TensorFlow (COLDAISLE_PYTHON names one)');
  return { rows };
}

if (process.argv[2] === CONTESTANT) void contend(process.argv[3] ?? '', Number(process.argv[4]));
