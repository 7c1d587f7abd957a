import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openWriter } from '../../src-main/core/store/writer';
import { choose, expectNoOverflow, openWindow, removeFolder, repo, resize, temporaryFolder, type Window } from './support';

// Two days of a minute's steps whose values say when they were: 100 W and the minute of the day, and 1,000 W more on the second day.
const DAY_MS = 86_400_000;
const FROM_MS = Date.UTC(2026, 9, 1);
const pictures = join(repo, 'test-results', 'screenshots');
let dataDir: string;
let window: Window;

beforeAll(async () => {
  await mkdir(pictures, { recursive: true });
  dataDir = await temporaryFolder();
  const writer = openWriter({ dataDir });
  const { id } = writer.samples.ensureSeries({ device: 'gpu0', metric: 'gpu.power', provenance: 'measured', label: 'a GPU' });
  writer.samples.commit(
    Array.from({ length: 2 * 1440 }, (_, m) => ({
      seriesId: id,
      atMs: FROM_MS + m * 60_000,
      value: 100 + (m % 1440) + (m < 1440 ? 0 : 1_000),
    })),
  );
  writer.close();
  window = await openWindow(dataDir);
  await window.page.getByTestId('tile-it-power').waitFor();
});
afterAll(async () => {
  await window.app.close();
  await removeFolder(dataDir);
});

const at = (ms: number): number => FROM_MS + DAY_MS + ms;
const span = `from=${at(0)}&to=${at(3_600_000)}`;
const hash = (): Promise<string> => window.page.evaluate(() => globalThis.location.hash);
const open = async (view: string): Promise<void> => {
  await window.page.evaluate((to) => (globalThis.location.hash = to), `#/history?${view}`);
  await window.page.locator('.pane-chart').waitFor();
};
const shot = (name: string): Promise<Buffer> => window.page.screenshot({ path: join(pictures, `${name}.png`) });

it('compares with the same time a day before, named and read with its own times', async () => {
  const { page } = window;
  await open(`${span}&s=gpu.power@gpu0`);
  await choose(page.getByTestId('compare'), 'day');
  await expect.poll(hash).toContain('compare=day');
  await expect
    .poll(() => page.locator('.pane-chart').innerText(), { timeout: 30_000 })
    .toMatch(/gpu0, a day before\s*[\s\S]*160\.0[\s\S]*gpu0[\s\S]*1\.160/);
  expect(await page.getByTestId('compared-span').innerText()).toContain('Oct 1, 2026');
  await page.getByTestId('plot').focus();
  await page.keyboard.press('Shift+ArrowLeft');
  await page.keyboard.press('Enter');
  const readout = page.getByTestId('readout');
  await expect.poll(() => readout.innerText()).toMatch(/Oct 2, 2026[\s\S]*gpu0, a day before \(Oct 1, 2026/);
  await shot('history-compared-day');
  await page.keyboard.press('Escape');

  // A picked moment: half an hour earlier.
  await choose(page.getByTestId('compare'), 'pick');
  await page.getByTestId('compare-moment').fill('2026-10-01T23:30:00Z');
  await page.getByTestId('compare-take').click();
  await expect.poll(hash).toContain('compare=1800000');
  await expect.poll(() => page.locator('.pane-chart').innerText()).toMatch(/gpu0, earlier\s*[\s\S]*1\.130/);
  await choose(page.getByTestId('compare'), 'none');
  await expect.poll(hash).not.toContain('compare');
  expect(window.complaints).toEqual([]);
});

it('keeps a view by name, says that it was changed, goes back to it and takes the change over', async () => {
  const { page } = window;
  await open(`${span}&s=gpu.power@gpu0`);
  await page.getByTestId('thresholds').click();
  await page.getByTestId('threshold-W').fill('1150');
  await page.getByTestId('threshold-W').press('Enter');
  await page.getByTestId('log-W').check();
  await choose(page.getByTestId('smoothing'), 'medium');
  await shot('history-lines-dialog');
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
  await page.getByTestId('view-save-as').click();
  await page.getByTestId('view-name').fill('Night & day');
  await page.getByTestId('view-name').press('Enter');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  expect(await page.getByTestId('views').innerText()).toBe('Night & day');
  await expect.poll(hash).toMatch(/log=W&smooth=0.9&view=Night%20%26%20day$/);
  expect(await page.getByTestId('view-changed').count()).toBe(0);

  // Another by the same name is refused, in words.
  await choose(page.getByTestId('compare'), 'week');
  await page.getByTestId('view-changed').waitFor();
  await expectNoOverflow(page);
  await shot('history-view-changed');
  await page.getByTestId('view-save-as').click();
  await page.getByTestId('view-name').fill('NIGHT & DAY');
  await page.getByTestId('view-name-save').click();
  await expect.poll(() => page.getByRole('alert').first().innerText()).toContain('Another view is called NIGHT & DAY');
  await page.keyboard.press('Escape');

  await page.getByTestId('view-reset').click();
  await page.getByTestId('view-changed').waitFor({ state: 'detached' });
  expect(await page.getByTestId('compare').getAttribute('data-value')).toBe('none');
  await choose(page.getByTestId('compare'), 'day');
  await page.getByTestId('view-save').click();
  await page.getByTestId('view-changed').waitFor({ state: 'detached' });
  expect(await page.getByTestId('compare').getAttribute('data-value')).toBe('day');
});

it('opens a kept view from its list and by its name alone, also after the product was closed', async () => {
  await window.app.close();
  window = await openWindow(dataDir);
  const { page } = window;
  await page.getByTestId('tile-it-power').waitFor();
  await open('view=night%20%26%20day');
  await expect.poll(hash).toContain(`${span}&s=gpu.power@gpu0&compare=day`);
  expect(await page.getByTestId('views').innerText()).toBe('Night & day');
  await page.getByTestId('views').click();
  await page.getByTestId('views-list').waitFor();
  await shot('history-views');
  await page.getByRole('button', { name: 'Rename “Night & day”' }).click();
  await page.getByTestId('view-name').fill('Days');
  await page.getByTestId('view-name').press('Enter');
  await expect.poll(() => page.getByTestId('views').innerText()).toBe('Days');
  await expect.poll(hash).toMatch(/view=Days$/);
  await page.getByTestId('views').click();
  await page.getByRole('button', { name: 'Delete “Days”' }).click();
  await page.getByTestId('view-remove-confirm').click();
  await expect.poll(() => page.getByTestId('views').innerText()).toBe('Views');
  await expect.poll(hash).not.toContain('view=');
  expect(window.complaints).toEqual([]);
});

it('puts a note where the chart was clicked, or at the cursor by a key; its mark opens it, and its moment stays to the millisecond', async () => {
  const { page } = window;
  await open(`${span}&s=gpu.power@gpu0`);
  await choose(page.getByTestId('compare'), 'none');
  const plot = page.getByTestId('plot');
  const box = (await plot.boundingBox())!;
  await plot.click({ position: { x: box.width / 3, y: box.height / 2 } });
  await page.getByTestId('readout-note').click();
  await page.getByTestId('note-text').fill('by click');
  await page.getByTestId('note-save').click();
  const mark = page.locator('.span-label', { hasText: 'by click' });
  await mark.waitFor();
  await plot.focus();
  await page.keyboard.press('Escape');
  // Far enough from the right end for its name.
  for (let i = 0; i < 30; i += 1) await page.keyboard.press('Shift+ArrowLeft');
  await page.keyboard.press('n');
  await page.getByTestId('note-text').fill('by key');
  await page.keyboard.press('Enter');
  await page.locator('.span-label', { hasText: 'by key' }).waitFor();
  await shot('history-notes');

  // Its text is changed; the moment of the click, which is no whole second, stays.
  const left = await mark.evaluate((label) => label.style.left);
  await mark.click();
  expect(await page.getByTestId('note-text').inputValue()).toBe('by click');
  const moment = await page.getByTestId('note-time').inputValue();
  expect(moment).toMatch(/^2026-10-0[12] \d\d:\d\d:\d\d\.\d{3}/);
  await page.getByTestId('note-text').fill('by click, twice');
  await page.keyboard.press('Enter');
  const changed = page.locator('.span-label', { hasText: 'by click, twice' });
  await changed.waitFor();
  expect(await changed.evaluate((label) => label.style.left)).toBe(left);
  await changed.click();
  expect(await page.getByTestId('note-time').inputValue()).toBe(moment);
  await page.keyboard.press('Escape');
});

it('saves the chart as a picture that stands by itself, and lets it fill the screen until Escape', async () => {
  const { page, app } = window;
  const path = join(pictures, 'history-chart.png');
  const saved = app.evaluate(
    ({ session }, to) =>
      new Promise<string>((resolve) => {
        session.defaultSession.once('will-download', (_event, item) => {
          item.setSavePath(to);
          item.once('done', (_done, state) => resolve(`${state} ${item.getFilename()}`));
        });
      }),
    path,
  );
  await page.getByTestId('chart-png').click();
  expect(await saved).toBe('completed History.png');
  const png = await readFile(path);
  expect(png.subarray(1, 4).toString()).toBe('PNG');
  const box = (await page.getByTestId('plot').boundingBox())!;
  // Twice the plot's size, beside names and below a title.
  expect(png.readUInt32BE(16)).toBeGreaterThan(2 * box.width + 400);
  expect(png.readUInt32BE(20)).toBeGreaterThan(2 * box.height + 60);

  const size = (): Promise<number> => page.locator('.pane-chart').evaluate((chart) => chart.getBoundingClientRect().width);
  const before = await size();
  await page.getByTestId('chart-expand').click();
  const inner = (): Promise<number> => page.evaluate(() => globalThis.innerWidth);
  await expect.poll(async () => (await size()) === (await inner())).toBe(true);
  await shot('history-large');
  await page.keyboard.press('Escape');
  await page.locator('[data-large]').waitFor({ state: 'detached' });
  // The screen is the system's to give back; in the window's size it is laid out as before.
  await resize(app, [1280, 800]);
  await expect.poll(size).toBe(before);
  expect(await page.getByTestId('nav-room').evaluate((link) => link.closest('[inert]') === null)).toBe(true);
  await expectNoOverflow(page);
  expect(window.complaints).toEqual([]);
});
