import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { quantity } from '@shared/model/provenance';
import type { Run } from '@shared/model/run';
import { openWriter } from '../../src-main/core/store/writer';
import { testRun } from '../integration/store/support/stores';
import { choose, expectNoOverflow, go, openWindow, removeFolder, repo, temporaryFolder, type Window } from './support';

const RUNS = 130;
const FROM_MS = Date.now() - 40 * 86_400_000;
let dataDir: string;
let window: Window;

function run(n: number): Run {
  const startedAtMs = FROM_MS + n * 6 * 3_600_000;
  const joules = quantity(1000 + n, 'J', 'measured', 60_000);
  const watts = quantity(100, 'W', 'measured', 60_000);
  return testRun({
    id: `run-${String(n).padStart(8, '0')}`,
    status: n % 10 === 0 ? 'failed' : 'succeeded',
    failure: n % 10 === 0 ? { code: 'trainer-crashed', message: 'exit code 1' } : null,
    createdAtMs: startedAtMs,
    startedAtMs,
    endedAtMs: startedAtMs + 60_000,
    tags: n % 4 === 0 ? ['baseline'] : [],
    params: { batchSize: 2 ** (n % 8), epochs: 5 },
    energy: {
      ...{ basis: 'ledger', lines: [], itJ: joules, infrastructureJ: joules, facilityJ: joules, jPerSample: joules },
      ...{
        meanItW: watts,
        peakItW: watts,
        cost: quantity(n / 100, 'EUR', 'measured', 60_000),
        co2eKg: quantity(1, 'kg', 'measured', 60_000),
      },
      ...{ spanMs: 60_000, inconsistentMs: 0, allocated: null, excludedDevices: [] },
      ...{ pricePerKwh: 0.2, currency: 'EUR', gridKgPerKwh: 0.4, final: true },
    },
  });
}

beforeEach(async () => {
  dataDir = await temporaryFolder();
  const writer = openWriter({ dataDir });
  for (let n = 0; n < RUNS; n += 1) writer.runs.save(run(n));
  writer.close();
  window = await openWindow(dataDir);
});
afterEach(async () => {
  await window.app.close();
  await removeFolder(dataDir);
});

const ids = (): Promise<(string | null)[]> =>
  window.page.locator('tr[data-run]').evaluateAll((rows) => rows.map((row) => row.getAttribute('data-run')));

it('lists, filters, sorts and labels runs', async () => {
  const { page, complaints } = window;
  await go(page, 'training');
  await expect.poll(async () => (await ids()).length).toBe(50);
  expect((await ids())[0]).toBe('run-00000129');
  await expectNoOverflow(page);

  await page.getByTestId('next-rows').click();
  await expect.poll(async () => (await ids())[0]).toBe('run-00000079');
  await page.getByTestId('sort-cost').click();
  await expect.poll(ids).toEqual(Array.from({ length: 50 }, (_, i) => `run-${String(RUNS - 1 - i).padStart(8, '0')}`));
  await page.getByTestId('sort-cost').click();
  await expect.poll(async () => (await ids())[0]).toBe('run-00000000');
  expect(await page.locator('th[aria-sort="ascending"]').innerText()).toContain('Cost');

  await choose(page.getByTestId('filter-status'), 'failed');
  await expect.poll(async () => (await ids()).length).toBe(13);
  await page.getByTestId('filter-text').fill('batchsize=16');
  await expect.poll(ids).toEqual(['run-00000020', 'run-00000060', 'run-00000100']);
  await choose(page.getByTestId('filter-tag'), 'baseline');
  await page.getByTestId('filter-text').fill('no such words');
  await page.getByText('No run fits').waitFor();
  await page.getByTestId('filter-clear').click();
  await expect.poll(async () => (await ids()).length).toBe(50);

  // What a person calls it stands in the list and is found, without a reload.
  await page.getByTestId('edit-labels-run-00000000').click();
  await page.getByTestId('label-name').fill('First of all');
  await page.getByTestId('label-tags').fill('paper, baseline，final');
  await page.getByTestId('label-notes').fill('The one to compare with.');
  await page.getByTestId('save-labels').click();
  await page.getByRole('link', { name: 'First of all' }).waitFor();
  await page.getByTestId('filter-text').fill('compare');
  await expect.poll(ids).toEqual(['run-00000000']);
  await expect.poll(() => page.locator('.run-tag').allInnerTexts()).toEqual(['baseline', 'final', 'paper']);

  await page.getByTestId('columns-runs').click();
  await page.getByTestId('column-param:batchSize').check();
  await page.keyboard.press('Escape');
  expect(await page.locator('td[data-column="param:batchSize"]').innerText()).toBe('1');
  await page.getByTestId('filter-clear').click();
  await page.getByTestId('sort-param:batchSize').click();
  await expect.poll(() => page.locator('td[data-column="param:batchSize"]').first().innerText()).toBe('128');

  const folder = join(repo, 'test-results', 'screenshots');
  await mkdir(folder, { recursive: true });
  for (const [theme, language] of [
    ['dark', 'en'],
    ['light', 'zh-CN'],
  ] as const) {
    await go(page, 'settings');
    await choose(page.getByTestId('setting-ui.theme'), theme);
    await choose(page.getByTestId('setting-ui.language'), language);
    await go(page, 'training');
    await expect.poll(async () => (await ids()).length).toBe(50);
    await expectNoOverflow(page);
    await page.screenshot({ path: join(folder, `runs-${theme}-${language}.png`) });
  }

  await page.getByTestId('filter-text').fill('compare');
  await expect.poll(ids).toEqual(['run-00000000']);
  await page.locator('tr[data-run] a').click();
  expect(await page.getByTestId('run-notes').innerText()).toBe('The one to compare with.');
  await page.getByTestId('edit-labels').waitFor();
  await page.screenshot({ path: join(folder, 'run-labelled.png') });
  expect(complaints).toEqual([]);
});
