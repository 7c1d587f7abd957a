import { copyFile, mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright';
import { ENGLISH } from '../helpers/messages';
import {
  choose,
  expectNoOverflow,
  go,
  openWindow,
  removeFolder,
  repo,
  resize,
  settled,
  startRun,
  temporaryFolder,
  waitForStatus,
  type Window,
} from './support';

// Pictures of every page, each language in each size and each theme; with COLDAISLE_SCREENSHOTS=1 in every theme, language and size,
// and those of the README are renewed.
const whole = process.env['COLDAISLE_SCREENSHOTS'] === '1';
const folder = join(repo, 'test-results', 'screenshots');
const readme = new Map([
  ['room-dark-en-1280x800', 'room'],
  ['run-dark-en-1280x800', 'run'],
  ['history-light-en-1280x800', 'history'],
  ['room-light-zh-CN-1280x800', 'room-zh'],
  ['map-dark-en-1280x800', 'map'],
  ['gpu-light-en-1280x800', 'gpu'],
]);
const sizes: readonly (readonly [width: number, height: number])[] = [
  [1280, 800],
  [1920, 1080],
  // The narrowest is held by reflow.test.ts; here it is only looked at.
  ...(whole ? ([[640, 800]] as const) : []),
];
const looks = ['dark', 'light']
  .flatMap((theme, t) =>
    ['en', 'zh-CN'].flatMap((language, l) =>
      sizes.map(([width, height], s) => ({ theme, language, width, height, inShort: (t + l + s) % 2 === 0 })),
    ),
  )
  // What fits in one theme fits in the other.
  .filter(({ inShort }) => whole || inShort);

type Opener = readonly [name: string, open: (page: Page) => Promise<unknown>];

/** An address of the window's own. */
const at =
  (hash: string) =>
  (page: Page): Promise<unknown> =>
    page.evaluate((to) => (window.location.hash = to), hash);

/** Takes every page in one theme, language and size; none may stick out of the window, be blank or complain. */
async function takePictures(
  { page, app, complaints }: Window,
  { theme, language, width, height }: (typeof looks)[number],
  openers: readonly Opener[],
): Promise<void> {
  await go(page, 'settings');
  await choose(page.getByTestId('setting-ui.theme'), theme);
  await expect.poll(() => page.locator('html').getAttribute('data-theme')).toBe(theme);
  await choose(page.getByTestId('setting-ui.language'), language);
  await expect.poll(() => page.locator('html').getAttribute('lang')).toBe(language);
  await resize(app, [width, height]);
  for (const [name, open] of openers) {
    await open(page);
    await settled(page, 300);
    await expectNoOverflow(page);
    if (name === 'doctor' && language === 'zh-CN')
      expect(
        (await page.locator('.doctor-name, .doctor-detail, .doctor-repair').allInnerTexts()).filter((text) => ENGLISH.test(text)),
      ).toEqual([]);
    const id = `${name}-${theme}-${language}-${width}x${height}`;
    const path = join(folder, `${id}.png`);
    await page.screenshot({ path });
    // A blank page compresses to next to nothing.
    expect((await stat(path)).size).toBeGreaterThan(15_000);
    const shown = readme.get(id);
    if (shown && whole) {
      await mkdir(join(repo, 'docs', 'screenshots'), { recursive: true });
      await copyFile(path, join(repo, 'docs', 'screenshots', `${shown}.png`));
    }
  }
  expect(complaints).toEqual([]);
}

/** The view of the seconds around the run, which is all there is of a new database. */
async function closeView(page: Page): Promise<string> {
  await go(page, 'history');
  await page.getByTestId('share').click();
  const series = /s=.*$/.exec(await page.locator('[role="dialog"] code').innerText())?.[0] ?? '';
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
  // The run's end is to be seen too.
  await page.waitForTimeout(5_000);
  const now = Date.now();
  return `#/history?from=${now - 20_000}&to=${now - 1_000}&${series}`;
}

describe('this machine', () => {
  let dataDir: string;
  let own: Window;
  let runId: string;
  let view: string;

  beforeAll(async () => {
    await mkdir(folder, { recursive: true });
    dataDir = await temporaryFolder();
    own = await openWindow(dataDir);
    await own.page.locator('[data-testid="tile-it-power"]:not([data-value=""])').waitFor();
    runId = await startRun(own.page, { epochs: '8' });
    await waitForStatus(own.page, 'succeeded');
    view = await closeView(own.page);
  });
  afterAll(async () => {
    await own.app.close();
    await removeFolder(dataDir);
  });

  it.each(looks)('every page fits a window of $width × $height, $theme, $language', async (look) => {
    const plain = (['room', 'training', 'processes', 'energy', 'settings', 'doctor'] as const).map((name): Opener => [
      name,
      (page) => go(page, name),
    ]);
    const tabs = ['room', 'log', 'bill', 'setup'].map((tab): Opener => [`run-${tab}`, at(`#/training/${runId}?tab=${tab}`)]);
    const program: Opener = [
      'program',
      async (page) => {
        await at('#/training')(page);
        await page.getByTestId('new-program').click();
        await page.getByTestId('program-more').click();
      },
    ];
    await takePictures(own, look, [...plain, ['run', at(`#/training/${runId}`)], ...tabs, program, ['history', at(view)]]);
  });
});

describe('a simulated hall', () => {
  let dataDir: string;
  let own: Window;

  beforeAll(async () => {
    await mkdir(folder, { recursive: true });
    dataDir = await temporaryFolder();
    own = await openWindow(dataDir, [1280, 800], ['--scenario', 'hall']);
    await own.page.locator('.map-tile[data-state="value"]').nth(511).waitFor();
    // So that the lines have come some way.
    await own.page.waitForTimeout(whole ? 30_000 : 8_000);
  });
  afterAll(async () => {
    await own.app.close();
    await removeFolder(dataDir);
  });

  it.each(looks)('its map, its nodes and its GPUs fit a window of $width × $height, $theme, $language', async (look) => {
    await takePictures(own, look, [
      ['map', (page) => go(page, 'room')],
      ['data', at('#/data')],
      ['data-set', at('#/data?set=breast-cancer')],
      ['cooling', at('#/cooling')],
      ['cooling-period', at('#/cooling?show=period&last=hour')],
      ['cooling-plant', at('#/cooling?show=plant&last=hour')],
      ['cooling-weather', at('#/cooling?show=weather')],
      ['cooling-sensors', at('#/cooling?show=sensors')],
      [
        'node',
        async (page) => {
          await at('#/device/node%2Fnode-02')(page);
          await page.locator('[data-testid="node-gpus"] td[data-state="value"]').first().waitFor();
        },
      ],
      [
        'gpu',
        async (page) => {
          await at('#/device/node%2Fnode-02%2Fgpu3')(page);
          await page.locator('.device-chart').waitFor();
          await page.locator('.toolbar button').first().click();
        },
      ],
    ]);
  });
});
