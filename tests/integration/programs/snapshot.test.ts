import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RunLaunch, type RunLaunchInput } from '@shared/model/launch';
import type { Program } from '@shared/model/program';
import type { RunSnapshot } from '@shared/model/run-snapshot';
import { english } from '@shared/text/message';
import { Snapshots } from '../../../src-main/core/jobs/snapshot/snapshots';
import { Redactor } from '../../../src-main/core/secrets/redactor';
import { snapshotPart } from '../../../src-main/core/store/records/runs/run-parts';
import { openForReading } from '../../../src-main/core/store/file/open';
import { createChildLauncher } from '../../../src-main/hosts/child-launcher';
import { notOnWindows, needsProgram } from '../../helpers/needs';
import { pythonWith } from '../../helpers/real-python';
import { startTestCore } from '../../helpers/test-core';
import { afterThisTest, temporaryFolder, testWriter } from '../store/support/stores';
import { ended, fakeTrainer, reached, repo, testJobs, type TestJobs } from '../training/support';

const realPython = pythonWith();
const SECRET = 'correct-horse-battery';

interface Own extends TestJobs {
  readonly start: (program: Program, launch?: RunLaunchInput) => string;
  /** What is kept of the run, once it is. */
  readonly snapshot: (runId: string) => Promise<RunSnapshot | null>;
}

function own(env: Readonly<Record<string, string>> = {}): Own {
  const writer = testWriter();
  const redactor = new Redactor();
  redactor.add('feed/one', SECRET);
  const said: string[] = [];
  const snapshots = new Snapshots({
    writer,
    devices: () => [],
    redact: redactor.redact,
    pythonDir: join(repo, 'resources', 'python'),
    log: (level, text) => said.push(`${level} ${text}`),
  });
  const jobs = testJobs(fakeTrainer('good'), { writer, snapshots, prepare: ({ launch }) => ({ env: { ...env, ...launch.env } }) });
  return {
    ...jobs,
    start: (program, launch = {}) => jobs.jobs.startProgram({ program, launch: RunLaunch.parse(launch) }),
    async snapshot(runId) {
      await snapshots.settled(runId);
      expect(said).toEqual([]);
      const db = openForReading(writer.path);
      try {
        return snapshotPart.query(db)(runId);
      } finally {
        db.close();
      }
    },
  };
}

const git = (cwd: string, ...args: string[]): string =>
  execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@example.com', ...args], { cwd, encoding: 'utf8' }).trim();

function repository(): { readonly cwd: string; readonly commit: string } {
  const cwd = temporaryFolder();
  git(cwd, 'init', '--quiet', '--initial-branch', 'main');
  git(cwd, 'remote', 'add', 'origin', 'https://ghp-token-of-mine@example.com/team/models.git?private_token=abcdef123');
  writeFileSync(join(cwd, 'train.py'), 'lr = 0.1\n');
  writeFileSync(join(cwd, 'settings.env'), 'EPOCHS=3\n');
  git(cwd, 'add', '.');
  git(cwd, 'commit', '--quiet', '-m', 'First');
  return { cwd, commit: git(cwd, 'rev-parse', 'HEAD') };
}

const shell = (cwd: string, script: string): Program => ({ command: 'sh', args: ['-c', script], cwd });

describe('what there was when a program began', () => {
  it('has the commit, the branch, the changes and the diff, without secrets', notOnWindows, async () => {
    const { cwd, commit } = repository();
    writeFileSync(join(cwd, 'train.py'), `lr = 0.2\napi_key = "0123456789"\nkey = jax.random.split(key)\nurl = "${SECRET}"\n`);
    writeFileSync(join(cwd, 'settings.env'), 'EPOCHS=4\nHF_TOKEN=abcdefgh\n');
    writeFileSync(join(cwd, 'new file.txt'), 'new');
    const room = own();
    const id = room.start(shell(cwd, 'true'));
    await ended(room.jobs, id);
    const snapshot = await room.snapshot(id);
    expect(snapshot?.git.value).toMatchObject({
      root: cwd,
      commit,
      branch: 'main',
      remote: 'https://***@example.com/team/models.git?private_token=***',
      changes: { value: { changed: 2, untracked: 1, untrackedNames: ['new file.txt'] }, why: null },
      diff: { value: { isCut: false }, why: null },
    });
    const diff = snapshot?.git.value?.diff.value?.text ?? '';
    expect(diff.split('\n').filter((line) => /^[+-](?![+-])/.test(line))).toEqual([
      '-EPOCHS=3',
      '+EPOCHS=4',
      '+HF_TOKEN=***',
      '-lr = 0.1',
      '+lr = 0.2',
      '+api_key = "***"',
      '+key = jax.random.split(key)',
      '+url = "[secret feed/one]"',
    ]);
    expect(git(cwd, 'status', '--porcelain')).toBe('M settings.env\n M train.py\n?? "new file.txt"');
  });

  it('keeps of a diff that is very long its beginning, in whole lines', notOnWindows, async () => {
    const { cwd } = repository();
    writeFileSync(join(cwd, 'train.py'), 'x = 1234567890\n'.repeat(50_000));
    const room = own();
    const id = room.start(shell(cwd, 'true'));
    await ended(room.jobs, id);
    const diff = (await room.snapshot(id))?.git.value?.diff.value;
    expect(diff?.isCut).toBe(true);
    expect(diff?.text.length).toBeLessThanOrEqual(256 * 1024);
    expect(diff?.text.endsWith('+x = 1234567890\n')).toBe(true);
  });

  it('says why there is no commit: none yet, or no repository', notOnWindows, async () => {
    const room = own();
    const [fresh, plain] = [temporaryFolder(), temporaryFolder()];
    git(fresh, 'init', '--quiet', '--initial-branch', 'main');
    writeFileSync(join(fresh, 'a'), '');
    const [first, second] = [room.start(shell(fresh, 'true')), room.start(shell(plain, 'true'))];
    await ended(room.jobs, second);
    const of = (await room.snapshot(first))?.git.value;
    expect(of).toMatchObject({ commit: null, branch: 'main', remote: null, changes: { value: { changed: 0, untracked: 1 } } });
    expect(english(of?.diff.why ?? '')).toBe('There is no commit yet to compare with');
    const without = (await room.snapshot(second))?.git;
    expect(without?.value).toBeNull();
    expect(english(without?.why ?? '')).toBe(`${plain} is in no git repository`);
  });

  it('is held up by no git that hangs, nor is the program', notOnWindows, async () => {
    const cwd = temporaryFolder();
    const bin = join(temporaryFolder(), 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'git'), '#!/bin/sh\nsleep 1000\n');
    chmodSync(join(bin, 'git'), 0o755);
    const before = process.env['PATH'] ?? '';
    process.env['PATH'] = `${bin}${delimiter}${before}`;
    afterThisTest(() => void (process.env['PATH'] = before));
    const room = own();
    let isTaken = false;
    const id = room.start(shell(cwd, 'echo done'));
    await reached(room.jobs, id, ({ status }) => status === 'running');
    const taking = room.snapshot(id).then((snapshot) => {
      isTaken = true;
      return snapshot;
    });
    expect((await ended(room.jobs, id)).status).toBe('succeeded');
    expect(isTaken).toBe(false);
    const snapshot = await taking;
    expect(english(snapshot?.git.why ?? '')).toMatch(/gave no answer within 3 s$/);
    expect(snapshot?.cwd).toBe(cwd);
  });

  it('has the command and the whole environment, each secret masked', notOnWindows, async () => {
    const cwd = temporaryFolder();
    const env = { MODE: 'fast', HF_TOKEN: 'abcdefgh', DATABASE: 'postgres://me:hidden@db/x', NOTE: `with ${SECRET} in it` };
    const room = own(env);
    const id = room.start({ command: 'sh', args: ['-c', 'true', '--password', 'hidden'], cwd });
    await ended(room.jobs, id);
    const snapshot = await room.snapshot(id);
    expect(snapshot?.command).toBe('sh -c true --password ***');
    expect(snapshot?.environment).toMatchObject({
      MODE: 'fast',
      HF_TOKEN: '***',
      DATABASE: 'postgres://me:***@db/x',
      NOTE: 'with [secret feed/one] in it',
      COLDAISLE_RUN_ID: id,
      PYTHONUNBUFFERED: '1',
    });
    expect(JSON.stringify(snapshot)).not.toMatch(/hidden|abcdefgh|correct-horse/);
  });

  it('has the Python that the command runs by, with its packages', needsProgram(realPython !== null, 'python3', 'python3'), async () => {
    const cwd = temporaryFolder();
    const packages = join(temporaryFolder(), 'own');
    mkdirSync(join(packages, 'rare_model-1.2.3.dist-info'), { recursive: true });
    writeFileSync(join(packages, 'rare_model-1.2.3.dist-info', 'METADATA'), 'Metadata-Version: 2.1\nName: rare-model\nVersion: 1.2.3\n');
    // What the program's folder or path would run must not run here.
    writeFileSync(join(packages, 'sitecustomize.py'), 'raise SystemExit(3)\n');
    const script = join(cwd, 'launch');
    writeFileSync(script, `#!/usr/bin/env ${realPython ?? ''}\nprint("ok")\n`);
    chmodSync(script, 0o755);
    const room = own({ PYTHONPATH: packages });
    const python = realPython ?? '';
    const version = execFileSync(python, ['-c', 'import platform; print(platform.python_version())'], { encoding: 'utf8' }).trim();
    const ids = [
      room.start({ command: python, args: ['--version'], cwd }),
      room.start(shell(cwd, `${python} --version`)),
      room.start({ command: './launch', args: [], cwd }),
    ];
    for (const id of ids) {
      await ended(room.jobs, id);
      const told = (await room.snapshot(id))?.python;
      expect(told).toMatchObject({ value: { implementation: 'CPython', version }, why: null });
      expect(told?.value?.packages.value).toContainEqual({ name: 'rare-model', version: '1.2.3' });
    }
  });

  it('says that a command names no Python, and what the machine is', notOnWindows, async () => {
    const room = own();
    const id = room.start(shell(temporaryFolder(), 'true'));
    await ended(room.jobs, id);
    const snapshot = await room.snapshot(id);
    expect(english(snapshot?.python.why ?? '')).toBe('The command names no Python');
    expect(snapshot?.machine).toMatchObject({ gpus: [], driver: { value: null } });
    expect(snapshot?.machine.processors).toBeGreaterThan(0);
    expect(snapshot?.machine.memoryBytes).toBeGreaterThan(0);
  });

  it('goes with the run when that is deleted, and is none of a recipe’s', notOnWindows, async () => {
    const room = own();
    const id = room.start(shell(temporaryFolder(), 'true'));
    await ended(room.jobs, id);
    expect(await room.snapshot(id)).not.toBeNull();
    room.jobs.delete(id);
    expect(await room.snapshot(id)).toBeNull();
  });

  it('is told to a page as soon as it is whole', notOnWindows, async () => {
    const { cwd, commit } = repository();
    const room = await startTestCore({ launcher: createChildLauncher({ program: null }) });
    afterThisTest(() => room.close());
    const { client } = room.open();
    const runId = await room.core.startProgram({ program: shell(cwd, 'true') });
    await reached(room.inside.runs, runId, ({ status }) => status !== 'queued');
    const { snapshot } = await client.call('runs.snapshot', { runId });
    expect(snapshot?.git.value?.commit).toBe(commit);
    expect(snapshot?.environment['COLDAISLE_RUN_ID']).toBe(runId);
    await expect(client.call('runs.snapshot', { runId: 'r-none' })).rejects.toMatchObject({ code: 'not-found' });
  });
});
