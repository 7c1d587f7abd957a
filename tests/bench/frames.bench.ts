import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { ElectronApplication, Page } from 'playwright';
import type { Sample } from '../../src-shared/model/series';
import { defaultSettings } from '../../src-shared/model/settings';
import { openWriter } from '../../src-main/core/store/writer';
import { holdingWindows } from '../helpers/launch';
import { makeYearFile, type YearFile } from './year-file';
import type { Row } from './figures';

const repo = process.cwd();
/** What a display of 60 Hz leaves for one frame, ms. */
const FRAME_MS = 1000 / 60;
const MILLION = 1_000_000;
const YEAR_SERIES = 178;
/** COLDAISLE_BENCH_YEAR_DAYS makes the year shorter, for a quick look. */
const YEAR_DAYS = Math.min(365, Math.max(1, Math.round(Number(process.env['COLDAISLE_BENCH_YEAR_DAYS'] ?? 365)) || 365));
const CHUNK = 20_000;
/** A view is loaded well within so many frames. */
const LOAD_FRAMES = 180;

/** What DevTools counts as scripting, and the collections that interrupt it. */
const scripting = new Set([
  'FunctionCall',
  'EvaluateScript',
  'FireAnimationFrame',
  'EventDispatch',
  'TimerFire',
  'RunMicrotasks',
  'V8.HandleInterrupts',
  'MinorGC',
  'MajorGC',
]);

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur?: number;
  /** Time the thread really ran, where the trace has it: on a busy machine a call also waits for its turn. */
  readonly tdur?: number;
}

/** A year of 178 series at 1 Hz, as the program writes it, and beside it one series of a million seconds. */
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

/** A display of our own where there is none. */
async function display(): Promise<{ readonly env: Record<string, string>; readonly server: ChildProcess | null }> {
  const env = Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[0] !== 'ELECTRON_RUN_AS_NODE'),
  );
  if (process.platform !== 'linux' || env['DISPLAY'] || env['WAYLAND_DISPLAY']) return { env, server: null };
  const server = spawn('Xvfb', ['-displayfd', '1', '-screen', '0', '1600x1000x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [number] = (await Promise.race([
    once(createInterface({ input: server.stdout }), 'line'),
    once(server, 'exit').then(() => ['']),
  ])) as [string];
  if (number === '') throw new Error('Xvfb did not start');
  return { env: { ...env, DISPLAY: `:${number}` }, server };
}

async function ended(child: ChildProcess | null): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

interface Frames {
  /** Of each frame, ms. */
  readonly scripting: readonly number[];
  /** From one animation frame to the next while frames are due at every moment, ms. */
  readonly intervals: readonly number[];
}

/** Traces the window while `gestures` go on. */
async function framesDuring(app: ElectronApplication, page: Page, gestures: () => Promise<void>): Promise<Frames> {
  await page.evaluate(() => {
    const frames = { at: [] as number[], on: true };
    const next = (): void => {
      frames.at.push(performance.now());
      if (frames.on) requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
    Object.assign(window, { benchFrames: frames });
  });
  await app.evaluate(({ contentTracing }) => contentTracing.startRecording({ included_categories: ['devtools.timeline', 'v8', 'blink'] }));
  await gestures();
  const times = await page.evaluate(() => {
    const frames = Reflect.get(window, 'benchFrames') as { readonly at: readonly number[]; on: boolean };
    frames.on = false;
    return frames.at;
  });
  const [path, pid] = await app.evaluate(
    async ({ BrowserWindow, contentTracing }) =>
      [await contentTracing.stopRecording(), BrowserWindow.getAllWindows()[0]?.webContents.getOSProcessId() ?? 0] as const,
  );
  const { traceEvents } = JSON.parse(await readFile(path, 'utf8')) as { traceEvents: TraceEvent[] };
  await rm(path, { force: true });
  const own = traceEvents.filter((event) => event.pid === pid);
  const starts = own
    .filter(({ name }) => name === 'WebFrameWidgetImpl::BeginMainFrame')
    .map(({ ts }) => ts)
    .sort((a, b) => a - b);
  const main = own.find(({ name }) => name === 'FireAnimationFrame')?.tid;
  if (main === undefined || starts.length < 2) throw new Error('the trace holds no frames of the window');
  const calls = own.filter((event) => event.tid === main && event.ph === 'X' && scripting.has(event.name)).sort((a, b) => a.ts - b.ts);
  const frames = new Map<number, number>();
  let coveredTo = -Infinity;
  for (const { ts, dur = 0, tdur = dur } of calls) {
    // What runs within another call is already counted with it.
    if (ts < coveredTo) continue;
    coveredTo = ts + dur;
    let low = 0;
    let high = starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? Infinity) <= ts) low = middle + 1;
      else high = middle;
    }
    frames.set(low, (frames.get(low) ?? 0) + tdur / 1000);
  }
  return { scripting: [...frames.values()], intervals: times.slice(1).map((at, i) => at - (times[i] ?? at)) };
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

function rows(name: string, { scripting: frames, intervals }: Frames): Row[] {
  const of = (all: readonly number[]): ((share: number) => number) => {
    const sorted = [...all].sort((a, b) => a - b);
    return (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
  };
  const [at, apart] = [of(frames), of(intervals)];
  const row = (what: string, value: number): Row => ({
    name: `${name}: ${what}`,
    value,
    unit: 'ms',
    ratio: { value: value / FRAME_MS, against: 'a frame of 16.7 ms' },
  });
  return [
    row(`scripting a frame, median of ${frames.length}`, at(0.5)),
    row('scripting a frame, 99 of 100', at(0.99)),
    row('scripting of the worst frame', at(1)),
    row('from frame to frame, median', apart(0.5)),
    row('from frame to frame, 99 of 100', apart(0.99)),
    row('from frame to frame, the longest', apart(1)),
  ];
}

/** What a frame costs while a long history is loaded, zoomed and panned, in the real window: scripting time from a trace, against 16.7 ms. */
export async function run(): Promise<{ rows: Row[] }> {
  const executablePath = process.env['ELECTRON_EXEC_PATH'];
  if (!executablePath || !existsSync(join(repo, 'out', 'main', 'main.js')))
    throw new Error('it needs a built product and ELECTRON_EXEC_PATH: npm run bench');
  // Loaded here: its package is no part of the bundle.
  const { _electron } = createRequire(join(repo, 'package.json'))('playwright') as typeof import('playwright');
  const dataDir = await mkdtemp(join(tmpdir(), 'coldaisle-frames-'));
  const screen = await display();
  try {
    const { million, year, endMs } = seed(dataDir);
    const args = [...holdingWindows, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), repo, '--lang=en-US', '--data', dataDir];
    const app = await _electron.launch({ executablePath, args, env: screen.env });
    try {
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
    } finally {
      await app.close();
    }
  } finally {
    await ended(screen.server);
    await rm(dataDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}
