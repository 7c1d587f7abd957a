import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Page } from 'playwright';
import { recordLife } from '../helpers/lived-in';
import { choose, go, openWindow, removeFolder, temporaryFolder, type Window } from './support';

// The palette and the keys, used as somebody does who never touches the mouse.
let dataDir: string;
let own: Window;
let page: Page;
let succeeded: string;

beforeAll(async () => {
  dataDir = await temporaryFolder();
  ({ succeeded } = recordLife(join(dataDir, 'scenarios', 'rack')));
  own = await openWindow(dataDir, [1280, 800], ['--scenario', 'rack']);
  page = own.page;
  page.setDefaultTimeout(20_000);
  await page.locator('[data-testid="tile-it-power"]:not([data-value=""])').waitFor();
});
afterAll(async () => {
  await own.app.close();
  await removeFolder(dataDir);
});

const palette = () => page.getByTestId('palette-input');
const highlighted = () => page.locator('[data-testid="palette-list"] [data-highlighted]').getAttribute('data-item');
const open = async (text: string): Promise<void> => {
  await page.keyboard.press('Control+k');
  await palette().waitFor();
  await page.keyboard.type(text);
};

it('opens a device, a run, a metric and an action by a few letters', async () => {
  await open('node-02 gpu3');
  await expect.poll(highlighted).toBe('device:node/node-02/gpu3');
  await page.keyboard.press('Enter');
  await page.waitForURL(/#\/device\/node%2Fnode-02%2Fgpu3$/);
  await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('H1');
  await open(succeeded);
  await expect.poll(highlighted).toBe(`run:${succeeded}`);
  await page.keyboard.press('Enter');
  await page.waitForURL(new RegExp(`#/training/${succeeded}$`));
  await open('gpu.power');
  await expect.poll(highlighted).toBe('metric:gpu.power');
  await page.keyboard.press('Enter');
  await page.waitForURL(/#\/history\?.*s=gpu\.power@/);
  await open('import');
  await expect.poll(highlighted).toBe('history.import');
  await page.keyboard.press('Enter');
  await page
    .locator('[data-modal]')
    .getByRole('heading', { name: /Import/ })
    .waitFor();
  await page.keyboard.press('Escape');
});

it('finds a Chinese name by its sound, as one types it', async () => {
  await go(page, 'settings');
  // Its list keeps the focus, and lets the palette's keys through.
  await choose(page.getByTestId('setting-ui.language'), 'zh-CN');
  await expect.poll(() => page.locator('html').getAttribute('lang')).toBe('zh-CN');
  for (const [typed, id] of [
    ['lishi', 'page.history'],
    ['ls', 'page.history'],
    ['zd', 'page.doctor'],
  ] as const) {
    await page.keyboard.press('Control+k');
    await page.getByTestId('palette-input').fill(typed);
    await page.getByTestId('palette-list').locator(`[data-item="${id}"]`).waitFor({ timeout: 10_000 });
    await page.keyboard.press('Escape');
  }
  await choose(page.getByTestId('setting-ui.language'), 'en');
  await expect.poll(() => page.locator('html').getAttribute('lang')).toBe('en');
});

it('is a combobox that says what is chosen, lists what was chosen last first, and gives the focus back', async () => {
  const trigger = page.getByTestId('open-palette');
  await trigger.focus();
  await page.keyboard.press('Control+k');
  await palette().waitFor();
  expect(await palette().getAttribute('role')).toBe('combobox');
  const active = () =>
    page.evaluate(() =>
      document.getElementById(document.activeElement?.getAttribute('aria-activedescendant') ?? '')?.getAttribute('data-item'),
    );
  await expect.poll(active).toBe('history.import');
  await page.keyboard.press('ArrowDown');
  await expect.poll(active).toBe('metric:gpu.power');
  await page.keyboard.type('zzzzqq');
  await page.locator('[data-modal]').getByText('Nothing fits').waitFor();
  await page.keyboard.press('Escape');
  await palette().waitFor({ state: 'detached' });
  expect(await page.evaluate(() => document.activeElement?.getAttribute('data-testid'))).toBe('open-palette');
});

it('changes a key, refuses one that is taken, and is kept by the core', async () => {
  await page.keyboard.press('?');
  const row = page.locator('[data-command="page.doctor"]');
  await row.getByRole('button', { name: /Change the key/ }).click();
  await page.keyboard.press('1');
  await row.getByText(/already means “Room”/).waitFor();
  await page.keyboard.press('g');
  await row.getByRole('button', { name: 'Doctor: G. Change the key' }).waitFor();
  await page.keyboard.press('Escape');
  await page.reload();
  await page.getByTestId('nav-doctor').waitFor();
  await expect.poll(async () => (await page.keyboard.press('g'), page.url())).toMatch(/#\/doctor$/);
  await page.keyboard.press('5');
  await page.keyboard.press('1');
  await page.waitForURL(/#\/$/);
});

it('is silent without a modifier when that is wished, and in a field, in a dialog and while an input method composes', async () => {
  await page.getByTestId('open-shortcuts').click();
  await page.getByTestId('single-keys').click();
  await expect.poll(() => page.getByTestId('single-keys').getAttribute('aria-pressed')).toBe('false');
  await page.keyboard.press('Escape');
  await page.keyboard.press('3');
  await page.keyboard.press('?');
  await page.keyboard.press('Control+k');
  await palette().waitFor();
  expect(page.url()).toMatch(/#\/$/);
  await page.keyboard.press('Escape');
  await palette().waitFor({ state: 'detached' });
  await page.getByTestId('open-shortcuts').click();
  await page.getByTestId('single-keys').click();
  await page.getByTestId('keys-reset').click();
  await page.keyboard.press('3');
  await page.keyboard.press('Escape');
  await go(page, 'training');
  await page.getByTestId('filter-text').fill('');
  await page.getByTestId('filter-text').pressSequentially('3');
  await page.evaluate(() => {
    document.activeElement?.dispatchEvent(new FocusEvent('blur'));
    document.body.dispatchEvent(new KeyboardEvent('keydown', { key: '3', code: 'Digit3', isComposing: true, bubbles: true }));
  });
  expect(page.url()).toMatch(/#\/training$/);
  expect(own.complaints).toEqual([]);
});
