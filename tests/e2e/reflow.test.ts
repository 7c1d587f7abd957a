import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Page } from 'playwright';
import { recordLife } from '../helpers/lived-in';
import { choose, openWindow, removeFolder, temporaryFolder, type Window } from './support';

// A window of 640 px, which is also one of 1280 px at twice its size: nothing is reached by scrolling sideways (WCAG 1.4.10).
let dataDir: string;
let own: Window;
let page: Page;
let places: readonly (readonly [name: string, hash: string, ready: string, act?: () => Promise<void>])[];

const view = (n: number) => (): Promise<void> => page.locator('main .segmented').first().locator('button').nth(n).click();

beforeAll(async () => {
  dataDir = await temporaryFolder();
  const life = recordLife(join(dataDir, 'scenarios', 'rack'));
  own = await openWindow(dataDir, [640, 800], ['--scenario', 'rack']);
  page = own.page;
  page.setDefaultTimeout(20_000);
  await page.locator('[data-testid="tile-it-power"]:not([data-value=""])').waitFor();
  places = [
    ['the room as a map', '#/', '[data-testid="map"]', view(0)],
    ['the room over time', '#/', '.axis', view(1)],
    ['the room’s flow of power', '#/', '[data-testid="flow-chart"]', view(2)],
    ['the room being arranged', '#/', '[data-testid="arrange"]', view(3)],
    ['the runs', '#/training', '[data-testid="start-run"]'],
    ['a run', `#/training/${life.succeeded}`, '[data-testid="run-result"]'],
    ['history', `#/history?from=${life.fromMs}&to=${life.toMs}&series=${life.seriesIds.join('.')}`, '[data-testid="history-statistics"]'],
    ['a GPU', '#/device/node%2Fnode-02%2Fgpu5', '[data-testid="device-events"]'],
    ['a node', '#/device/node%2Fnode-02', '[data-testid="node-gpus"]'],
    ['the processes', '#/processes', 'h1'],
    ['the energy', '#/energy', 'h1'],
    ['the cooling', '#/cooling', '[data-testid="cooling-zones"]'],
    ['the plant', '#/cooling?show=plant', '[data-testid="what-ifs"] tbody tr'],
    ['the weather', '#/cooling?show=weather', '[data-testid="weather-year"] h2'],
    ['the sensors', '#/cooling?show=sensors', '[data-sensor]'],
    ['two runs compared', `#/compare?runs=${life.succeeded},${life.failed}`, 'h1'],
    ['the data sets', '#/data', '[data-testid="datasets"] tbody tr'],
    ['a data set', '#/data?set=weather-us', '[data-testid="data-columns"] tbody tr'],
    ['the settings', '#/settings', '[data-testid="setting-ui.theme"]'],
    ['the sources', '#/settings/sources', '.settings-nav'],
    ['the secrets', '#/settings/secrets', '[data-testid="secret-add"]'],
    ['the doctor', '#/doctor', '[data-testid="backups"]'],
  ];
});
afterAll(async () => {
  await own.app.close();
  await removeFolder(dataDir);
});

/** What sticks out of the page sideways and is in no box that scrolls by itself. */
const sticksOut = (): Promise<string[]> =>
  page.evaluate(() => {
    const main = document.getElementById('main');
    if (!main) return ['no page'];
    const inBox = (element: Element): boolean => {
      for (let box = element.parentElement; box && box !== main; box = box.parentElement) {
        if (getComputedStyle(box).overflowX !== 'visible') return true;
      }
      return false;
    };
    const right = main.getBoundingClientRect().left + main.clientWidth + 1;
    const found = [...main.querySelectorAll('*')]
      .filter((element) => element.getBoundingClientRect().right > right && element.getClientRects().length > 0 && !inBox(element))
      .map((element) => `${element.tagName}.${element.getAttribute('class') ?? ''}`);
    const wide = document.documentElement.scrollWidth > document.documentElement.clientWidth ? ['the window'] : [];
    return [...wide, ...(main.scrollWidth > main.clientWidth ? ['the page', ...found] : found)];
  });

it.each(['en', 'zh-CN'])('fits every page into 640 px in %s', async (language) => {
  await page.evaluate((to) => (window.location.hash = to), '#/settings');
  await choose(page.getByTestId('setting-ui.language'), language);
  await expect.poll(() => page.evaluate(() => document.documentElement.lang)).toBe(language);
  const found: Record<string, string[]> = {};
  for (const [name, hash, ready, act] of places) {
    await page.evaluate((to) => (window.location.hash = to), hash);
    await act?.();
    await page.locator(ready).first().waitFor();
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    const out = await sticksOut();
    if (out.length > 0) found[name] = out;
    const path = process.env['COLDAISLE_REFLOW_PICTURES'];
    if (path !== undefined) await page.screenshot({ path: `${path}/${language}-${name.replaceAll(' ', '-')}.png` });
  }
  expect(found).toEqual({});
});
