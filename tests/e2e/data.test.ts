import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { expectAccessible, languages, loadAxe, paint, themes } from './axe';
import { choose, expectNoOverflow, go, openWindow, removeFolder, repo, settled, temporaryFolder, type Window } from './support';

const pictures = join(repo, 'test-results', 'screenshots');
let dataDir: string;
let own: Window;
beforeAll(async () => {
  await mkdir(pictures, { recursive: true });
  dataDir = await temporaryFolder();
  own = await openWindow(dataDir);
});
afterAll(async () => {
  await own.app.close();
  await removeFolder(dataDir);
});

/** 60 rows: a length, its double by another name, a class that follows from it, and a number of the row. */
const lines = Array.from({ length: 60 }, (_, i) => {
  const length = (i * 37) % 61;
  return `P-${i},${i === 7 ? '' : length},${i === 7 ? '' : length * 2},${length > 30 ? 'long' : 'short'}`;
});
const csv = ['plant,length,double,kind', ...lines].join('\n');

it('takes in a file, tells what speaks against it, and makes a version of it', async () => {
  const { page } = own;
  await go(page, 'data');
  await page.locator('[data-dataset="breast-cancer"]').waitFor();

  // A file that cannot be read is told by its line, and nothing of it is kept.
  await page.getByTestId('data-file').setInputFiles({ name: 'bad.csv', mimeType: 'text/csv', buffer: Buffer.from('a,b\n1,2\n3\n') });
  await page.getByTestId('data-take').click();
  const failed = page.locator('[data-job="failed"]');
  await failed.filter({ hasText: 'bad.csv, line 3: it has 1 field instead of 2' }).waitFor();
  await failed.getByRole('button', { name: 'Take off the list' }).click();
  await failed.waitFor({ state: 'detached' });

  await page.getByTestId('data-file').setInputFiles({ name: 'plants.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
  await page.getByTestId('data-name').fill('Plants');
  await page.getByTestId('data-target').fill('kind');
  await page.getByTestId('data-take').click();
  await page.locator('[data-job="done"]').filter({ hasText: 'Taken in' }).waitFor();
  await page.locator('[data-dataset="plants"] a').click();
  const warnings = page.getByTestId('data-warnings');
  await warnings.filter({ hasText: '"plant" has a value of its own for each row' }).waitFor();
  await page.locator('[data-testid="data-columns"] [data-column="length"]').filter({ hasText: '1.7' }).waitFor();
  await page.getByTestId('data-preview').getByText('P-0', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'length', exact: true }).click();
  await page.getByTestId('data-distribution').filter({ hasText: 'Distribution of length' }).waitFor();
  await page.getByTestId('next-rows').click();
  await page.getByTestId('data-preview').getByText('P-25', { exact: true }).waitFor();

  await choose(page.getByTestId('data-split'), 'stratified');
  await choose(page.getByTestId('data-split-column'), 'kind');
  for (const step of ['drop-missing', 'normalise-standard']) {
    await choose(page.getByTestId('data-step'), step);
    await page.getByTestId('data-step-add').click();
  }
  await page.getByTestId('data-derive').click();
  await page.locator('[data-job="done"]').filter({ hasText: 'Version made' }).getByRole('link', { name: 'Open' }).click();
  await page.getByTestId('data-facts').filter({ hasText: 'training 41 · validation 6 · test 12' }).waitFor();
  await page.getByTestId('data-facts').filter({ hasText: 'Made of' }).waitFor();
  await choose(page.getByTestId('data-version'), '1');
  await page.getByTestId('data-facts').filter({ hasNotText: 'training' }).waitFor();
  await expectNoOverflow(page);
  expect(own.complaints).toEqual([]);
});

it('says what the bars of a picture count: rows of a number, values of the pixels of images', async () => {
  const { page } = own;
  const heads = async (hash: string, column: string): Promise<string[]> => {
    await page.evaluate((to) => (window.location.hash = to), hash);
    const picture = page.getByTestId('data-distribution').filter({ hasText: `Distribution of ${column}` });
    await picture.getByRole('button', { name: 'Table' }).click();
    await picture.locator('thead th').first().waitFor();
    return picture.locator('thead th').allInnerTexts();
  };
  expect((await heads('#/data?set=fashion-7k', 'image')).map((text) => text.trim())).toEqual(['Value', 'Number of values']);
  expect((await heads('#/data?set=breast-cancer', 'mean radius')).map((text) => text.trim())).toEqual(['Value', 'Rows']);
});

it.each(languages)('is shown to everybody, in %s', async (language) => {
  const { page } = own;
  await loadAxe(page);
  await expectAccessible(page, language, [
    ['the data sets', '#/data', '[data-testid="datasets"] tbody tr'],
    ['a table', '#/data?set=plants', '[data-testid="data-distribution"] [data-ready]'],
    ['images', '#/data?set=fashion-7k', '[data-testid="data-preview"] canvas'],
  ]);
  for (const [name, hash, shows] of [
    ['data', '#/data', '[data-testid="datasets"] tbody tr'],
    ['data-table', '#/data?set=plants', '[data-testid="data-distribution"] [data-ready]'],
    ['data-images', '#/data?set=fashion-7k', '[data-testid="data-preview"] canvas'],
  ] as const) {
    await page.evaluate((to) => (window.location.hash = to), hash);
    await page.locator(shows).first().waitFor();
    await settled(page);
    await expectNoOverflow(page);
    for (const theme of themes) {
      await paint(page, theme);
      await page.screenshot({ path: join(pictures, `${name}-${theme}-${language}-1280x800.png`) });
    }
  }
});

it('is removed only when asked twice, and not where it comes with Coldaisle', async () => {
  const { page } = own;
  await page.evaluate(() => (window.location.hash = '#/data?set=fashion-7k'));
  await page.getByTestId('data-recipe').waitFor();
  expect(await page.getByTestId('data-remove').count()).toBe(0);
  await page.evaluate(() => (window.location.hash = '#/data?set=plants'));
  await page.getByTestId('data-remove').click();
  await page.getByTestId('data-remove-confirm').click();
  await page.locator('[data-dataset="breast-cancer"]').waitFor();
  expect(await page.locator('[data-dataset="plants"]').count()).toBe(0);
  expect(own.complaints).toEqual([]);
});
