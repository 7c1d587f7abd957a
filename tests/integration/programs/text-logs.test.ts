import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runFolder } from '../../../src-main/core/jobs/run-folders';
import { keptTextLogs } from '../../../src-main/core/jobs/text-logs/text-log-list';
import { LIVE_LOG_BYTES, liveTextLogsWith } from '../../../src-main/core/readers/files/text-log';
import type { ScalarReading } from '../../../src-main/core/readers/reading';
import { curvesIn } from '../../helpers/curves';
import { notOnWindows } from '../../helpers/needs';
import { temporaryFolder } from '../store/support/stores';
import { ended, fakeTrainer, testJobs } from '../training/support';
import { nextCore, orphan } from './support/lost';

/** What was told right before the loss may come again, at its own step. */
function valueByStep(databasePath: string, runId: string): Record<number, number | undefined> {
  const { x, y } = curvesIn(databasePath, runId)['loss'] ?? { x: [], y: [] };
  return Object.fromEntries(x.map((step, i) => [step, y[i]]));
}

it('goes on with the log of a program whose core was lost, in the midst of a line', notOnWindows, async () => {
  const left = await orphan(
    `printf 'epoch 1\nstep=1 loss=0.5\nstep=2 loss=0.2' > train.log; printf 'before\n'; while [ ! -e go ]; do sleep 0.05; done; printf '5\nstep=3 loss=0.125\n' >> train.log`,
  );
  const next = nextCore(left);
  await next.jobs.recover(true);
  writeFileSync(join(left.cwd, 'go'), '');
  await ended(next.jobs, left.id);
  expect(valueByStep(next.writer.path, left.id)).toEqual({ 1: 0.5, 2: 0.25, 3: 0.125 });
  // All of it is the run's, so that a number can be marked in it later.
  expect(keptTextLogs(runFolder(left.runsDir, left.id))).toEqual([
    { path: expect.stringMatching(/train\.log$/), label: 'train.log', from: 0, to: 59 },
  ]);
});

it('reads what a program logged while no core was there and it ended', notOnWindows, async () => {
  const left = await orphan(
    `echo 'step=1 loss=0.5' > train.log; printf 'before\n'; while [ ! -e go ]; do sleep 0.05; done; echo 'step=2 loss=0.25' >> train.log; : > done`,
  );
  writeFileSync(join(left.cwd, 'go'), '');
  await expect.poll(() => existsSync(join(left.cwd, 'done')), { timeout: 50_000 }).toBe(true);
  const next = nextCore(left);
  await next.jobs.recover(true);
  await ended(next.jobs, left.id);
  expect(valueByStep(next.writer.path, left.id)).toEqual({ 1: 0.5, 2: 0.25 });
});

it('says of a log that is too long to be read that it is not, and reads the others', async () => {
  const cwd = temporaryFolder();
  const { jobs, log, writer } = testJobs(fakeTrainer('good'));
  const script = `const fs = require('node:fs');
    fs.writeFileSync('a-long.log', 'step=1 loss=0.5\\n'); fs.truncateSync('a-long.log', ${LIVE_LOG_BYTES + 1});
    fs.writeFileSync('b-short.log', 'step=1 reward=2\\n');`;
  const id = jobs.startProgram({ program: { command: process.execPath, args: ['-e', script], cwd } });
  await ended(jobs, id);
  const told = (await log(id)).filter(({ source }) => source === 'core').map(({ text }) => text);
  expect(told).toContainEqual(expect.stringMatching(/a-long\.log is longer than 128 MiB and is not read as a log\.$/));
  const curves = curvesIn(writer.path, id);
  expect(curves['loss']).toBeUndefined();
  expect(curves['reward']).toEqual({ x: [1], y: [2] });
});

it('reads a log that grows to 128 MiB, says that it reads no further, and reads no further', () => {
  const found: ScalarReading[] = [];
  const told: string[] = [];
  const nothing = (): void => undefined;
  const file = { path: '/logs/train.log', folder: '', name: 'train.log' };
  const log = liveTextLogsWith([]).open(
    {
      label: file.name,
      prefix: '',
      sink: { scalar: (reading) => found.push(reading), parameter: nothing, other: nothing, notice: (text) => told.push(text) },
      shared: (_, make) => make(),
    },
    file,
  );
  const part = Buffer.from(`step=1 loss=0.5\n${'-'.repeat(2 ** 20 - 17)}\n`);
  const line = Buffer.from('step=2 loss=0.25\n');
  for (let i = 0; i < LIVE_LOG_BYTES / part.length - 1; i++) log.take(part, 0, part.length, false);
  expect(log.isForeign).toBe(false);
  log.take(line, 0, line.length, false);
  expect(found.map(({ step, value }) => [step, value])).toEqual([
    [1, 0.5],
    [2, 0.25],
  ]);
  expect(told).toEqual([]);
  log.take(part, 0, part.length, false);
  expect(log.isForeign).toBe(true);
  expect(told).toEqual(['train.log is longer than 128 MiB; what comes after that is not read.']);
});
