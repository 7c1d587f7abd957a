import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright';
import type { Sample } from '../../src-shared/model/series';
import { defaultSettings } from '../../src-shared/model/settings';
import { openWriter } from '../../src-main/core/store/writer';
import { FRAME_MS, framesDuring, inWindow, rows } from './window-frames';
import { makeYearFile, type YearFile } from './year-file';
import type { Row } from './figures';

const MILLION = 1_000_000;
const YEAR_SERIES = 256;
/** COLDAISLE_BENCH_YEAR_DAYS makes the year shorter, for a quick look. */
const YEAR_DAYS = Math.min(365, Math.max(1, Math.round(Number(process.env['COLDAISLE_BENCH_YEAR_DAYS'] ?? 365)) || 365));
const CHUNK = 20_000;
/** A view is loaded well within so many frames. */
const LOAD_FRAMES = 180;

/** A year of series at 1 Hz, as the program writes it, and beside it one series of a million seconds. */
function seed(dataDir: string): { readonly million: number; readonly endMs: number; readonly year: YearFile } {
  const startedMs = performance.now();
  const year = makeYearFile(dataDir, YEAR_SERIES, YEAR_DAYS, Date.now());
  console.log(
    `  ${YEAR_SERIES} series at 1 Hz, ${YEAR_DAYS} days: ${(year.samples / 1e9).toPrecision(3)} billion samples, ${(year.bytes / 2 ** 30).toPrecision(3)} GiB, made in ${((performance.now() - startedMs) / 1000).toFixed(0)} s`,
  );
  const writer = openWriter({ dataDir });
  try {
    // The year is as old as samples are kept by default: none shall expire meanwhile.
    writer.settings.save({ ...defaultSettings, retention: { ...defaultSettings.retention, rawDays: 3650 } });
    const endMs = Math.floor(Date.now() / 1000) * 1000 - 60_000;
    const million = writer.samples.ensureSeries({
      device: 'gpu0',
      metric: 'gpu.power',
      provenance: 'simulated',
      label: 'A million samples',
    }).id;
    for (let from = 0; from < MILLION; from += CHUNK) {
      const samples: Sample[] = [];
      for (let second = from; second < from + CHUNK; second += 1) {
        const value = 350 + 200 * Math.sin(second / 4000) + 100 * Math.sin(second * 1.3);
        samples.push({ seriesId: million, atMs: endMs - (MILLION - second) * 1000, value: Math.round(value * 10) / 10 });
      }
      writer.samples.commit(samples);
    }
    return { million, endMs, year };
  } finally {
    writer.close();
  }
}

/** Waits until the asked history is drawn and nothing is on its way. */
async function settled(page: Page): Promise<void> {
  await page.waitForTimeout(400);
  await page.waitForFunction(() => document.querySelector('[data-busy="true"]') === null, undefined, { timeout: 120_000 });
  await page.waitForTimeout(300);
}

async function show(page: Page, seriesIds: readonly number[], fromMs: number, toMs: number): Promise<{ x: number; y: number }> {
  await page.evaluate((hash) => (window.location.hash = hash), addressOf(seriesIds, fromMs, toMs));
  await page.getByTestId('plot').waitFor();
  return pointAt(page);
}

const addressOf = (seriesIds: readonly number[], fromMs: number, toMs: number): string =>
  `#/history?from=${fromMs}&to=${toMs}&series=${seriesIds.join('.')}`;

/** Opens a view; frames are due at every moment, so that work in pieces counts for the frames between which it is done. */
async function load(page: Page, seriesIds: readonly number[], fromMs: number, toMs: number): Promise<void> {
  await page.evaluate((hash) => (window.location.hash = hash), addressOf(seriesIds, fromMs, toMs));
  await page.waitForTimeout(LOAD_FRAMES * FRAME_MS);
  await settled(page);
}

/** From opening a view until its lines are on the plot, ms. */
async function timeToDrawn(page: Page, seriesIds: readonly number[], fromMs: number, toMs: number): Promise<number> {
  return page.evaluate(
    async (hash) => {
      const startedMs = performance.now();
      window.location.hash = hash;
      // A copy is looked at: to read from the plot's own canvas would change how the browser keeps it.
      const context = new OffscreenCanvas(60, 60).getContext('2d', { willReadFrequently: true });
      if (!context) throw new Error('no canvas to look at');
      const coloured = (): number => {
        const plot = document.querySelector<HTMLCanvasElement>('canvas.plot-paths');
        if (!plot || plot.width === 0) return 0;
        context.clearRect(0, 0, 60, 60);
        context.drawImage(plot, plot.width * 0.2, 0, plot.width * 0.6, plot.height, 0, 0, 60, 60);
        const { data } = context.getImageData(0, 0, 60, 60);
        let count = 0;
        // Frames, grids and letters are all but grey.
        for (let i = 0; i < data.length; i += 4)
          if (Math.max(data[i] ?? 0, data[i + 1] ?? 0, data[i + 2] ?? 0) - Math.min(data[i] ?? 0, data[i + 1] ?? 0, data[i + 2] ?? 0) > 40)
            count += 1;
        return count;
      };
      while (coloured() < 100) {
        if (performance.now() - startedMs > 120_000) throw new Error('nothing was drawn');
        await new Promise((done) => setTimeout(done, 25));
      }
      return performance.now() - startedMs;
    },
    addressOf(seriesIds, fromMs, toMs),
  );
}

async function pointAt(page: Page): Promise<{ x: number; y: number }> {
  await settled(page);
  const box = await page.getByTestId('plot').boundingBox();
  if (!box) throw new Error('the plot is not shown');
  const at = { x: box.x + box.width * 0.4, y: box.y + box.height / 2 };
  await page.mouse.move(at.x, at.y);
  return at;
}

async function wheel(page: Page, times: number, deltaX: number, deltaY: number): Promise<void> {
  for (let i = 0; i < times; i += 1) {
    await page.mouse.wheel(deltaX, deltaY);
    await page.waitForTimeout(12);
  }
}

/** What a frame costs while a long history is loaded, zoomed and panned, in the real window: scripting time from a trace, against 16.7 ms. */
export async function run(): Promise<{ rows: Row[] }> {
  const dataDir = await mkdtemp(join(tmpdir(), 'coldaisle-frames-'));
  try {
    const { million, year, endMs } = seed(dataDir);
    return await inWindow(dataDir, async (app) => {
      const page = await app.firstWindow();
      await page.getByTestId('nav-history').waitFor();
      await page.waitForTimeout(2_000);
      const yearIds = year.ids;
      const drawn = await timeToDrawn(page, yearIds, year.fromMs, year.toMs);
      await settled(page);
      await show(page, [million], endMs - MILLION * 1000, endMs);
      const zoom = await framesDuring(app, page, async () => {
        for (let burst = 0; burst < 6; burst += 1) {
          await wheel(page, 24, 0, burst < 3 ? -60 : 60);
          await settled(page);
        }
      });
      const loading = await framesDuring(app, page, () => load(page, yearIds, year.fromMs, year.toMs));
      await pointAt(page);
      const pan = await framesDuring(app, page, async () => {
        for (let burst = 0; burst < 4; burst += 1) {
          await wheel(page, 40, burst % 2 === 0 ? -30 : 30, 0);
          await settled(page);
        }
      });
      const name = `${YEAR_DAYS === 365 ? 'a year' : `${YEAR_DAYS} days`} of ${YEAR_SERIES} series at 1 Hz`;
      return {
        rows: [
          ...rows('zoom, a million samples', zoom),
          { name: `${name}: from opening until drawn`, value: drawn, unit: 'ms' },
          ...rows(`load, ${name}`, loading),
          ...rows(`pan, ${name}`, pan),
        ],
      };
    });
  } finally {
    await rm(dataDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}
