import { spawn } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it, vi } from 'vitest';
import { identify, isAlive } from '../../../src-main/children/identity';
import { markedProcesses } from '../../../src-main/children/marked';
import type { LaunchedProcess, LeftProcess, OutputCut, ProcessExit, ProcessSpec } from '../../../src-main/core/jobs/launcher';
import { createChildLauncher } from '../../../src-main/hosts/child-launcher';
import { bundleEntry } from '../../helpers/bundle';
import { notOnWindows, onlyOnLinux } from '../../helpers/needs';
import { afterThisTest, temporaryFolder } from '../store/support/stores';
import { gone } from '../training/support';

const launcher = createChildLauncher({ program: null });
let runs = 0;

interface Watched {
  readonly process: LaunchedProcess;
  readonly runId: string;
  readonly exit: Promise<ProcessExit>;
  text: string;
  /** Characters told so far, also of text that was not kept. */
  told: number;
  readonly cuts: OutputCut[];
}

/** Starts a program and gathers what it says, up to a megabyte of it; ended after the test. */
function launch(over: Partial<ProcessSpec> & { code: string }): Watched {
  const runId = `program-${process.pid}-${(runs += 1)}`;
  const { code, ...spec } = over;
  const program = launcher.launch(
    {
      program: { command: process.execPath, args: ['-e', code], cwd: temporaryFolder() },
      runId,
      stdin: 'ignore',
      channel: 'none',
      outputDir: null,
      ...spec,
    },
    (error) => {
      throw error as Error;
    },
  );
  const exit = new Promise<ProcessExit>((resolve) => program.onExit(resolve));
  const watched: Watched = { process: program, runId, exit, text: '', told: 0, cuts: [] };
  program.onText((_source, text) => {
    watched.told += text.length;
    if (watched.text.length < 1e6) watched.text += text;
  });
  program.onCut((cut) => watched.cuts.push(cut));
  afterThisTest(async () => {
    program.kill('SIGKILL');
    await exit;
  });
  return watched;
}

const until = (isTrue: () => boolean): Promise<void> => vi.waitFor(() => expect(isTrue()).toBe(true), { timeout: 60_000, interval: 50 });

/** The two ways a program's output comes: by pipes, and by files that outlive the core. */
const outputs = [
  ['pipes', () => ({ outputDir: null })],
  ['files', () => ({ outputDir: join(temporaryFolder(), 'output') })],
] as const;

describe.each(outputs)('a program whose output comes by %s', (_way, to) => {
  it('is told whole, with how it ended', async () => {
    const one = launch({
      ...to(),
      code: "console.log('温 one'); console.error('two'); process.stdout.write('no newline'); process.exitCode = 3",
    });
    expect(await one.exit).toEqual({ code: 3, signal: null, error: null });
    expect(one.text).toContain('温 one\n');
    expect(one.text).toContain('two\n');
    expect(one.text).toMatch(/no newline$|no newlinetwo\n$/);
    expect(one.cuts).toEqual([]);
  });

  it('that says nothing, or ends by a signal, is told as that', notOnWindows, async () => {
    const quiet = launch({ ...to(), code: '' });
    const killed = launch({ ...to(), code: "process.kill(process.pid, 'SIGSEGV')" });
    expect(await quiet.exit).toEqual({ code: 0, signal: null, error: null });
    expect(quiet.text).toBe('');
    expect(await killed.exit).toEqual({ code: null, signal: 'SIGSEGV', error: null });
  });

  it('that prints 100 MB in one line, and rubbish, is read within bounds', async () => {
    const one = launch({
      ...to(),
      code: `const { writeSync } = require('node:fs');
        const write = (bytes) => { for (let at = 0; at < bytes.length;) { try { at += writeSync(1, bytes, at); } catch (error) { if (error.code !== 'EAGAIN') throw error; } } };
        write(require('node:crypto').randomBytes(300_000));
        for (let i = 0; i < 100; i++) write(Buffer.alloc(1_000_000, 'x'));
        write(Buffer.from('\\nthe end\\n'));`,
    });
    const before = process.memoryUsage().rss;
    let most = 0;
    const timer = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 20);
    expect(await one.exit).toMatchObject({ code: 0 });
    clearInterval(timer);
    expect(most - before).toBeLessThan(150e6);
    const cut = one.cuts.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0);
    // Characters of rubbish are not its bytes.
    expect(one.told + cut).toBeGreaterThan(100e6);
  });

  it('that ignores SIGTERM, and has children that do, is ended with them when told', notOnWindows, async () => {
    const stubborn = "process.on('SIGTERM', () => undefined); setInterval(() => undefined, 1000);";
    const one = launch({
      ...to(),
      code: `${stubborn} const child = require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(`${stubborn} console.log('up ' + process.pid)`)}], { stdio: 'inherit' });`,
    });
    await until(() => /up \d+\n/.test(one.text));
    one.process.kill('SIGTERM');
    const child = Number(/up (\d+)/.exec(one.text)?.[1]);
    expect(await identify(child)).not.toBeNull();
    one.process.kill('SIGKILL');
    expect((await one.exit).error).toBeNull();
    await gone(child);
  });

  it('that puts a child into a session of its own is ended with it', onlyOnLinux, async () => {
    const one = launch({
      ...to(),
      code: `const child = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)'], { detached: true, stdio: 'ignore' });
        child.unref(); child.once('spawn', () => console.log('child ' + child.pid));`,
    });
    await one.exit;
    const child = Number(/child (\d+)/.exec(one.text)?.[1]);
    expect(child).toBeGreaterThan(0);
    await gone(child);
    expect(await markedProcesses(one.runId)).toEqual([]);
  });

  it('is asked to end once, and what it put into a session of its own as well', onlyOnLinux, async () => {
    // The younger is found last: by the time that it is asked, its parent has had all it gets.
    const child = `process.on('SIGTERM', () => process.kill(process.ppid, 'SIGUSR2')); setInterval(() => undefined, 1000); console.log('up');`;
    const one = launch({
      ...to(),
      code: `let asked = 0; process.on('SIGTERM', () => (asked += 1)); process.on('SIGUSR2', () => console.log('asked ' + asked + ' times'));
        require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(child)}], { detached: true, stdio: 'inherit' });`,
    });
    await until(() => one.text.includes('up'));
    one.process.kill('SIGTERM');
    await until(() => one.text.includes('times'));
    expect(one.text).toContain('asked 1 times');
  });

  it('that reads stdin finds its end, or what is sent', async () => {
    const code =
      "let text = ''; process.stdin.on('data', (data) => { text += data; if (text.includes('stop')) process.exit(5); }); process.stdin.on('end', () => console.log('ended'))";
    const ignored = launch({ ...to(), code });
    expect(await ignored.exit).toMatchObject({ code: 0 });
    expect(ignored.text).toBe('ended\n');
    const piped = launch({ ...to(), stdin: 'pipe', code });
    piped.process.send('stop');
    expect(await piped.exit).toMatchObject({ code: 5 });
  });

  it('that floods is read as fast as may be, and lives', async () => {
    const one = launch({
      ...to(),
      code: "const { writeSync } = require('node:fs'); const lines = ('x'.repeat(79) + '\\n').repeat(1000); for (;;) { try { writeSync(1, lines); } catch {} }",
    });
    const before = process.memoryUsage().rss;
    await until(() => one.told > 3e6);
    expect(process.memoryUsage().rss - before).toBeLessThan(150e6);
    one.process.kill('SIGKILL');
    await one.exit;
  });
});

it('a program that is not there, or whose folder is not, is refused with what is missing', notOnWindows, () => {
  expect(() => launch({ code: '', program: { command: 'no-such-program', args: [], cwd: '/' } })).toThrow(
    'There is no program no-such-program in PATH',
  );
  expect(() => launch({ code: '', program: { command: './no-such', args: [], cwd: '/' } })).toThrow('/no-such cannot be run');
  expect(() => launch({ code: '', program: { command: 'sh', args: [], cwd: '/no-such-folder' } })).toThrow(
    'There is no folder /no-such-folder',
  );
});

it('a flood into files leaves them small; each line is told, or counted among those left out', notOnWindows, async () => {
  const outputDir = join(temporaryFolder(), 'output');
  // 64 MB as fast as it can, in lines of 80.
  const script = `head -c 64000000 /dev/zero | tr '\\0' x | fold -w 79; echo; while :; do sleep 1; done`;
  const one = launch({ outputDir, code: '', program: { command: 'sh', args: ['-c', script], cwd: '/' } });
  let lines = 0;
  one.process.onText((_source, text) => (lines += text.split('\n').length - 1));
  const cut = (of: keyof OutputCut): number => one.cuts.reduce((sum, amount) => sum + (amount[of] ?? NaN), 0);
  const all = Math.floor(64_000_000 / 79);
  await until(() => lines + cut('lines') > all);
  expect(lines + cut('lines')).toBe(all + 1);
  expect(cut('lines')).toBeGreaterThan(100_000);
  expect(one.told + cut('bytes')).toBe(64_000_000 + all + 1);
  await until(() => statSync(join(outputDir, 'stdout')).size === 0);
  one.process.kill('SIGKILL');
  await one.exit;
  expect(existsSync(outputDir)).toBe(false);
});

it('what a program printed last into files is told in whole characters', notOnWindows, async () => {
  const code = "require('node:fs').writeSync(1, ('温'.repeat(100) + '\\n').repeat(7000))";
  const one = launch({ outputDir: join(temporaryFolder(), 'output'), code });
  await one.exit;
  expect(one.told).toBe(101 * 7000);
  expect(one.text).not.toContain('\ufffd');
});

describe('a program whose core was killed', () => {
  /** Starts it from a process of its own, and kills that once the program has said a word. */
  async function orphan(script: string): Promise<{ left: LeftProcess; cwd: string }> {
    const outputDir = join(temporaryFolder(), 'output');
    const cwd = temporaryFolder();
    const runId = `orphan-${process.pid}-${(runs += 1)}`;
    const program = { command: 'sh', args: ['-c', script], cwd };
    const spec: ProcessSpec = { program, runId, stdin: 'ignore', channel: 'none', outputDir };
    const core = spawn(process.execPath, [await bundleEntry('tests/integration/programs/support/launching.ts'), JSON.stringify(spec)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let pid = 0;
    for await (const line of createInterface({ input: core.stdout })) {
      if (line.startsWith('pid ')) pid = Number(line.slice(4));
      if (line === 'delivered') break;
    }
    const identity = await identify(pid);
    if (identity === null) throw new Error('it has no identity');
    // The position is noted right after.
    await until(() => readFileSync(join(outputDir, 'read-to'), 'latin1').startsWith('7 '));
    core.kill('SIGKILL');
    await gone(core.pid ?? 0);
    return { left: { identity, runId, outputDir }, cwd };
  }

  function adopt(left: LeftProcess): { process: LaunchedProcess; text: () => string; exit: Promise<ProcessExit> } {
    const adopted = launcher.adopt(left, () => undefined);
    let text = '';
    adopted.onText((_source, piece) => (text += piece));
    const exit = new Promise<ProcessExit>((resolve) => adopted.onExit(resolve));
    afterThisTest(async () => {
      adopted.kill('SIGKILL');
      await exit;
    });
    return { process: adopted, text: () => text, exit };
  }

  const waits = 'echo before; while [ ! -e go ]; do sleep 0.05; done; echo after; exit 7';

  it('lives on, is adopted, and ends with its exit code; nothing it said is lost or told twice', notOnWindows, async () => {
    const { left, cwd } = await orphan(waits);
    expect(await isAlive(left.identity)).toBe(true);
    expect(await isAlive({ ...left.identity, startedAt: '1' })).toBe(false);
    expect(await isAlive({ ...left.identity, bootId: 'another' })).toBe(false);
    const adopted = adopt(left);
    writeFileSync(join(cwd, 'go'), '');
    expect(await adopted.exit).toMatchObject({ code: 7, signal: null, error: null });
    expect(adopted.text()).toBe('after\n');
    expect(existsSync(left.outputDir)).toBe(false);
  });

  it('that ended meanwhile is told with its exit code and when that was', notOnWindows, async () => {
    const { left, cwd } = await orphan(waits);
    writeFileSync(join(cwd, 'go'), '');
    await gone(left.identity.pid);
    const endedMs = statSync(join(left.outputDir, 'exit')).mtimeMs;
    const adopted = adopt(left);
    expect(await adopted.exit).toEqual({ code: 7, signal: null, error: null, atMs: Math.round(endedMs) });
    expect(adopted.text()).toBe('after\n');
  });

  it('is ended when told', notOnWindows, async () => {
    const { left } = await orphan(waits);
    const adopted = adopt(left);
    adopted.process.kill('SIGTERM');
    expect(await adopted.exit).toMatchObject({ code: null, signal: 'SIGTERM', error: null });
    await gone(left.identity.pid);
  });
});
