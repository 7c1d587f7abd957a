import { spawn } from 'node:child_process';
import { existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { isFinal } from '@shared/model/run';
import { identify } from '../../../src-main/children/identity';
import { markedProcesses } from '../../../src-main/children/marked';
import { artifactsFolder, outputFolder, runFolder } from '../../../src-main/core/jobs/run-folders';
import { notOnWindows, onlyOnLinux } from '../../helpers/needs';
import { afterThisTest, temporaryFolder, testWriter } from '../store/support/stores';
import { ended, gone, isAlive, realTrainer, type TestJobs } from '../training/support';
import { core, nextCore, noted, orphan, type Left, type Next } from './support/lost';

/** Says one line, and more once there is a file `go`; ends with 7. */
const waits = 'echo before; while [ ! -e go ]; do sleep 0.05; done; echo after; exit 7';
const stubborn = "trap '' TERM; echo before; while :; do sleep 0.05; done";

const linesOf = async ({ log }: TestJobs, id: string): Promise<string[]> =>
  (await log(id, 1)).filter(({ source }) => source !== 'core').map(({ text }) => text);

describe('a program whose core was killed', () => {
  it('runs on, and is gone on with: its log is whole, its end and its exit code are told', notOnWindows, async () => {
    const left = await orphan(waits);
    expect(isAlive(left.pid)).toBe(true);
    const next = nextCore(left);
    expect(next.jobs.get(left.id)).toMatchObject({ status: 'running', interruptions: [] });
    await next.jobs.recover(true);
    const [interruption] = next.jobs.get(left.id)?.interruptions ?? [];
    expect(interruption?.fromMs).toBeGreaterThanOrEqual(next.jobs.get(left.id)?.startedAtMs ?? Infinity);
    expect(interruption?.toMs).toBeGreaterThan(interruption?.fromMs ?? Infinity);
    expect(next.found).toMatchObject([{ id: left.id, status: 'running', endedAtMs: null }]);
    expect(next.jobs.processes().get(left.id)).toBe(left.pid);
    expect(next.writer.runs.get(left.id)?.interruptions).toEqual([interruption]);
    writeFileSync(join(left.cwd, 'go'), '');
    const run = await ended(next.jobs, left.id);
    expect(run).toMatchObject({ status: 'failed', failure: { message: { id: 'message.run.programFailed', params: { code: 7 } } } });
    expect(await linesOf(next, left.id)).toEqual(['before', 'after']);
    expect(next.found).toHaveLength(1);
    await gone(left.pid);
    expect(existsSync(outputFolder(left.runsDir, left.id))).toBe(false);
    expect(existsSync(join(runFolder(left.runsDir, left.id), 'process.json'))).toBe(false);
  });

  it('and that has ended meanwhile, has ended when it did and as it did', notOnWindows, async () => {
    const left = await orphan(waits.replace('exit 7', 'exit 0'));
    writeFileSync(join(left.cwd, 'go'), '');
    await gone(left.pid);
    const endedAtMs = Math.round(statSync(join(outputFolder(left.runsDir, left.id), 'exit')).mtimeMs);
    const next = nextCore(left);
    const story: string[] = [];
    next.jobs.onRun(({ status }) => story.push(status));
    await next.jobs.recover(true);
    const run = await ended(next.jobs, left.id);
    expect(run).toMatchObject({ status: 'succeeded', endedAtMs, failure: null });
    expect(run.interruptions).toHaveLength(1);
    expect(story).toEqual(['succeeded']);
    await vi.waitFor(() => expect(next.found).toEqual([run]));
    expect(await linesOf(next, left.id)).toEqual(['before', 'after']);
    expect(next.writer.runs.get(left.id)).toEqual(run);
  });

  it('and that ignores SIGTERM, is ended when it is stopped', notOnWindows, async () => {
    const left = await orphan(stubborn);
    const next = nextCore(left);
    await next.jobs.recover(true);
    next.jobs.stop(left.id);
    expect((await ended(next.jobs, left.id)).status).toBe('stopped');
    await gone(left.pid);
  });

  it('while it was being stopped, is stopped by the next one', notOnWindows, async () => {
    const left = await orphan(stubborn);
    const before = testWriter(left.dataDir);
    const run = before.runs.get(left.id);
    if (run) before.runs.save({ ...run, status: 'stopping' });
    before.close();
    const next = nextCore(left);
    await next.jobs.recover(true);
    expect((await ended(next.jobs, left.id)).status).toBe('stopped');
    await gone(left.pid);
  });

  it('twice in a row, is gone on with twice', notOnWindows, async () => {
    const left = await orphan(waits);
    const second = await core(left.dataDir, {}, left.cwd);
    await second.says(new RegExp(`found ${left.id} running`));
    await second.says(/recovered/);
    await second.kill();
    expect(isAlive(left.pid)).toBe(true);
    const third = nextCore(left);
    await third.jobs.recover(true);
    expect(third.jobs.get(left.id)?.interruptions).toHaveLength(2);
    writeFileSync(join(left.cwd, 'go'), '');
    expect((await ended(third.jobs, left.id)).failure?.message).toMatchObject({ params: { code: 7 } });
    expect(await linesOf(third, left.id)).toEqual(['before', 'after']);
  });

  it('in the moment before its process was written down, is found all the same', notOnWindows, async () => {
    const left = await orphan(waits);
    rmSync(join(runFolder(left.runsDir, left.id), 'process.json'));
    // Not even its row says that it has begun: the disk was full.
    const before = testWriter(left.dataDir);
    const run = before.runs.get(left.id);
    if (run) before.runs.save({ ...run, status: 'queued', startedAtMs: null });
    before.close();
    const next = nextCore(left);
    await next.jobs.recover(true);
    expect(next.jobs.processes().get(left.id)).toBe(left.pid);
    expect(next.jobs.get(left.id)?.status).toBe('running');
    writeFileSync(join(left.cwd, 'go'), '');
    expect((await ended(next.jobs, left.id)).failure?.message).toMatchObject({ params: { code: 7 } });
  });

  it('and of which nothing at all was written down, is ended, and said to have been', onlyOnLinux, async () => {
    const left = await orphan(waits);
    rmSync(join(runFolder(left.runsDir, left.id), 'process.json'));
    rmSync(outputFolder(left.runsDir, left.id), { recursive: true });
    const next = nextCore(left);
    await next.jobs.recover(true);
    expect(next.jobs.get(left.id)).toMatchObject({ status: 'failed', failure: { message: { id: 'message.run.coreLostEnded' } } });
    expect(next.found).toMatchObject([{ id: left.id, status: 'failed' }]);
    await gone(left.pid);
    expect(await markedProcesses(left.id)).toEqual([]);
  });

  it('is left to the next core by one that goes on with nothing', notOnWindows, async () => {
    const left = await orphan(waits);
    const writer = testWriter(left.dataDir);
    const passing = nextCore(left, writer);
    await passing.jobs.recover(false);
    expect(passing.jobs.get(left.id)).toMatchObject({ status: 'running', interruptions: [] });
    await passing.jobs.close();
    expect(isAlive(left.pid)).toBe(true);
    const next = nextCore(left, writer);
    await next.jobs.recover(true);
    expect(next.found).toMatchObject([{ status: 'running' }]);
  });

  it('and whose files cannot be read, is ended', notOnWindows, async () => {
    const left = await orphan(waits);
    const stdout = join(outputFolder(left.runsDir, left.id), 'stdout');
    renameSync(stdout, `${stdout}-moved`);
    const next = nextCore(left);
    await next.jobs.recover(true);
    expect(next.jobs.get(left.id)).toMatchObject({ status: 'failed', failure: { code: 'core-lost' } });
    expect(next.found).toMatchObject([{ status: 'failed' }]);
    await gone(left.pid);
  });
});

describe('a pid that is another process by now', () => {
  /** The run's own program is gone without a word of its end; its pid is that of a living process. */
  async function reused(over: { bootId?: string }): Promise<{ next: Next; left: Left; stranger: number }> {
    const left = await orphan(waits);
    process.kill(-left.pid, 'SIGKILL');
    await gone(left.pid);
    const stranger = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore', detached: true });
    afterThisTest(() => void stranger.kill('SIGKILL'));
    const pid = stranger.pid ?? 0;
    const own = noted(left.runsDir, left.id);
    writeFileSync(
      join(runFolder(left.runsDir, left.id), 'process.json'),
      JSON.stringify({ ...own, identity: { ...own.identity, ...over, pid } }),
    );
    const next = nextCore(left);
    await next.jobs.recover(true);
    await ended(next.jobs, left.id);
    return { next, left, stranger: pid };
  }

  it('is neither adopted nor ended; the run ended at the last sign of it', notOnWindows, async () => {
    const { next, left, stranger } = await reused({});
    const run = next.jobs.get(left.id);
    expect(run).toMatchObject({ status: 'failed', failure: { code: 'core-lost', message: { id: 'message.run.coreLostGone' } } });
    expect(run?.endedAtMs).toBe(run?.interruptions[0]?.fromMs);
    await vi.waitFor(() => expect(next.found).toEqual([run]));
    expect(await identify(stranger)).not.toBeNull();
  });

  it('after the machine was started anew, is told as that', notOnWindows, async () => {
    const { next, left, stranger } = await reused({ bootId: 'the one before' });
    expect(next.jobs.get(left.id)?.failure?.message).toMatchObject({ id: 'message.run.coreLostRebooted' });
    expect(await identify(stranger)).not.toBeNull();
  });
});

describe('a trainer whose core was killed', () => {
  it('has ended with it, and the next core says so; what waits then begins', notOnWindows, async () => {
    const dataDir = temporaryFolder();
    const runsDir = join(dataDir, 'runs');
    const first = await core(dataDir, { trainer: await realTrainer() }, dataDir);
    const [, id = ''] = await first.says(/run (\S+) running/);
    const file = join(runFolder(runsDir, id), 'process.json');
    await vi.waitFor(() => expect(existsSync(file)).toBe(true), { timeout: 50_000 });
    await first.kill();
    const next = nextCore({ dataDir, runsDir });
    const { pid } = noted(runsDir, id).identity;
    const waiting = next.jobs.start({ recipe: 'mnist-mlp', engine: 'wasm', params: {} });
    await next.jobs.recover(true);
    const run = next.jobs.get(id);
    expect(run).toMatchObject({ status: 'failed', failure: { code: 'core-lost' } });
    expect(isFinal(run?.status ?? 'queued')).toBe(true);
    expect(next.found).toEqual([run]);
    await gone(pid);
    expect((await ended(next.jobs, waiting)).status).toBe('succeeded');
  });

  it('and that is stuck, is ended', notOnWindows, async () => {
    const dataDir = temporaryFolder();
    const runsDir = join(dataDir, 'runs');
    const stuck = join(temporaryFolder(), 'stuck.mjs');
    // Neither hears of the end of its channel nor of a signal.
    writeFileSync(
      stuck,
      "import { writeSync } from 'node:fs'; process.on('SIGTERM', () => {}); writeSync(3, JSON.stringify({ t: 'hello', v: 2, engine: 'wasm', detail: 'stuck' }) + '\\n'); setInterval(() => {}, 1000);",
    );
    const first = await core(dataDir, { trainer: stuck }, dataDir);
    const [, id = ''] = await first.says(/run (\S+) running/);
    const file = join(runFolder(runsDir, id), 'process.json');
    await vi.waitFor(() => expect(existsSync(file)).toBe(true), { timeout: 50_000 });
    await first.kill();
    const { pid } = noted(runsDir, id).identity;
    expect(isAlive(pid)).toBe(true);
    const next = nextCore({ dataDir, runsDir });
    await next.jobs.recover(false);
    expect(next.jobs.get(id)?.failure?.message).toMatchObject({ id: 'message.run.coreLostEnded' });
    await gone(pid);
  });
});

it('a program finds a folder for its artifacts', notOnWindows, async () => {
  const dataDir = temporaryFolder();
  const runsDir = join(dataDir, 'runs');
  const next = nextCore({ dataDir, runsDir });
  const program = { command: 'sh', args: ['-c', 'echo weights >"$COLDAISLE_ARTIFACTS/model.bin"'], cwd: dataDir };
  const id = next.jobs.startProgram({ program });
  expect(await ended(next.jobs, id)).toMatchObject({ status: 'succeeded', kind: 'program', recipe: 'sh', engineUsed: null });
  expect(readFileSync(join(artifactsFolder(runsDir, id), 'model.bin'), 'utf8')).toBe('weights\n');
  next.jobs.delete(id);
  await vi.waitFor(() => expect(existsSync(runFolder(runsDir, id))).toBe(false));
});
