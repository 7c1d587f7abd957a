import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ElectronApplication, Page } from 'playwright';
import type { Row } from './figures';
import { framesDuring, inWindow, type Frames } from './window-frames';

const WATCHED_MS = 30_000;

/** All that the page's thread does meanwhile, and how often the chart was drawn anew. */
async function watched(app: ElectronApplication, page: Page): Promise<{ readonly drawn: number; readonly frames: Frames }> {
  await page.evaluate(() => {
    const plot = document.querySelector<HTMLCanvasElement>('canvas.plot-paths');
    const context = plot?.getContext('2d');
    if (!context) throw new Error('no chart is shown');
    const drawn = { count: 0 };
    Object.assign(window, { benchDrawn: drawn });
    const clear = context.clearRect.bind(context);
    context.clearRect = (...box) => {
      drawn.count += 1;
      clear(...box);
    };
  });
  const frames = await framesDuring(app, page, () => page.waitForTimeout(WATCHED_MS));
  const drawn = await page.evaluate(() => (Reflect.get(window, 'benchDrawn') as { readonly count: number }).count);
  return { drawn: Math.max(1, drawn), frames };
}

const scriptingMs = ({ scripting }: Frames): number => scripting.reduce((sum, ms) => sum + ms, 0);

/** This machine's own page, live. */
async function livePanes(app: ElectronApplication): Promise<Row[]> {
  const page = await app.firstWindow();
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
    const { drawn, frames } = await watched(app, page);
    const name = `live, ${panes} panes of ${lines} lines over ${span}: scripting an update and pane, mean of ${drawn}`;
    rows.push({ name, value: scriptingMs(frames) / drawn / panes, unit: 'ms' });
  }
  return rows;
}

/** What the page's thread does for live panes each time that something new is drawn. */
export async function run(): Promise<{ rows: Row[] }> {
  const dataDir = await mkdtemp(join(tmpdir(), 'coldaisle-frames-'));
  try {
    return { rows: await inWindow(dataDir, livePanes) };
  } finally {
    await rm(dataDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}
