import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, closeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isFinal } from '@shared/model/run';
import { findProgram } from '../../src-main/children/find-program';
import { shippedTraining } from '../helpers/training-sources';
import { createJobs } from '../../src-main/core/jobs/jobs';
import { RunLogs } from '../../src-main/core/jobs/log/run-logs';
import { openWriter } from '../../src-main/core/store/writer';
import { createChildLauncher } from '../../src-main/hosts/child-launcher';
import { median, type Row } from './figures';

const repo = process.cwd();
const PAIRS = 9;
const STEPS = 1_500;

/** Steps of about 2 ms that each print what they learned, as a training does; it says itself how long they took. */
const TRAINING = `
  const fs = require('node:fs');
  let kept = 0;
  const step = (i) => { for (let k = 0; k < 400_000; k++) kept = (kept * 31 + k + i) % 1_000_003; return kept; };
  for (let i = 0; i < 50; i++) step(i);
  const from = performance.now();
  for (let i = 0; i < ${STEPS}; i++) { const loss = step(i); fs.writeSync(1, 'step=' + i + ' loss=' + (loss / 1e6).toFixed(5) + ' lr=2.0e-05\\n'); }
  fs.writeFileSync('took', String(performance.now() - from));
`;

const tookIn = (cwd: string): number => Number(readFileSync(join(cwd, 'took'), 'utf8'));

/** As a shell starts it, its output into a file. */
function alone(cwd: string): Promise<number> {
  const output = openSync(join(cwd, 'output'), 'w');
  const child = spawn(process.execPath, ['-e', TRAINING], { cwd, stdio: ['ignore', output, output] });
  return new Promise((done, fail) => {
    child.on('error', fail);
    child.on('exit', () => {
      closeSync(output);
      done(tookIn(cwd));
    });
  });
}

export async function run(): Promise<{ rows: Row[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'coldaisle-bench-supervision-'));
  try {
    return { rows: [...(await supervision(folder)), ...helper(folder)] };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What a program loses by being watched: its log kept, its scalars read, its files looked for, all of it stored. */
async function supervision(folder: string): Promise<Row[]> {
  const quiet = (): void => undefined;
  const runsDir = join(folder, 'runs');
  const writer = openWriter({ dataDir: join(folder, 'data') });
  const logs = new RunLogs({ runsDir, maxBytes: () => 64 * 2 ** 20, now: Date.now, log: quiet });
  const jobs = createJobs({
    ...{ writer, logs, runsDir, append: quiet, log: quiet },
    launcher: createChildLauncher({ program: null }),
    training: shippedTraining(),
    pythonDir: join(repo, 'resources', 'python'),
    enginesDir: join(folder, 'engines'),
  });
  const watched = (cwd: string): Promise<number> =>
    new Promise((done, fail) => {
      const id = jobs.startProgram({ program: { command: process.execPath, args: ['-e', TRAINING], cwd } });
      const listening = jobs.onRun((one) => {
        if (one.id !== id || !isFinal(one.status)) return;
        listening.dispose();
        if (one.status === 'succeeded' && one.last['loss'] !== undefined) done(tookIn(cwd));
        else fail(new Error(`the supervised program ${one.status}`));
      });
    });
  const shares: number[] = [];
  for (let pair = 0; pair < PAIRS; pair++) {
    const cwd = join(folder, `pair-${pair}`);
    mkdirSync(cwd);
    // Which goes first changes from pair to pair: a machine gets warmer, and busier.
    const firstIsWatched = pair % 2 === 1;
    const first = await (firstIsWatched ? watched(cwd) : alone(cwd));
    const second = await (firstIsWatched ? alone(cwd) : watched(cwd));
    const [own, without] = firstIsWatched ? [first, second] : [second, first];
    shares.push(own / without);
  }
  await jobs.close();
  logs.close();
  writer.close();
  return [
    {
      name: 'time of a program, supervised',
      value: (median(shares) - 1) * 100,
      unit: '% more',
      ratio: { value: median(shares), against: `the same program alone (at most 1.01; ${PAIRS} pairs)` },
    },
  ];
}

/** Steps of 5 ms with and without a call of the helper in each, turn by turn in one process. */
const HELPED = `
import time, coldaisle
def step():
    until = time.perf_counter() + 0.005
    while time.perf_counter() < until: pass
def turn(log, n=200):
    from_ = time.perf_counter()
    for i in range(n):
        step()
        if log: coldaisle.log(loss=0.5 / (i + 1), accuracy=0.9)
    return (time.perf_counter() - from_) / n
turn(True, 20)
pairs = sorted(turn(True) / turn(False) for _ in range(9))
print(pairs[4])
`;

function unlessMissing(find: () => string): string | null {
  try {
    return find();
  } catch {
    return null;
  }
}

function helper(folder: string): Row[] {
  const python = unlessMissing(() => findProgram('python3', folder, process.env));
  if (python === null) return [];
  const scalars = join(folder, 'scalars');
  mkdirSync(scalars);
  const { stdout, stderr } = spawnSync(python, ['-c', HELPED], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, PYTHONPATH: join(repo, 'resources', 'python'), COLDAISLE_SCALARS: scalars },
  });
  const ratio = Number(stdout.trim());
  if (stdout.trim() === '') throw new Error(`the helper's program ended with: ${stderr}`);
  return [
    {
      name: 'time of a step of 5 ms that calls the helper',
      value: (ratio - 1) * 100,
      unit: '% more',
      ratio: { value: ratio, against: 'the same step without (below 1.01)' },
    },
  ];
}
