import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parquetReadObjects } from 'hyparquet';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { answerSaveDialog, expectNoOverflow, go, openWindow, removeFolder, temporaryFolder, type Window } from './support';

let dataDir: string;
let window: Window;
beforeEach(async () => {
  dataDir = await temporaryFolder();
  window = await openWindow(dataDir);
});
afterEach(async () => {
  await window.app.close();
  await removeFolder(dataDir);
});

it('exports the shown range as Parquet; backs the database up and puts the copy in its place at the next start', async () => {
  const { page, app } = window;
  await go(page, 'history');
  await expect.poll(() => page.getByTestId('export').isEnabled(), { timeout: 30_000 }).toBe(true);
  const path = join(dataDir, 'export.parquet');
  await answerSaveDialog(app, path);
  await expect.poll(() => page.getByTestId('history-statistics').innerText(), { timeout: 30_000 }).toMatch(/\d/);
  await page.getByTestId('export').click();
  await page.getByTestId('export-parquet').click();
  // It goes on whatever page is shown, and its end stands in one place.
  await go(page, 'settings');
  await page.getByTestId('activity-open').click();
  const exported = page.locator('[data-activity="export.parquet"]');
  await expect.poll(() => exported.getAttribute('data-state'), { timeout: 30_000 }).toBe('done');
  expect(await exported.getByTestId('activity-figures').innerText()).toMatch(/\d+ samples? · /);
  await app.evaluate(({ shell }) => {
    shell.showItemInFolder = (shown) => void Object.assign(globalThis, { shown });
  });
  await exported.getByTestId('activity-show').click();
  await expect.poll(() => app.evaluate(() => (globalThis as { shown?: string }).shown)).toBe(path);
  await expectNoOverflow(page);
  await page.reload();
  await page.getByTestId('activity-open').click();
  await exported.getByTestId('activity-dismiss').click();
  await page.getByTestId('activity-open').waitFor({ state: 'detached' });
  const bytes = await readFile(path);
  const rows = (await parquetReadObjects({
    file: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer,
  })) as { device: string; value: number | null }[];
  expect(rows.length).toBeGreaterThan(0);

  await go(page, 'doctor');
  await page.getByTestId('backup-create').click();
  await page.locator('[data-backup]').first().waitFor();
  const [name = ''] = await readdir(join(dataDir, 'backups'));
  await page.locator(`[data-backup="${name}"] button`).click();
  await page.getByTestId('backup-confirm').click();
  await page.getByTestId('backup-staged').waitFor();
  await expectNoOverflow(page);
  expect(await page.getByTestId('backup-staged').innerText()).toContain(name);
  await window.app.close();

  window = await openWindow(dataDir);
  await go(window.page, 'doctor');
  await window.page.getByText(/before-restore/).waitFor();
  expect((await readdir(dataDir)).filter((file) => /^coldaisle\.before-restore-.*\.sqlite3$/.test(file))).toHaveLength(1);
  expect(window.complaints).toEqual([]);
});
