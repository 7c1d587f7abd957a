import { describe, expect, it, vi } from 'vitest';
import { curvesIn } from '../../helpers/curves';
import { notOnWindows } from '../../helpers/needs';
import { join } from 'node:path';
import { bestOf } from '@shared/model/run-scalars';
import { english, message } from '@shared/text/message';
import { runTable } from '../../../src-main/hosts/cli/run-table';
import { LINES_AT_ONCE } from '../../../src-main/hosts/throttled-lines';
import { ended, fakeTrainer, gone, reached, startRun, testJobs } from './support';

const quick = { stopGraceMs: 300, termGraceMs: 300, exitGraceMs: 300, startTimeoutMs: 20_000 };

async function outcome(fake: string) {
  const { jobs, writer, said, log } = testJobs(fakeTrainer(fake), quick);
  const id = startRun(jobs);
  const run = await ended(jobs, id);
  // What the page sees is what the database holds.
  expect(writer.runs.get(id)).toEqual(run);
  expect(said).toEqual([]);
  return { run, log: await log(id), curves: curvesIn(writer.path, id) };
}

describe('a stand-in trainer', () => {
  it('that behaves succeeds, with its points and its text', async () => {
    const { run, log, curves } = await outcome('good');
    expect(run).toMatchObject({ status: 'succeeded', failure: null, engineUsed: 'stand-in', progress: { epoch: 1, step: 4 } });
    expect(run.result).toEqual({ 'test/loss': 0.5, 'test/accuracy': 0.5 });
    expect(curves['train/loss']).toEqual({ x: [1, 2, 3, 4], y: [1, 0.5, 1 / 3, 0.25] });
    expect(curves['val/loss']).toEqual({ x: [4], y: [0.6] });
    expect(curves['my own/number']).toEqual({ x: [4], y: [NaN] });
    expect(run.last).toMatchObject({ 'train/loss': 0.25, 'val/loss': 0.6, 'my own/number': null });
    expect(log.map(({ source, text }) => `${source}: ${text}`)).toEqual(['stdout: hello from stdout']);
  });

  it('that says what its scalars are is taken at its first word, and told in its log of what is not taken', async () => {
    const { run, log } = await outcome('defines');
    expect(run.declared).toEqual({
      'val/mAP50': { label: 'mAP at 50 %', unit: '%', digits: 1, better: 'higher', range: [0, 100] },
      latency: { unit: 'ms', better: 'lower' },
    });
    expect(log.filter(({ source, text }) => source === 'core' && text.startsWith('The definition')).map(({ text }) => text)).toEqual([
      'The definition of "latency" has parts that are not known, which are left out: colour',
      expect.stringMatching(/^The definition of "grad\/norm" is not taken: digits: .*number/),
      'The definition of "val/loss" contradicts what it is in every run, which stays: unit "nat", known as "1", better "higher", known as "lower"',
      'The definition of "energy/it" is not taken: Coldaisle records this scalar itself',
      'The definition of "latency" contradicts the one before, which stays: unit "s", known as "ms"',
    ]);
    // Its best is that of a finite number, also where its newest is none.
    expect(bestOf(run)).toMatchObject({ 'val/mAP50': 61.5, latency: 7.25, 'val/loss': 0.6, 'test/accuracy': 0.5 });
    expect(run.last).toMatchObject({ 'val/mAP50': null, latency: 8 });
    // A line that is no definition at all is one that cannot be read.
    expect(run).toMatchObject({ status: 'failed', failure: { code: 'protocol' } });
    const table = runTable(run, null).join('\n');
    expect(table).toMatch(/Best: mAP at 50 % \(step 2\) +61\.5 {2}% +measured/);
    expect(table).toMatch(/Best: latency \(step 2\) +7\.25 {2}ms +measured/);
  });

  it('that is killed fails as killed, with its last words', async () => {
    const { run, log, curves } = await outcome('kills-itself');
    expect(run).toMatchObject({
      status: 'failed',
      failure: { code: 'trainer-killed', message: message('message.run.killed', { signal: 'SIGKILL' }) },
    });
    expect(log.map(({ text }) => text)).toContain('memory is getting short');
    expect(curves['train/loss']?.x).toEqual([1]);
  });

  it('that throws fails as crashed; its lines are kept, the stack among them', async () => {
    const { run, log } = await outcome('throws');
    expect(run).toMatchObject({
      status: 'failed',
      failure: { code: 'trainer-crashed', message: message('message.run.crashed', { code: 1 }) },
    });
    expect(log.length).toBeGreaterThan(300);
    expect(log.map(({ seq }) => seq)).toEqual(log.map((_, i) => i + 1));
    const text = log.map((line) => line.text).join('\n');
    expect(text).toContain('the weights fell off');
    expect(text).toContain('before the end 300');
    expect(text).toMatch(/before the end 1\n/);
  });

  it('that says why it fails is quoted', async () => {
    const { run } = await outcome('fails');
    expect(run).toMatchObject({ status: 'failed', failure: { code: 'engine-unavailable', message: 'no such engine here' } });
  });

  it('that ends without a result fails', async () => {
    const { run } = await outcome('silent-exit');
    expect(run).toMatchObject({ status: 'failed', failure: { code: 'protocol', message: message('message.run.noResult') } });
  });

  it('that floods its text goes on until it is stopped; samples of it are kept, and how much was left out', async () => {
    const { jobs, log, logs } = testJobs(fakeTrainer('flood-text'), quick);
    const id = startRun(jobs);
    const leftOut = async (): Promise<boolean> => {
      const { lines } = await logs.read(id, { text: 'left out here', limit: 1 });
      return lines.some(({ source, text }) => source === 'core' && /\d+ lines, \d+ characters/.test(text));
    };
    await vi.waitFor(async () => expect(await leftOut()).toBe(true), { timeout: 60_000, interval: 500 });
    expect(jobs.get(id)).toMatchObject({ status: 'running', failure: null });
    jobs.stop(id);
    expect(await ended(jobs, id)).toMatchObject({ status: 'stopped', failure: null });
    expect((await log(id, 1)).some(({ source, text }) => source === 'stdout' && /^line \d+ x+$/.test(text))).toBe(true);
  });

  it('that floods its events waits for the core, and goes on until it is stopped', async () => {
    const { jobs, log } = testJobs(fakeTrainer('flood-lines'), quick);
    const id = startRun(jobs);
    const told = async (): Promise<number> =>
      Math.max(0, ...(await log(id)).map(({ text }) => Number(/^event (\d+)$/.exec(text)?.[1] ?? 0)));
    await vi.waitFor(async () => expect(await told()).toBeGreaterThan(LINES_AT_ONCE), { timeout: 60_000, interval: 100 });
    expect(jobs.get(id)).toMatchObject({ status: 'running', failure: null });
    jobs.stop(id);
    expect(await ended(jobs, id)).toMatchObject({ status: 'stopped', failure: null });
  });

  it('that prints broken lines fails even though it claims a result; each broken line is in the log', async () => {
    const { run, log, curves } = await outcome('broken-lines');
    expect(run).toMatchObject({ status: 'failed', failure: { code: 'protocol' } });
    expect(english(run.failure?.message ?? '')).toBe('The trainer sent a line that cannot be read: not JSON');
    expect(log.map(({ text }) => text)).toEqual([
      '{"t":"scalars","st',
      'not json at all  ',
      '[]',
      '{"t":"a-word-of-tomorrow"}',
      expect.stringContaining('"step":[1,2],"atMs":[1]'),
    ]);
    // The readable lines count all the same.
    expect(curves['train/loss']?.x).toEqual([1, 2]);
    expect(run.result).not.toBeNull();
  });

  it('that prints only garbage is ended before it has printed all', async () => {
    const { run, log } = await outcome('only-garbage');
    expect(run.failure).toMatchObject({ code: 'protocol', message: message('message.run.manyUnreadable', { most: 100 }) });
    expect(log.filter(({ source }) => source === 'trainer')).toHaveLength(101);
  });

  it('that dies in the middle of a line fails as crashed or unreadable, never silently', async () => {
    const { run, log } = await outcome('dies-mid-line');
    expect(run).toMatchObject({ status: 'failed', failure: { code: 'protocol' } });
    expect(log.map(({ text }) => text)).toContain('{"t":"scalars","step":[4],"va');
  });

  it('that sends a line of 64 MiB does not make the core hold it', async () => {
    const { run, log } = await outcome('huge-line');
    expect(english(run.failure?.message ?? '')).toBe('The trainer sent a line that cannot be read: longer than 65536 characters');
    expect(log).toHaveLength(1);
    expect(log[0]?.text).toHaveLength(8001);
  });

  it('that goes back is taken up from there, and is not heard after its last word', async () => {
    const { run, curves } = await outcome('talks-on');
    expect(run.status).toBe('succeeded');
    // The second is superseded by the first, which came after it; what came of one step twice is both there.
    expect(curves['train/loss']?.x).toEqual([1, 3, 3, 4]);
    expect(curves['val/loss']?.x).toEqual([4, 4]);
    expect(run.progress.step).toBe(4);
  });

  it('that never answers is ended', async () => {
    const { jobs } = testJobs(fakeTrainer('never-starts'), { ...quick, startTimeoutMs: 500 });
    const run = await ended(jobs, startRun(jobs));
    expect(run).toMatchObject({ status: 'failed', failure: { code: 'launch-failed' } });
  });

  it('that has its result but does not go is ended and has succeeded', async () => {
    const { run } = await outcome('never-ends');
    expect(run).toMatchObject({ status: 'succeeded', failure: null });
  });

  it('that ends and leaves something behind has that ended too, and never had our secrets', notOnWindows, async () => {
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
    vi.stubEnv('NODE_OPTIONS', '--no-warnings');
    vi.stubEnv('CUDA_VISIBLE_DEVICES', '0');
    const { run, log } = await outcome('leaves-child');
    vi.unstubAllEnvs();
    expect(run).toMatchObject({ status: 'succeeded', failure: null });
    const child = Number(/^child (\d+)$/.exec(log[0]?.text ?? '')?.[1]);
    expect(child).toBeGreaterThan(0);
    await gone(child);
    const names = (log[1]?.text ?? '').split(' ');
    expect(names).toEqual(expect.arrayContaining(['env', 'PATH', 'COLDAISLE_PARENT_PID', 'CUDA_VISIBLE_DEVICES']));
    expect(names).not.toContain('AWS_SECRET_ACCESS_KEY');
    expect(names).not.toContain('NODE_OPTIONS');
  });

  it('that cannot be started at all fails', async () => {
    const { jobs, log } = testJobs(join(import.meta.dirname, 'no-such-program.mjs'), quick);
    const run = await ended(jobs, startRun(jobs));
    expect(run).toMatchObject({ status: 'failed', failure: { code: 'trainer-crashed' } });
    expect((await log(run.id)).map(({ text }) => text).join('\n')).toContain('no-such-program.mjs');
  });
});

describe('stopping', () => {
  it('asks first: a trainer that listens ends by itself', async () => {
    const { jobs } = testJobs(fakeTrainer('patient'), { stopGraceMs: 600_000, termGraceMs: 600_000 });
    const id = startRun(jobs);
    await reached(jobs, id, (run) => run.progress.step === 1);
    jobs.stop(id);
    expect(jobs.get(id)?.status).toBe('stopping');
    expect(await ended(jobs, id)).toMatchObject({ status: 'stopped', failure: null });
  });

  it('kills a trainer that ignores everything, and what it started', notOnWindows, async () => {
    const { jobs, log } = testJobs(fakeTrainer('ignores-everything'), quick);
    const id = startRun(jobs);
    await reached(jobs, id, (run) => run.status === 'running');
    jobs.stop(id);
    expect(await ended(jobs, id)).toMatchObject({ status: 'stopped' });
    const child = Number(/^child (\d+)$/.exec((await log(id))[0]?.text ?? '')?.[1]);
    expect(child).toBeGreaterThan(0);
    await gone(child);
  });

  it('at close ends what runs, and waits for it; what waits stays in the queue', async () => {
    const { jobs, writer } = testJobs(fakeTrainer('ignores-everything'), quick);
    const first = startRun(jobs);
    const second = startRun(jobs);
    await reached(jobs, first, (run) => run.status === 'running');
    await Promise.all([jobs.close(), jobs.close()]);
    expect(writer.runs.list().map(({ id, status }) => [id, status])).toEqual(
      expect.arrayContaining([
        [first, 'stopped'],
        [second, 'queued'],
      ]),
    );
    expect(() => startRun(jobs)).toThrow('closing');
  });
});
