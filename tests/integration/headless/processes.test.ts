import { spawn, type ChildProcess } from 'node:child_process';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runToEnd, start, temporaryFolder } from './support';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let child: ChildProcess;
beforeAll(async () => {
  folder = await temporaryFolder();
  // Busy, with much memory, and started with what nobody may read.
  child = spawn(process.execPath, [
    '-e',
    'const held = Buffer.alloc(400_000_000, 1); setInterval(() => { for (let i = 0; i < 3e7; i++); held[0]; }, 50)',
    '--',
    '--api-key',
    'hunter2hunter2',
  ]);
});
afterAll(async () => {
  child.kill('SIGKILL');
  await folder.remove();
});

interface Listed {
  readonly processes: readonly {
    readonly pid: number;
    readonly user: string | null;
    readonly command: string | null;
    readonly cpuPercent: number | null;
    readonly memoryB: number | null;
    readonly startedAtMs: number | null;
  }[];
}

const data = (): string[] => ['--data', join(folder.path, 'data')];

it('lists who uses the machine, without what a command line keeps secret', async () => {
  const startedMs = Date.now();
  const { code, out } = await runToEnd(['processes', '--json', '--limit', '5000', ...data()]);
  expect(code).toBe(0);
  const own = (JSON.parse(out) as Listed).processes.find(({ pid }) => pid === child.pid);
  expect(own).toMatchObject({ user: userInfo().username, command: expect.stringMatching(/--api-key \*\*\*$/) as string });
  expect(own?.cpuPercent).toBeGreaterThan(0);
  expect(own?.memoryB).toBeGreaterThan(400_000_000);
  expect(Math.abs((own?.startedAtMs ?? 0) - startedMs)).toBeLessThan(120_000);
  expect(out).not.toContain('hunter2');
});

it('prints a table with sums, also while another Coldaisle has the data folder, and tells the run', async () => {
  const spin = 'setInterval(() => { for (let i = 0; i < 3e7; i++); }, 50)';
  const running = start(['run', ...data(), '--name', 'spin', '--', process.execPath, '-e', spin]);
  try {
    await expect
      .poll(async () => (await runToEnd(['processes', '--limit', '5000', ...data()])).out, { timeout: 60_000, interval: 500 })
      .toMatch(/\nRun +Processes[^\n]*\n[^\n]*\n\S+ +\d+ /);
  } finally {
    running.kill('SIGINT');
    await running.finished;
  }
});

it('refuses an order that there is none of', async () => {
  expect(await runToEnd(['processes', '--sort', 'cpus', ...data()])).toMatchObject({
    code: 2,
    err: expect.stringContaining('cpu') as string,
  });
});
