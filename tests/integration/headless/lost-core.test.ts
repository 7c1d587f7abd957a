import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import type { RecordedEvent } from '@shared/model/event';
import { isFinal, type Run } from '@shared/model/run';
import type { RpcClient } from '@shared/rpc/client';
import { notOnWindows } from '../../helpers/needs';
import { openPage, runToEnd, serve, start, temporaryFolder } from './support';

const SLOW = { timeout: 60_000, interval: 200 };

const eventsOf = async (client: RpcClient, runId: string): Promise<RecordedEvent[]> =>
  (await client.call('events.query', { devices: [`run/${runId}`] })).events;

/** A program started in a terminal, and the terminal's core killed once it has seen what it draws. */
async function orphan(dataDir: string, cwd: string, exitCode: number): Promise<string> {
  const script = `echo before; while [ ! -e go ]; do sleep 0.05; done; echo after; exit ${exitCode}`;
  const terminal = start(['run', '--data', dataDir, '--cwd', cwd, '--name', 'the orphan', '--', 'sh', '-c', script]);
  await terminal.says(/^before$/m);
  const [, runId = ''] = await terminal.says(/^Run (\S+): the orphan$/m);
  await vi.waitFor(async () => {
    const { out } = await runToEnd(['runs', '--data', dataDir, '--json']);
    expect((JSON.parse(out) as { rows: { energy: unknown }[] }).rows[0]?.energy).not.toBeNull();
  }, SLOW);
  terminal.kill('SIGKILL');
  await terminal.finished;
  return runId;
}

it('a program whose terminal was killed is gone on with by the console, billed, and told of', notOnWindows, async () => {
  const folder = await temporaryFolder();
  const [dataDir, cwd] = [join(folder.path, 'data'), join(folder.path, 'work')];
  mkdirSync(cwd);
  const runId = await orphan(dataDir, cwd, 0);
  const served = await serve(dataDir);
  const { client, socket } = await openPage(served);
  const get = (): Promise<Run> => client.call('runs.get', { runId });
  const adopted = await vi.waitFor(async () => {
    const run = await get();
    expect(run.interruptions).toHaveLength(1);
    return run;
  }, SLOW);
  expect(adopted).toMatchObject({ status: 'running', kind: 'program', failure: null });
  const [gap] = adopted.interruptions;
  const bookedMs = adopted.energy?.itJ.windowMs ?? 0;
  // Booked on, from here.
  await vi.waitFor(async () => expect((await get()).energy?.itJ.windowMs ?? 0).toBeGreaterThan(bookedMs), SLOW);
  writeFileSync(join(cwd, 'go'), '');
  const run = await vi.waitFor(async () => {
    const now = await get();
    expect([isFinal(now.status), now.energy?.final]).toEqual([true, true]);
    return now;
  }, SLOW);
  expect(run).toMatchObject({ status: 'succeeded', name: 'the orphan' });
  // The time in between is in no sum, and in the coverage.
  const spanMs = run.energy?.spanMs ?? 0;
  expect(run.energy?.itJ.coverage).toBeLessThan(1);
  expect((run.energy?.itJ.coverage ?? 1) * spanMs).toBeLessThanOrEqual(spanMs - ((gap?.toMs ?? 0) - (gap?.fromMs ?? 0)) + 2_000);
  const kinds = (await eventsOf(client, runId)).map(({ kind }) => kind).sort();
  expect(kinds).toEqual(['run.adopted', 'run.ended', 'run.started']);
  socket.close();
  await served.stop();
  const { out } = await runToEnd(['runs', '--data', dataDir]);
  expect(out).toMatch(/the orphan .*No core watched it for \d+ s/);
  await folder.remove();
});

it('one that ended meanwhile is told with its end, and billed by what was booked', notOnWindows, async () => {
  const folder = await temporaryFolder();
  const [dataDir, cwd] = [join(folder.path, 'data'), join(folder.path, 'work')];
  mkdirSync(cwd);
  const runId = await orphan(dataDir, cwd, 7);
  writeFileSync(join(cwd, 'go'), '');
  const served = await serve(dataDir);
  const { client, socket } = await openPage(served);
  const run = await vi.waitFor(async () => {
    const now = await client.call('runs.get', { runId });
    expect([isFinal(now.status), now.energy?.final]).toEqual([true, true]);
    return now;
  }, SLOW);
  expect(run).toMatchObject({ status: 'failed', failure: { message: { id: 'message.run.programFailed', params: { code: 7 } } } });
  const [failed] = (await eventsOf(client, runId)).filter(({ kind }) => kind === 'run.failed');
  expect(failed).toMatchObject({ severity: 'critical', atMs: run.endedAtMs });
  socket.close();
  await served.stop();
  await folder.remove();
});
