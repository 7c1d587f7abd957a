import { spawn, type ChildProcess } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import type { Run } from '@shared/model/run';
import type { RunSnapshot } from '@shared/model/run-snapshot';
import { buildFakeNvml, compilerNeeded } from '../../fakes/nvml/build';
import { notOnWindows } from '../../helpers/needs';
import { openPage, repo, runToEnd, serve, start, temporaryFolder } from './support';

const SLOW = { timeout: 60_000, interval: 100 };

async function folder(): Promise<{ path: string; dataDir: string; data: string[] }> {
  const { path, remove } = await temporaryFolder();
  onTestFinished(remove);
  const dataDir = join(path, 'data');
  return { path, dataDir, data: ['--data', dataDir] };
}

/** A program that nobody here has anything to do with: busy, and with a CSV log once it is told to. */
function elsewhere(cwd: string, ...words: string[]): ChildProcess {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => { for (let i = 0; i < 1e7; i++); }, 20)', '--', ...words], {
    cwd,
    stdio: 'ignore',
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

const runOf = async (data: string[], id: string): Promise<Run> =>
  (JSON.parse((await runToEnd(['runs', ...data, id, '--json'])).out) as { run: Run; snapshot: RunSnapshot | null }).run;

it('a program that is started or queued beside a running core goes to that, and is followed to its bill', notOnWindows, async () => {
  const { path, dataDir, data } = await folder();
  const served = await serve(dataDir);
  onTestFinished(async () => void (await served.stop()));
  const first = start([
    'run',
    ...data,
    '--cwd',
    path,
    '--name',
    'first',
    '--',
    'sh',
    '-c',
    'while [ ! -e go ]; do sleep 0.1; done; echo loss=0.5',
  ]);
  await first.says(/^Run \S+: first$/m);
  const second = start([
    'run',
    ...data,
    '--queue',
    '--cwd',
    path,
    '--name',
    'second',
    '--after',
    'first',
    '--env',
    'COLOUR=red',
    '--',
    'sh',
    '-c',
    'echo "$COLOUR" >told',
  ]);
  await second.says(/^Run \S+: second$/m);
  const left = start(['run', ...data, '--queue', '--cwd', path, '--name', 'left', '--', 'sleep', '60']);
  const [, leftId = ''] = await left.says(/^Run (\S+): left$/m);
  left.kill('SIGINT');
  expect((await left.finished).code).toBe(0);
  expect((await runOf(data, leftId)).status).toBe('queued');
  writeFileSync(join(path, 'go'), '');
  const [one, two] = await Promise.all([first.finished, second.finished]);
  expect([one.code, two.code], one.err + two.err).toEqual([0, 0]);
  expect(one.out).toMatch(/^loss=0\.5$/m);
  expect(one.out).toMatch(/^Energy, facility/m);
  await vi.waitFor(async () => expect((await runOf(data, leftId)).status).toBe('running'), SLOW);
});

it('a folder that is imported beside a running core goes through that, which lists the run', async () => {
  const { path, dataDir, data } = await folder();
  const logs = join(path, 'my-run');
  mkdirSync(logs);
  writeFileSync(join(logs, 'log.csv'), 'step,loss\n1,0.5\n2,0.25\n');
  const served = await serve(dataDir);
  onTestFinished(async () => void (await served.stop()));
  const { client: page, socket } = await openPage(served);
  onTestFinished(() => socket.close());
  const first = await runToEnd(['import-run', ...data, logs]);
  expect([first.code, first.out]).toEqual([0, expect.stringMatching(/my-run: run \w{12}, 1 scalar, 2 points\n$/)]);
  const { rows } = await page.call('runs.list', {});
  expect(rows).toMatchObject([{ name: 'my-run', kind: 'imported', status: 'succeeded', scalars: { loss: 0.25 } }]);
  appendFileSync(join(logs, 'log.csv'), '3,0.125\n');
  expect((await runToEnd(['import-run', ...data, logs])).out).toContain('3 points, 1 point new since it was imported before');
  expect((await page.call('runs.get', { runId: rows[0]?.id ?? '' })).last).toEqual({ loss: 0.125 });
  // A page may name no folder of the machine.
  await expect(page.call('runImports.open', { path: logs })).rejects.toMatchObject({ code: 'unauthorized' });
  await expect(page.call('runImports.choose', {})).rejects.toMatchObject({ code: 'invalid-input' });
});

it('a process that was started elsewhere is a run from when it is adopted: over a lost core, to its end', notOnWindows, async () => {
  const { path, dataDir, data } = await folder();
  const cwd = join(path, 'work');
  mkdirSync(cwd);
  writeFileSync(join(cwd, 'log.csv'), 'epoch,loss\n1,0.9\n2,0.8\n');
  const child = elsewhere(cwd, '--api-key=secretvalue');
  const pid = String(child.pid);
  const first = await serve(dataDir);
  const adopted = start(['adopt', ...data, pid]);
  const [, id = ''] = await adopted.says(/^Run (\S+): /m);
  expect((await runToEnd(['adopt', ...data, pid])).err).toContain(`is a part of run ${id}`);
  const { client, socket } = await openPage(first);
  await expect(client.call('runs.adopt', { pid: child.pid ?? 0, startedAtMs: 1 })).rejects.toMatchObject({ code: 'conflict' });
  await expect(client.call('runs.pause', { runId: id, paused: true })).rejects.toMatchObject({ code: 'invalid-input' });
  await vi.waitFor(async () => expect((await client.call('runs.get', { runId: id })).energy?.itJ.value ?? 0).toBeGreaterThan(0), SLOW);
  socket.close();
  first.running.kill('SIGKILL');
  expect((await adopted.finished).code).toBe(1);

  const second = await serve(dataDir);
  onTestFinished(async () => void (await second.stop()));
  await vi.waitFor(async () => expect((await runOf(data, id)).interruptions).toHaveLength(1), SLOW);
  appendFileSync(join(cwd, 'log.csv'), '3,0.7\n');
  const other = await openPage(second);
  await vi.waitFor(async () => expect((await other.client.call('runs.get', { runId: id })).last['loss']).toBe(0.7), SLOW);
  child.kill('SIGKILL');
  await vi.waitFor(async () => expect((await runOf(data, id)).status).toBe('succeeded'), SLOW);
  const run = await runOf(data, id);
  expect(run).toMatchObject({
    kind: 'program',
    params: { command: process.execPath, cwd },
    control: { adopted: { pid: child.pid }, stopped: { id: 'message.adopted.ended' } },
    extremes: { loss: { min: 0.7, max: 0.7 } },
  });
  expect(run.name).not.toContain('secretvalue');
  expect(run.name).toContain('--api-key=***');
  other.socket.close();
});

it('is let go alive, and found again by a core after one that ended in order', notOnWindows, async () => {
  const { path, dataDir, data } = await folder();
  const child = elsewhere(path);
  const first = await serve(dataDir);
  const page = await openPage(first);
  const { runId } = await page.client.call('runs.adopt', { pid: child.pid ?? 0, startedAtMs: null, name: 'kernel' });
  await vi.waitFor(async () => expect((await page.client.call('runs.get', { runId })).status).toBe('running'), SLOW);
  page.socket.close();
  expect((await first.stop()).code).toBe(0);
  expect((await runOf(data, runId)).status).toBe('running');
  expect(existsSync(join(dataDir, 'terminal.json'))).toBe(false);
  const second = await serve(dataDir);
  onTestFinished(async () => void (await second.stop()));
  const again = await openPage(second);
  await vi.waitFor(async () => expect((await again.client.call('runs.get', { runId })).interruptions).toHaveLength(1), SLOW);
  await again.client.call('runs.stop', { runId });
  await vi.waitFor(async () => expect((await again.client.call('runs.get', { runId })).status).toBe('stopped'), SLOW);
  expect((await again.client.call('runs.get', { runId })).control.stopped).toMatchObject({ id: 'message.adopted.letGo' });
  expect(child.exitCode).toBeNull();
  process.kill(child.pid ?? 0, 0);
  await expect(again.client.call('runs.adopt', { pid: 1, startedAtMs: null })).rejects.toThrow();
  await expect(again.client.call('runs.adopt', { pid: 4_194_303, startedAtMs: null })).rejects.toMatchObject({ code: 'not-found' });
  await expect(again.client.call('runs.adopt', { pid: second.running.child.pid ?? 0, startedAtMs: null })).rejects.toMatchObject({
    code: 'conflict',
  });
  again.socket.close();
});

it('one that holds a GPU has that GPU booked to it', compilerNeeded, async () => {
  const { path, dataDir } = await folder();
  const child = elsewhere(path);
  const nvml = buildFakeNvml(join(repo, 'tests/fakes/nvml/nvml.c'));
  onTestFinished(() => nvml.dispose());
  await nvml.control('gpus 1', `process 0 ${child.pid ?? 0} 2048 90 30 /usr/bin/node`);
  process.env['LD_LIBRARY_PATH'] = dirname(nvml.library);
  const served = await serve(dataDir);
  delete process.env['LD_LIBRARY_PATH'];
  onTestFinished(async () => void (await served.stop()));
  const page = await openPage(served);
  const { runId } = await page.client.call('runs.adopt', { pid: child.pid ?? 0, startedAtMs: null });
  await vi.waitFor(async () => expect((await page.client.call('runs.devices', { runId })).devices).toContain('gpu0'), SLOW);
  page.socket.close();
});
