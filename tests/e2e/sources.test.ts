import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { Page } from 'playwright';
import { openForReading } from '../../src-main/core/store/file/open';
import { databasePath } from '../../src-main/core/store/writer';
import { Exporter } from '../fakes/exporter';
import { choose, expectNoOverflow, openWindow, removeFolder, repo, resize, temporaryFolder, type Window } from './support';

// Sources and their credentials, by a window, a core and an exporter on the network.
const TOKEN = 'Zk3-token-of-the-exporter';
const folder = join(repo, 'test-results', 'screenshots');

let dataDir: string;
let own: Window;
let page: Page;
let exporter: Exporter;

beforeAll(async () => {
  dataDir = await temporaryFolder();
  await mkdir(folder, { recursive: true });
  exporter = await Exporter.listen();
  exporter.authorization = `Bearer ${TOKEN}`;
  vi.stubEnv('COLDAISLE_SECRET_KEY_FILE', `${dataDir}-key`);
  own = await openWindow(dataDir);
  page = own.page;
});
afterAll(async () => {
  await own.app.close();
  await exporter.close();
  await removeFolder(dataDir);
  await removeFolder(`${dataDir}-key`);
  vi.unstubAllEnvs();
});

const to = (hash: string) => page.evaluate((next) => (window.location.hash = next), hash);
const row = (id: string) => page.locator(`[data-source="${id}"]`);
const condition = (id: string) => row(id).getAttribute('data-condition');
const focused = () => page.evaluate(() => document.activeElement?.getAttribute('data-testid') ?? document.activeElement?.tagName);

async function looks(name: string): Promise<void> {
  for (const theme of ['dark', 'light'])
    for (const language of (await page.locator('[data-modal]').count()) > 0
      ? [await page.locator('html').getAttribute('lang')]
      : ['en', 'zh-CN'])
      for (const size of [
        [1280, 800],
        [1920, 1080],
      ] as const) {
        await page.evaluate((next) => (document.documentElement.dataset['theme'] = next), theme);
        await show(language ?? 'en');
        await page.evaluate((next) => (document.documentElement.dataset['theme'] = next), theme);
        await resize(own.app, size);
        await page.waitForTimeout(300);
        await expectNoOverflow(page);
        await page.screenshot({ path: join(folder, `${name}-${theme}-${language}-${size[0]}x${size[1]}.png`) });
      }
  await show('en');
}

/** Chooses a language; not behind a dialog. */
async function show(language: string): Promise<void> {
  const hash = await page.evaluate(() => window.location.hash);
  if ((await page.locator('html').getAttribute('lang')) === language) return;
  if ((await page.locator('[data-modal]').count()) > 0) return;
  await to('#/settings');
  await choose(page.getByTestId('setting-ui.language'), language);
  await expect.poll(() => page.locator('html').getAttribute('lang')).toBe(language);
  await to(hash);
}

it('refuses a form with a fault at its first one, tries it, adds it, and shows how it fares', async () => {
  await to('#/settings/sources');
  await row('cpu').waitFor();
  await page.getByTestId('source-add').click();
  await page.getByTestId('source-name').fill('node-07');
  await choose(page.getByTestId('param-auth'), 'bearer');
  await page.getByTestId('source-save').click();
  await expect.poll(focused).toBe('param-url');
  const alerts = page.getByRole('dialog').getByRole('alert');
  expect(await alerts.allInnerTexts()).toEqual(['a value is needed', 'a value is needed']);

  await page.getByTestId('param-url').fill(exporter.url);
  await page.getByTestId('param-everyS').fill('1');
  await page.getByTestId('param-node').fill('node-07');
  await page.getByTestId('param-token').fill('not the one');
  await page.getByTestId('source-test').click();
  await expect.poll(() => alerts.allInnerTexts().then((texts) => texts.join(' '))).toContain('refuses the sign-in (HTTP 401)');
  await page.getByTestId('param-token').fill(TOKEN);
  await page.getByTestId('source-test').click();
  const found = page.getByTestId('source-found');
  await found.waitFor();
  expect(await found.innerText()).toMatch(/3 values[\s\S]*node\/node-07\/gpu0\s+GPU power\s+312\.5 W/);
  await looks('source-dialog');

  // A press beside the form loses nothing that was typed, and Enter in the secret sends it like in any field of one line.
  await page.mouse.click(5, 5);
  await page.getByTestId('param-token').press('Enter');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await expect.poll(() => condition('prometheus-1'), { timeout: 15_000 }).toBe('ok');
  expect(await page.locator('[data-source^="prometheus-"]').count()).toBe(1);
  expect(await row('prometheus-1').innerText()).toMatch(/node-07[\s\S]*Working[\s\S]*3/);
  await looks('sources');

  // Neither the window nor the database has what was typed.
  expect(await page.content()).not.toContain(TOKEN);
  const db = openForReading(databasePath(dataDir));
  const [stored] = db.query<{ settings: string }>('SELECT settings FROM collector').all();
  db.close();
  expect(JSON.parse(stored?.settings ?? '{}')).toMatchObject({ url: exporter.url, token: 'sources/prometheus-1/token' });
});

it('says what the core refuses of one setting at its field, in the language of the page', async () => {
  await show('zh-CN');
  await to('#/settings/sources');
  await page.getByTestId('source-add').click();
  await choose(page.getByTestId('source-kind'), 'csv-folder');
  await page.getByTestId('source-name').fill('电表');
  for (const [name, text] of Object.entries({ folder: '/var/meters', timeColumn: 'time', points: 'power P', zone: 'Mars' }))
    await page.getByTestId(`param-${name}`).fill(text);
  await page.getByTestId('source-test').click();
  const alert = page.getByRole('dialog').getByRole('alert');
  await alert.waitFor();
  // Frames of the sources go on below.
  await page.waitForTimeout(2_500);
  expect(await alert.innerText()).toContain('“Mars”不是时区');
  expect(await page.getByTestId('param-zone').getAttribute('aria-invalid')).toBe('true');
  expect(await focused()).toBe('param-zone');
  await page.getByTestId('param-zone').fill('Asia/Shanghai');
  await alert.waitFor({ state: 'detached' });
  await page.getByRole('dialog').getByRole('button', { name: '取消' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await show('en');
});

it('shows why a source fails with the way out, keeps its secret unless another is entered, and switches it off and on', async () => {
  exporter.authorization = 'Bearer another';
  await expect.poll(() => condition('prometheus-1'), { timeout: 15_000 }).toBe('failing');
  const note = page.locator('[data-source="prometheus-1"] + tr');
  await expect.poll(() => note.innerText()).toContain('Check the token');
  await looks('sources-failing');
  await show('zh-CN');
  // A page that is drawn anew in the other language may still hold a word of the one before.
  await expect
    .poll(async () =>
      (await page.locator('main').allInnerTexts())
        .join('\n')
        .split('\n')
        .filter((text) => /^[A-Z][a-z]+ [a-z]/.test(text)),
    )
    .toEqual([]);
  await show('en');

  exporter.authorization = `Bearer ${TOKEN}`;
  await page.getByTestId('source-edit-prometheus-1').click();
  expect(await page.getByTestId('param-token').count()).toBe(0);
  await page.getByTestId('param-everyS').fill('2');
  await page.getByTestId('source-save').click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await expect.poll(focused).toBe('source-edit-prometheus-1');
  await expect.poll(() => condition('prometheus-1'), { timeout: 15_000 }).toBe('ok');

  await page.getByTestId('source-on-prometheus-1').click();
  await expect.poll(() => condition('prometheus-1')).toBe('off');
  await page.getByTestId('source-on-prometheus-1').click();
  await expect.poll(() => condition('prometheus-1'), { timeout: 15_000 }).toBe('ok');
});

it('keeps secrets by name: adds one, lets a source use it, replaces it, and says who needs it before it goes', async () => {
  await to('#/settings/secrets');
  await page.locator('[data-secret="sources/prometheus-1/token"]').waitFor();
  await page.getByTestId('secret-add').click();
  await page.getByTestId('secret-name').fill('sources/prometheus-1/token');
  await page.getByTestId('secret-value').fill('abc');
  await page.getByTestId('secret-save').click();
  await expect.poll(focused).toBe('secret-name');
  expect(await page.getByRole('dialog').getByRole('alert').allInnerTexts()).toEqual([
    'there is a secret sources/prometheus-1/token: replace it, or choose another name',
    'must have at least 4 characters: a shorter one could not be left out of logs',
  ]);
  await page.getByTestId('secret-name').fill('rack-3');
  await page.getByTestId('secret-value').fill(TOKEN);
  await looks('secret-dialog');
  await page.getByTestId('secret-save').click();
  await page.locator('[data-secret="rack-3"]').waitFor();
  expect(await page.locator('[data-secret="rack-3"]').innerText()).toContain('Nothing');

  await to('#/settings/sources');
  await page.getByTestId('source-edit-prometheus-1').click();
  await choose(page.getByTestId('param-token-kept'), 'rack-3');
  await page.getByTestId('source-save').click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await to('#/settings/secrets');
  await expect.poll(() => page.locator('[data-secret="rack-3"]').innerText()).toContain('node-07 (Token)');
  // The source's own secret went with its use.
  await page.locator('[data-secret="sources/prometheus-1/token"]').waitFor({ state: 'detached' });
  await looks('secrets');

  await page.getByTestId('secret-remove-rack-3').click();
  expect(await page.getByRole('dialog').innerText()).toContain('Used by node-07: reading fails there');
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.getByTestId('secret-replace-rack-3').click();
  await page.getByTestId('secret-value').fill('Another-Value-9');
  await page.getByTestId('secret-save').click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await to('#/settings/sources');
  await expect.poll(() => condition('prometheus-1'), { timeout: 15_000 }).toBe('failing');
  await page.getByTestId('source-remove-prometheus-1').click();
  await page.getByTestId('source-remove-yes').click();
  await row('prometheus-1').waitFor({ state: 'detached' });
  expect(own.complaints).toEqual([]);
});

it('takes the readings of a meter that is read by eye by a form, refuses one that cannot be, and corrects and takes back', async () => {
  await to('#/settings/sources');
  await page.getByTestId('source-add').click();
  await choose(page.getByTestId('source-kind'), 'manual');
  await page.getByTestId('source-name').fill('Main meter');
  await page.getByTestId('source-save').click();
  await row('manual-1').waitFor();
  const note = page.locator('[data-source="manual-1"] + tr');
  await expect.poll(() => note.innerText(), { timeout: 15_000 }).toContain('Nothing was read yet');
  await page.getByTestId('source-readings-manual-1').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('No reading was entered yet').waitFor();
  const enter = async (value: string, time: string): Promise<void> => {
    await page.getByTestId('reading-value').fill(value);
    await page.getByTestId('reading-time').fill(time);
    await page.getByTestId('reading-save').click();
  };
  const shown = () => page.locator('[data-reading]').evaluateAll((rows) => rows.map((one) => one.getAttribute('data-reading')));
  await enter('1000.5', '2026-10-01 12:00');
  await expect.poll(shown).toEqual(['1000.5']);
  await enter('900', '2026-11-01 12:00');
  await dialog.getByText('a meter does not count back').waitFor();
  await enter('1300.5', '2026-11-01 12:00');
  await expect.poll(shown).toEqual(['1300.5', '1000.5']);
  expect(await page.getByTestId('readings').innerText()).toMatch(/1300\.5 kWh\s+300 kWh/);
  await looks('source-readings');

  await page
    .locator('[data-reading="1300.5"]')
    .getByRole('button', { name: /^Correct/ })
    .click();
  await page.getByTestId('reading-value').fill('1310.5');
  await page.getByTestId('reading-save').click();
  await expect.poll(shown).toEqual(['1310.5', '1000.5']);
  await page
    .locator('[data-reading="1310.5"]')
    .getByRole('button', { name: /^Take back/ })
    .click();
  await page.getByTestId('reading-remove-yes').click();
  await expect.poll(shown).toEqual(['1000.5']);
  expect(own.complaints).toEqual([]);
});
