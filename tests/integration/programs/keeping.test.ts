import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { freshControl, isPaused, plainLaunch, RunLaunch, type RunLaunchInput } from '@shared/model/launch';
import type { Run } from '@shared/model/run';
import { english, message } from '@shared/text/message';
import { memoryOfRun } from '../../../src-main/children/memory';
import { notOnWindows, onlyOnLinux } from '../../helpers/needs';
import { programRun } from '../../../src-main/core/jobs/run-start';
import { temporaryFolder, testRun, testWriter } from '../store/support/stores';
import { ended, fakeTrainer, gone, reached, testJobs, type TestJobs } from '../training/support';

interface Own extends TestJobs {
  readonly cwd: string;
  /** Starts a script of the shell as a run. */
  readonly start: (script: string, launch?: RunLaunchInput) => string;
}

function own(over: Parameters<typeof testJobs>[1] = {}): Own {
  const jobs = testJobs(fakeTrainer('good'), { stopGraceMs: 100, termGraceMs: 100, ...over });
  const cwd = temporaryFolder();
  const start: Own['start'] = (script, launch = {}) =>
    jobs.jobs.startProgram({ program: { command: 'sh', args: ['-c', script], cwd }, launch: RunLaunch.parse(launch) });
  return { ...jobs, cwd, start };
}

const running = ({ jobs }: Own, id: string): Promise<Run> => reached(jobs, id, ({ status }) => status === 'running');
const go = ({ cwd }: Own, name: string): void => writeFileSync(join(cwd, name), '');
const until = (name: string): string => `while [ ! -e ${name} ]; do sleep 0.05; done`;
const waitOf = ({ control }: Run): string | null => (control.wait === null ? null : english(control.wait));

describe('the queue', () => {
  it('runs what asks for different GPUs together, and what asks for the same after each other', notOnWindows, async () => {
    const room = own();
    const [a, b, c] = [
      room.start(until('a'), { gpus: ['gpu0'] }),
      room.start(until('b'), { gpus: ['gpu1'] }),
      room.start('true', { gpus: ['gpu0'] }),
    ];
    await Promise.all([running(room, a), running(room, b)]);
    const waiting = await reached(room.jobs, c, ({ control }) => control.wait !== null);
    expect(waiting.status).toBe('queued');
    expect(waitOf(waiting)).toContain(`run sh -c "${until('a')}" (${a}) has it`);
    go(room, 'a');
    const after = await ended(room.jobs, c);
    expect(after).toMatchObject({ status: 'succeeded', control: { wait: null } });
    expect(after.startedAtMs).toBeGreaterThanOrEqual(room.jobs.get(a)?.endedAtMs ?? Infinity);
    go(room, 'b');
    await ended(room.jobs, b);
  });

  it('lets those that wait change places, by a person’s hand and by priority', notOnWindows, async () => {
    const room = own();
    const first = room.start(until('go'));
    await running(room, first);
    const [a, b, c] = [room.start('true'), room.start('true'), room.start('true')];
    room.jobs.move(c, a);
    room.jobs.setPriority(b, 7);
    expect(() => room.jobs.move(first, a)).toThrow(/does not wait/);
    go(room, 'go');
    const runs = await Promise.all([a, b, c].map((id) => ended(room.jobs, id)));
    const order = runs.sort(
      (one, other) => (one.startedAtMs ?? 0) - (other.startedAtMs ?? 0) || (one.endedAtMs ?? 0) - (other.endedAtMs ?? 0),
    );
    expect(order.map(({ id }) => id)).toEqual([b, c, a]);
  });

  it('begins what follows a run when that has ended as it must, and refuses it else', notOnWindows, async () => {
    const room = own({ maxRunning: 3 });
    const bad = room.start('exit 3');
    const after = room.start('true', { after: [{ run: bad, on: 'end' }] });
    const needs = room.start('true', { after: [{ run: bad, on: 'success' }] });
    const needsThat = room.start('true', { after: [{ run: needs, on: 'success' }] });
    expect((await ended(room.jobs, after)).status).toBe('succeeded');
    for (const id of [needs, needsThat])
      expect(await ended(room.jobs, id)).toMatchObject({
        status: 'failed',
        startedAtMs: null,
        failure: { message: { id: 'message.queue.afterFailed' } },
      });
    expect(() => room.start('true', { after: [{ run: 'no-such', on: 'end' }] })).toThrow(/no run no-such/);
  });

  it('survives a restart of the core, with what it waits for', notOnWindows, async () => {
    const dataDir = temporaryFolder();
    const writer = testWriter(dataDir);
    const first = own({ writer, runsDir: join(dataDir, 'runs'), hold: true });
    const id = first.start('echo "$X" >told', { gpus: ['gpu0'], priority: 3, env: { X: 'kept' }, limits: { seconds: 60 } });
    await first.jobs.recover(true);
    await first.jobs.close();
    first.logs.close();
    writer.close();
    const second = own({ writer: testWriter(dataDir), runsDir: join(dataDir, 'runs'), prepare: ({ launch }) => ({ env: launch.env }) });
    expect(second.jobs.get(id)?.launch).toMatchObject({
      gpus: ['gpu0'],
      priority: 3,
      env: { X: 'kept' },
      limits: { seconds: 60, kWh: null },
    });
    await second.jobs.recover(true);
    expect((await ended(second.jobs, id)).status).toBe('succeeded');
    expect(readFileSync(join(first.cwd, 'told'), 'utf8')).toBe('kept\n');
  });

  it('keeps a run that could not begin because all was ending', notOnWindows, async () => {
    let fail: (why: Error) => void = () => undefined;
    const prepare = vi.fn(() => new Promise<never>((_, reject) => (fail = reject)));
    const room = own({ prepare });
    const id = room.start('true');
    await vi.waitFor(() => expect(prepare).toHaveBeenCalled());
    await room.jobs.close();
    fail(new Error('the secrets are closed'));
    await new Promise(setImmediate);
    expect(room.writer.runs.get(id)).toMatchObject({ status: 'queued', failure: null });
  });
});

describe('retries', () => {
  it(
    'are runs of their own, begin later each time, and end with the first that succeeds; what followed follows them',
    notOnWindows,
    async () => {
      const room = own();
      const tried: [string, string][] = [];
      room.jobs.onRetry(({ failed, next }) => tried.push([failed.id, next.id]));
      const script = 'echo x >>tries; [ "$(wc -l <tries)" -ge 3 ]';
      const first = room.start(script, { retries: { count: 5, delayS: 0.2 } });
      const follower = room.start('true', { after: [{ run: first, on: 'success' }] });
      expect((await ended(room.jobs, follower)).status).toBe('succeeded');
      expect(tried).toHaveLength(2);
      const [second = '', third = ''] = tried.map(([, next]) => next);
      const runs = [first, second, third].map((id) => room.jobs.get(id));
      expect(runs.map((run) => [run?.status, run?.control.attempt, run?.control.retryOf])).toEqual([
        ['failed', 1, null],
        ['failed', 2, first],
        ['succeeded', 3, second],
      ]);
      const gap = (at: number): number => (runs[at + 1]?.startedAtMs ?? 0) - (runs[at]?.endedAtMs ?? 0);
      expect(gap(0)).toBeGreaterThanOrEqual(199);
      expect(gap(1)).toBeGreaterThanOrEqual(399);
      expect(room.jobs.get(follower)?.launch.after).toEqual([{ run: third, on: 'success' }]);
    },
  );

  it('of a run whose core was lost wait for a core that stays, and so does what followed it', notOnWindows, async () => {
    const dataDir = temporaryFolder();
    const before = testWriter(dataDir);
    const { params, paramSpecs } = programRun({ command: 'sh', args: ['-c', 'true'], cwd: dataDir }, undefined);
    const program = { kind: 'program', recipe: 'sh', engine: 'program', params, paramSpecs, createdAtMs: 1000 } as const;
    const retries = RunLaunch.parse({ retries: { count: 1, delayS: 0 } });
    before.runs.save(testRun({ id: 'lost', ...program, status: 'running', startedAtMs: 2000, launch: retries }));
    const after = RunLaunch.parse({ after: [{ run: 'lost', on: 'success' }] });
    before.runs.save(testRun({ id: 'follower', ...program, status: 'queued', launch: after }));
    before.close();
    const runsDir = join(dataDir, 'runs');
    const writer = testWriter(dataDir);
    const passing = own({ writer, runsDir });
    await passing.jobs.recover(false);
    // What this core itself is asked for runs, and goes past them.
    expect((await ended(passing.jobs, passing.start('true'))).status).toBe('succeeded');
    const [next] = passing.jobs.living().filter(({ control }) => control.retryOf === 'lost');
    expect(next).toMatchObject({ status: 'queued', control: { attempt: 2 } });
    await passing.jobs.close();
    passing.logs.close();
    writer.close();
    const staying = own({ writer: testWriter(dataDir), runsDir });
    await staying.jobs.recover(true);
    expect(await ended(staying.jobs, 'follower')).toMatchObject({ status: 'succeeded', launch: { after: [{ run: next?.id }] } });
    expect(staying.jobs.get(next?.id ?? '')?.status).toBe('succeeded');
  });

  it('are none of a run that was stopped, or that could not begin', notOnWindows, async () => {
    const room = own();
    const tried = vi.fn();
    room.jobs.onRetry(tried);
    const stopped = room.start('sleep 60', { retries: { count: 5, delayS: 0 } });
    await running(room, stopped);
    room.jobs.stop(stopped);
    await ended(room.jobs, stopped);
    const absent = room.jobs.startProgram({
      program: { command: 'no-such-program', args: [], cwd: room.cwd },
      launch: { ...plainLaunch, retries: { count: 5, delayS: 0 } },
    });
    expect((await ended(room.jobs, absent)).failure?.code).toBe('launch-failed');
    expect(tried).not.toHaveBeenCalled();
  });
});

describe('pause', () => {
  it('halts the whole group and what left it, and lets them go on', onlyOnLinux, async () => {
    const room = own();
    const child = 'while :; do echo x >>left; sleep 0.02; done';
    const id = room.start(`setsid sh -c '${child}' & while :; do echo x >>own; sleep 0.02; done`);
    await running(room, id);
    const size = (name: string): number => (existsSync(join(room.cwd, name)) ? readFileSync(join(room.cwd, name)).length : 0);
    await vi.waitFor(() => expect(Math.min(size('own'), size('left'))).toBeGreaterThan(4), { timeout: 20_000 });
    room.jobs.pause(id, true);
    expect(isPaused(room.jobs.get(id)?.control ?? freshControl)).toBe(true);
    const halted = async (): Promise<void> => {
      const before = [size('own'), size('left')];
      await new Promise((resolve) => setTimeout(resolve, 200));
      expect([size('own'), size('left')]).toEqual(before);
    };
    await vi.waitFor(halted, { timeout: 20_000 });
    const before = [size('own'), size('left')];
    room.jobs.pause(id, false);
    await vi.waitFor(() => expect([size('own') > (before[0] ?? 0), size('left') > (before[1] ?? 0)]).toEqual([true, true]), {
      timeout: 20_000,
    });
    expect(room.jobs.get(id)?.control.pauses).toMatchObject([{ toMs: expect.any(Number) as number }]);
    const pid = room.jobs.processes().get(id) ?? 0;
    room.jobs.pause(id, true);
    room.jobs.stop(id);
    expect((await ended(room.jobs, id)).status).toBe('stopped');
    await gone(pid);
  });

  it('is refused for what is not under way', async () => {
    const room = own({ hold: true });
    const id = room.start('true');
    expect(() => room.jobs.pause(id, true)).toThrow(/not under way/);
    expect(() => room.jobs.pause('none', true)).toThrow(/no run none/);
  });
});

describe('the end', () => {
  it('is asked for by the chosen signal, and forced after the chosen grace', notOnWindows, async () => {
    const room = own({ maxRunning: 2 });
    const kind = room.start("trap 'echo saved >saved; exit 0' USR1; echo up >up; while :; do sleep 0.02; done", {
      stop: { signal: 'SIGUSR1', graceS: 30 },
    });
    await vi.waitFor(() => expect(existsSync(join(room.cwd, 'up'))).toBe(true), { timeout: 20_000 });
    room.jobs.stop(kind);
    expect((await ended(room.jobs, kind)).status).toBe('stopped');
    expect(readFileSync(join(room.cwd, 'saved'), 'utf8')).toBe('saved\n');
    const deaf = room.start("trap '' INT; echo up >up2; while :; do sleep 0.02; done", { stop: { signal: 'SIGINT', graceS: 0.2 } });
    await vi.waitFor(() => expect(existsSync(join(room.cwd, 'up2'))).toBe(true), { timeout: 20_000 });
    room.jobs.stop(deaf);
    expect((await ended(room.jobs, deaf)).status).toBe('stopped');
    expect((await room.log(deaf)).map(({ text }) => text)).toContain('It did not end when it was asked to, and is killed');
  });

  it('says why the core ended it', notOnWindows, async () => {
    const room = own();
    const id = room.start('sleep 60');
    await running(room, id);
    const why = message('message.limit.seconds', { limit: 1 });
    room.jobs.stopFor(id, why);
    const run = await ended(room.jobs, id);
    expect(run).toMatchObject({ status: 'stopped', control: { stopped: why } });
    expect(room.writer.runs.get(id)?.control.stopped).toEqual(why);
    expect((await room.log(id)).map(({ text }) => text)).toContain('Stopped: the time limit of 1 s was reached');
  });
});

it('the memory of a run is that of all its processes', onlyOnLinux, async () => {
  const room = own();
  const hold = "const all = Buffer.alloc(120e6, 1); console.log('up'); setInterval(() => all[0]++, 1000)";
  const id = room.start(`'${process.execPath}' -e "${hold}" & '${process.execPath}' -e "${hold}" & wait`);
  await vi.waitFor(async () => expect((await room.log(id)).filter(({ text }) => text === 'up')).toHaveLength(2), { timeout: 30_000 });
  const bytes = await memoryOfRun(room.jobs.processes().get(id) ?? 0, id);
  expect(bytes).toBeGreaterThan(240e6);
  expect(bytes).toBeLessThan(900e6);
  room.jobs.stop(id);
  await ended(room.jobs, id);
});

describe('a program with a terminal', () => {
  it('sees one, prints as in one, and tells its exit code', notOnWindows, async () => {
    const room = own();
    const words = `it's "odd" $HOME \\ \`x\``;
    const id = room.jobs.startProgram({
      program: { command: 'sh', args: ['-c', 'test -t 1 && test -t 2 && echo "tty $1"; exit 7', 'sh', words], cwd: room.cwd },
      launch: { ...plainLaunch, pty: true },
    });
    expect((await ended(room.jobs, id)).failure?.message).toMatchObject({ params: { code: 7 } });
    expect((await room.log(id)).map(({ text }) => text)).toContain(`tty ${words}`);
    const plain = room.start('test -t 1 || echo none');
    await ended(room.jobs, plain);
    expect((await room.log(plain)).map(({ text }) => text)).toContain('none');
  });

  it('is asked to end, and has its time to do so', onlyOnLinux, async () => {
    const room = own({ stopGraceMs: 20_000, termGraceMs: 0 });
    const id = room.start("trap 'sleep 0.5; test -t 1 && echo saved in a terminal; exit 0' TERM; echo up; while :; do sleep 0.02; done", {
      pty: true,
    });
    await vi.waitFor(async () => expect((await room.log(id)).map(({ text }) => text)).toContain('up'), { timeout: 20_000 });
    const pid = room.jobs.processes().get(id) ?? 0;
    room.jobs.stop(id);
    expect((await ended(room.jobs, id)).status).toBe('stopped');
    expect((await room.log(id)).map(({ text }) => text)).toContain('saved in a terminal');
    await gone(pid);
  });
});
