import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { recordLife } from '../helpers/lived-in';
import { serveCore, type ServedCore } from './served-core';
import { watch } from './support';

// Every page by the Tab key alone: all that can be reached has a name and shows that it has the focus, also in the colours that a
// person chose for the whole system.

let served: ServedCore;
let browser: Browser;
let page: Page;
let pages: readonly (readonly [name: string, hash: string, shows: string])[];
/** What is opened over a page, by the test id of its opener. */
let overlays: readonly (readonly [hash: string, openers: readonly string[]])[];
const complaints: string[] = [];
/** More stops than any page has: a walk that does not come round is a trap. */
const MOST_STOPS = 260;

beforeAll(async () => {
  let life: ReturnType<typeof recordLife> | null = null;
  served = await serveCore({ scenario: 'rack', prepare: (folder) => void (life = recordLife(folder)) });
  if (life === null) throw new Error('nothing was recorded');
  const { succeeded, failed, fromMs, toMs, seriesIds } = life as ReturnType<typeof recordLife>;
  browser = await chromium.launch({
    executablePath: process.env['COLDAISLE_CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
  });
  page = await browser.newPage({ viewport: { width: 1280, height: 800 }, locale: 'en' });
  page.setDefaultTimeout(20_000);
  watch(page, complaints);
  await page.goto(served.url);
  await page.locator('[data-testid="tile-it-power"]:not([data-value=""])').waitFor();
  pages = [
    ['the room', '#/', '[data-testid="tile-it-power"]'],
    ['the runs', '#/training', '[data-testid^="sort-"]'],
    ['a run', `#/training/${succeeded}`, '[data-testid="run-result"]'],
    ['history', `#/history?from=${fromMs}&to=${toMs}&series=${seriesIds.join('.')}`, '[data-testid="history-statistics"]'],
    ['the processes', '#/processes', 'main'],
    ['the data sets', '#/data', '[data-testid="datasets"] tbody tr'],
    ['a data set', '#/data?set=weather-us', '[data-testid="data-columns"] tbody tr'],
    ['the settings', '#/settings', '[data-testid="setting-ui.theme"]'],
    ['the secrets', '#/settings/secrets', '[data-testid="secret-add"]'],
    ['the doctor', '#/doctor', '[data-testid="backups"]'],
    ['a GPU', '#/device/node%2Fnode-02%2Fgpu5', '[data-testid="device-events"]'],
    ['a node', '#/device/node%2Fnode-02', '[data-testid="node-gpus"]'],
  ];
  overlays = [
    ['#/', ['it-power-parts', 'open-shortcuts', 'open-palette']],
    ['#/training', ['new-program', 'columns-runs']],
    [`#/training/${succeeded}`, ['edit-labels', 'delete-run']],
    [`#/history?from=${fromMs}&to=${toMs}&series=${seriesIds.join('.')}`, ['note', 'share', 'import', 'export', 'thresholds', 'views']],
    [`#/compare?runs=${succeeded},${failed}`, ['compare-link']],
  ];
});
afterAll(async () => {
  await browser.close();
  await served.close();
});

interface Stop {
  /** Null: the focus has left the page. */
  readonly what: string | null;
  readonly isNew: boolean;
  readonly faults: readonly string[];
}

/** Where the focus is, and what is wrong with it. */
const stop = (): Promise<Stop> =>
  page.evaluate(() => {
    const element = document.activeElement;
    if (!(element instanceof HTMLElement) || element === document.body) return { what: null, isNew: true, faults: [] };
    const seen = (Reflect.get(window, 'walked') as WeakSet<Element> | undefined) ?? new WeakSet<Element>();
    Reflect.set(window, 'walked', seen);
    const isNew = !seen.has(element);
    seen.add(element);
    const byId = (ids: string | null): string =>
      (ids ?? '')
        .split(' ')
        .map((id) => document.getElementById(id)?.textContent ?? '')
        .join(' ');
    const labels = 'labels' in element ? [...(element.labels as NodeListOf<HTMLLabelElement>)].map((label) => label.textContent) : [];
    const name = [
      element.getAttribute('aria-label'),
      byId(element.getAttribute('aria-labelledby')),
      ...labels,
      element.textContent,
      element.title,
    ].find((text) => text !== null && text.trim() !== '');
    const box = element.getBoundingClientRect();
    // The line may be that of what the field stands in: a search with its sign.
    const lined = [element, element.parentElement, element.parentElement?.parentElement].some((one) => {
      if (!one) return false;
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(one);
      return (outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 1) || boxShadow !== 'none';
    });
    const faults = [
      ...(name === undefined ? ['has no name'] : []),
      ...(lined ? [] : ['does not show the focus']),
      ...(box.width < 1 || box.height < 1 ? ['is not to be seen'] : []),
      ...(box.bottom < 0 || box.top > innerHeight || box.right < 0 || box.left > innerWidth ? ['is out of sight'] : []),
    ];
    return { what: `${element.tagName} ${element.className} ${(name ?? '').trim().slice(0, 40)}`, isNew, faults };
  });

/** Walks a page round once by Tab. */
async function walked(hash: string, shows: string): Promise<{ readonly stops: number; readonly faults: string[] }> {
  await page.evaluate((to) => (window.location.hash = to), hash);
  await page.locator(shows).first().waitFor();
  await page.waitForFunction(() => document.querySelector('[aria-busy="true"], [data-busy="true"]') === null);
  await page.evaluate(() => {
    Reflect.deleteProperty(window, 'walked');
    // From the top, wherever the walk of the page before ended.
    document.querySelector<HTMLElement>('a.skip-link')?.focus();
  });
  const faults: string[] = [];
  let stops = 0;
  for (; stops < MOST_STOPS; stops += 1) {
    await page.keyboard.press('Tab');
    const { what, isNew, faults: found } = await stop();
    if (what === null || !isNew) return { stops, faults };
    faults.push(...found.map((fault) => `${what}: ${fault}`));
  }
  return { stops, faults: [...faults, 'the walk does not come round'] };
}

it.each(['none', 'active'] as const)('every page is walked by the keyboard, forced colours: %s', async (forcedColors) => {
  await page.emulateMedia({ forcedColors });
  const wrong: Record<string, string[]> = {};
  for (const [name, hash, shows] of pages) {
    const { stops, faults } = await walked(hash, shows);
    expect(stops, name).toBeGreaterThan(8);
    if (faults.length > 0) wrong[name] = faults;
    if (process.env['COLDAISLE_SCREENSHOTS'])
      await page.screenshot({
        path: join(process.env['COLDAISLE_SCREENSHOTS'], `forced-${forcedColors}-${name.replaceAll(' ', '-')}.png`),
      });
  }
  expect(wrong).toEqual({});
  expect(complaints).toEqual([]);
});

it('in colours that a person chose, loads, lines and states keep their own', async () => {
  await page.emulateMedia({ forcedColors: 'active' });
  await page.evaluate(() => (window.location.hash = '#/'));
  const kept = async (selector: string): Promise<void> => {
    await page.locator(selector).first().waitFor();
    expect(
      await page
        .locator(selector)
        .first()
        .evaluate((element) => getComputedStyle(element).forcedColorAdjust),
      selector,
    ).toBe('none');
  };
  await kept('.map-tile');
  await kept('.load-bar');
  await page.evaluate(() => (window.location.hash = '#/training'));
  await kept('.status-mark');
  await page.evaluate(() => (window.location.hash = '#/device/node%2Fnode-02%2Fgpu5'));
  await kept('.plot');
  await kept('.swatch');
  // An open menu shows what the arrows have reached, and which columns are shown.
  await page.evaluate(() => (window.location.hash = '#/training'));
  await page.getByTestId('columns-runs').click();
  await page.keyboard.press('ArrowDown');
  const ground = (selector: string): Promise<string> =>
    page
      .locator(selector)
      .first()
      .evaluate((element) => getComputedStyle(element).backgroundColor);
  await page.locator('[role="menuitemcheckbox"][data-highlighted]').waitFor();
  const menu = await ground('[role="menu"]');
  expect(await ground('[role="menuitemcheckbox"][data-highlighted]')).not.toBe(menu);
  expect(await ground('[role="menuitemcheckbox"][aria-checked="true"] > [aria-hidden] > span')).not.toBe(menu);
  await page.keyboard.press('Escape');
  await page.evaluate(() => (window.location.hash = '#/device/node%2Fnode-02%2Fgpu5'));
  await page.locator('.plot').first().waitFor();
  // What is pressed is told by a line.
  const pressed = page.locator('[aria-pressed="true"], [aria-checked="true"]').first();
  expect(await pressed.evaluate((element) => getComputedStyle(element).outlineStyle)).toBe('solid');
});

/** What is open over the page: a dialog, a menu or a panel. */
const OVERLAY = '[data-modal], [role="menu"], [role="dialog"]:not([popover])';

/** Opens it by Enter, walks it once round, and closes it by Escape. */
async function walkedOver(opener: string): Promise<string[]> {
  const button = page.getByTestId(opener).first();
  const holder = (): Promise<string | null> => page.evaluate(() => document.activeElement?.getAttribute('data-testid') ?? null);
  // What was closed before gives the focus back a moment later.
  await expect
    .poll(async () => {
      await button.focus();
      await page.waitForTimeout(100);
      return holder();
    })
    .toBe(opener);
  await page.keyboard.press('Enter');
  const overlay = page.locator(OVERLAY).first();
  await overlay.waitFor();
  const within = (): Promise<boolean> => page.evaluate((over) => (document.activeElement?.closest(over) ?? null) !== null, OVERLAY);
  await expect.poll(within, { message: `the focus goes into what ${opener} opens` }).toBe(true);
  await page.waitForFunction(() => document.querySelector('[aria-busy="true"], [data-busy="true"]') === null);
  const isModal = (await overlay.getAttribute('data-modal')) !== null;
  const isMenu = (await overlay.getAttribute('role')) === 'menu';
  await page.evaluate(() => Reflect.deleteProperty(window, 'walked'));
  const faults: string[] = [];
  // A panel keeps nobody in it: Tab goes on behind it.
  for (let stops = 0; (isModal || isMenu) && stops < MOST_STOPS; stops += 1) {
    const { what, isNew, faults: found } = await stop();
    if (what === null || !isNew) break;
    if (!(await within())) {
      faults.push(`${what}: is behind what is open`);
      break;
    }
    // The surface itself holds the focus where nothing in it is to be pressed first.
    if (stops > 0) faults.push(...found.map((fault) => `${what}: ${fault}`));
    await page.keyboard.press(isMenu ? 'ArrowDown' : 'Tab');
    // Past its end the focus comes round by way of what guards it.
    if (isModal) await page.waitForFunction((over) => (document.activeElement?.closest(over) ?? null) !== null, OVERLAY);
  }
  if (!(await within())) return [...faults, 'the walk leaves it'];
  await page.keyboard.press('Escape');
  await overlay.waitFor({ state: 'detached' });
  await expect.poll(holder, { message: `the focus is back on ${opener}` }).toBe(opener);
  return faults;
}

it('what opens over a page takes the focus, keeps it, and gives it back to what opened it', async () => {
  await page.emulateMedia({ forcedColors: 'none' });
  const wrong: Record<string, string[]> = {};
  for (const [hash, openers] of overlays) {
    await page.evaluate((to) => (window.location.hash = to), hash);
    for (const opener of openers) {
      await expect.poll(() => page.getByTestId(opener).first().isEnabled()).toBe(true);
      const faults = await walkedOver(opener);
      if (faults.length > 0) wrong[opener] = faults;
    }
  }
  expect(wrong).toEqual({});
  expect(complaints).toEqual([]);
});
