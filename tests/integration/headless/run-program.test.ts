import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import type { Run } from '@shared/model/run';
import { notOnWindows } from '../../helpers/needs';
import { openPage, runToEnd, serve, temporaryFolder } from './support';

const SLOW = { timeout: 60_000, interval: 200 };

async function folder(): Promise<{ path: string; data: string[] }> {
  const { path, remove } = await temporaryFolder();
  onTestFinished(remove);
  return { path, data: ['--data', join(path, 'data')] };
}

const runsOf = async (data: string[]): Promise<Pick<Run, 'id' | 'name' | 'status'>[]> =>
  (JSON.parse((await runToEnd(['runs', ...data, '--json'])).out) as { rows: Run[] }).rows;

it('a run of a file is tried again in its terminal until it succeeds, and repeated with other arguments', notOnWindows, async () => {
  const { path, data } = await folder();
  const file = join(path, 'run.json');
  writeFileSync(join(path, 'tries.sh'), 'echo "$COLOUR $1" >>told; [ "$(wc -l <told)" -ge 3 ]');
  const asked = { program: 'sh', args: ['tries.sh', 'first'], name: 'tries', env: { COLOUR: 'green' }, retries: { count: 5, delayS: 0 } };
  writeFileSync(file, JSON.stringify(asked));
  const { code, out, err } = await runToEnd(['run', ...data, '--file', file]);
  expect([code, out.match(/^Run \S+: tries$/gm)?.length], err).toEqual([0, 3]);
  const runs = await runsOf(data);
  expect(runs.map(({ status }) => status)).toEqual(['succeeded', 'failed', 'failed']);
  const again = await runToEnd(['rerun', ...data, runs[0]?.id ?? '', '--env', 'COLOUR=red', '--', 'tries.sh', 'second']);
  expect([again.code, again.out.match(/^Run \S+: tries$/gm)?.length], again.err).toEqual([0, 1]);
  expect(readFileSync(join(path, 'told'), 'utf8')).toBe('green first\n'.repeat(3) + 'red second\n');
});

it('a run that all attempts of failed has failed', notOnWindows, async () => {
  const { data } = await folder();
  const { code, out } = await runToEnd(['run', ...data, '--retries', '1', '--retry-delay', '0', '--', 'sh', '-c', 'exit 3']);
  expect([code, out.match(/^Run /gm)?.length]).toEqual([1, 2]);
  const runs = await runsOf(data);
  expect(runs.map(({ status }) => status)).toEqual(['failed', 'failed']);
  const again = await runToEnd(['rerun', ...data, runs[0]?.id ?? '', '--retries', '0', '--', '-c', 'true']);
  expect([again.code, again.out], again.err).toEqual([0, expect.stringMatching(/^Run \S+: sh -c true$/m)]);
});

it('a run that is only put into the queue begins with the next console, not with another run in a terminal', notOnWindows, async () => {
  const { path, data } = await folder();
  const queued = await runToEnd(['run', ...data, '--queue', '--cwd', path, '--name', 'later', '--', 'sh', '-c', 'echo ran >told']);
  expect([queued.code, queued.out]).toEqual([0, expect.stringMatching(/^Run \S+ waits\./)]);
  expect((await runToEnd(['run', ...data, '--name', 'now', '--', 'true'])).code).toBe(0);
  expect((await runsOf(data)).map(({ name, status }) => [name, status])).toEqual([
    ['now', 'succeeded'],
    ['later', 'queued'],
  ]);
  const served = await serve(join(path, 'data'));
  const { client, socket } = await openPage(served);
  await vi.waitFor(async () => {
    const { rows } = await client.call('runs.list', {});
    expect(rows.find(({ name }) => name === 'later')?.status).toBe('succeeded');
  }, SLOW);
  expect(readFileSync(join(path, 'told'), 'utf8')).toBe('ran\n');
  socket.close();
  await served.stop();
});
