import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { desktopText } from '../../../src-main/desktop/menu-text';
import {
  allGone,
  appFolder,
  call,
  definedEnv,
  electronProgram,
  launch,
  live,
  processes,
  stateOf,
  switches,
  type AppFolder,
} from './support';
import { spawn } from 'node:child_process';
import type { ElectronApplication, Page } from 'playwright';

let folder: AppFolder;
let app: ElectronApplication;
let page: Page;

beforeAll(async () => {
  folder = await appFolder();
  ({ app, page } = await launch(folder));
});
afterAll(async () => {
  const { all } = await processes(app);
  await app.close();
  await allGone(all);
  await folder.remove();
});

describe('the window', () => {
  it('shows the page from its own origin and reaches the core', async () => {
    expect(page.url()).toBe('coldaisle://app/index.html');
    await expect(call(page, 'app.info', {})).resolves.toMatchObject({ runtime: 'desktop', dataDir: folder.data });
  });

  it('gives the page nothing of Node or Electron', async () => {
    const found = await page.evaluate(() =>
      ['require', 'process', 'module', 'Buffer', 'global', 'electron', 'ipcRenderer', '__dirname'].filter((name) => name in window),
    );
    expect(found).toEqual([]);
    const preferences = await app.evaluate(({ BrowserWindow }) => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents as unknown as { getLastWebPreferences(): Record<string, unknown> };
      const { sandbox, contextIsolation, nodeIntegration, webSecurity } = contents.getLastWebPreferences();
      return { sandbox, contextIsolation, nodeIntegration, webSecurity };
    });
    expect(preferences).toEqual({ sandbox: true, contextIsolation: true, nodeIntegration: false, webSecurity: true });
  });

  it('runs no text as code and loads nothing foreign', async () => {
    const blocked = await page.evaluate(async () => {
      const violations: string[] = [];
      document.addEventListener('securitypolicyviolation', (event) => violations.push(event.effectiveDirective));
      const script = document.createElement('script');
      script.textContent = 'window.injected = true';
      document.head.append(script);
      const image = new Image();
      image.src = 'https://example.com/pixel.png';
      await fetch('https://example.com/').catch(() => undefined);
      await new Promise((turn) => setTimeout(turn, 100));
      return { violations, injected: 'injected' in window };
    });
    expect(blocked.injected).toBe(false);
    expect(blocked.violations).toEqual(expect.arrayContaining(['script-src-elem', 'img-src', 'connect-src']));
  });

  it('serves no file but the page’s', async () => {
    const statuses = await page.evaluate(async () =>
      Promise.all(
        ['/index.html', '/../../package.json', '/%2e%2e/%2e%2e/package.json', '/missing.js'].map(
          async (path) => (await fetch(`coldaisle://app${path}`)).status,
        ),
      ),
    );
    expect(statuses).toEqual([200, 404, 404, 404]);
    expect(
      await page.evaluate(() =>
        fetch('coldaisle://other/index.html').then(
          ({ status }) => status,
          () => 'refused',
        ),
      ),
    ).not.toBe(200);
  });

  it('stays where it is', async () => {
    const opened = await page.evaluate(() => {
      const other = window.open('https://example.com/');
      location.href = 'https://example.com/';
      return other !== null;
    });
    expect(opened).toBe(false);
    await page.evaluate(() => (location.href = 'file:///etc/hostname')).catch(() => undefined);
    await live(page);
    expect(page.url()).toBe('coldaisle://app/index.html');
    expect(app.windows()).toHaveLength(1);
  });

  it('has no permission for anything', async () => {
    const answers = await page.evaluate(async () => ({
      notification: await Notification.requestPermission(),
      position: await new Promise((done) =>
        navigator.geolocation.getCurrentPosition(
          () => done('given'),
          () => done('denied'),
        ),
      ),
      camera: await navigator.mediaDevices.getUserMedia({ video: true }).then(
        () => 'given',
        () => 'denied',
      ),
    }));
    expect(answers).toEqual({ notification: 'denied', position: 'denied', camera: 'denied' });
  });

  it('gets a new port after a reload; the core lets the old one go', async () => {
    await page.reload();
    await live(page);
    expect(await stateOf(page)).toMatchObject({ ports: 1, open: true });
  });

  it('loads the page anew when its process dies, and connects it', async () => {
    // Playwright gives a crashed page up, so this one is a window of its own, looked at from the main process.
    const opening = app.waitForEvent('window');
    await app.evaluate(({ Menu }) => Menu.getApplicationMenu()?.getMenuItemById('new-window')?.click());
    await live(await opening);
    const framesAfter = await app.evaluate(async ({ BrowserWindow }) => {
      const window = BrowserWindow.getAllWindows().sort((a, b) => b.id - a.id)[0];
      if (!window) throw new Error('no second window');
      const loaded = new Promise<void>((done) => window.webContents.once('did-finish-load', () => done()));
      window.webContents.forcefullyCrashRenderer();
      await loaded;
      let frames = 0;
      while (frames === 0) frames = (await window.webContents.executeJavaScript('window.test.state.frames')) as number;
      const closed = new Promise<void>((done) => window.once('closed', () => done()));
      window.close();
      await closed;
      return frames;
    });
    expect(framesAfter).toBeGreaterThan(0);
    await expect(call(page, 'app.info', {})).resolves.toMatchObject({ runtime: 'desktop' });
  });

  it('has a menu in the system’s language', async () => {
    const { locale, labels } = await app.evaluate(({ app: electronApp, Menu }) => ({
      locale: electronApp.getLocale(),
      labels: Menu.getApplicationMenu()?.items.map(({ label }) => label) ?? [],
    }));
    const text = desktopText(locale);
    expect(labels).toEqual(expect.arrayContaining([text.file, text.edit, text.view, text.window]));
  });

  it('gives a second window a port of its own', async () => {
    const opening = app.waitForEvent('window');
    await app.evaluate(({ Menu }) => Menu.getApplicationMenu()?.getMenuItemById('new-window')?.click());
    const second = await opening;
    await live(second);
    await expect(call(second, 'app.info', {})).resolves.toMatchObject({ runtime: 'desktop' });
    await second.close();
    await expect(call(page, 'app.info', {})).resolves.toMatchObject({ runtime: 'desktop' });
  });

  it('saves what the page makes', async () => {
    const target = join(folder.data, 'export.csv');
    // Two steps: the listener must be there before the page begins.
    const saved = await app.evaluateHandle(({ session }, path) => {
      const done = new Promise<string>((resolve) => {
        session.defaultSession.once('will-download', (_event, item) => {
          item.setSavePath(path);
          item.once('done', (_done, state) => resolve(`${state} ${item.getFilename()}`));
        });
      });
      return { done };
    }, target);
    await page.evaluate(() => window.test.download('time_utc,value\r\n1,2\r\n', 'history.csv'));
    expect(await saved.evaluate(({ done }) => done)).toBe('completed history.csv');
    expect(await readFile(target, 'utf8')).toBe('time_utc,value\r\n1,2\r\n');
    await live(page);
  });

  it('a second start on the same data folder ends at once and leaves the first alone', async () => {
    const second = spawn(electronProgram(), [...switches, folder.app, '--data', folder.data], { stdio: 'ignore', env: definedEnv() });
    const code = await new Promise((done) => second.once('close', done));
    expect(code).toBe(0);
    await expect(call(page, 'app.info', {})).resolves.toMatchObject({ runtime: 'desktop' });
  });
});
