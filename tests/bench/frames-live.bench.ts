import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ElectronApplication, Page } from 'playwright';
import { recipes } from '../../src-shared/model/recipes';
import { createChildLauncher } from '../../src-main/hosts/child-launcher';
import { serveCore } from '../e2e/served-core';
import { fakeTrainer } from '../helpers/fake-trainer';
import type { Row } from './figures';
import { framesDuring, inWindow, type Frames } from './window-frames';

const WATCHED_MS = 30_000;

/** A window of the running Electron on the page of another core. */
async function openPage(app: ElectronApplication, url: string): Promise<Page> {
  const [page] = await Promise.all([
    app.waitForEvent('window'),
    app.evaluate(({ BrowserWindow }, address) => {
      const window = new BrowserWindow({ width: 1600, height: 1000, show: true });
      void window.loadURL(address);
    }, url),
  ]);
  return page;
}

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

async function longRun(app: ElectronApplication): Promise<Row[]> {
  const served = await serveCore({ scenario: 'workstation', launcher: createChildLauncher({ program: fakeTrainer('long') }) });
  try {
    const { client } = served.room.open();
    const { runId } = await client.call('runs.start', { recipe: 'mnist-mlp', engine: 'wasm', params: recipes['mnist-mlp'].defaults });
    for (;;) {
      const { progress } = await client.call('runs.get', { runId });
      if (progress.step > 99_000) break;
      await new Promise((done) => setTimeout(done, 500));
    }
    const page = await openPage(app, served.url);
    await page.getByTestId('nav-training').waitFor();
    await page.evaluate((id) => (window.location.hash = `#/training/${encodeURIComponent(id)}`), runId);
    await page.locator('canvas.plot-paths').waitFor({ timeout: 90_000 });
    await page.waitForTimeout(5_000);
    const { drawn, frames } = await watched(app, page);
    await client.call('runs.stop', { runId });
    await page.close();
    return [
      {
        name: `a run of 100,000 steps that goes on: scripting an update, mean of ${drawn}`,
        value: scriptingMs(frames) / drawn,
        unit: 'ms',
      },
    ];
  } finally {
    await served.close();
  }
}

/** What the page's thread does for live panes, and for a very long run, each time that something new is drawn. */
export async function run(): Promise<{ rows: Row[] }> {
  const dataDir = await mkdtemp(join(tmpdir(), 'coldaisle-frames-'));
  try {
    return await inWindow(dataDir, async (app) => {
      await (await app.firstWindow()).getByTestId('nav-room').waitFor();
      return { rows: [...(await livePanes(app)), ...(await longRun(app))] };
    });
  } finally {
    await rm(dataDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}
