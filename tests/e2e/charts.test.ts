import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Page } from 'playwright';
import { openWriter } from '../../src-main/core/store/writer';
import { openWindow, removeFolder, temporaryFolder, type Window } from './support';

// Forty lines of known values, one above the other, as an operator reads them off a chart.
const LINES = 40;
const SPAN_MS = 600_000;
const toMs = Math.floor(Date.now() / 1000) * 1000 - 3_600_000;
const fromMs = toMs - SPAN_MS;
const wattsOf = (line: number): number => 100 + 10 * line;

let dataDir: string;
let own: Window;
let page: Page;
let ids: number[];

beforeAll(async () => {
  dataDir = await temporaryFolder();
  const writer = openWriter({ dataDir });
  ids = Array.from(
    { length: LINES },
    (_, line) =>
      writer.samples.ensureSeries({
        device: `node/a-node-with-a-long-name-${line}/gpu0`,
        metric: 'gpu.power',
        provenance: 'simulated',
        label: 'Known',
      }).id,
  );
  for (let atMs = fromMs; atMs <= toMs; atMs += 1000)
    writer.samples.commit(ids.map((seriesId, line) => ({ seriesId, atMs, value: wattsOf(line) })));
  writer.close();
  own = await openWindow(dataDir);
  page = own.page;
  await page.getByTestId('nav-history').waitFor();
});
afterAll(async () => {
  expect(own.complaints).toEqual([]);
  await own.app.close();
  await removeFolder(dataDir);
});

async function open(series: readonly number[]): Promise<void> {
  await page.evaluate((hash) => (window.location.hash = hash), '#/history');
  await page.evaluate((hash) => (window.location.hash = hash), `#/history?from=${fromMs}&to=${toMs}&series=${series.join('.')}`);
  await page.getByTestId('plot').waitFor();
  await page.waitForFunction(() => document.querySelector('[data-busy="true"]') === null);
  await expect.poll(() => page.locator('.legend-value').first().innerText()).not.toBe('—');
}

async function pointAt(shareX: number, shareY: number): Promise<void> {
  const box = await page.getByTestId('plot').boundingBox();
  if (!box) throw new Error('the plot is not shown');
  await page.mouse.move(box.x + box.width * shareX, box.y + box.height * shareY);
}

const readout = () => page.getByTestId('readout');
const chosen = () => readout().locator('[data-chosen="true"]');

it('reads off at the pointer, in full, with the nearest line first to be seen', async () => {
  await open(ids.slice(0, 3));
  await pointAt(0.5, 0.05);
  await expect.poll(() => chosen().innerText()).toContain('a-node-with-a-long-name-2/gpu0');
  expect(await chosen().innerText()).toContain('120.0 W');
  expect(await readout().locator('.readout-row:not([hidden])').count()).toBe(3);
  await pointAt(0.5, 0.9);
  await expect.poll(() => chosen().innerText()).toContain('a-node-with-a-long-name-0/gpu0');
  // It is beside the pointer, and within the plot.
  const [box, plot] = [await readout().boundingBox(), await page.getByTestId('plot').boundingBox()];
  expect(box!.x).toBeGreaterThanOrEqual(plot!.x);
  expect(box!.x + box!.width).toBeLessThanOrEqual(plot!.x + plot!.width);
});

it('is held by a click until Escape, and walked by the keyboard', async () => {
  await open(ids.slice(0, 3));
  await pointAt(0.4, 0.05);
  await page.mouse.down();
  await page.mouse.up();
  await pointAt(0.8, 0.9);
  await expect.poll(() => readout().getAttribute('data-pinned')).toBe('true');
  const held = await readout().locator('.readout-position').innerText();
  await pointAt(0.2, 0.5);
  expect(await readout().locator('.readout-position').innerText()).toBe(held);
  await page.getByTestId('plot').press('Escape');
  await expect.poll(() => readout().getAttribute('data-pinned')).toBe('false');
  await page.mouse.move(0, 0);
  await expect.poll(() => readout().isHidden()).toBe(true);

  await page.getByTestId('plot').press('Shift+ArrowLeft');
  await page.getByTestId('plot').press('ArrowDown');
  await page.getByTestId('plot').press('ArrowDown');
  await expect.poll(() => chosen().innerText()).toContain('a-node-with-a-long-name-1/gpu0');
  await page.getByTestId('plot').press('Enter');
  await expect.poll(() => readout().getAttribute('data-pinned')).toBe('true');
  await expect.poll(() => page.locator('.pane-chart [role="status"]').innerText()).toContain('110.0 W');
  await page.getByRole('button', { name: 'Let the values go (Esc)' }).click();
  await expect.poll(() => readout().getAttribute('data-pinned')).toBe('false');
});

it('keeps the colour of a series when another is taken away', async () => {
  await open(ids.slice(0, 3));
  const colourOf = (name: string) =>
    page
      .locator('.legend-row', { hasText: name })
      .locator('.swatch')
      .evaluate((element) => getComputedStyle(element).color);
  const before = await colourOf('long-name-2/');
  await page.getByRole('searchbox', { name: /search/i }).fill('long-name-0/');
  await page.locator('.picker-row input[type="checkbox"]').first().click();
  await expect.poll(() => page.locator('.legend-row').count()).toBe(2);
  expect(await colourOf('long-name-2/')).toBe(before);
});

it('draws a threshold across the pane, keeps it, and takes it away', async () => {
  await open(ids.slice(0, 3));
  const warned = (): Promise<number> =>
    page.locator('canvas.plot-paths').evaluate((canvas: HTMLCanvasElement) => {
      const style = getComputedStyle(document.documentElement).getPropertyValue('--warn').trim();
      const want = [1, 3, 5].map((at) => Number.parseInt(style.slice(at, at + 2), 16));
      const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d');
      if (!copy) throw new Error('no canvas');
      copy.drawImage(canvas, 0, 0);
      const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
      let count = 0;
      for (let i = 0; i < data.length; i += 4) if (want.every((part, k) => Math.abs(part - (data[i + k] ?? 0)) < 6)) count += 1;
      return count;
    });
  const set = async (text: string): Promise<void> => {
    await page.getByTestId('thresholds').click();
    await page.getByTestId('threshold-W').fill(text);
    await page.getByTestId('threshold-W').press('Enter');
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
  };
  const before = await warned();
  await set('125');
  // More than half of the plot's width is dashes of its colour.
  await expect.poll(warned).toBeGreaterThan(before + 300);
  await open(ids.slice(0, 3));
  await expect.poll(warned).toBeGreaterThan(before + 300);
  await set('');
  await expect.poll(warned).toBeLessThan(before + 100);
});

it('offers an envelope and a heat map for very many lines', async () => {
  await open(ids.slice(0, 12));
  expect(await page.locator('.legend-views').count()).toBe(0);
  await open(ids);
  await page.getByRole('button', { name: 'Envelope' }).click();
  // Between the lowest and the highest line the ground is filled.
  const covered = (): Promise<number> =>
    page.locator('canvas.plot-paths').evaluate((canvas: HTMLCanvasElement) => {
      const context = new OffscreenCanvas(40, 40).getContext('2d');
      if (!context) throw new Error('no canvas');
      context.drawImage(canvas, canvas.width * 0.2, canvas.height * 0.3, canvas.width * 0.6, canvas.height * 0.4, 0, 0, 40, 40);
      const ground = getComputedStyle(document.documentElement).getPropertyValue('--surface').trim();
      const want = [1, 3, 5].map((at) => Number.parseInt(ground.slice(at, at + 2), 16));
      const { data } = context.getImageData(0, 0, 40, 40);
      let count = 0;
      for (let i = 0; i < data.length; i += 4) if (want.some((part, k) => Math.abs(part - (data[i + k] ?? 0)) > 12)) count += 1;
      return count / 1600;
    });
  await expect.poll(covered).toBeGreaterThan(0.9);
  await page.getByRole('button', { name: 'Heat map' }).click();
  await expect.poll(covered).toBeGreaterThan(0.99);
  await pointAt(0.5, 0.5);
  await expect.poll(() => chosen().innerText()).toMatch(/long-name-(1[89]|2[01])\/gpu0/);
  expect(await readout().innerText()).toContain('and 30 more lines');
  await page.mouse.move(0, 0);
});

it('leaves the wheel to a page that scrolls, and zooms there with Ctrl', async () => {
  await page.evaluate(() => (window.location.hash = '#/device/host'));
  await page.locator('.device-chart').waitFor();
  await own.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().forEach((window) => window.setContentSize(1280, 480)));
  const plot = page.getByTestId('plot');
  const scrolled = (): Promise<number> =>
    plot.evaluate((element) => {
      for (let around = element.parentElement; around; around = around.parentElement)
        if (around.scrollHeight > around.clientHeight + 1 && /auto|scroll/.test(getComputedStyle(around).overflowY))
          return around.scrollTop;
      return Number.NaN;
    });
  await expect.poll(scrolled).toBe(0);
  await pointAt(0.5, 0.1);
  await page.mouse.wheel(0, 150);
  await expect.poll(scrolled).toBeGreaterThan(20);
  expect(await page.getByTestId('return-to-live').count()).toBe(0);
  await page.keyboard.down('Control');
  await page.mouse.wheel(0, -150);
  await page.keyboard.up('Control');
  await page.getByTestId('return-to-live').waitFor();
});
