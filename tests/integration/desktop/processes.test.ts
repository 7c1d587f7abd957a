import { spawn } from 'node:child_process';
import { notOnWindows } from '../../helpers/needs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { shippedParams } from '../../helpers/training-sources';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  allGone,
  appFolder,
  call,
  definedEnv,
  electronProgram,
  isAlive,
  launch,
  live,
  processes,
  startLongRun,
  stateOf,
  switches,
  until,
  type AppFolder,
} from './support';
import { serve } from '../headless/support';
import type { ElectronApplication, Page } from 'playwright';

let folder: AppFolder;
let app: ElectronApplication;
let page: Page;
let seen: number[];

beforeEach(async () => {
  folder = await appFolder();
  seen = [];
});
afterEach(async () => {
  for (const pid of seen.filter(isAlive)) process.kill(pid, 'SIGKILL');
  await folder.remove();
});

async function start(): Promise<void> {
  ({ app, page } = await launch(folder));
  await note();
}

/** Remembers every process of the app, so that none is left behind by a test that fails. */
async function note(): Promise<Awaited<ReturnType<typeof processes>>> {
  const found = await processes(app);
  seen = [...new Set([...seen, ...found.all, app.process().pid ?? 0])].filter((pid) => pid > 0);
  return found;
}

describe('the core is killed', () => {
  it('it is started anew and every page reconnects; its trainer ends and the run says why', async () => {
    await start();
    const runId = await startLongRun(page);
    const before = await note();
    expect(before.trainer).toBeDefined();
    process.kill(before.core!, 'SIGKILL');

    await live(page, 2);
    expect(await stateOf(page)).toMatchObject({ ports: 2, closed: 1, open: true });
    const after = await note();
    expect(after.core).not.toBe(before.core);
    await expect(call(page, 'runs.get', { runId })).resolves.toMatchObject({ status: 'failed', failure: { code: 'core-lost' } });
    await allGone([before.trainer!]);
    await app.close();
    await allGone(seen);
  });

  it('again and again: it is given up after five restarts, and a person may start it again', async () => {
    await start();
    const asked = app.evaluate(
      ({ dialog }) =>
        new Promise<string>((done) => {
          dialog.showMessageBox = ((options: { message: string }) => {
            done(options.message);
            return Promise.resolve({ response: 0, checkboxChecked: false });
          }) as unknown as typeof dialog.showMessageBox;
        }),
    );
    for (let starts = 1; starts <= 6; starts++) {
      const { core } = await note();
      process.kill(core!, 'SIGKILL');
      if (starts < 6) await until(async () => ![undefined, core].includes((await note()).core) && (await stateOf(page)).ports > starts);
    }
    expect(await asked).toMatch(/stopped measuring|停止测量/);
    await live(page, 7);
    await app.close();
    await allGone(seen);
  });

  it('hung instead of killed: the missed heartbeat ends it', async () => {
    await start();
    const { core } = await note();
    process.kill(core!, 'SIGSTOP');
    await live(page, 2);
    expect((await note()).core).not.toBe(core);
    await app.close();
    await allGone(seen);
  });
});

describe('the app ends', () => {
  it('killed: nothing of it is left, trainer included', async () => {
    await start();
    await startLongRun(page);
    const { core, trainer } = await note();
    expect([core, trainer].every((pid) => pid !== undefined && isAlive(pid))).toBe(true);
    process.kill(app.process().pid!, 'SIGKILL');
    await allGone(seen);
  });

  it('asked: the run is stopped in order, everything ends with exit code 0, and the window comes back where it stood', async () => {
    await start();
    const place = { x: 40, y: 30, width: 900, height: 600 };
    await app.evaluate(({ BrowserWindow }, bounds) => BrowserWindow.getAllWindows()[0]?.setBounds(bounds), place);
    const runId = await startLongRun(page);
    await note();
    const main = app.process();
    const code = new Promise((done) => main.once('close', done));
    main.kill('SIGTERM');
    expect(await code).toBe(0);
    await allGone(seen);

    await start();
    await expect(call(page, 'runs.get', { runId })).resolves.toMatchObject({ status: 'stopped', failure: null });
    expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getNormalBounds())).toEqual(place);
    await app.close();
    await allGone(seen);
  });
});

describe('trainers under the desktop', () => {
  it('train to the end, stop when asked, and leave their last words when killed', async () => {
    await start();
    const params = { ...shippedParams('mnist-mlp'), epochs: 1 };
    const { runId } = await call(page, 'runs.start', { recipe: 'mnist-mlp', engine: 'wasm', params });
    await until(async () => !['queued', 'starting', 'running'].includes((await call(page, 'runs.get', { runId })).status));
    const done = await call(page, 'runs.get', { runId });
    expect(done).toMatchObject({ status: 'succeeded', failure: null });
    expect(done.result?.['test/accuracy']).toBeGreaterThan(0.8);

    const stopped = await startLongRun(page);
    await call(page, 'runs.stop', { runId: stopped });
    await until(async () => (await call(page, 'runs.get', { runId: stopped })).status === 'stopped');
    // A trainer that is just ending would be taken for the next one.
    await until(async () => (await note()).trainer === undefined);

    const killed = await startLongRun(page);
    const { trainer } = await note();
    process.kill(trainer!, 'SIGKILL');
    await until(async () => (await call(page, 'runs.get', { runId: killed })).status === 'failed');
    expect((await call(page, 'runs.get', { runId: killed })).failure?.code).toBe('trainer-killed');
    await app.close();
    await allGone(seen);
  });
});

describe('a trainer that misbehaves under the desktop', () => {
  const lateWords = `
    process.parentPort.on('message', ({ ports: [port] }) => {
      if (!port) return;
      port.start();
      port.postMessage(JSON.stringify({ t: 'hello', v: 2, engine: 'wasm', detail: 'stand-in' }));
      process.stdout.write('x\\n'.repeat(20_000) + 'the last word\\n', () => setTimeout(() => { throw new Error('boom'); }, 50));
    });`;
  const flood = `setInterval(() => process.stdout.write('flood\\n'.repeat(100_000)), 1);`;

  async function runWith(program: string): Promise<Awaited<ReturnType<typeof call<'runs.get'>>>> {
    await writeFile(join(folder.app, 'out', 'main', 'trainer.js'), program);
    await start();
    const { runId } = await call(page, 'runs.start', { recipe: 'mnist-mlp', engine: 'wasm', params: shippedParams('mnist-mlp') });
    await until(async () => (await call(page, 'runs.get', { runId })).status === 'failed');
    return call(page, 'runs.get', { runId });
  }

  /** The pid of the child that the run's trainer started, and the names of the variables that the child was given. */
  async function childOf(runId: string): Promise<{ pid: number; names: string }> {
    for (;;) {
      const { lines } = await call(page, 'runs.log', { runId, query: {} });
      const found = lines.map(({ text }) => /^child (\d+) of (.*)$/.exec(text)).find((match) => match !== null);
      if (found) {
        const pid = Number(found[1]);
        seen.push(pid);
        return { pid, names: found[2] ?? '' };
      }
    }
  }

  it('is ended with all that it started, by a stop and by the core’s end, and was never handed a secret', notOnWindows, async () => {
    const main = join(folder.app, 'out', 'main');
    await rename(join(main, 'trainer.js'), join(main, 'real-trainer.js'));
    const child =
      "process.on('SIGTERM', () => {}); console.log('child ' + process.pid + ' of ' + Object.keys(process.env).join(' ')); setInterval(() => {}, 1000)";
    const spawned = [process.execPath, ['-e', child], { stdio: ['ignore', 'inherit', 'inherit'] }]
      .map((part) => JSON.stringify(part))
      .join(', ');
    await writeFile(join(main, 'trainer.js'), `require('./real-trainer.js'); require('node:child_process').spawn(${spawned});`);
    vi.stubEnv('GITHUB_TOKEN', 'secret');
    await start();
    vi.unstubAllEnvs();

    const stopped = await startLongRun(page);
    const first = await childOf(stopped);
    expect(isAlive(first.pid)).toBe(true);
    expect(first.names.split(' ')).toContain('PATH');
    expect(first.names).not.toContain('GITHUB_TOKEN');
    await call(page, 'runs.stop', { runId: stopped });
    await allGone([first.pid]);
    await until(async () => (await note()).trainer === undefined);

    const orphaned = await childOf(await startLongRun(page));
    const { core, trainer } = await note();
    process.kill(core!, 'SIGKILL');
    await allGone([trainer!, orphaned.pid]);
    await app.close();
    await allGone(seen);
  });

  it('crashes: the end of what it printed is kept', async () => {
    const run = await runWith(lateWords);
    expect(run.failure?.code).toBe('trainer-crashed');
    const { lines } = await call(page, 'runs.log', { runId: run.id, query: {} });
    expect(lines.filter(({ source }) => source === 'stdout').at(-1)?.text).toBe('the last word');
    expect(
      lines
        .filter(({ source }) => source === 'stderr')
        .map(({ text }) => text)
        .join('\n'),
    ).toContain('Error: boom');
    await app.close();
    await allGone(seen);
  });

  it('floods its output: samples of it are kept, the window stays alive, and a stop ends it', async () => {
    await writeFile(join(folder.app, 'out', 'main', 'trainer.js'), flood);
    await start();
    const { runId } = await call(page, 'runs.start', { recipe: 'mnist-mlp', engine: 'wasm', params: shippedParams('mnist-mlp') });
    await until(async () => (await call(page, 'runs.log', { runId, query: { text: 'left out here' } })).lines.length > 0);
    expect((await call(page, 'runs.get', { runId })).failure).toBeNull();
    expect((await call(page, 'runs.log', { runId, query: { text: 'flood' } })).lines.length).toBeGreaterThan(0);
    expect((await stateOf(page)).open).toBe(true);
    await call(page, 'runs.stop', { runId });
    await until(async () => ['stopped', 'failed'].includes((await call(page, 'runs.get', { runId })).status));
    await app.close();
    await allGone(seen);
  });
});

describe('a data folder that is in use', () => {
  it('is refused with a clear line and a failing exit code', async () => {
    const other = await serve(folder.data);
    try {
      const main = spawn(electronProgram(), [...switches, folder.app, '--data', folder.data], {
        stdio: ['ignore', 'ignore', 'pipe'],
        env: definedEnv(),
      });
      seen.push(main.pid ?? 0);
      let err = '';
      await new Promise<void>((done) => {
        main.stderr.setEncoding('utf8').on('data', (text: string) => {
          err += text;
          if (err.includes('in use by another Coldaisle')) done();
        });
      });
      const code = new Promise((done) => main.once('close', done));
      main.kill('SIGTERM');
      expect(await code).toBe(1);
    } finally {
      await other.stop();
    }
  });
});
