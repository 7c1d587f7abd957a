import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Page } from 'playwright';
import { expectNoOverflow, go, openWindow, removeFolder, repo, temporaryFolder, tileValue, type Window } from './support';

const shots = join(repo, 'test-results', 'screenshots');
const simulated = ['--scenario', 'workstation'];
const GPU = 'node/workstation/gpu0';
let dataDir: string;
let own: Window;
let page: Page;

beforeAll(async () => {
  dataDir = await temporaryFolder();
  await mkdir(shots, { recursive: true });
  own = await openWindow(dataDir, [1280, 800], simulated);
  page = own.page;
});
afterAll(async () => {
  await own.app.close();
  await removeFolder(dataDir);
});

const numberIn = (text: string): number => Number(/−?\d+(?:\.\d+)?/.exec(text)?.[0]?.replace('−', '-'));
const fahrenheit = (celsius: number): number => (celsius * 9) / 5 + 32;

async function open(hash: string): Promise<void> {
  await page.evaluate((to) => {
    location.hash = to;
  }, hash);
}

/** The hottest sensor's figure as it stands on the tile, and the °C behind it, both of one moment. */
async function hottest(): Promise<{ readonly shown: string; readonly celsius: number }> {
  const tile = page.getByTestId('tile-hottest');
  return tile.evaluate((element) => ({
    shown: element.querySelector('.tile-figure, .tile-value')?.textContent ?? element.textContent ?? '',
    celsius: Number(element.getAttribute('data-value')),
  }));
}

it('shows and takes temperatures in °F where a person chose them, also after a restart', async () => {
  await go(page, 'settings');
  const outdoor = page.getByTestId('setting-facility.cooling.outdoorDryBulbC');
  expect(await outdoor.inputValue()).toBe('20');
  await page.getByTestId('setting-ui.temperatureUnit').selectOption('fahrenheit');
  await expect.poll(() => outdoor.inputValue()).toBe('68');
  const cooling = page.locator('[data-setting="facility.cooling.outdoorDryBulbC"]');
  expect(await cooling.innerText()).toContain('68 °F');
  // A difference of temperatures has no zero to be moved: 12.5 K are 22.5 °F.
  expect(await page.getByTestId('setting-facility.cooling.condenserApproachK').inputValue()).toBe('22.5');
  await outdoor.fill('200');
  await expect.poll(() => cooling.locator('[role="alert"]').innerText()).toContain('140');
  await outdoor.fill('86');
  await outdoor.press('Enter');
  await cooling.locator('.setting-saved svg').waitFor();
  await expectNoOverflow(page);
  await page.screenshot({ path: join(shots, 'settings-fahrenheit.png') });

  await own.app.close();
  own = await openWindow(dataDir, [1280, 800], simulated);
  page = own.page;
  await go(page, 'settings');
  await expect.poll(() => page.getByTestId('setting-facility.cooling.outdoorDryBulbC').inputValue()).toBe('86');
  await page.getByTestId('setting-ui.temperatureUnit').selectOption('celsius');
  await expect.poll(() => page.getByTestId('setting-facility.cooling.outdoorDryBulbC').inputValue()).toBe('30');
  await page.getByTestId('setting-ui.temperatureUnit').selectOption('fahrenheit');
  await expect.poll(() => page.getByTestId('setting-facility.cooling.outdoorDryBulbC').inputValue()).toBe('86');
});

it('has them on the tile of the hottest sensor', async () => {
  await go(page, 'room');
  await expect.poll(() => tileValue(page, 'hottest')).toBeGreaterThan(0);
  const { shown, celsius } = await hottest();
  expect(shown).toContain('°F');
  expect(numberIn(shown)).toBeCloseTo(fahrenheit(celsius), 1);
  await page.screenshot({ path: join(shots, 'room-fahrenheit.png') });
});

it('has them on a GPU’s page: the figure, the axis and its head', async () => {
  await open(`#/device/${encodeURIComponent(GPU)}`);
  const figure = page.locator('[data-metric="gpu.temperature"]').first();
  await expect.poll(() => figure.innerText(), { timeout: 15_000 }).toMatch(/\d+\s*°F/);
  expect(await page.locator('.legend-unit').allInnerTexts()).toContain('°F');
  expect(await page.locator('.legend-unit').allInnerTexts()).not.toContain('°C');
  await page.screenshot({ path: join(shots, 'gpu-fahrenheit.png') });
});

it('has them in History: the pane, the table, and a threshold that is typed in °F and kept in °C', async () => {
  await open(`#/history?from=now-1m&to=now&s=gpu.temperature@${encodeURIComponent(GPU)}`);
  await expect.poll(() => page.locator('.legend-unit').allInnerTexts()).toEqual(['°F']);
  await expect.poll(() => page.getByTestId('history-statistics').innerText()).toMatch(/\d+\s*°F/);
  await page.getByTestId('thresholds').click();
  const threshold = page.getByTestId('threshold-°C');
  await threshold.fill('176');
  await threshold.press('Enter');
  expect(await threshold.inputValue()).toBe('176');
  await page.screenshot({ path: join(shots, 'threshold-fahrenheit.png') });
  await page.keyboard.press('Escape');
  // What is kept, here and in a shared address, is °C.
  const kept = await page.evaluate(() => localStorage.getItem('coldaisle.thresholds'));
  expect(JSON.parse(kept ?? '')).toEqual({ '°C': 80 });
  await page.screenshot({ path: join(shots, 'history-fahrenheit.png') });
  expect(own.complaints).toEqual([]);
});
