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
  await expect.poll(() => page.getByTestId('export-status').innerText(), { timeout: 30_000 }).toMatch(/\d+ rows saved/);
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
