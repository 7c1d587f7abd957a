import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Page } from 'playwright';
import { recordLife } from '../helpers/lived-in';
import { choose, go, openWindow, removeFolder, temporaryFolder, type Window } from './support';

// What a browser does when a page is opened, done for the pages behind #.
let dataDir: string;
let own: Window;
let page: Page;
let succeeded: string;

beforeAll(async () => {
  dataDir = await temporaryFolder();
  ({ succeeded } = recordLife(join(dataDir, 'scenarios', 'rack')));
  own = await openWindow(dataDir, [1280, 500], ['--scenario', 'rack']);
  page = own.page;
  page.setDefaultTimeout(20_000);
  await page.locator('[data-testid="tile-it-power"]:not([data-value=""])').waitFor();
});
afterAll(async () => {
  await own.app.close();
  await removeFolder(dataDir);
});

const focused = () =>
  page.evaluate(
    () => `${document.activeElement?.tagName ?? ''} ${document.activeElement?.closest('[data-page]')?.getAttribute('data-page') ?? ''}`,
  );
const scrolled = () => page.evaluate(() => document.getElementById('main')?.scrollTop ?? -1);

it('is called by what it shows: the page, the run by its name, the device with its node', async () => {
  await expect.poll(() => page.title()).toBe('Room – Coldaisle');
  await go(page, 'history');
  await expect.poll(() => page.title()).toBe('History – Coldaisle');
  await page.evaluate((id) => (window.location.hash = `#/training/${id}`), succeeded);
  await page.locator('main h1').waitFor();
  await expect.poll(() => page.title()).toMatch(/^Run .+ – Coldaisle$/);
  const heading = await page.locator('main h1').innerText();
  expect(heading).toContain((await page.title()).replace(/^Run (\S+).*$/, '$1'));
  await page.evaluate(() => (window.location.hash = '#/device/node%2Fnode-02%2Fgpu3'));
  await expect.poll(() => page.title()).toBe('gpu3 · node-02 – Coldaisle');
  await page.evaluate(() => (window.location.hash = '#/nowhere'));
  await expect.poll(() => page.title()).toBe('Coldaisle');
});

it('puts the focus on the heading of the page that is opened, and not of one that only changes what it shows', async () => {
  await go(page, 'settings');
  await expect.poll(focused).toBe('H1 settings');
  await page.keyboard.press('6');
  await expect.poll(focused).toBe('H1 doctor');
  await page.goBack();
  await expect.poll(focused).toBe('H1 settings');
  await go(page, 'history');
  await expect.poll(focused).toBe('H1 history');
  const chart = page.getByRole('group', { name: /chart/i }).or(page.locator('[data-testid="compare"]')).last();
  await chart.focus();
  const before = await focused();
  const address = page.url();
  await choose(page.getByTestId('compare'), 'before');
  await expect.poll(() => page.url()).not.toBe(address);
  expect(before).not.toContain('H1');
  expect(await focused()).not.toContain('H1');
});

it('opens a page at its top, and comes back to where it was left', async () => {
  await go(page, 'settings');
  await page.getByTestId('setting-ui.theme').waitFor();
  await page.locator('#main').hover();
  await page.mouse.wheel(0, 260);
  await expect.poll(scrolled).toBeGreaterThan(200);
  const left = await scrolled();
  await go(page, 'doctor');
  await page.getByTestId('backups').waitFor();
  expect(await scrolled()).toBe(0);
  await page.goBack();
  await page.getByTestId('setting-ui.theme').waitFor();
  await expect.poll(scrolled).toBe(left);
  await go(page, 'room');
  await go(page, 'settings');
  await page.getByTestId('setting-ui.theme').waitFor();
  expect(await scrolled()).toBe(0);
  expect(own.complaints).toEqual([]);
});
