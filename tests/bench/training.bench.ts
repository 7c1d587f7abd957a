import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ModelDescription, type ModelDeclaration } from '@shared/studio/model';
import { buildModel } from '../../src-main/trainer/build-model';
import { classesOutput } from '@shared/studio/inspect';
import { Learner } from '../../src-main/trainer/learner';
import { scoreRows } from '../../src-main/trainer/losses';
import { inputRows } from '../../src-main/trainer/prepared';
import { StoredVersion } from '../../src-main/dataset-files/reader';
import type { EngineSession, TfCore, TfLayers } from '../../src-main/trainer/engines/engine';
import { wasm } from '../../src-main/trainer/engines/wasm';
import { median, type Row } from './figures';
import { kerasPython } from './keras-python';

const repo = process.cwd();
const dataset = join(repo, 'resources', 'datasets', 'mnist-10k', 'v1');
/** The same rows for Keras. */
const idxFiles = join(repo, 'tests', 'data', 'mnist-10k');
const LEARNING_RATE = 0.001;
const SEED = 42;
const CLASSES = 10;
const ROUNDS = 5;
/** First argument of this very file when it runs as one of the contestants. */
const CONTESTANT = 'bench-contestant';
const load = createRequire(__filename);

/** What is trained, the same as in keras_model.py; `rows` of one pass, so that each takes about a second. */
const models = {
  mlp: { rows: 6400, input: [784], layers: [{ type: 'dense', units: 128, activation: 'relu' }] },
  cnn: {
    rows: 1280,
    input: [28, 28, 1],
    layers: [
      { type: 'conv2d', filters: 32, kernel: [3, 3], activation: 'relu' },
      { type: 'maxPool2d', size: [2, 2] },
      { type: 'conv2d', filters: 64, kernel: [3, 3], activation: 'relu' },
      { type: 'maxPool2d', size: [2, 2] },
      { type: 'conv2d', filters: 64, kernel: [3, 3], activation: 'relu' },
      { type: 'flatten' },
      { type: 'dense', units: 64, activation: 'relu' },
    ],
  },
  lstm: { rows: 640, input: [28, 28], layers: [{ type: 'lstm', units: 64 }] },
  conv1d: {
    rows: 1280,
    input: [28, 28],
    layers: [
      { type: 'conv1d', filters: 32, kernel: 5, activation: 'relu' },
      { type: 'conv1d', filters: 64, kernel: 5, activation: 'relu' },
      { type: 'globalMean' },
    ],
  },
} as const satisfies Record<string, Pick<ModelDeclaration, 'input' | 'layers'> & { rows: number }>;
type ModelName = keyof typeof models;
const isModel = (name: string): name is ModelName => Object.hasOwn(models, name);

const describeModel = (name: ModelName): ModelDescription =>
  ModelDescription.parse({
    input: models[name].input,
    layers: [...models[name].layers, { type: 'dense', units: CLASSES, activation: 'softmax' }],
  });

type Pass = () => Promise<number>;
interface Contest {
  readonly model: ModelName;
  readonly rows: number;
  readonly batch: number;
}

/** Each trains over so many rows; a pass tells the seconds it took, by the monotonic clock. */
const contestants: Record<string, (contest: Contest) => Promise<Pass>> = {
  ours: async (contest) => ownLoop(await wasm.load({ enginesDir: '' }), contest),
  'plain-js': async (contest) => ownLoop(await stock('cpu', '@tensorflow/tfjs-backend-cpu'), contest),
  'stock-wasm': async (contest) => modelFit(await stock('wasm', '@tensorflow/tfjs-backend-wasm'), contest),
};

async function stock(backend: string, packageName: string): Promise<EngineSession> {
  const core = load('@tensorflow/tfjs-core') as TfCore;
  const layers = load('@tensorflow/tfjs-layers') as TfLayers;
  load(packageName);
  await core.setBackend(backend);
  return { core, layers, detail: backend, adam: (rate) => core.train.adam(rate) };
}

/** So many rows from one on, as the trainer reads them. */
async function digits(): Promise<(from: number, rows: number) => { x: Float32Array; labels: Int32Array }> {
  const table = await (await StoredVersion.open(dataset)).table();
  const { values, size } = inputRows(table, ['image']);
  const label = table.columns.find(({ name }) => name === 'label')?.data;
  if (label?.type !== 'category') throw new Error('the digits have no labels');
  return (from, rows) => ({ x: values.slice(from * size, (from + rows) * size), labels: label.codes.slice(from, from + rows) });
}

/** As the trainer does it. */
async function ownLoop(session: EngineSession, { model, rows, batch }: Contest): Promise<Pass> {
  const take = await digits();
  const description = describeModel(model);
  const learner = new Learner(session, buildModel(session, description, classesOutput(CLASSES), SEED), session.adam(LEARNING_RATE));
  return async () => {
    const startedAt = performance.now();
    for (let from = 0; from < rows; from += batch) {
      const { x: values, labels } = take(from, batch);
      const x = session.core.tensor(values, [batch, ...description.input], 'float32');
      learner.train(x, (outputs, gradient) => scoreRows(outputs, labels, gradient));
      x.dispose();
      await new Promise((resolve) => setImmediate(resolve));
    }
    return (performance.now() - startedAt) / 1000;
  };
}

/** As the documentation of tfjs does it. */
async function modelFit(session: EngineSession, { model: name, rows, batch }: Contest): Promise<Pass> {
  const { x, labels } = (await digits())(0, rows);
  const { tensor, tensor1d } = session.core;
  const description = describeModel(name);
  const model = buildModel(session, description, classesOutput(CLASSES), SEED);
  model.compile({ optimizer: session.adam(LEARNING_RATE), loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
  const [xs, ys] = [tensor(x, [rows, ...description.input], 'float32'), tensor1d(Float32Array.from(labels))];
  return async () => {
    const startedAt = performance.now();
    await model.fit(xs, ys, { batchSize: batch, epochs: 1, verbose: 0 });
    return (performance.now() - startedAt) / 1000;
  };
}

async function contend(name: string, contest: Contest): Promise<void> {
  const pass = await (contestants[name] ?? (() => Promise.reject(new Error(`no contestant ${name}`))))(contest);
  await pass();
  console.log(JSON.stringify({ ready: name }));
  for await (const _ of createInterface({ input: process.stdin }))
    console.log(JSON.stringify({ samplesPerSecond: contest.rows / (await pass()) }));
}

interface Contestant {
  /** One pass over its rows, samples/s. */
  go(): Promise<number>;
  end(): void;
}

/** A contestant in a process of its own, warmed up; it rests until it is told to go. @throws Error when it cannot train this */
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

type Entry = readonly [name: string, enter: () => Promise<Contestant>];

/** Samples/s of the first one against each other one. */
async function compare(title: string, entries: readonly Entry[]): Promise<Row[]> {
  const field: { name: string; contestant: Contestant; figures: number[] }[] = [];
  try {
    for (const [name, come] of entries) {
      try {
        field.push({ name, contestant: await come(), figures: [] });
      } catch {
        console.log(`  ${title}: ${name} cannot train it`);
      }
    }
    for (let round = 0; round < ROUNDS; round++) for (const { contestant, figures } of field) figures.push(await contestant.go());
  } finally {
    for (const { contestant } of field) contestant.end();
  }
  const [ours, ...others] = field;
  if (ours === undefined) return [];
  return others.map(({ name, figures }) => {
    const ratio = {
      value: median(ours.figures.map((value, i) => value / (figures[i] ?? NaN))),
      against: `${name} (${Math.round(median(figures))} samples/s)`,
    };
    return { name: title, value: median(ours.figures), unit: 'samples/s', ratio };
  });
}

/**
 * Samples/s in training with Adam, one contestant after another in each round, so that whatever else the machine does
 * strikes all alike; a ratio is the median of the rounds' own ratios.
 */
export async function run(): Promise<{ rows: Row[] }> {
  const own = (name: string, model: ModelName, batch: number, rows: number = models[model].rows): Promise<Contestant> =>
    enter(process.execPath, [__filename, CONTESTANT, name, model, String(rows), String(batch)]);
  const keras = await kerasPython();
  if (keras === null) console.log('  Keras: skipped, no Python here can import TensorFlow (COLDAISLE_PYTHON names one)');
  const rows: Row[] = [];
  for (const model of ['mlp', 'cnn', 'lstm', 'conv1d'] as const) {
    for (const batch of [32, 128]) {
      const entries: Entry[] = [['ours', () => own('ours', model, batch)]];
      if (keras !== null) {
        const args = [join(repo, 'tests', 'bench', 'keras_model.py'), idxFiles, model, String(models[model].rows), String(batch)];
        entries.push([`Keras, TensorFlow ${keras.version}`, () => enter(keras.python, args)]);
      }
      // A few batches: they would take most of the time otherwise.
      entries.push(['tfjs WASM as released, model.fit', () => own('stock-wasm', model, batch, 4 * batch)]);
      if (model !== 'cnn' && batch === 32) entries.push(['tfjs in plain JavaScript', () => own('plain-js', model, batch, batch)]);
      rows.push(...(await compare(`training ${model} on WASM, batch ${batch}`, entries)));
    }
  }
  return { rows };
}

const [, , role, name = '', model = '', rowCount, batchSize] = process.argv;
if (role === CONTESTANT && isModel(model)) void contend(name, { model, rows: Number(rowCount), batch: Number(batchSize) });
