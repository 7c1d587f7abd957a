import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { ProgramMarks } from '@shared/model/mark';
import { isFinal } from '@shared/model/run';
import type { RunLogFile } from '@shared/model/run-log';
import type { RpcClient } from '@shared/rpc/client';
import { RunLogStore } from '../../../src-renderer/data/run-log';
import { createChildLauncher } from '../../../src-main/hosts/child-launcher';
import { fakeTrainer } from '../../helpers/fake-trainer';
import { startTestCore, type TestCore } from '../../helpers/test-core';
import { temporaryFolder } from '../store/support/stores';

let room: TestCore;
let client: RpcClient;
beforeAll(async () => {
  room = await startTestCore({ scenario: 'workstation', launcher: createChildLauncher({ program: fakeTrainer('patient') }) });
  client = room.open().client;
});
afterAll(() => room.close());

/** Says some rounds, then some more once there is a file `go`; each line in two pieces, as pipes may cut it. */
const SCRIPT = `
const fs = require('node:fs');
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
const say = async (round, ppl) => {
  process.stdout.write('Round ' + round + ' of 9: perpl');
  await sleep(5);
  process.stdout.write('exity is now ' + ppl + ' (was 99)\\nloss: 0.5\\n');
};
(async () => {
  for (let i = 1; i <= 3; i++) await say(i * 10, 20 - i);
  process.stdout.write('Round 40 of');
  while (!fs.existsSync('go')) await sleep(10);
  process.stdout.write(' 9: perplexity is now nan (was 99)\\n');
  for (let i = 5; i <= 6; i++) await say(i * 10, 20 - i);
})();
`;
const rule = { name: 'ppl', pattern: 'Round {step} of 9: perplexity is now {value} (was 99)' };

async function begin(cwd: string, ...more: string[]): Promise<string> {
  const script = join(cwd, 'train.cjs');
  if (!existsSync(script)) writeFileSync(script, SCRIPT);
  return room.core.startProgram({ program: { command: process.execPath, args: ['train.cjs', ...more], cwd } });
}
const said = (runId: string, text: string): Promise<void> =>
  vi.waitFor(async () => expect((await client.call('runs.log', { runId, query: { text } })).lines.length).toBeGreaterThan(0), 60_000);
const over = (runId: string): Promise<void> =>
  vi.waitFor(async () => expect(isFinal((await client.call('runs.get', { runId })).status)).toBe(true), 60_000);
async function curve(runId: string, name = 'ppl', x: 'step' | 'time' = 'step'): Promise<{ x: number[]; y: number[] } | null> {
  const { curves } = await client.call('runs.curves', { runIds: [runId], names: [name], x, maxPoints: 100 });
  const [found] = curves;
  return found === undefined ? null : { x: [...found.x], y: [...found.y] };
}

it('finds what is marked in the log and in what comes, once each, keeps it for the next start, changes and removes it', async () => {
  const cwd = temporaryFolder();
  const runId = await begin(cwd, '--lr', '0.1');
  await said(runId, 'Round 30');

  const trial = await client.call('marks.try', { runId, rule });
  expect(trial).toMatchObject({ found: 3, min: 17, max: 19, isTaken: false });
  expect(trial.examples.map(({ step, value }) => [step, value])).toEqual([
    [10, 19],
    [20, 18],
    [30, 17],
  ]);
  expect(trial.curve).toEqual([
    { step: 10, value: 19 },
    { step: 20, value: 18 },
    { step: 30, value: 17 },
  ]);
  expect((await client.call('runs.get', { runId })).last).not.toHaveProperty('ppl');

  await client.call('marks.keep', { runId, rule });
  expect(await curve(runId)).toEqual({ x: [10, 20, 30], y: [19, 18, 17] });
  writeFileSync(join(cwd, 'go'), '');
  await over(runId);
  // The line that was cut in two when the rule was made is whole, and none is there twice.
  const whole = { x: [10, 20, 30, 40, 50, 60], y: [19, 18, 17, NaN, 15, 14] };
  expect(await curve(runId)).toEqual(whole);
  expect((await curve(runId, 'ppl', 'time'))?.y).toEqual(whole.y);
  const run = await client.call('runs.get', { runId });
  expect(run).toMatchObject({ status: 'succeeded', last: { ppl: 14 }, extremes: { ppl: { min: 14, max: 19, minStep: 60, maxStep: 10 } } });
  expect(run.progress.step).toBe(60);

  // The same program with other settings, in the same folder.
  const next = await begin(cwd, '--lr', '0.2');
  await over(next);
  expect(await curve(next)).toEqual(whole);
  const frames: ProgramMarks[] = [];
  const listening = client.subscribe('marks.live', { runId: next }, { onFrame: (frame) => void frames.push(frame) });
  await vi.waitFor(() => expect(frames).toHaveLength(1));
  expect(frames[0]).toEqual({ program: { command: expect.stringMatching(/^node(\.exe)? train\.cjs$/) as string, cwd }, rules: [rule] });

  // Changed on a run that is over: its curve is read anew.
  const renamed = { name: 'perplexity', pattern: 'perplexity is now {value} (was 99)' };
  await client.call('marks.keep', { runId: next, rule: renamed, replaces: 'ppl' });
  expect([await curve(next), (await curve(next, 'perplexity'))?.y]).toEqual([null, whole.y]);
  expect((await client.call('runs.get', { runId: next })).last).not.toHaveProperty('ppl');
  await vi.waitFor(() => expect(frames.at(-1)?.rules).toEqual([renamed]));
  // What another run has keeps.
  expect(await curve(runId)).toEqual(whole);

  await client.call('marks.remove', { runId: next, name: 'perplexity' });
  await vi.waitFor(() => expect(frames.at(-1)?.rules).toEqual([]));
  expect(await curve(next, 'perplexity')).toBeNull();
  expect(await curve(next, 'loss')).not.toBeNull();
  listening.dispose();
  expect(room.complaints).toEqual([]);
});

/** Prints one number, and writes another one into a log of its own, beside things that are no log. */
const LOGGER = `
const fs = require('node:fs');
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
const both = (line) => { console.log(line); fs.appendFileSync('train.log', line + '\\n'); };
(async () => {
  fs.writeFileSync('cache.log', Buffer.from([0, 1, 2, 3]));
  fs.appendFileSync('old.txt', 'and more\\n');
  for (let i = 1; i <= 2; i++) {
    both('step=' + i + ' loss=0.' + i);
    fs.appendFileSync('train.log', 'Round ' + i * 10 + ' of 9: perplexity is now ' + (20 - i) + ' (was 99)\\n');
  }
  fs.writeFileSync('worker.log', fs.readFileSync('train.log'));
  console.log('waits');
  while (!fs.existsSync('go')) await sleep(10);
  both('step=3 loss=0.3');
  fs.appendFileSync('train.log', 'Round 30 of 9: perplexity is now 17 (was 99)\\n');
})();
`;

it('reads the texts that a program writes like what it prints, once each, live and once it is over', async () => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, 'old.txt'), 'Round 1 of 9: perplexity is now 5 (was 99)\n');
  writeFileSync(join(cwd, 'train.cjs'), LOGGER);
  const runId = await begin(cwd);
  await said(runId, 'waits');
  await said(runId, 'taken from the first of them');
  await vi.waitFor(async () => expect((await client.call('marks.try', { runId, rule })).found).toBeGreaterThan(0), 60_000);
  expect(await client.call('marks.try', { runId, rule })).toMatchObject({ found: 2, file: 'train.log' });
  await client.call('marks.keep', { runId, rule });
  // What old.txt said before is none of this run's.
  expect(await curve(runId)).toEqual({ x: [10, 20], y: [19, 18] });
  // Each of them is read by its lines, as it grows: of old.txt those that are this run's.
  const files: RunLogFile[][] = [];
  const listening = client.subscribe('run.logFiles', { runId }, { onFrame: ({ files: all }) => void files.push(all) });
  await vi.waitFor(
    () =>
      expect(
        files
          .at(-1)
          ?.map(({ label }) => label)
          .sort(),
      ).toEqual(['old.txt', 'train.log', 'worker.log']),
    60_000,
  );
  const pathOf = (label: string): string => files.at(-1)?.find((each) => each.label === label)?.path ?? '';
  const textsOf = async (file: string): Promise<string[]> =>
    (await client.call('runs.log', { runId, file, query: { fromLine: 1 } })).lines.map(({ text }) => text);
  expect(await textsOf(pathOf('old.txt'))).toEqual(['and more']);
  const log = new RunLogStore(client, runId, pathOf('train.log'));
  await vi.waitFor(() => expect(log.rowCount).toBe(4), 60_000);
  await expect(client.call('runs.log', { runId, file: join(cwd, 'train.cjs'), query: {} })).rejects.toMatchObject({ code: 'not-found' });
  writeFileSync(join(cwd, 'go'), '');
  await over(runId);
  await vi.waitFor(() => expect(log.rowCount).toBe(6), 60_000);
  expect(await textsOf(pathOf('train.log'))).toEqual([
    'step=1 loss=0.1',
    'Round 10 of 9: perplexity is now 19 (was 99)',
    'step=2 loss=0.2',
    'Round 20 of 9: perplexity is now 18 (was 99)',
    'step=3 loss=0.3',
    'Round 30 of 9: perplexity is now 17 (was 99)',
  ]);
  rmSync(pathOf('worker.log'));
  await expect(textsOf(pathOf('worker.log'))).rejects.toMatchObject({ localized: { id: 'message.run.logFileGone' } });
  log.dispose();
  listening.dispose();
  expect(await curve(runId)).toEqual({ x: [10, 20, 30], y: [19, 18, 17] });
  // On a run that is over the texts are read again.
  const renamed = { ...rule, name: 'perplexity' };
  await client.call('marks.keep', { runId, rule: renamed, replaces: 'ppl' });
  expect([await curve(runId), await curve(runId, 'perplexity')]).toEqual([null, { x: [10, 20, 30], y: [19, 18, 17] }]);
  expect(await curve(runId, 'loss')).toEqual({ x: [1, 2, 3], y: [0.1, 0.2, 0.3] });
  const { last } = await client.call('runs.get', { runId });
  expect(
    Object.keys(last)
      .filter((name) => /loss|perplexity/.test(name))
      .sort(),
  ).toEqual(['loss', 'perplexity']);
});

it('refuses a name that is told already, a pattern without a number, and a run that is no program', async () => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, 'go'), '');
  const runId = await begin(cwd);
  await over(runId);
  expect(await client.call('marks.try', { runId, rule: { ...rule, name: 'loss' } })).toMatchObject({ found: 6, isTaken: true });
  const refusal = (rule: { name: string; pattern: string }): Promise<unknown> =>
    client.call('marks.keep', { runId, rule }).then(
      () => null,
      (error: unknown) => (error as { localized: { id: string } }).localized.id,
    );
  expect(await refusal({ ...rule, name: 'loss' })).toBe('message.mark.taken');
  expect(await refusal({ name: 'x', pattern: 'Round 10' })).toBe('message.mark.noValue');
  await client.call('marks.keep', { runId, rule });
  expect(await refusal(rule)).toBe('message.mark.known');
  const other = await client.call('runs.start', { recipe: 'mnist-mlp', engine: 'wasm', params: {} });
  await expect(client.call('marks.try', { runId: other.runId, rule })).rejects.toMatchObject({ code: 'invalid-input' });
  await client.call('runs.stop', other);
});
