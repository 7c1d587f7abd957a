import { copyFile, mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ENGLISH } from '../helpers/said';
import { expectNoOverflow, go, openWindow, removeFolder, repo, resize, startRun, temporaryFolder, waitForStatus, type Window } from './support';

// Pictures of every page in both themes, languages and sizes; with COLDAISLE_SCREENSHOTS=1 those of the README are renewed.
const folder = join(repo, 'test-results', 'screenshots');
const readme = new Map([
  ['room-dark-en-1280x800', 'room'],
  ['run-dark-en-1280x800', 'run'],
  ['history-light-en-1280x800', 'history'],
  ['room-light-zh-CN-1280x800', 'room-zh'],
]);
const pages = ['room', 'training', 'run', 'history', 'settings', 'doctor'] as const;
const sizes = [
  [1280, 800],
  [1920, 1080],
] as const;

let dataDir: string;
let own: Window;
let runId: string;

beforeAll(async () => {
  await mkdir(folder, { recursive: true });
  dataDir = await temporaryFolder();
  own = await openWindow(dataDir);
  await own.page.locator('[data-testid="tile-it-power"]:not([data-value=""])').waitFor();
  runId = await startRun(own.page, { epochs: '8' });
  await waitForStatus(own.page, 'succeeded');
});
afterAll(async () => {
  await own.app.close();
  await removeFolder(dataDir);
});

describe.each(['dark', 'light'])('%s', (theme) => {
  describe.each(['en', 'zh-CN'])('%s', (language) => {
    it.each(sizes)('every page fits a window of %d × %d', async (width, height) => {
      const { page, app } = own;
      await go(page, 'settings');
      await page.getByTestId('setting-ui.theme').selectOption(theme);
      await page.getByTestId('setting-ui.language').selectOption(language);
      await expect.poll(() => page.locator('html').getAttribute('lang')).toBe(language);
      await resize(app, [width, height]);
      for (const name of pages) {
        if (name === 'run') await page.evaluate((id) => (window.location.hash = `#/training/${id}`), runId);
        else await go(page, name);
        await page.waitForFunction(() => document.querySelector('[aria-busy="true"], [data-busy="true"]') === null);
        await page.waitForTimeout(600);
        await expectNoOverflow(page);
        if (name === 'doctor' && language === 'zh-CN') expect((await page.locator('.doctor-name, .doctor-detail, .doctor-repair').allInnerTexts()).filter((text) => ENGLISH.test(text))).toEqual([]);
        const id = `${name}-${theme}-${language}-${width}x${height}`;
        const path = join(folder, `${id}.png`);
        await page.screenshot({ path });
        // A blank page compresses to next to nothing.
        expect((await stat(path)).size).toBeGreaterThan(15_000);
        const shown = readme.get(id);
        if (shown && process.env['COLDAISLE_SCREENSHOTS'] === '1') {
          await mkdir(join(repo, 'docs', 'screenshots'), { recursive: true });
          await copyFile(path, join(repo, 'docs', 'screenshots', `${shown}.png`));
        }
      }
      expect(own.complaints).toEqual([]);
    });
  });
});
