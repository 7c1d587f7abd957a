import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Page } from 'playwright';
import { go, openWindow, removeFolder, temporaryFolder, type Window } from './support';

// What the library's components do in a real window, under the page's own policy.
let dataDir: string;
let own: Window;
let page: Page;

beforeAll(async () => {
  dataDir = await temporaryFolder();
  own = await openWindow(dataDir);
  page = own.page;
});
afterAll(async () => {
  await own.app.close();
  await removeFolder(dataDir);
});

it('a tooltip can be hovered itself, is hidden by Escape, and opens by the keyboard', async () => {
  await go(page, 'room');
  const tile = page.locator('[data-testid="tile-it-power"]:not([data-value=""])');
  const trigger = tile.getByRole('button').first();
  const tip = page.getByRole('tooltip');
  await trigger.hover();
  await tip.waitFor();
  const box = await tip.boundingBox();
  await page.mouse.move((box?.x ?? 0) + 20, (box?.y ?? 0) + 12, { steps: 8 });
  await page.waitForTimeout(400);
  expect(await tip.isVisible()).toBe(true);
  await page.keyboard.press('Escape');
  await tip.waitFor({ state: 'detached' });
  await page.mouse.move(2, 2);
  await page.locator('a.skip-link').focus();
  for (let i = 0; i < 30 && (await tip.count()) === 0; i++) await page.keyboard.press('Tab');
  expect(await tip.innerText()).not.toBe('');
  expect(await page.evaluate(() => document.getElementById(document.activeElement?.getAttribute('aria-describedby') ?? '')?.role)).toBe(
    'tooltip',
  );
});

it('a menu opens by the keyboard, walks by arrows, and gives the focus back', async () => {
  await go(page, 'history');
  const opener = page.getByTestId('export');
  await expect.poll(() => opener.isEnabled(), { timeout: 20_000 }).toBe(true);
  await opener.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('menu').waitFor();
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute('data-testid'));
  await page.keyboard.press('End');
  const last = await focused();
  await page.keyboard.press('Home');
  expect(await focused()).not.toBe(last);
  await page.keyboard.press('Escape');
  await page.getByRole('menu').waitFor({ state: 'detached' });
  await expect.poll(focused).toBe('export');
});

it('Enter that ends the composition of a word saves nothing', async () => {
  await go(page, 'settings');
  const price = page.getByTestId('setting-tariff.pricePerKwh');
  const saved = page.locator('[data-setting="tariff.pricePerKwh"] .setting-saved svg');
  await price.fill('0.31');
  await price.evaluate((input) => input.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true })));
  await page.waitForTimeout(300);
  expect(await saved.count()).toBe(0);
  await price.press('Enter');
  await saved.waitFor();
  expect(own.complaints).toEqual([]);
});
