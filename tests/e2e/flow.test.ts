import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { go, openWindow, removeFolder, repo, startRun, temporaryFolder, tileValue, type Window } from './support';

let dataDir: string;
let own: Window;

beforeAll(async () => {
  dataDir = await temporaryFolder();
  own = await openWindow(dataDir);
  await own.page.locator('[data-testid="tile-it-power"]:not([data-value=""])').waitFor();
});
afterAll(async () => {
  await own.app.close();
  await removeFolder(dataDir);
});

/** The page's scripts as built, by name. */
async function scripts(): Promise<Map<string, string>> {
  const folder = join(repo, 'out', 'renderer', 'assets');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.js'));
  return new Map(await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')] as const)));
}

it('the page begins without the library that draws pictures', async () => {
  const entry = /assets\/([\w-]+\.js)/.exec(await readFile(join(repo, 'out', 'renderer', 'index.html'), 'utf8'))?.[1];
  const withLibrary = [...(await scripts())].filter(([, text]) => text.includes('zr_')).map(([name]) => name);
  expect(withLibrary).toHaveLength(1);
  expect(withLibrary).not.toContain(entry);
});

it('shows where the power goes, up to a run that is under way, as a picture, as a table and as a file', async () => {
  const { page, app, complaints } = own;
  const runId = await startRun(page, { epochs: '500' });
  await page.locator('main [data-status="running"]').waitFor();
  await go(page, 'room');
  await page.getByRole('button', { name: 'Power flow' }).click();
  await page.locator('.echart-plot[data-ready] canvas').first().waitFor();

  // The very figures of the tiles, in the same second.
  const chart = page.getByTestId('flow-chart');
  await chart.getByRole('button', { name: 'Table' }).click();
  const row = (from: string, to: string | RegExp) => chart.locator('tbody tr', { hasText: from }).filter({ hasText: to }).first();
  await row('Rest of host', new RegExp(runId.slice(0, 8))).waitFor();
  await row('Facility supply', 'Cooling, losses, lighting').waitFor();
  const shares = await chart.locator('tbody tr', { hasText: 'Facility supply' }).locator('td:nth-child(4)').allInnerTexts();
  expect(shares.reduce((sum, share) => sum + Number.parseFloat(share), 0)).toBeCloseTo(100, 0);
  expect(await tileValue(page, 'facility-power')).toBeGreaterThan(0);
  await chart.getByRole('button', { name: 'Table' }).click();

  const path = join(dataDir, 'flow.png');
  await app.evaluate(({ session }, to) => session.defaultSession.once('will-download', (_, item) => item.setSavePath(to)), path);
  await page.getByTestId('chart-png').click();
  await expect
    .poll(() =>
      stat(path).then(
        ({ size }) => size,
        () => 0,
      ),
    )
    .toBeGreaterThan(5_000);
  expect(complaints).toEqual([]);
});
