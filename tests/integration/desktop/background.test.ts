import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { shippedParams } from '../../helpers/training-sources';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
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
  switches,
  until,
  type AppFolder,
} from './support';
import type { ElectronApplication, Page } from 'playwright';
import { onlyOnLinux } from '../../helpers/needs';

let folder: AppFolder;
let app: ElectronApplication;
let page: Page;
let seen: number[];
let env: Record<string, string>;

beforeEach(async () => {
  folder = await appFolder();
  seen = [];
  env = { XDG_CONFIG_HOME: join(dirname(folder.data), 'config') };
});
afterEach(async () => {
  for (const pid of seen.filter(isAlive)) process.kill(pid, 'SIGKILL');
  await folder.remove();
});

/** Starts the app on a desktop that shows a tray, or none: the session bus, as gdbus asks it, is this machine's boundary. */
async function start(tray: boolean, words: readonly string[] = []): Promise<void> {
  const bin = join(dirname(folder.data), 'bin');
  await mkdir(bin, { recursive: true });
  await writeFile(join(bin, 'gdbus'), `#!/bin/sh\necho "(${tray},)"\n`);
  await chmod(join(bin, 'gdbus'), 0o755);
  env = { ...env, PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}` };
  ({ app, page } = await launch(folder, words, env));
  await remember();
}

async function remember(): Promise<void> {
  const { all } = await processes(app);
  seen = [...new Set([...seen, ...all, app.process().pid ?? 0])].filter((pid) => pid > 0);
}

interface Asked {
  readonly message: string;
  readonly buttons: string[];
}

/** From here on a person answers every question with this button. */
async function answering(response: number, checkboxChecked = false): Promise<void> {
  await app.evaluate(
    ({ dialog }, answer) => {
      const asked: unknown[] = ((globalThis as { asked?: unknown[] }).asked ??= []);
      dialog.showMessageBox = ((...args: unknown[]) => {
        asked.push(args.at(-1));
        return Promise.resolve(answer);
      }) as typeof dialog.showMessageBox;
    },
    { response, checkboxChecked },
  );
}

const asked = (): Promise<Asked[]> =>
  app.evaluate(() => ((globalThis as { asked?: Asked[] }).asked ?? []).map(({ message, buttons }) => ({ message, buttons })));
const windows = (): Promise<number> => app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length);
/** As a person does it, by the window's own button. */
const closeWindow = (): Promise<void> => app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());

async function exitCode(act: () => Promise<unknown>): Promise<number | null> {
  const ended = new Promise<number | null>((done) => app.process().once('exit', done));
  // The app may be gone before it has answered.
  await act().catch(() => undefined);
  return ended;
}

/** Starts the app a second time, as a person would who sees no window. */
async function openAgain(): Promise<Page> {
  const opened = app.waitForEvent('window');
  const second = spawn(electronProgram(), [...switches, folder.app, '--data', folder.data], {
    stdio: 'ignore',
    env: { ...definedEnv(), ...env },
  });
  seen.push(second.pid ?? 0);
  const again = await opened;
  await live(again);
  return again;
}

describe('closing the last window while a run is under way', () => {
  it('asks; cancelled nothing happens, and stopped everything ends in order', async () => {
    await start(true);
    const runId = await startLongRun(page);
    await answering(2);
    await closeWindow();
    await until(async () => (await asked()).length === 1);
    expect(await asked()).toEqual([{ message: 'A run is under way', buttons: ['Keep Metering in the Tray', 'Stop and Quit', 'Cancel'] }]);
    expect((await call(page, 'runs.get', { runId })).status).toBe('running');
    await answering(1);
    await remember();
    expect(await exitCode(closeWindow)).toBe(0);
    await allGone(seen);

    await start(true);
    await expect(call(page, 'runs.get', { runId })).resolves.toMatchObject({ status: 'stopped', failure: null });
    // With nothing under way it does not ask.
    expect(await exitCode(closeWindow)).toBe(0);
    await allGone(seen);
  });

  it('goes on in the tray, and the window comes back when the app is started again', async () => {
    await start(true);
    const runId = await startLongRun(page);
    await answering(0, true);
    await closeWindow();
    await until(async () => (await windows()) === 0);
    await remember();
    const again = await openAgain();
    const run = await call(again, 'runs.get', { runId });
    expect(run).toMatchObject({ status: 'running', failure: null });
    // "Always" is the setting, and asks no more.
    expect((await call(again, 'settings.get', {})).desktop.meterInTray).toBe(true);
    await closeWindow();
    await until(async () => (await windows()) === 0);
    expect(await asked()).toHaveLength(1);
    await remember();
    expect(await exitCode(() => app.evaluate(({ app: own }) => own.quit()))).toBe(0);
    await allGone(seen);
  });

  it('where no tray is seen keeps the window, minimised', async () => {
    await start(false);
    await startLongRun(page);
    await answering(0);
    await closeWindow();
    await until(async () => (await asked()).length === 1);
    expect((await asked())[0]?.buttons[0]).toBe('Keep Metering, Minimised');
    expect(await windows()).toBe(1);
    await answering(1);
    await remember();
    expect(await exitCode(closeWindow)).toBe(0);
    await allGone(seen);
  });
});

describe('runs that wait', () => {
  it('are asked about, wait over a restart, and begin then', async () => {
    await start(true);
    const running = await startLongRun(page);
    const params = { ...shippedParams('mnist-mlp'), epochs: 1 };
    const { runId: waiting } = await call(page, 'runs.start', { recipe: 'mnist-mlp', engine: 'wasm', params });
    await answering(1);
    await remember();
    expect(await exitCode(() => app.evaluate(({ Menu }) => Menu.getApplicationMenu()?.getMenuItemById('quit')?.click()))).toBe(0);
    await allGone(seen);

    await start(true);
    expect((await call(page, 'runs.get', { runId: running })).status).toBe('stopped');
    await until(async () => (await call(page, 'runs.get', { runId: waiting })).status === 'succeeded');
    await app.close();
    await allGone(seen);
  });
});

describe('start at login', onlyOnLinux, () => {
  const entry = (): string => join(env['XDG_CONFIG_HOME'] ?? '', 'autostart', 'coldaisle.desktop');

  it('is written where the session looks, starts in the tray, and follows what a person does there', async () => {
    await start(true);
    const { desktop } = await call(page, 'settings.get', {});
    expect(desktop).toEqual({ meterInTray: false, startAtLogin: false });
    await call(page, 'settings.set', { desktop: { meterInTray: true, startAtLogin: true } });
    await until(() => Promise.resolve(existsSync(entry())));
    const text = await readFile(entry(), 'utf8');
    expect(text).toContain('[Desktop Entry]');
    expect(text).toContain(`"--in-tray" "--data" "${folder.data}"`);
    await remember();
    await exitCode(() => app.evaluate(({ app: own }) => own.quit()));
    await allGone(seen);

    // As the session starts it: no window, until one is asked for.
    const session = spawn(electronProgram(), [...switches, folder.app, '--in-tray', '--data', folder.data], {
      stdio: 'ignore',
      env: { ...definedEnv(), ...env },
    });
    seen.push(session.pid ?? 0);
    await until(() => Promise.resolve(existsSync(join(folder.data, 'coldaisle.pid'))));
    const ended = new Promise((done) => session.once('exit', done));
    session.kill('SIGTERM');
    expect(await ended).toBe(0);

    await rm(entry());
    await start(true);
    await until(async () => !(await call(page, 'settings.get', {})).desktop.startAtLogin);
    expect(existsSync(entry())).toBe(false);
    await app.close();
    await allGone(seen);
  });
});

it('the menu follows the language that is set', async () => {
  await start(true);
  const label = (): Promise<string | undefined> => app.evaluate(({ Menu }) => Menu.getApplicationMenu()?.getMenuItemById('quit')?.label);
  expect(await label()).toBe('Quit Coldaisle');
  await call(page, 'settings.set', { ui: { language: 'zh-CN', theme: 'system', timeZone: 'local', temperatureUnit: 'celsius' } });
  await until(async () => (await label()) === '退出 Coldaisle');
  await app.close();
  await allGone(seen);
});
