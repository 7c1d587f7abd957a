import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, vi } from 'vitest';
import type { Run } from '@shared/model/run';
import { RunLogs } from '../../../../src-main/core/jobs/log/run-logs';
import { outputFolder, runFolder } from '../../../../src-main/core/jobs/run-folders';
import { bundleEntry } from '../../../helpers/bundle';
import { afterThisTest, temporaryFolder, testWriter } from '../../store/support/stores';
import { fakeTrainer, gone, isAlive, testJobs, type TestJobs } from '../../training/support';

export interface Core {
  readonly says: (pattern: RegExp) => Promise<RegExpMatchArray>;
  readonly kill: () => Promise<void>;
}

/** A real core in a process of its own, that starts this program or trainer. */
export async function core(dataDir: string, { trainer = '', script }: { trainer?: string; script?: string }, cwd: string): Promise<Core> {
  const program = script === undefined ? '' : JSON.stringify({ command: 'sh', args: ['-c', script], cwd });
  const child = spawn(process.execPath, [await bundleEntry('tests/integration/programs/support/lost-core.ts'), dataDir, trainer, program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await gone(child.pid ?? 0);
  };
  afterThisTest(kill);
  const says = (pattern: RegExp): Promise<RegExpMatchArray> =>
    vi.waitFor(
      () => {
        const match = pattern.exec(said);
        if (match === null) throw new Error(`no ${String(pattern)} in:\n${said}`);
        return match;
      },
      { timeout: 50_000, interval: 20 },
    );
  return { says, kill };
}

export interface Left {
  readonly dataDir: string;
  readonly runsDir: string;
  readonly cwd: string;
  readonly id: string;
  /** The process that leads the program's group. */
  readonly pid: number;
}

export const noted = (runsDir: string, id: string): { identity: { pid: number; startedAt: string; bootId: string } } =>
  JSON.parse(readFileSync(join(runFolder(runsDir, id), 'process.json'), 'utf8')) as ReturnType<typeof noted>;

/** A program that has said `before`, and all of what it says at first, when its core is killed. */
export async function orphan(script: string, saysFirst = 'before\n'): Promise<Left> {
  const dataDir = temporaryFolder();
  const runsDir = join(dataDir, 'runs');
  const cwd = temporaryFolder();
  const first = await core(dataDir, { script }, cwd);
  const [, id = ''] = await first.says(/run (\S+) running/);
  await first.says(/line before/);
  const file = join(runFolder(runsDir, id), 'process.json');
  await vi.waitFor(() => expect(existsSync(file)).toBe(true), { timeout: 50_000 });
  // How far it was read is noted right after the line is told.
  await vi.waitFor(
    () => expect(readFileSync(join(outputFolder(runsDir, id), 'read-to'), 'latin1')).toMatch(new RegExp(`^${saysFirst.length} `)),
    { timeout: 50_000 },
  );
  await first.kill();
  const { pid } = noted(runsDir, id).identity;
  afterThisTest(() => {
    if (isAlive(pid)) process.kill(-pid, 'SIGKILL');
  });
  return { dataDir, runsDir, cwd, id, pid };
}

export interface Next extends TestJobs {
  readonly found: Run[];
}

/** The core after it, here. */
export function nextCore({ dataDir, runsDir }: Pick<Left, 'dataDir' | 'runsDir'>, writer = testWriter(dataDir)): Next {
  const logs = new RunLogs({ runsDir, maxBytes: () => 2 ** 20, now: Date.now, log: () => undefined });
  const next = testJobs(fakeTrainer('good'), { writer, runsDir, logs, stopGraceMs: 100, termGraceMs: 100 });
  const found: Run[] = [];
  next.jobs.onFound((run) => found.push(run));
  return { ...next, found };
}
