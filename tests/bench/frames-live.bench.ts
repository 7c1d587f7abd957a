import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ElectronApplication, Page } from 'playwright';
import type { Row } from './figures';
import { inWindow, scriptingMs, watched } from './window-frames';

const WATCHED_MS = 30_000;
const BUDGET_MS = 1;

/** This machine's own page, live. */
async function livePanes(app: ElectronApplication): Promise<Row[]> {
  const page: Page = await app.firstWindow();
  await page.getByTestId('nav-room').waitFor();
  await page.evaluate(() => (window.location.hash = '#/device/host'));
  await page.locator('.device-chart').waitFor();
  const rows: Row[] = [];
  for (const [window, span] of [
    ['1 min', 'a minute'],
    ['1 h', 'an hour'],
  ] as const) {
    await page.getByRole('button', { name: window, exact: true }).click();
    await page.waitForTimeout(5_000);
    const panes = await page.locator('.device-chart .legend-pane').count();
    const lines = await page.locator('.device-chart .legend-row').count();
    const { drawn, frames } = await watched(app, page, WATCHED_MS);
    const value = scriptingMs(frames) / drawn / panes;
    rows.push({
      name: `live, ${panes} panes of ${lines} lines over ${span}: scripting an update and pane, mean of ${drawn}`,
      value,
      unit: 'ms',
      ratio: { value: value / BUDGET_MS, against: `the ${BUDGET_MS} ms that a pane may take` },
    });
  }
  return rows;
}

/** What the page's thread does for live panes each time that something new is drawn: the whole page, figures and clock included. */
export async function run(): Promise<{ rows: Row[] }> {
  const dataDir = await mkdtemp(join(tmpdir(), 'coldaisle-frames-'));
  try {
    return { rows: await inWindow(dataDir, livePanes) };
  } finally {
    await rm(dataDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}
