import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Run } from '@shared/model/run';
import { curvesIn } from '../../helpers/curves';
import { notOnWindows } from '../../helpers/needs';
import { temporaryFolder } from '../store/support/stores';
import { ended, fakeTrainer, repo, testJobs, type TestJobs } from '../training/support';
import { nextCore, orphan } from './support/lost';

const printed = join(repo, 'tests', 'fixtures', 'printed');

interface Outcome extends TestJobs {
  readonly run: Run;
  readonly curves: ReturnType<typeof curvesIn>;
}

/** Runs a script of Node to its end. */
async function outcome(script: string, ...args: string[]): Promise<Outcome> {
  const own = testJobs(fakeTrainer('good'));
  const id = own.jobs.startProgram({ program: { command: process.execPath, args: ['-e', script, '--', ...args], cwd: temporaryFolder() } });
  const run = await ended(own.jobs, id);
  return { ...own, run, curves: curvesIn(own.writer.path, id) };
}

it('records the curves of a program that knows nothing of it: those of Keras equal its own history', async () => {
  const { run, curves, readings } = await outcome(
    "process.stdout.write(require('node:fs').readFileSync(process.argv[1]))",
    join(printed, 'keras-pty-0.2.txt'),
  );
  expect(run.status).toBe('succeeded');
  const history = JSON.parse(readFileSync(join(printed, 'keras-pty-0.2.json'), 'utf8')) as Record<string, number[]>;
  for (const [name, values] of Object.entries(history))
    expect(curves[name]).toEqual({ x: [16, 32, 48], y: values.map((value) => Number(value.toFixed(4))) });
  expect(run.last['evaluate/loss']).toBe(0.6729);
  expect(run.progress.step).toBe(48);
  expect(readings.some(({ reading }) => reading.metric === 'val_loss')).toBe(true);
});

it('keeps numbers that are none, counts lines without a step and says so, and thins a flood', async () => {
  const { run, curves, log } = await outcome(`
    let text = '';
    for (let i = 0; i < 20000; i++) text += 'step=' + i + ' reward=' + i + '\\n';
    process.stdout.write(text + 'loss: nan\\nloss: 0.5\\n');
  `);
  // The first lies at the newest step of the others; they have stood still since, so the second is counted on.
  expect(curves['loss']).toEqual({ x: [19_999, 20_000], y: [NaN, 0.5] });
  expect(run.last['reward']).toBe(19_999);
  const lines = (await log(run.id)).filter(({ source }) => source === 'core').map(({ text }) => text);
  expect(lines).toContainEqual(expect.stringContaining('tell no step'));
});

it('goes on with the steps of a program whose core was lost', notOnWindows, async () => {
  const first = 'before\nEpoch 1/2\n10/10 - 1s - loss: 1.0\n';
  const then = 'Epoch 2/2\n10/10 - 1s - loss: 0.5\n';
  const left = await orphan(`printf '${first}'; while [ ! -e go ]; do sleep 0.05; done; printf '${then}'`, first);
  const next = nextCore(left);
  await next.jobs.recover(true);
  writeFileSync(join(left.cwd, 'go'), '');
  const run = await ended(next.jobs, left.id);
  expect(run.status).toBe('succeeded');
  expect(curvesIn(next.writer.path, left.id)['loss']).toEqual({ x: [10, 20], y: [1, 0.5] });
});
