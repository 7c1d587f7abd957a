import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type ElectronApplication, type Locator, type Page } from 'playwright';
import { expect } from 'vitest';
import { launchElectron } from '../integration/desktop/support';

export const repo = resolve(import.meta.dirname, '../..');

export interface Window {
  readonly app: ElectronApplication;
  readonly page: Page;
  /** What the page complained of: console errors, refused requests, uncaught errors. */
  readonly complaints: string[];
}

export async function temporaryFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'coldaisle-e2e-'));
}

export const removeFolder = (path: string): Promise<void> => rm(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });

/** Opens the built product in a real Electron on a data folder, with further words as typed after its name. */
export async function openWindow(
  dataDir: string,
  size: readonly [number, number] = [1280, 800],
  words: readonly string[] = [],
): Promise<Window> {
  if (!existsSync(join(repo, 'out', 'renderer', 'index.html'))) throw new Error('out/ is not built: run these tests through npm test');
  const app = await launchElectron([repo, '--lang=en-US', ...words], dataDir);
  const page = await app.firstWindow();
  const complaints: string[] = [];
  watch(page, complaints);
  app.on('window', (other) => watch(other, complaints));
  await resize(app, size);
  return { app, page, complaints };
}

export async function resize(app: ElectronApplication, [width, height]: readonly [number, number]): Promise<void> {
  await app.evaluate(
    ({ BrowserWindow }, box) => BrowserWindow.getAllWindows().forEach((window) => window.setContentSize(box.width, box.height)),
    { width, height },
  );
}

export function watch(page: Page, complaints: string[]): void {
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
}

export async function go(
  page: Page,
  where: 'room' | 'training' | 'data' | 'history' | 'processes' | 'energy' | 'cooling' | 'settings' | 'doctor',
): Promise<void> {
  await page.getByTestId(`nav-${where}`).click();
}

/**
 * Until the page shows what it was asked for: nothing is busy, nothing came into it or left for a moment, and no transition runs (a
 * colour half-way has another contrast). A page that never comes to rest is taken as it is after a second.
 */
export async function settled(page: Page, quietMs = 150): Promise<void> {
  // The doctor asks every engine and sensor before its first report, which takes its time on a busy machine.
  const isAtRest = (): boolean => document.querySelector('[aria-busy="true"], [data-busy="true"]') === null;
  await page.waitForFunction(isAtRest, undefined, { timeout: 90_000 });
  await page.evaluate(async (quiet) => {
    await new Promise<void>((resolve) => {
      const done = (): void => {
        changes.disconnect();
        resolve();
      };
      let timer = setTimeout(done, quiet);
      const changes = new MutationObserver(() => {
        clearTimeout(timer);
        timer = setTimeout(done, quiet);
      });
      changes.observe(document.body, { childList: true, subtree: true });
      setTimeout(done, 1_000);
    });
    const running = document.getAnimations().filter((animation) => Number.isFinite(animation.effect?.getComputedTiming().endTime));
    await Promise.all(running.map(({ finished }) => finished.catch(() => undefined)));
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  }, quietMs);
}

/** Chooses from a list by the value behind the choice, as a person would: opens it and presses one. */
export async function choose(list: Locator, value: string): Promise<void> {
  await list.click();
  const open = list.page().getByRole('listbox').filter({ visible: true });
  await open.locator(`[data-value="${value}"]`).click();
  await open.waitFor({ state: 'detached' });
}

/** The figure a tile shows, as the number behind it; NaN while it is withheld. */
export async function tileValue(page: Page, tile: string): Promise<number> {
  const text = await page.getByTestId(`tile-${tile}`).getAttribute('data-value');
  return text ? Number(text) : NaN;
}

/** Starts the recipe of the form with these parameters; resolves on the run's page. */
export async function startRun(page: Page, params: Record<string, string>): Promise<string> {
  await go(page, 'training');
  for (const [name, value] of Object.entries(params)) await page.getByTestId(`param-${name}`).fill(value);
  await page.getByTestId('start-run').click();
  await page.waitForURL(/#\/training\/./);
  return decodeURIComponent(page.url().split('#/training/')[1] ?? '');
}

export const statusOf = (page: Page): Locator => page.locator('main [data-status]').first();

/** Waits on a run's page; a run that ended otherwise fails with what the page says of it. */
export async function waitForStatus(page: Page, status: string): Promise<void> {
  const wanted = [status, 'succeeded', 'failed', 'stopped'].map((name) => `main [data-status="${name}"]`).join(', ');
  await page.locator(wanted).first().waitFor({ timeout: 120_000 });
  const reached = await statusOf(page).getAttribute('data-status');
  if (reached !== status) throw new Error(`the run is ${reached}, not ${status}:\n${await page.locator('main').innerText()}`);
}

/** Numbers of a table row, by the row's heading; the page is in English. */
export async function rowNumbers(table: Locator, heading: RegExp): Promise<number[]> {
  const cells = await table
    .locator('tr', { has: table.page().locator('th', { hasText: heading }) })
    .locator('td')
    .allInnerTexts();
  return cells.map((cell) => Number.parseFloat(cell.replaceAll(/[,<]/g, ''))).filter((value) => !Number.isNaN(value));
}

/** Nothing sticks out of the window sideways, and no control's text is cut off. */
export async function expectNoOverflow(page: Page): Promise<void> {
  const found = await page.evaluate(() => ({
    page: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    // What a closed list says.
    lists: [...document.querySelectorAll('[role="combobox"] [data-cut]')]
      .filter((element) => element.scrollWidth > element.clientWidth + 1)
      .map((element) => element.textContent),
    moments: [...document.querySelectorAll<HTMLInputElement>('.moment-field > input')]
      .filter((element) => element.scrollWidth > element.clientWidth)
      .map((element) => element.value),
    cut: [...document.querySelectorAll('button, .tile-number, .nav a, th, td, aside, main, [data-modal]')]
      .filter((element) => element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).overflow !== 'visible')
      .map((element) => element.textContent),
  }));
  expect(found).toEqual({ page: 0, lists: [], moments: [], cut: [] });
}

/** Has the next dialog for a file to save answered with this path, as a person would. */
export async function answerSaveDialog(app: ElectronApplication, path: string): Promise<void> {
  await app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
  }, path);
}
