import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Page } from 'playwright';
import { openSql } from '../../src-main/core/store/samples/sql';
import { databasePath } from '../../src-main/core/store/writer';
import {
  choose,
  answerSaveDialog,
  go,
  openWindow,
  removeFolder,
  rowNumbers,
  startRun,
  statusOf,
  temporaryFolder,
  tileValue,
  waitForStatus,
  type Window,
} from './support';

// One story in one window, as an operator lives it; each step is a test and builds on those before.
let dataDir: string;
let own: Window;
let page: Page;
let runId: string;

beforeAll(async () => {
  dataDir = await temporaryFolder();
  own = await openWindow(dataDir);
  page = own.page;
});
afterAll(async () => {
  await own.app.close();
  await removeFolder(dataDir);
});

it('shows live figures that change, each with its unit and its provenance', async () => {
  await expect.poll(() => tileValue(page, 'it-power'), { timeout: 30_000 }).toBeGreaterThan(0);
  const load = page.getByTestId('tile-cpu-load');
  const seen = new Set<string>();
  await expect
    .poll(async () => seen.add((await load.getAttribute('data-value')) ?? '').size, { timeout: 30_000, interval: 300 })
    .toBeGreaterThan(3);
  await expect(page.getByTestId('tile-it-power').innerText()).resolves.toMatch(/W[\s\S]*modelled|modelled[\s\S]*W/i);
  expect(await tileValue(page, 'facility-power')).toBeGreaterThan(await tileValue(page, 'it-power'));
  expect(await tileValue(page, 'power-ratio')).toBeGreaterThan(1);
  await expect(page.getByTestId('tile-cost').innerText()).resolves.toMatch(/USD\/h/);
  expect(await page.getByTestId('tile-jobs').innerText()).toMatch(/0/);
});

it('is a sandboxed page of its own scheme, with no Node and no way out', async () => {
  expect(page.url()).toMatch(/^coldaisle:\/\/app\//);
  expect(
    await page.evaluate(() => [
      typeof Reflect.get(window, 'require'),
      typeof Reflect.get(window, 'process'),
      typeof Reflect.get(window, 'module'),
    ]),
  ).toEqual(['undefined', 'undefined', 'undefined']);
  const preferences = await own.app.evaluate(({ webContents }) =>
    webContents.getAllWebContents().map((contents) => {
      // There at run time in every Electron, missing from its types.
      const { sandbox, contextIsolation, nodeIntegration } = (
        contents as unknown as { getLastWebPreferences(): Electron.WebPreferences }
      ).getLastWebPreferences();
      return { sandbox, contextIsolation, nodeIntegration };
    }),
  );
  expect(preferences).toEqual([{ sandbox: true, contextIsolation: true, nodeIntegration: false }]);
  expect(
    await page.evaluate(() =>
      fetch('https://example.com').then(
        () => 'reached',
        () => 'refused',
      ),
    ),
  ).toBe('refused');
  own.complaints.length = 0;
});

it('trains mnist-mlp, keeps showing the same run over a reload, and ends with its result and bill', async () => {
  runId = await startRun(page, { epochs: '8' });
  await waitForStatus(page, 'running');
  await page.getByText(/Epoch [2-8] of 8/).waitFor({ timeout: 60_000 });
  await page.reload();
  await page.waitForURL(new RegExp(runId));
  await waitForStatus(page, 'succeeded');
  const result = page.getByTestId('run-result');
  expect((await rowNumbers(result, /^Test/))[1]).toBeGreaterThanOrEqual(0.92);
  expect((await rowNumbers(result, /^Validation/))[1]).toBeGreaterThan(0.9);
  const energy = page.getByTestId('run-energy');
  await expect.poll(async () => (await rowNumbers(energy, /cost/i))[0], { timeout: 10_000 }).toBeGreaterThan(0);
  for (const part of [/^IT/, /CO/]) expect((await rowNumbers(energy, part))[0]).toBeGreaterThan(0);
  // Its own part of what goes to the room around the machine.
  expect((await rowNumbers(energy, /infrastructure/i))[0]).toBeGreaterThanOrEqual(0);
  // The curve is drawn: the canvas holds more than its background.
  const colours = await page
    .locator('.plot canvas')
    .first()
    .evaluate((canvas: HTMLCanvasElement) => {
      const data = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
      const found = new Set<number>();
      for (let i = 0; i < data.length; i += 4) found.add(((data[i] ?? 0) << 16) | ((data[i + 1] ?? 0) << 8) | (data[i + 2] ?? 0));
      return found.size;
    });
  expect(colours).toBeGreaterThan(10);
});

it('shows every batch and epoch in the first frame of a second window', async () => {
  const [other] = await Promise.all([
    own.app.waitForEvent('window'),
    own.app.evaluate(({ Menu }) => Menu.getApplicationMenu()?.getMenuItemById('new-window')?.click()),
  ]);
  await other.getByTestId('nav-training').click();
  await other
    .locator(`a[href*="${encodeURIComponent(runId)}"]`)
    .first()
    .click();
  await waitForStatus(other, 'succeeded');
  expect((await rowNumbers(other.getByTestId('run-result'), /^Test/))[1]).toBeGreaterThanOrEqual(0.92);
  await other.close();
});

it('stops a run and deletes it after asking', async () => {
  const stopped = await startRun(page, { epochs: '900' });
  await waitForStatus(page, 'running');
  await page.getByTestId('stop-run').click();
  await waitForStatus(page, 'stopped');
  await page.getByTestId('delete-run').click();
  await page.getByTestId('confirm-delete').click();
  await page.waitForURL(/#\/training$/);
  await expect.poll(() => page.locator(`a[href*="${stopped}"]`).count()).toBe(0);
  await expect.poll(() => page.locator(`a[href*="${runId}"]`).count()).toBeGreaterThan(0);
});

it('exports the shown range as CSV, value for value what the database holds', async () => {
  await go(page, 'history');
  const path = join(dataDir, 'export.csv');
  await answerSaveDialog(own.app, path);
  await expect(page.getByTestId('history-statistics').innerText()).resolves.toMatch(/IT power/);
  await page.getByTestId('export').click();
  await page.getByTestId('export-csv').click();
  await expect.poll(() => readFile(path, 'utf8').catch(() => ''), { timeout: 30_000 }).toMatch(/\r\n$/);
  const [header, ...lines] = (await readFile(path, 'utf8')).trimEnd().split('\r\n');
  expect(header).toBe('time_utc,at_ms,device,label,metric,unit,provenance,value');
  const exported = lines
    .map((line) => line.split(','))
    .filter((fields) => fields[4] === 'it.power')
    .map((fields) => [Number(fields[1]), fields[7] === '' ? null : Number(fields[7])]);
  expect(exported.length).toBeGreaterThan(3);
  const stored = storedSamples('it.power', exported[0]?.[0] ?? 0, exported.at(-1)?.[0] ?? 0);
  expect(exported).toEqual(stored);
});

it('prices by the tariff at once, speaks Chinese, and remembers both', async () => {
  await go(page, 'settings');
  const price = page.getByTestId('setting-tariff.pricePerKwh');
  await price.fill('-3');
  await price.press('Enter');
  await expect.poll(() => price.getAttribute('aria-invalid')).toBe('true');
  const before = await costPerHour();
  await go(page, 'settings');
  await page.getByTestId('setting-tariff.pricePerKwh').fill('0.7');
  await page.getByTestId('setting-tariff.pricePerKwh').press('Enter');
  await expect.poll(costPerHour, { timeout: 15_000 }).toBeGreaterThan(before * 5);
  await go(page, 'settings');
  await choose(page.getByTestId('setting-ui.language'), 'zh-CN');
  await expect.poll(() => page.locator('html').getAttribute('lang')).toBe('zh-CN');
  await expect.poll(() => page.getByTestId('nav-training').innerText()).toMatch(/训练/);

  await own.app.close();
  own = await openWindow(dataDir);
  page = own.page;
  await expect.poll(() => page.locator('html').getAttribute('lang'), { timeout: 15_000 }).toBe('zh-CN');
  await go(page, 'training');
  await page.locator(`a[href*="${runId}"]`).first().click();
  await waitForStatus(page, 'succeeded');
  expect(await statusOf(page).innerText()).toMatch(/[\u4e00-\u9fff]/);
  await go(page, 'settings');
  expect(await page.getByTestId('setting-tariff.pricePerKwh').inputValue()).toBe('0.7');
});

it('complained of nothing all along', () => {
  expect(own.complaints).toEqual([]);
});

async function costPerHour(): Promise<number> {
  await go(page, 'room');
  return tileValue(page, 'cost');
}

/** Through plain SQL over all samples, as the app offers it inside. */
function storedSamples(metric: string, fromMs: number, toMs: number): unknown[] {
  const sql = openSql(databasePath(dataDir), process.env['COLDAISLE_SQLITE_BINDING'] ?? null);
  try {
    return sql.query(
      'SELECT at_ms, value FROM series JOIN samples(series.id, ?, ?) WHERE metric = ? ORDER BY at_ms',
      [fromMs, toMs, metric],
      () => undefined,
    ).rows;
  } finally {
    sql.close();
  }
}
