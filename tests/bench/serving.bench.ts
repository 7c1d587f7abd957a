import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ModelDescription } from '@shared/studio/model';
import { buildModel } from '../../src-main/trainer/build-model';
import { wasm } from '../../src-main/trainer/engines/wasm';
import { serveModel } from '../../src-main/trainer/serving/serve';
import { quantile, type Row } from './figures';
import { kerasPython } from './keras-python';

const NAME = 'mlp';
const PIXELS = 784;
const CLASSES = 10;
/** Clients at a time, each of which asks for one row after the other. */
const CLIENTS = [1, 16] as const;
const MEASURED_MS = 3_000;
const WARM_MS = 1_000;
const ROUNDS = 3;
/** First argument of this very file when it serves. */
const CONTESTANT = 'bench-serving';

/** As the trainer does it: the dense network of mnist-mlp with its first weights, since these take as long as any. */
async function contestant(folder: string): Promise<void> {
  const session = await wasm.load({ enginesDir: '' });
  const description = ModelDescription.parse({
    v: 1,
    input: [PIXELS],
    layers: [
      { type: 'dense', units: 128, activation: 'relu' },
      { type: 'dense', units: CLASSES, activation: 'softmax' },
    ],
  });
  const model = buildModel(session, description, { shapes: [[CLASSES]], activation: 'softmax' }, 42);
  await model.save({
    async save({ modelTopology, weightSpecs, weightData }) {
      writeFileSync(join(folder, 'weights.bin'), Buffer.concat([weightData ?? []].flat().map((part) => Buffer.from(part))));
      const weightsManifest = [{ paths: ['weights.bin'], weights: weightSpecs }];
      writeFileSync(join(folder, 'model.json'), JSON.stringify({ modelTopology, weightsManifest }));
      return Promise.resolve({ modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } });
    },
  });
  const serving = {
    ...{ runId: 'bench', engine: 'wasm' as const, enginesDir: '', artifactsDir: folder, folder, name: NAME },
    ...{ host: '127.0.0.1', port: 0, versions: 'newest' as const, labels: {}, tokens: true, tokenFile: null },
    ...{ maxBatch: 64, maxDelayMs: 0, maxQueue: 1024 },
  };
  const tell = (event: { t: string }): void => {
    if ('served' in event) console.log(new URL((event.served as { address: string }).address).port);
  };
  await serveModel(session, serving, tell, new Promise(() => undefined));
}

interface Server {
  readonly port: number;
  readonly child: ChildProcess;
}

function start(command: string, args: readonly string[]): Promise<Server> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  return new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', (line) => resolve({ port: Number(line), child }));
    child.once('exit', (code) => reject(new Error(`${command} ended with ${code}`)));
  });
}

const body = JSON.stringify({ instances: [Array.from({ length: PIXELS }, (_, i) => Math.round(500 + 500 * Math.sin(i)) / 1000)] });

function ask(agent: Agent, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) };
    const sent = request({ agent, port, method: 'POST', path: `/v1/models/${NAME}:predict`, headers }, (answer) => {
      answer.resume().once('end', () => (answer.statusCode === 200 ? resolve() : reject(new Error(`status ${answer.statusCode}`))));
    });
    sent.once('error', reject);
    sent.end(body);
  });
}

interface Load {
  readonly perSecond: number;
  readonly latencies: readonly number[];
}

async function load(port: number, clients: number, forMs: number): Promise<Load> {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const latencies: number[] = [];
  const startedMs = performance.now();
  const client = async (): Promise<void> => {
    while (performance.now() - startedMs < forMs) {
      const askedMs = performance.now();
      await ask(agent, port);
      latencies.push(performance.now() - askedMs);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  const seconds = (performance.now() - startedMs) / 1000;
  agent.destroy();
  return { perSecond: latencies.length / seconds, latencies };
}

/** In turns, so that both see the machine alike. */
async function compare(ours: Server, theirs: Server | null, clients: number): Promise<Row[]> {
  const servers = theirs === null ? [ours] : [ours, theirs];
  const loads = servers.map((): Load[] => []);
  for (const { port } of servers) await load(port, clients, WARM_MS);
  for (let round = 0; round < ROUNDS; round++)
    for (const [i, { port }] of servers.entries()) loads[i]?.push(await load(port, clients, MEASURED_MS));
  const figures = loads.map((own) => ({
    perSecond: own.reduce((sum, { perSecond }) => sum + perSecond, 0) / own.length,
    p99: quantile(
      own.flatMap(({ latencies }) => latencies),
      0.99,
    ),
  }));
  const [own, peer] = figures;
  if (own === undefined) return [];
  const against = 'Keras as a graph behind http.server';
  return [
    {
      name: `${clients} client(s): requests`,
      value: own.perSecond,
      unit: '1/s',
      ...(peer === undefined ? {} : { ratio: { value: own.perSecond / peer.perSecond, against } }),
    },
    {
      name: `${clients} client(s): latency, 99th percentile`,
      value: own.p99,
      unit: 'ms',
      ...(peer === undefined ? {} : { ratio: { value: own.p99 / peer.p99, against } }),
    },
  ];
}

/** One row of 784 numbers a request, to one dense network: the trainer's server and TensorFlow in Python. */
export async function run(): Promise<{ rows: Row[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'coldaisle-bench-'));
  const python = await kerasPython();
  const ours = await start(process.execPath, [__filename, CONTESTANT, folder]);
  const theirs = python === null ? null : await start(python.python, [join(process.cwd(), 'tests', 'bench', 'keras_server.py')]);
  try {
    const rows: Row[] = [];
    for (const clients of CLIENTS) rows.push(...(await compare(ours, theirs, clients)));
    return { rows };
  } finally {
    ours.child.kill();
    theirs?.child.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

if (process.argv[2] === CONTESTANT) void contestant(process.argv[3] ?? '');
