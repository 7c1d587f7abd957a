import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Locator, Page } from 'playwright';
import { recordLife, type LivedIn } from '../helpers/lived-in';
import { loadAxe, violations } from './axe';
import { choose, go, openWindow, removeFolder, temporaryFolder, type Window } from './support';

// What the library's components do in a real window, under the page's own policy.
let dataDir: string;
let life: LivedIn;
let own: Window;
let page: Page;

beforeAll(async () => {
  dataDir = await temporaryFolder();
  life = recordLife(dataDir);
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

it('a list opens by the keyboard, walks by arrows and letters, chooses by Enter, and gives the focus back', async () => {
  await go(page, 'settings');
  const theme = page.getByTestId('setting-ui.theme');
  const list = page.getByRole('listbox').filter({ visible: true });
  const reached = () => page.locator('[role="option"][data-highlighted]').getAttribute('data-value');
  const before = await theme.getAttribute('data-value');
  await theme.focus();
  await page.keyboard.press('ArrowDown');
  await list.waitFor();
  await expect.poll(reached).toBe(before);
  await page.keyboard.press('End');
  const last = await reached();
  await page.keyboard.press('Home');
  expect(await reached()).not.toBe(last);
  await page.keyboard.press('d');
  await expect.poll(reached).toBe('dark');
  // Escape leaves it as it is, and closes nothing else.
  await page.keyboard.press('Escape');
  await list.waitFor({ state: 'detached' });
  expect(await theme.getAttribute('data-value')).toBe(before);
  await expect.poll(() => theme.evaluate((element) => element === document.activeElement)).toBe(true);
  await page.keyboard.press('Enter');
  await list.waitFor();
  await page.keyboard.press('l');
  await page.keyboard.press('Enter');
  await expect.poll(() => page.locator('html').getAttribute('data-theme')).toBe('light');
  expect(await theme.evaluate((element) => element === document.activeElement)).toBe(true);
  expect(await page.getByRole('combobox', { name: await nameOf(theme) }).getAttribute('data-testid')).toBe('setting-ui.theme');
  expect(own.complaints).toEqual([]);
});

it('a list in a dialog opens above it and leaves the dialog open', async () => {
  await go(page, 'history');
  await page.getByTestId('note').click();
  await page.getByTestId('note-device').click();
  const list = page.getByRole('listbox').filter({ visible: true });
  await list.waitFor();
  await page.keyboard.press('Escape');
  await list.waitFor({ state: 'detached' });
  expect(await page.getByRole('dialog').count()).toBe(1);
  await choose(page.getByTestId('note-device'), (await secondChoice(page.getByTestId('note-device'))) ?? '');
  expect(await page.getByRole('dialog').count()).toBe(1);
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
});

/** The words of the label that names it. */
const nameOf = (control: Locator): Promise<string> =>
  control.evaluate((element) => (element instanceof HTMLButtonElement ? (element.labels[0]?.innerText ?? '') : ''));

async function secondChoice(list: Locator): Promise<string | null> {
  await list.click();
  const value = await list.page().getByRole('option').nth(1).getAttribute('data-value');
  await list.page().keyboard.press('Escape');
  await list.page().getByRole('listbox').filter({ visible: true }).waitFor({ state: 'detached' });
  return value;
}

it('what went wrong stays until it is closed, is reached by F6, and goes by Escape', async () => {
  await loadAxe(page);
  const toasts = page.getByTestId('toast');
  await page.evaluate(() => (window.location.hash = '#/history?view=nowhere'));
  await toasts.waitFor();
  await go(page, 'settings');
  await page.waitForTimeout(7_000);
  expect(await toasts.getAttribute('data-type')).toBe('bad');
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press('F6');
  await page.keyboard.press('Tab');
  await expect.poll(() => toasts.evaluate((element) => element === document.activeElement)).toBe(true);
  await page.keyboard.press('Escape');
  await toasts.waitFor({ state: 'detached' });
});

it('the parts of a page are walked by arrows, opened by Enter, and each has its address', async () => {
  await page.evaluate((to) => (window.location.hash = to), `#/training/${life.succeeded}`);
  const part = (name: string): Locator => page.getByTestId(`tab-${name}`);
  await part('curves').focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  expect(await part('log').evaluate((element) => element === document.activeElement)).toBe(true);
  expect(await part('curves').getAttribute('aria-selected')).toBe('true');
  await page.keyboard.press('Enter');
  await page.locator('.run-log').waitFor();
  expect(page.url()).toMatch(/\?tab=log$/);
  expect(await part('log').evaluate((element) => element === document.activeElement)).toBe(true);
  expect(await page.getByRole('tabpanel', { name: (await part('log').innerText()).trim() }).count()).toBe(1);
  await part('bill').click();
  await page.getByTestId('run-energy-notes').waitFor();
  await page.goBack();
  await page.locator('.run-log').waitFor();
  expect(await part('log').getAttribute('aria-selected')).toBe('true');
  expect(own.complaints).toEqual([]);
});
