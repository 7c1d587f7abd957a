import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { quantity } from '@shared/model/provenance';
import { openWriter } from '../../src-main/core/store/writer';
import { curvesUpTo, recordedRun, STEPS } from '../helpers/recorded-run';
import {
  choose,
  expectNoOverflow,
  go,
  openWindow,
  removeFolder,
  repo,
  startRun,
  temporaryFolder,
  waitForStatus,
  type Window,
} from './support';

const RECORDED = 10;
const FROM_MS = Date.now() - 10 * 86_400_000;
let dataDir: string;
let own: Window;

/** Runs of one recipe with other rates and sizes: the higher the rate, the further the loss comes down. */
function record(folder: string): void {
  const writer = openWriter({ dataDir: folder });
  for (let n = 0; n < RECORDED; n += 1) {
    const createdAtMs = FROM_MS + n * 6 * 3_600_000;
    const run = recordedRun(`run-${n}`, createdAtMs, 'succeeded');
    const factor = 1.6 - n / 10;
    const curves = curvesUpTo(createdAtMs, STEPS).map((curve) =>
      curve.name.includes('loss') ? { ...curve, value: curve.value.map((value) => value * factor) } : curve,
    );
    const last = Object.fromEntries(curves.map(({ name, value }) => [name, value.at(-1) ?? null]));
    writer.runs.save(
      {
        ...run,
        name: n === 0 ? 'Baseline' : null,
        params: { ...run.params, learningRate: 1e-4 * 2 ** n, batchSize: n % 2 === 0 ? 32 : 64 },
        last,
        result: { ...last, 'test/loss': 0.2 * factor, 'test/accuracy': 0.9 + n / 200 },
        energy: run.energy && { ...run.energy, itJ: quantity(9_000 - 300 * n, 'J', 'measured', 60_000) },
      },
      { curves },
    );
  }
  writer.close();
}

beforeEach(async () => {
  dataDir = await temporaryFolder();
  record(dataDir);
  own = await openWindow(dataDir);
});
afterEach(async () => {
  await own.app.close();
  await removeFolder(dataDir);
});

it('compares runs that are recorded and one that goes on: curves, differences, parallel coordinates, by an address that holds all', async () => {
  const { page, complaints } = own;
  const live = await startRun(page, { epochs: '12', batchSize: '64' });
  await go(page, 'training');
  await page.locator('tr[data-run]').nth(RECORDED).waitFor();
  await page.getByTestId('choose-run-run-0').check();
  await page.getByText('Choose one more to compare').waitFor();
  for (const id of ['run-4', 'run-9', live]) await page.getByTestId(`choose-run-${id}`).check();
  await expectNoOverflow(page);
  await page.getByTestId('compare-runs').click();
  await page.getByTestId('compare').waitFor();
  expect(page.url()).toContain(`#/compare?runs=run-0,run-4,run-9,${live}`);

  // A pane for each scalar, in it a line for each run that has it, under the run's own name.
  const pane = page.locator('.legend-pane').first();
  await expect.poll(() => pane.locator('.legend-row').count()).toBe(4);
  expect(await pane.locator('.legend-row').first().getAttribute('title')).toBe('Baseline');
  // The one that goes on grows: its value at the right edge changes by itself.
  const value = page.locator(`.legend-value[data-track="${live} train/loss"]`);
  const before = await value.innerText();
  await expect.poll(() => value.innerText(), { timeout: 30_000 }).not.toBe(before);
  // At the cursor each run's value is named.
  const plot = page.getByTestId('plot');
  const box = (await plot.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  await page.mouse.move(box.x + box.width * 0.1, box.y + 60);
  await page.locator('.readout-row').nth(2).waitFor();
  expect(await page.locator('.readout-row').allInnerTexts()).toEqual(expect.arrayContaining([expect.stringContaining('Baseline')]));

  // Smoothing, log and axis stand in the address, and are there after a reload.
  await page.getByTestId('smoothing').fill('0.9');
  await page.getByTestId('log-axis').click();
  await page.getByRole('button', { name: 'Time', exact: true }).click();
  await expect.poll(() => page.url()).toMatch(/x=time&smooth=0\.9&log=1$/);
  await page.reload();
  await page.getByTestId('compare').waitFor();
  expect(await page.getByTestId('smoothing').inputValue()).toBe('0.9');
  expect(await page.getByTestId('log-axis').getAttribute('aria-pressed')).toBe('true');
  await expect.poll(() => page.locator('.legend-axis').innerText()).toBe('Time since the start');
  await expect.poll(() => page.locator('.legend-pane').first().locator('.legend-row').count()).toBe(4);

  // Only what differs, until all is asked for.
  await page.getByTestId('tab-table').click();
  const row = page.locator('[data-testid="compare-table"] tr[data-run="run-4"]');
  expect(await row.locator('[data-column="param:learningRate"]').innerText()).toBe('0.0016');
  expect(await row.locator('[data-column="param:batchSize"]').innerText()).toBe('32');
  expect(await row.locator('[data-column="param:seed"]').count()).toBe(0);
  await page.getByTestId('compare-all').click();
  expect(await row.locator('[data-column="param:seed"]').innerText()).toBe('42');
  await page.getByTestId('sort-param:learningRate').click();
  const order = (): Promise<(string | null)[]> =>
    page.locator('[data-testid="compare-table"] tr[data-run]').evaluateAll((rows) => rows.map((one) => one.getAttribute('data-run')));
  expect((await order()).slice(0, 2)).toEqual(['run-0', live]);
  // One that leaves changes no other's colour.
  const colour = (): Promise<string | null> => page.locator('li[data-run="run-9"] .swatch').getAttribute('class');
  const its = await colour();
  await page.locator('li[data-run="run-4"] button').click();
  await expect.poll(() => page.url()).toContain(`runs=run-0,,run-9,${live}&`);
  expect(await colour()).toBe(its);
  await expect.poll(order).toHaveLength(3);

  await page.evaluate(
    (ids) => (window.location.hash = `#/compare?runs=${ids}&tab=parallel`),
    Array.from({ length: RECORDED }, (_, n) => `run-${n}`).join(),
  );
  await page.locator('[data-testid="compare-parallel"] [data-ready]').waitFor();
  const canvas = page.locator('[data-testid="compare-parallel"] canvas');
  await canvas.waitFor();
  // Marking the upper part of the first axis keeps the larger ones of its parameter.
  await page.waitForTimeout(500);
  const area = (await canvas.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  await page.mouse.move(area.x + 70, area.y + 50);
  await page.mouse.down();
  await page.mouse.move(area.x + 70, area.y + 50 + (area.height - 80) / 2, { steps: 10 });
  await page.mouse.up();
  await page.getByTestId('compare-marked').waitFor();
  expect(await page.getByTestId('compare-marked').innerText()).toContain('5 of 10 runs');
  expect(await page.locator('[data-testid="compare-parallel"] tbody tr').count()).toBe(5);
  await page.getByRole('button', { name: 'Compare only these' }).click();
  await expect.poll(() => page.locator('li[data-run]').count()).toBe(5);

  const folder = join(repo, 'test-results', 'screenshots');
  await mkdir(folder, { recursive: true });
  for (const [theme, language] of [
    ['dark', 'en'],
    ['light', 'zh-CN'],
  ] as const) {
    await go(page, 'settings');
    await choose(page.getByTestId('setting-ui.theme'), theme);
    await choose(page.getByTestId('setting-ui.language'), language);
    await expect.poll(() => page.locator('html').getAttribute('lang')).toBe(language);
    for (const tab of ['curves', 'table', 'parallel']) {
      const ids = Array.from({ length: RECORDED }, (_, n) => `run-${n}`).join();
      await page.evaluate((to) => (window.location.hash = to), `#/compare?runs=${ids},${live}&tab=${tab}&smooth=0.6`);
      await page
        .locator(tab === 'curves' ? '.legend-row' : tab === 'table' ? '[data-testid="compare-table"]' : '.echart canvas')
        .first()
        .waitFor();
      await page.waitForTimeout(800);
      await expectNoOverflow(page);
      await page.screenshot({ path: join(folder, `compare-${tab}-${theme}-${language}.png`) });
    }
  }
  await page.evaluate((id) => (window.location.hash = `#/training/${id}`), live);
  await waitForStatus(page, 'succeeded');
  expect(complaints).toEqual([]);
});

it('says the next step where there is nothing, or one run, to compare', async () => {
  const { page, complaints } = own;
  const open = (hash: string): Promise<unknown> => page.evaluate((to) => (window.location.hash = to), hash);
  await open('#/compare');
  await page.getByRole('heading', { name: 'No runs to compare' }).waitFor();
  await open('#/compare?runs=none-of-it');
  await page.getByRole('heading', { name: 'This run does not exist' }).waitFor();
  await open('#/compare?runs=run-1,none-of-it');
  await page.getByText('With one run there is nothing to compare.').waitFor();
  await page.getByText('1 run is not on this machine').waitFor();
  await page.getByRole('button', { name: 'Remove from the comparison', exact: true }).click();
  await expect.poll(() => page.url()).toMatch(/runs=run-1$/);
  await page.getByTestId('compare-add').click();
  expect(await page.getByTestId('choose-run-run-1').isChecked()).toBe(true);
  expect(complaints).toEqual([]);
});
