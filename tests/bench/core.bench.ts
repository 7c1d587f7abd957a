import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { WebSocket } from 'ws';
import type { TrainerSpec } from '@shared/contract/trainer';
import { startConsole } from '../helpers/console';
import { cpuSeconds } from './cpu-time';
import { median, type Row } from './figures';

const repo = process.cwd();
const headless = join(repo, 'out', 'main', 'headless.js');
const systeminformation = createRequire(join(repo, 'package.json')).resolve('systeminformation');
const wait = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
/** The logger people write themselves: systeminformation once a second. It says "first" after its first full answer. */
const homeMade = `
  const si = require(${JSON.stringify(systeminformation)});
  let first = true;
  const ask = async () => {
    await Promise.all([si.currentLoad(), si.mem(), si.cpuCurrentSpeed(), si.cpuTemperature(), si.fsStats(), si.networkStats()]);
    if (first) { first = false; console.log('first'); }
  };
  ask(); setInterval(ask, 1000);
`;

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
}

/** A headless console on a folder of its own; resolves when it told where it is. */
async function startOwnConsole(): Promise<{ child: ChildProcess; url: URL; stop(): Promise<void> }> {
  const dataDir = await mkdtemp(join(tmpdir(), 'coldaisle-bench-'));
  const { child, url } = await startConsole(headless, ['--data', dataDir, '--port', '0']);
  const stop = async (): Promise<void> => {
    await ended(child);
    await rm(dataDir, { recursive: true, force: true });
  };
  return { child, url, stop };
}

/** Resolves when the console sent its first IT power that is a number. */
async function firstLiveNumber(url: URL): Promise<void> {
  const token = new URLSearchParams(url.hash.slice(1)).get('token') ?? '';
  const socket = new WebSocket(`ws://${url.host}/rpc`, ['coldaisle.v2', `token.${token}`], { origin: url.origin });
  await once(socket, 'open');
  socket.send(JSON.stringify({ t: 'subscribe', id: 1, name: 'room.live', params: {} }));
  await new Promise<void>((resolve) => {
    socket.on('message', (data) => {
      const message = JSON.parse(String(data)) as { t: string; frame?: { itPowerW?: { value: number | null } } };
      if (message.t === 'frame' && typeof message.frame?.itPowerW?.value === 'number') resolve();
    });
  });
  socket.close();
}

function startHomeMade(): ChildProcess {
  return spawn(process.execPath, ['-e', homeMade], { stdio: ['ignore', 'pipe', 'inherit'] });
}

/** CPU share at 1 Hz with nobody watching, both at the same time on the same machine. */
async function idleShare(): Promise<Row[]> {
  const own = await startOwnConsole();
  const peer = startHomeMade();
  await wait(8_000);
  const [a0, b0, t0] = [await cpuSeconds(own.child.pid ?? 0), await cpuSeconds(peer.pid ?? 0), performance.now()];
  await wait(30_000);
  const seconds = (performance.now() - t0) / 1000;
  const share = (await cpuSeconds(own.child.pid ?? 0)) - a0;
  const peerShare = (await cpuSeconds(peer.pid ?? 0)) - b0;
  await Promise.all([own.stop(), ended(peer)]);
  return [
    {
      name: 'core at 1 Hz, idle: share of one CPU',
      value: (100 * share) / seconds,
      unit: '%',
      ratio: { value: share / peerShare, against: 'systeminformation once a second' },
    },
  ];
}

async function coldStart(): Promise<Row[]> {
  const own: number[] = [];
  const peer: number[] = [];
  for (let i = 0; i < 5; i++) {
    let from = performance.now();
    const started = await startOwnConsole();
    await firstLiveNumber(started.url);
    own.push(performance.now() - from);
    await started.stop();
    from = performance.now();
    const other = startHomeMade();
    await once(other.stdout as NodeJS.ReadableStream, 'data');
    peer.push(performance.now() - from);
    await ended(other);
  }
  const ratios = own.map((ms, i) => ms / (peer[i] ?? NaN));
  return [
    {
      name: 'cold start of the console to the first live watt',
      value: median(own),
      unit: 'ms',
      ratio: { value: median(ratios), against: "systeminformation's first answer" },
    },
  ];
}

/** Samples per second of the trainer alone, told to train over its own protocol. */
async function trainAlone(): Promise<number> {
  const artifactsDir = await mkdtemp(join(tmpdir(), 'coldaisle-bench-'));
  const child = spawn(process.execPath, [join(repo, 'out', 'main', 'trainer.js')], { stdio: ['pipe', 'ignore', 'inherit', 'pipe'] });
  const params = { epochs: 5, batchSize: 32, learningRate: 0.001, hiddenUnits: 128, validationSplit: 0.2, seed: 42 };
  const spec: TrainerSpec = {
    runId: 'bench',
    recipe: 'mnist-mlp',
    engine: 'wasm',
    params,
    recipeFile: join(repo, 'resources', 'recipes', 'mnist-mlp.json'),
    datasetFolder: join(repo, 'resources', 'datasets', 'mnist-10k', 'v1'),
    checkpointFile: null,
    enginesDir: join(tmpdir(), 'none'),
    artifactsDir,
  };
  child.stdin?.write(`${JSON.stringify({ t: 'start', spec })}\n`);
  let speed = NaN;
  createInterface({ input: child.stdio[3] as NodeJS.ReadableStream }).on('line', (line) => {
    const event = JSON.parse(line) as { t: string; values?: Record<string, number> };
    if (event.t === 'result') speed = event.values?.['train/samples_per_second'] ?? NaN;
  });
  await once(child, 'close');
  await rm(artifactsDir, { recursive: true, force: true });
  return speed;
}

async function trainMetered(): Promise<number> {
  const dataDir = await mkdtemp(join(tmpdir(), 'coldaisle-bench-'));
  const child = spawn(process.execPath, [headless, 'train', 'mnist-mlp', '--data', dataDir], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout?.on('data', (chunk) => (text += String(chunk)));
  await once(child, 'close');
  await rm(dataDir, { recursive: true, force: true });
  return Number(/throughput\s+([\d,.]+)\s+samples\/s/i.exec(text)?.[1]?.replaceAll(',', ''));
}

async function meteringCost(): Promise<Row[]> {
  const pairs: number[] = [];
  const speeds: number[] = [];
  for (let i = 0; i < 5; i++) {
    const metered = await trainMetered();
    speeds.push(metered);
    pairs.push(metered / (await trainAlone()));
  }
  return [
    {
      name: 'training while metered at 1 Hz',
      value: median(speeds),
      unit: 'samples/s',
      ratio: { value: median(pairs), against: 'the trainer alone (paired, median of 5)' },
    },
  ];
}

/** What the core costs: CPU share while idle, its weight on a training, and how soon it shows a number. Linux (reads /proc). */
export async function run(): Promise<{ rows: Row[] }> {
  return { rows: [...(await idleShare()), ...(await coldStart()), ...(await meteringCost())] };
}
