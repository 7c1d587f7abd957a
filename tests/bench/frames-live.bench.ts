import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ElectronApplication, Page } from 'playwright';
import type { Reading, Series } from '../../src-shared/model/series';
import { recipes } from '../../src-shared/model/recipes';
import { createChildLauncher } from '../../src-main/hosts/child-launcher';
import { serveCore, type ServedCore } from '../e2e/served-core';
import { fakeTrainer } from '../helpers/fake-trainer';
import type { Row } from './figures';
import { framesDuring, inWindow, type Frames } from './window-frames';

const HOUR_S = 3_600;
const WATCHED_MS = 30_000;
const gpu = 'node/node-02/gpu3';

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

/** An hour of every series of one GPU, in the core's memory and in the page's. */
function fillHour({ room }: ServedCore, readings: readonly Omit<Reading, 'value'>[]): void {
  const untilMs = Math.floor(Date.now() / 1000) * 1000 - 2_000;
  for (let second = HOUR_S; second >= 0; second -= 1) {
    const values = readings.map((reading, i) => ({ ...reading, value: 50 + 10 * Math.sin(second / 40 + i) + ((second * (i + 3)) % 7) }));
    room.inside.telemetry.append(untilMs - second * 1000, values);
  }
}

/** Scripting of all frames in which there was something to do, for each of so many parts of the page. */
function perUpdate(name: string, { scripting }: Frames, updates: number, parts: number): Row {
  const total = scripting.reduce((sum, ms) => sum + ms, 0);
  return { name, value: total / updates / parts, unit: 'ms' };
}

/** The GPU's series, once the whole rack reports. */
async function seriesOf({ room }: ServedCore): Promise<readonly Series[]> {
  const { client } = room.open();
  for (;;) {
    const { series } = await client.call('series.list', {});
    if (series.length > 400) return series.filter(({ device }) => device === gpu);
    await new Promise((done) => setTimeout(done, 500));
  }
}

async function livePanes(app: ElectronApplication): Promise<Row[]> {
  const served = await serveCore({ scenario: 'rack' });
  try {
    const own = await seriesOf(served);
    fillHour(
      served,
      own.map(({ device, label, metric, provenance }) => ({ device, label, metric, provenance })),
    );
    const page = await openPage(app, served.url);
    await page.getByTestId('nav-room').waitFor();
    await page.evaluate((device) => (window.location.hash = `#/device/${encodeURIComponent(device)}`), gpu);
    await page.locator('.device-chart').waitFor();
    const rows: Row[] = [];
    for (const [i, window] of ['1 min', '1 h'].entries()) {
      await page.getByRole('button', { name: window }).click();
      await page.waitForTimeout(5_000);
      const panes = await page.locator('.device-chart .legend-pane').count();
      const frames = await framesDuring(app, page, () => page.waitForTimeout(WATCHED_MS));
      // A frame of telemetry a second.
      rows.push(
        perUpdate(
          `live, ${panes} panes of ${own.length} series over ${i === 0 ? 'a minute' : 'an hour'}: scripting an update and pane`,
          frames,
          WATCHED_MS / 1000,
          panes,
        ),
      );
    }
    await page.close();
    return rows;
  } finally {
    await served.close();
  }
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
    await page.locator('canvas.plot-paths').waitFor();
    await page.waitForTimeout(5_000);
    await page.evaluate(() => {
      const real = CanvasRenderingContext2D.prototype.clearRect;
      const drawn = { count: 0 };
      Object.assign(window, { benchDrawn: drawn });
      CanvasRenderingContext2D.prototype.clearRect = function clearRect(...box) {
        drawn.count += 1;
        real.apply(this, box);
      };
    });
    const frames = await framesDuring(app, page, () => page.waitForTimeout(WATCHED_MS));
    const updates = await page.evaluate(() => (Reflect.get(window, 'benchDrawn') as { readonly count: number }).count);
    await client.call('runs.stop', { runId });
    await page.close();
    return [perUpdate(`a run of 100,000 steps that goes on: scripting an update, mean of ${updates}`, frames, Math.max(1, updates), 1)];
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
