import { afterAll, beforeAll, expect, it } from 'vitest';
import { openWriter } from '../../src-main/core/store/writer';
import { openWindow, removeFolder, temporaryFolder, type Window } from './support';

const FROM_MS = Date.UTC(2026, 9, 1);
const PERIOD_S = 1200;
let dataDir: string;
let window: Window;

beforeAll(async () => {
  dataDir = await temporaryFolder();
  const writer = openWriter({ dataDir });
  for (const device of ['gpu0', 'gpu1']) {
    const { id } = writer.samples.ensureSeries({ device, metric: 'gpu.power', provenance: 'measured', label: 'a GPU' });
    writer.samples.commit(Array.from({ length: PERIOD_S }, (_, s) => ({ seriesId: id, atMs: FROM_MS + s * 1000, value: 100 + s })));
  }
  writer.close();
  window = await openWindow(dataDir);
  await window.page.getByTestId('tile-it-power').waitFor();
});
afterAll(async () => {
  await window.app.close();
  await removeFolder(dataDir);
});

const hash = (): Promise<string> => window.page.evaluate(() => globalThis.location.hash);
const chosen = (): Promise<number> => window.page.locator('.picker input:checked').count();
const view = (fromS: number, toS: number): string => `from=${FROM_MS + fromS * 1000}&to=${FROM_MS + toS * 1000}`;

it('says what is shown by device and metric, keeps it over a reload, and the browser’s way back undoes a zoom', async () => {
  const { page, complaints } = window;
  const named = `s=gpu.power@gpu0&s=gpu.power@gpu1`;
  await page.evaluate((to) => (globalThis.location.hash = to), `#/history?${view(0, 1000)}&${named}`);
  await page.locator('.pane-chart').waitFor();
  await expect.poll(chosen).toBe(2);

  await page.reload();
  await page.locator('.pane-chart').waitFor();
  await expect.poll(chosen).toBe(2);
  expect(await hash()).toBe(`#/history?${view(0, 1000)}&${named}`);

  // A typed span is a step; so is a zoom.
  const from = page.getByTestId('range-from');
  await from.fill('2026-10-01 00:05:00Z');
  await from.press('Enter');
  await expect.poll(hash).toBe(`#/history?${view(300, 1000)}&${named}`);
  await page.goBack();
  await expect.poll(hash).toBe(`#/history?${view(0, 1000)}&${named}`);
  await expect.poll(() => page.locator('[data-testid="history-statistics"] tbody tr').first().innerText()).toContain('100.0');
  await page.goForward();
  await expect.poll(hash).toBe(`#/history?${view(300, 1000)}&${named}`);
  await expect.poll(() => page.locator('[data-testid="history-statistics"] tbody tr').first().innerText()).toContain('400.0');

  // Another page and back: the same again; a range that ends now follows, and its address says so.
  await page.getByTestId('nav-settings').click();
  await page.getByTestId('nav-history').click();
  await expect.poll(chosen).toBe(2);
  await page.getByRole('button', { name: '6 h' }).click();
  await expect.poll(hash).toBe(`#/history?from=now-6h&to=now&${named}`);
  expect(complaints).toEqual([]);
});
