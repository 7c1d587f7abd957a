import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { runFolder } from '../../../src-main/core/jobs/run-folders';
import { filesState } from '../../../src-main/core/jobs/run-files';
import type { Run } from '@shared/model/run';
import { curvesIn } from '../../helpers/curves';
import { event, simple, version } from '../../helpers/event-files';
import { notOnWindows } from '../../helpers/needs';
import { temporaryFolder } from '../store/support/stores';
import { ended, fakeTrainer, reached, testJobs, type TestJobs } from '../training/support';
import { nextCore, orphan } from './support/lost';

interface Outcome extends TestJobs {
  readonly run: Run;
  readonly curves: ReturnType<typeof curvesIn>;
  readonly told: readonly string[];
}

const begin = (script: string, cwd: string): TestJobs & { readonly id: string } => {
  const own = testJobs(fakeTrainer('good'));
  return {
    ...own,
    id: own.jobs.startProgram({ program: { command: process.execPath, args: ['-e', `const fs = require('node:fs');${script}`], cwd } }),
  };
};

async function outcome(script: string, cwd = temporaryFolder()): Promise<Outcome> {
  const own = begin(script, cwd);
  const run = await ended(own.jobs, own.id);
  const told = (await own.log(run.id)).filter(({ source }) => source === 'core').map(({ text }) => text);
  return { ...own, run, told, curves: curvesIn(own.writer.path, run.id) };
}

/** Waits until a file tells that the test is ready. */
const until = (file: string): string =>
  `while (!fs.existsSync(${JSON.stringify(file)})) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);`;

it('draws what a program writes into a growing CSV log while it runs, and each value once', async () => {
  const cwd = temporaryFolder();
  const { jobs, id, writer } = begin(
    `fs.mkdirSync('lightning_logs/version_0', { recursive: true });
     const log = 'lightning_logs/version_0/metrics.csv';
     fs.writeFileSync(log, 'epoch,step,train_loss\\n0,9,0.5\\n0,19,0.2');
     ${until('go')}
     fs.appendFileSync(log, '5\\n1,29,0.125\\n1,39,0.0');`,
    cwd,
  );
  // The torn line is no number yet: 0.2 would be another one.
  const run = await reached(jobs, id, ({ last }) => last['train_loss'] === 0.5);
  expect(run.status).toBe('running');
  writeFileSync(join(cwd, 'go'), '');
  await ended(jobs, id);
  expect(curvesIn(writer.path, id)['train_loss']).toEqual({ x: [9, 19, 29], y: [0.5, 0.25, 0.125] });
});

it('takes event files below its folder by their tags, and names what lies in its parts by them', async () => {
  const at = (step: number, value: number): string =>
    Buffer.concat([event(step, [simple('epoch_loss', value)], Date.now() / 1000)]).toString('base64');
  const { curves, run } = await outcome(`
    for (const part of ['train', 'validation']) {
      fs.mkdirSync('logs/fit/20261127/' + part, { recursive: true });
      const file = 'logs/fit/20261127/' + part + '/events.out.tfevents.1700000000.host.1.0.v2';
      fs.writeFileSync(file, Buffer.from('${version.toString('base64')}', 'base64'));
      for (const each of ['${at(1, 0.5)}', '${at(2, 0.25)}']) fs.appendFileSync(file, Buffer.from(each, 'base64'));
    }
  `);
  expect(run.status).toBe('succeeded');
  expect(curves['train/epoch_loss']).toEqual({ x: [1, 2], y: [0.5, 0.25] });
  expect(curves['validation/epoch_loss']).toEqual({ x: [1, 2], y: [0.5, 0.25] });
});

it('takes nothing of what was there before, but what is added to it or written anew', async () => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, 'old.csv'), 'step,left_alone\n1,1\n');
  writeFileSync(join(cwd, 'appended.csv'), 'step,added\n1,1\n2,1\n');
  writeFileSync(join(cwd, 'anew.csv'), 'step,again\n1,1\n2,1\n3,1\n');
  const { jobs, id, writer } = begin(
    `${until('go')} fs.appendFileSync('appended.csv', '3,0.5\\n'); fs.writeFileSync('anew.csv', 'step,again\\n1,0.5\\n2,0.25\\n3,0.125\\n4,0.5\\n');`,
    cwd,
  );
  await reached(jobs, id, ({ status }) => status === 'running');
  // From then on is known what was there.
  await vi.waitFor(() => expect(existsSync(filesState(dirname(jobs.artifactsOf(id))))).toBe(true), { timeout: 20_000 });
  writeFileSync(join(cwd, 'go'), '');
  await ended(jobs, id);
  const curves = curvesIn(writer.path, id);
  expect(curves['left_alone']).toBeUndefined();
  expect(curves['added']).toEqual({ x: [3], y: [0.5] });
  expect(curves['again']).toEqual({ x: [1, 2, 3, 4], y: [0.5, 0.25, 0.125, 0.5] });
});

it('has a number once that is printed and written: from the file where that counts steps, else as it is printed', async () => {
  const { curves, told } = await outcome(`
    for (let i = 0; i < 4; i++) console.log('step=' + (i * 10) + ' loss=0.3 reward=' + i);
    fs.writeFileSync('metrics.csv', 'step,loss\\n' + [0, 10, 20, 30].map((step) => step + ',0.333333').join('\\n') + '\\n');
    fs.writeFileSync('keras.csv', 'epoch,reward,only_here\\n0,7.5,1\\n1,8.5,2\\n');
    fs.writeFileSync('other.csv', 'step,loss\\n5,0.5\\n');
  `);
  expect(curves['loss']).toEqual({ x: [0, 10, 20, 30], y: [0.333333, 0.333333, 0.333333, 0.333333] });
  expect(curves['reward']).toEqual({ x: [0, 10, 20, 30], y: [0, 1, 2, 3] });
  expect(curves['only_here']).toEqual({ x: [0, 1], y: [1, 2] });
  // Another file with the same column is another curve.
  expect(curves['other/loss']).toEqual({ x: [5], y: [0.5] });
  expect(told).toContainEqual(expect.stringMatching(/^loss and what else both tell is taken from a CSV file/));
});

it.each(['after it had noted how far it had read', 'before it could note how far it had read'])(
  'goes on with the files of a program whose core was lost %s, with no value twice',
  notOnWindows,
  async (when) => {
    const row = (step: number, value: number): string => `echo '${step},${value}' >> metrics.csv;`;
    const left = await orphan(
      `echo 'step,loss' > metrics.csv; ${row(1, 0.5)} ${row(2, 0.25)} printf 'before\n'; while [ ! -e go ]; do sleep 0.05; done; ${row(3, 0.125)}`,
    );
    if (when.startsWith('before')) rmSync(filesState(runFolder(left.runsDir, left.id)), { force: true });
    const next = nextCore(left);
    await next.jobs.recover(true);
    writeFileSync(join(left.cwd, 'go'), '');
    await ended(next.jobs, left.id);
    const { x, y } = curvesIn(next.writer.path, left.id)['loss'] ?? { x: [], y: [] };
    // What was told right before the loss may come again, at its own step.
    expect(new Map(x.map((step, i) => [step, y[i]]))).toEqual(
      new Map([
        [1, 0.5],
        [2, 0.25],
        [3, 0.125],
      ]),
    );
  },
);
