import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Page } from 'playwright';
import { openForWriting } from '../../src-main/core/store/file/open';
import { databasePath } from '../../src-main/core/store/writer';
import { choose, expectNoOverflow, go, openWindow, removeFolder, repo, temporaryFolder, type Window } from './support';

let dataDir: string;
let own: Window;
let page: Page;

beforeAll(async () => {
  dataDir = await temporaryFolder();
  await mkdir(join(repo, 'test-results', 'screenshots'), { recursive: true });
  own = await openWindow(dataDir);
  page = own.page;
});
afterAll(async () => {
  await own.app.close();
  await removeFolder(dataDir);
});

const field = (path: string) => page.getByTestId(`setting-retention.${path}`);

async function type(path: string, text: string): Promise<void> {
  await field(path).fill(text);
  await field(path).press('Enter');
}

const row = (path: string) => page.locator(`[data-setting="retention.${path}"]`);
/** How long each level is kept: the finer, the shorter. */
const kept = [
  ['rawDays', '14'],
  ['rollupDays.0', '60'],
  ['rollupDays.1', '120'],
  ['rollupDays.2', '400'],
  ['rollupDays.3', '900'],
] as const;

it('takes a keeping time for each level and a size, refuses what is none, and keeps them over a restart', async () => {
  await go(page, 'settings');
  for (const [path, days] of kept) {
    await type(path, days);
    await row(path).locator('.setting-saved svg').waitFor();
  }
  await type('maxBytes', '20');
  await row('maxBytes').locator('.setting-saved svg').waitFor();
  await type('rawDays', '-1');
  await row('rawDays').locator('[role="alert"]').waitFor();
  expect(await page.getByTestId('programs-consent').innerText()).toMatch(/^Not allowed\. At the first start this machine asks/);
  await expectNoOverflow(page);

  await own.app.close();
  own = await openWindow(dataDir);
  page = own.page;
  await go(page, 'settings');
  for (const [path, days] of kept) expect(await field(path).inputValue()).toBe(days);
  expect(await field('maxBytes').inputValue()).toBe('20');
  // What it comes to is told once there is something to judge it by.
  await expect.poll(() => page.getByTestId('retention-estimate').innerText(), { timeout: 20_000 }).toMatch(/B/);
  await row('rawDays').getByRole('button').click();
  await expect.poll(() => field('rawDays').inputValue()).toBe('365');
  expect(own.complaints).toEqual([]);
});

/** What has the focus, by the name it is read out with: in the dialog, nothing but the window, or something behind the dialog. */
const focused = () =>
  page.evaluate(() => {
    const element = document.activeElement;
    const label =
      element?.getAttribute('aria-label') ??
      (element instanceof HTMLInputElement || element instanceof HTMLButtonElement ? element.labels?.[0]?.innerText : null) ??
      element?.textContent;
    return {
      name: label?.trim() ?? '',
      // Between the last control and the first lies a stop that hands the focus on.
      where: element?.closest('[data-modal]')
        ? 'dialog'
        : element === document.body || element === null || element.hasAttribute('data-base-ui-focus-guard')
          ? 'window'
          : 'behind',
    };
  });

/** Presses Tab as a person does, who sees where the focus went before the next: the stop hands it on with the next frame. */
async function tab(): Promise<void> {
  await page.keyboard.press('Tab');
  await page.waitForFunction(() => !document.activeElement?.hasAttribute('data-base-ui-focus-guard'));
}

it('walks the notes with Tab alone: each control in its turn, none behind them, and back to the button that opened them', async () => {
  await go(page, 'history');
  const opener = page.getByTestId('note');
  for (const text of ['first note', 'second note']) {
    await opener.focus();
    await page.keyboard.press('Enter');
    await page.getByTestId('note-text').fill(text);
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  }
  await opener.focus();
  await page.keyboard.press('Enter');
  await page.locator('[data-note="second note"]').waitFor();
  const names: string[] = [];
  // Between the last control and the first lies the window itself.
  for (let i = 0; i < 45; i++) {
    const { name, where } = await focused();
    expect(where).not.toBe('behind');
    if (where === 'dialog' && names.at(-1) !== name) names.push(name);
    await tab();
  }
  const first = names.indexOf('Change “first note”');
  expect(names.slice(first, first + 9)).toEqual([
    'Change “first note”',
    'Delete “first note”',
    'Change “second note”',
    'Delete “second note”',
    'On',
    'When',
    'Choose a day',
    'Note',
    'Close',
  ]);
  expect(names.slice(first + 9)).toContain('Change “first note”');

  // What the keys came to is what they do.
  for (let i = 0; i < 40 && (await focused()).name !== 'Delete “second note”'; i++) await tab();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  await page.locator('[data-note="second note"]').waitFor({ state: 'detached' });
  // What had the focus is gone; it stays in the dialog, and no key reaches the page behind.
  await expect.poll(async () => (await focused()).where).toBe('dialog');
  await page.keyboard.press('1');
  expect(page.url()).toContain('#/history');

  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  expect(await opener.evaluate((element) => element === document.activeElement)).toBe(true);
  expect(own.complaints).toEqual([]);
});

it('shows sections that cannot be read, keeps what is stored of them until they are changed, and switches the tray', async () => {
  await own.app.close();
  const db = openForWriting(databasePath(dataDir));
  db.exec(
    `INSERT INTO settings (section, value) VALUES ('tariff', '{"pricePerKwh":"cheap"}') ON CONFLICT (section) DO UPDATE SET value = excluded.value`,
  );
  db.close();
  own = await openWindow(dataDir);
  page = own.page;
  await go(page, 'settings');
  const note = page.getByTestId('settings-unreadable');
  expect(await note.innerText()).toContain('pricePerKwh');
  for (const language of ['en', 'zh-CN']) {
    await choose(page.getByTestId('setting-ui.language'), language);
    await expect.poll(() => page.locator('html').getAttribute('lang')).toBe(language);
    await expectNoOverflow(page);
    await page.screenshot({ path: join(repo, 'test-results', 'screenshots', `settings-unreadable-${language}.png`), fullPage: true });
    const desktop = page.locator('section', { has: page.getByTestId('setting-desktop.meterInTray') });
    await desktop.screenshot({ path: join(repo, 'test-results', 'screenshots', `settings-desktop-${language}.png`) });
  }
  await page.getByTestId('accept-tariff').click();
  await note.waitFor({ state: 'detached' });
  const tray = page.getByTestId('setting-desktop.meterInTray');
  expect(await tray.isChecked()).toBe(false);
  await tray.check();
  await page.locator('[data-setting="desktop.meterInTray"] .setting-saved svg').waitFor();
  await tray.uncheck();
  await expect.poll(() => tray.isChecked()).toBe(false);
  await own.app.close();
  const after = openForWriting(databasePath(dataDir));
  expect(after.query("SELECT value FROM settings_kept WHERE section = 'tariff'").all()).toEqual([{ value: '{"pricePerKwh":"cheap"}' }]);
  after.close();
  own = await openWindow(dataDir);
  expect(own.complaints).toEqual([]);
});
