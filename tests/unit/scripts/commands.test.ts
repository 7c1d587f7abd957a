import { spawn } from 'node:child_process';
import { notOnWindows } from '../../helpers/needs';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseInstalled } from '../../../scripts/setup/apt.mjs';
import { isAlive } from '../../../scripts/setup/lock.mjs';
import { formatElapsed, startStep } from '../../../scripts/setup/progress.mjs';
import { route } from '../../../scripts/setup/routing.mjs';
import { childEnvironment, requireNode } from '../../../scripts/setup/set-up.mjs';
import { hasDisplay } from '../../../scripts/setup/system.mjs';
import { addTallies, remarks, summaryLine, tallyReport } from '../../../scripts/setup/tally.mjs';
import type { TestReport } from '../../../scripts/setup/test-report.mjs';
import { emptyCache } from './support';

const repo = resolve(import.meta.dirname, '../../..');

describe('route', () => {
  it.each([
    [[], true, { host: 'window', args: [], opensDatabase: true }],
    [[], false, { host: 'headless', args: [], opensDatabase: true }],
    [['--data', 'D'], true, { host: 'window', args: ['--data', 'D'], opensDatabase: true }],
    [['--data', 'D'], false, { host: 'headless', args: ['--data', 'D'], opensDatabase: true }],
    [['--data=D'], true, { host: 'window', args: ['--data=D'], opensDatabase: true }],
    [['--scenario', 'hall', '--data=D'], true, { host: 'window', args: ['--scenario', 'hall', '--data=D'], opensDatabase: true }],
    [['--gpu-hz', '10'], true, { host: 'window', args: ['--gpu-hz', '10'], opensDatabase: true }],
    [['--scenario', 'hall', '--serve-feeds'], true, { host: 'window', args: ['--scenario', 'hall', '--serve-feeds'], opensDatabase: true }],
    [
      ['--serve-feeds', '15020', '--scenario', 'hall'],
      true,
      { host: 'window', args: ['--serve-feeds', '15020', '--scenario', 'hall'], opensDatabase: true },
    ],
    [['--scenario', 'hall'], false, { host: 'headless', args: ['--scenario', 'hall'], opensDatabase: true }],
    [['--scenario'], true, { host: 'headless', args: ['--scenario'], opensDatabase: true }],
    [['--port', '8800'], true, { host: 'headless', args: ['--port', '8800'], opensDatabase: true }],
    [['--dta', 'D'], true, { host: 'headless', args: ['--dta', 'D'], opensDatabase: true }],
    [['--data'], true, { host: 'headless', args: ['--data'], opensDatabase: true }],
    [['--data', 'D', 'doctor'], true, { host: 'headless', args: ['--data', 'D', 'doctor'], opensDatabase: true }],
    [['train', 'mnist-mlp'], true, { host: 'headless', args: ['train', 'mnist-mlp'], opensDatabase: true }],
    [['doctor'], false, { host: 'headless', args: ['doctor'], opensDatabase: true }],
    [['nonsense'], true, { host: 'headless', args: ['nonsense'], opensDatabase: true }],
    [['-x'], true, { host: 'headless', args: ['-x'], opensDatabase: true }],
    [['--', '--data', 'D'], true, { host: 'window', args: ['--data', 'D'], opensDatabase: true }],
    [['--', 'run', '--', 'ls'], true, { host: 'headless', args: ['run', '--', 'ls'], opensDatabase: true }],
    [['--help'], true, { host: 'headless', args: ['--help'], opensDatabase: false }],
    [['--version'], false, { host: 'headless', args: ['--version'], opensDatabase: false }],
  ])('%j with a display %s', (args, display, expected) => {
    expect(route(args, { display })).toEqual(expected);
  });
});

describe('hasDisplay', () => {
  it('is asked of X11 and Wayland on Linux only', () => {
    expect(hasDisplay({}, 'linux')).toBe(false);
    expect(hasDisplay({ DISPLAY: ':0' }, 'linux')).toBe(true);
    expect(hasDisplay({ WAYLAND_DISPLAY: 'wayland-0' }, 'linux')).toBe(true);
    expect(hasDisplay({}, 'darwin')).toBe(true);
  });
});

describe('requireNode', () => {
  it.each(['20.19.0', '20.20.2', '22.0.0', '24.1.0'])('accepts %s', (version) => {
    expect(() => requireNode(version)).not.toThrow();
  });
  it.each(['18.20.4', '20.18.9'])('refuses %s and says which is needed', (version) => {
    expect(() => requireNode(version)).toThrow(`Node ${version} is too old. Install Node 20.19 or later`);
  });
});

describe('childEnvironment', () => {
  it('names Electron and the compiled addon, and forgets what an outer shell said of either', () => {
    const electron = { kind: 'fallback' as const, dist: '/e', executable: '/e/electron', version: '33.2.1', napi: 9 };
    expect(childEnvironment({ PATH: '/bin' }, electron, '/b.node')).toEqual({
      PATH: '/bin',
      ELECTRON_EXEC_PATH: '/e/electron',
      ELECTRON_OVERRIDE_DIST_PATH: '/e',
      COLDAISLE_SQLITE_BINDING: '/b.node',
    });
    expect(childEnvironment({ COLDAISLE_SQLITE_BINDING: '/old', ELECTRON_RUN_AS_NODE: '1' }, null, null)).toEqual({});
  });
});

describe('what the test command says at its end', () => {
  const report = (over: Partial<TestReport>): TestReport => ({ passed: 3, failed: 0, skipped: [], retried: [], errors: 0, ...over });

  it('adds up tests, lint and types in its last line', () => {
    const tally = tallyReport(report({ skipped: [{ test: 'a › b', reason: 'no GPU' }] }), 0);
    expect(summaryLine(addTallies([tally, { passed: 1, failed: 0, skipped: 0 }, { passed: 0, failed: 1, skipped: 0 }]))).toBe(
      '4 passed, 1 failed, 1 skipped',
    );
    expect(summaryLine({ passed: 2, failed: 0, skipped: 0 })).toBe('2 passed, 0 failed');
  });

  it('counts an error outside of every test', () => {
    expect(tallyReport(report({ failed: 2 }), 1)).toEqual({ passed: 3, failed: 2, skipped: 0 });
    expect(tallyReport(report({ errors: 1 }), 1)).toEqual({ passed: 3, failed: 1, skipped: 0 });
  });

  it('names before it what passed only when run again, and what was left out and why', () => {
    expect(remarks(report({}))).toEqual([]);
    const retried = [
      { test: 'a.test.ts › one', times: 1 },
      { test: 'b.test.ts › two', times: 2 },
    ];
    expect(remarks(report({ retried, skipped: [{ test: 'c.test.ts › three', reason: 'it needs a GPU' }] }))).toEqual([
      'Retried: 2 (a.test.ts › one, b.test.ts › two (2 times))',
      'Skipped: c.test.ts › three: it needs a GPU',
    ]);
  });

  it('comes from vitest itself: retries, reasons, files that cannot be loaded', async () => {
    // Below node_modules, so that the tests in it find vitest.
    const parent = join(repo, 'node_modules', '.cache');
    mkdirSync(parent, { recursive: true });
    const dir = mkdtempSync(join(parent, 'coldaisle-report-'));
    onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
    writeFileSync(
      join(dir, 'a.test.mjs'),
      `import { describe, expect, it } from 'vitest';
      let tries = 0;
      it('second time', { retry: 1 }, () => expect(++tries).toBe(2));
      it('never', { retry: 2 }, () => expect(1).toBe(2));
      it('in the test', (context) => context.skip('no disk to fill'));
      describe('group', { skip: true, meta: { skipReason: 'no GPU' } }, () => it('inside', () => undefined));
      it('passes', () => undefined);`,
    );
    writeFileSync(join(dir, 'b.test.mjs'), "throw new Error('cannot be loaded');");
    const path = join(dir, 'report.json');
    const args = [
      join(repo, 'node_modules', 'vitest', 'vitest.mjs'),
      'run',
      '--root',
      dir,
      '--config',
      join(dir, 'none.mjs'),
      `--reporter=${join(repo, 'scripts', 'setup', 'test-report.mjs')}`,
    ];
    writeFileSync(join(dir, 'none.mjs'), 'export default { test: { include: ["*.test.mjs"] } };');
    const child = spawn(process.execPath, args, { cwd: dir, env: { ...process.env, COLDAISLE_TEST_REPORT: path }, stdio: 'ignore' });
    expect(await once(child, 'exit')).toEqual([1, null]);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({
      passed: 2,
      failed: 2,
      skipped: [
        { test: 'a.test.mjs › in the test', reason: 'no disk to fill' },
        { test: 'a.test.mjs › group › inside', reason: 'no GPU' },
      ],
      retried: [
        { test: 'a.test.mjs › second time', times: 1 },
        { test: 'a.test.mjs › never', times: 2 },
      ],
      errors: 0,
    });
  });
});

describe('parseInstalled', () => {
  it('takes only packages that are wholly installed', () => {
    expect(parseInstalled('ii |g++\nrc |make\nun |python3\nii |libgtk-3-0t64\n')).toEqual(new Set(['g++', 'libgtk-3-0t64']));
  });
});

describe('a step’s progress', () => {
  const lines = (isTTY: boolean): { text: () => string; stream: { isTTY: boolean; write: (text: string) => boolean } } => {
    let text = '';
    return { text: () => text, stream: { isTTY, write: (more) => ((text += more), true) } };
  };

  it('is plain lines where there is no terminal', () => {
    const { text, stream } = lines(false);
    const step = startStep('Downloading', stream);
    step.update(0.5);
    step.done();
    step.failed();
    expect(text()).toBe('… Downloading\n✓ Downloading (0 s)\n');
  });

  it('is redrawn in place on a terminal, with the percentage', async () => {
    const { text, stream } = lines(true);
    const step = startStep('Downloading', stream);
    onTestFinished(() => step.done());
    step.update(0.5, '50 of 100 MB');
    await expect.poll(text).toMatch(/\r\x1b\[2K. Downloading {2}50% 50 of 100 MB \(\d s\)/);
    expect(text()).not.toContain('\n');
  });

  it('writes times as a person reads them', () => {
    expect([formatElapsed(900), formatElapsed(59_400), formatElapsed(125_000)]).toEqual(['1 s', '59 s', '2 min 05 s']);
  });
});

const module = (name: string): string => JSON.stringify(pathToFileURL(join(import.meta.dirname, '../../../scripts/setup', name)).href);

/** A real command of ours around a real child that announces itself, then does as told. */
function startCommand(child: string): { process: ReturnType<typeof spawn>; output: () => string } {
  const script = `import { runMain } from ${module('errors.mjs')}; import { runForeground } from ${module('run.mjs')};
    await runMain(() => runForeground(process.execPath, ['-e', ${JSON.stringify(child)}]));`;
  const command = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void command.kill('SIGKILL'));
  let text = '';
  command.stdout.on('data', (chunk) => (text += String(chunk)));
  command.stderr.on('data', (chunk) => (text += String(chunk)));
  return { process: command, output: () => text };
}

describe('a command and its child', notOnWindows, () => {
  it('end with the same code', async () => {
    const [code] = await once(startCommand('process.exit(7)').process, 'close');
    expect(code).toBe(7);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('get the same %s, and the command waits for the child’s own end', async (signal) => {
    const command = startCommand(`
      process.on('${signal}', () => setTimeout(() => { console.log('drained'); process.exit(3); }, 100));
      setInterval(() => {}, 1000); console.log('ready');`);
    await expect.poll(command.output).toContain('ready');
    command.process.kill(signal);
    const [code] = await once(command.process, 'close');
    expect(code).toBe(3);
    expect(command.output()).toContain('drained');
  });

  it('a step of the set-up ends with all that it has started', async () => {
    const grandchild = `setInterval(() => {}, 1000); console.log(process.pid)`;
    const step = `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(grandchild)}], { stdio: 'inherit' }); setInterval(() => {}, 1000);`;
    const cache = await emptyCache();
    const script = `import { runMain } from ${module('errors.mjs')}; import { runLogged } from ${module('run.mjs')};
      await runMain(() => runLogged('step', process.execPath, ['-e', ${JSON.stringify(step)}]));`;
    const command = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'ignore' });
    onTestFinished(() => void command.kill('SIGKILL'));
    const log = join(cache, 'logs', `step-${command.pid}.log`);
    const readPid = (): number => (existsSync(log) ? Number.parseInt(readFileSync(log, 'utf8'), 10) : Number.NaN);
    await expect.poll(readPid).toBeGreaterThan(0);
    const pid = readPid();
    command.kill('SIGTERM');
    expect((await once(command, 'close'))[0]).toBe(143);
    await expect.poll(() => isAlive(pid)).toBe(false);
  });

  it('a child that a signal ends gives the shell’s code for it', async () => {
    const command = startCommand(`console.log('ready'); setInterval(() => {}, 1000);`);
    await expect.poll(command.output).toContain('ready');
    command.process.kill('SIGTERM');
    expect((await once(command.process, 'close'))[0]).toBe(143);
  });
});

describe('a failure of the set-up', () => {
  it('is one line and a non-zero end; a bug keeps its stack', async () => {
    const run = async (throwing: string): Promise<[number, string]> => {
      const script = `import { runMain, SetupError } from ${module('errors.mjs')}; await runMain(async () => { throw ${throwing}; });`;
      const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'ignore', 'pipe'] });
      let text = '';
      child.stderr.on('data', (chunk) => (text += String(chunk)));
      const [code] = (await once(child, 'close')) as [number];
      return [code, text];
    };
    expect(await run(`new SetupError('The build failed', { wayOut: 'Mend it.', log: '/l.log' })`)).toEqual([
      1,
      'coldaisle: The build failed. Mend it. Log: /l.log\n',
    ]);
    const [code, text] = await run(`new TypeError('ours')`);
    expect(code).toBe(1);
    expect(text).toMatch(/TypeError: ours\n\s+at /);
  });
});
