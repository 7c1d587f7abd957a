import { afterEach, beforeEach, expect, it } from 'vitest';
import { openWriter } from '../../src-main/core/store/writer';
import { choose, openWindow, removeFolder, temporaryFolder, type Window } from './support';

// Two periods of ten minutes whose values say when they were: 100 + s W in the first, 300 + s W in the second.
const FROM_MS = Date.UTC(2026, 9, 1);
const PERIOD_S = 600;
let dataDir: string;
let window: Window;
let seriesId: number;

beforeEach(async () => {
  dataDir = await temporaryFolder();
  const writer = openWriter({ dataDir });
  seriesId = writer.samples.ensureSeries({ device: 'gpu0', metric: 'gpu.power', provenance: 'measured', label: 'a GPU' }).id;
  writer.samples.commit(
    Array.from({ length: 2 * PERIOD_S }, (_, s) => ({
      seriesId,
      atMs: FROM_MS + s * 1000,
      value: s < PERIOD_S ? 100 + s : 300 + s - PERIOD_S,
    })),
  );
  writer.close();
  window = await openWindow(dataDir);
});
afterEach(async () => {
  await window.app.close();
  await removeFolder(dataDir);
});

/** What the readout beside the chart says of the newest moment shown: the period before, then the shown one. */
async function readout(fromS: number, toS: number): Promise<() => Promise<string>> {
  const { page } = window;
  const hash = `#/history?from=${FROM_MS + fromS * 1000}&to=${FROM_MS + toS * 1000}&series=${seriesId}&compare=1`;
  await page.evaluate((to) => (globalThis.location.hash = to), hash);
  return () => page.locator('.pane-chart').innerText();
}

it('draws the values of the period before behind the shown ones', async () => {
  await window.page.getByTestId('tile-it-power').waitFor();
  await expect
    .poll(await readout(PERIOD_S - 0.5, 2 * PERIOD_S - 1), { timeout: 30_000 })
    .toMatch(/gpu0, period before[\s\S]*699\.0[\s\S]*gpu0[\s\S]*899\.0/);
  // Of the second half of the period, the period before is its first half.
  await expect
    .poll(await readout(PERIOD_S + 299.5, 2 * PERIOD_S - 0.5), { timeout: 30_000 })
    .toMatch(/gpu0, period before[\s\S]*599\.0[\s\S]*gpu0[\s\S]*899\.0/);
  await choose(window.page.getByTestId('compare'), 'none');
  await expect.poll(() => window.page.locator('.pane-chart').innerText()).not.toContain('period before');
  expect(window.complaints).toEqual([]);
});
