import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { ElectronApplication, Page } from 'playwright';
import { holdingWindows } from '../helpers/launch';
import { repoRoot as repo } from '../helpers/repo-root';
import type { Row } from './figures';

/** What a display of 60 Hz leaves for one frame, ms. */
export const FRAME_MS = 1000 / 60;

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

export interface Frames {
  /** Of each frame, ms. */
  readonly scripting: readonly number[];
  /** From one animation frame to the next while frames are due at every moment, ms. */
  readonly intervals: readonly number[];
}

/**
 * Traces the window while `gestures` go on.
 * @param isPaced frames are due at every moment, so that their distance tells something; else the page draws when it wants to
 */
export async function framesDuring(app: ElectronApplication, page: Page, gestures: () => Promise<void>, isPaced = true): Promise<Frames> {
  await page.evaluate((paced) => {
    const frames = { at: [] as number[], on: true };
    const next = (): void => {
      frames.at.push(performance.now());
      if (frames.on) requestAnimationFrame(next);
    };
    if (paced) requestAnimationFrame(next);
    Object.assign(window, { benchFrames: frames });
  }, isPaced);
  await app.evaluate(({ contentTracing }) => contentTracing.startRecording({ included_categories: ['devtools.timeline', 'v8', 'blink'] }));
  await gestures();
  const times = await page.evaluate(() => {
    const frames = Reflect.get(window, 'benchFrames') as { readonly at: readonly number[]; on: boolean };
    frames.on = false;
    return frames.at;
  });
  const shown = page.url().split('#')[0] ?? '';
  const [path, pid] = await app.evaluate(async ({ BrowserWindow, contentTracing }, url) => {
    const own = BrowserWindow.getAllWindows().find(({ webContents }) => webContents.getURL().startsWith(url));
    return [await contentTracing.stopRecording(), own?.webContents.getOSProcessId() ?? 0] as const;
  }, shown);
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

/** All that the page's thread does meanwhile, and how often the chart was drawn anew. No frame is asked for but by the page itself. */
export async function watched(
  app: ElectronApplication,
  page: Page,
  ms: number,
): Promise<{ readonly drawn: number; readonly frames: Frames }> {
  await page.evaluate(() => {
    const plot = document.querySelector<HTMLCanvasElement>('canvas.plot-paths');
    const context = plot?.getContext('2d');
    if (!context) throw new Error('no chart is shown');
    const drawn = { count: 0 };
    const { clearRect } = CanvasRenderingContext2D.prototype;
    Object.assign(window, { benchDrawn: drawn });
    context.clearRect = (...box) => {
      drawn.count += 1;
      clearRect.apply(context, box);
    };
  });
  const frames = await framesDuring(app, page, () => page.waitForTimeout(ms), false);
  const drawn = await page.evaluate(() => (Reflect.get(window, 'benchDrawn') as { readonly count: number }).count);
  return { drawn: Math.max(1, drawn), frames };
}

export const scriptingMs = ({ scripting }: Frames): number => scripting.reduce((sum, ms) => sum + ms, 0);

export function rows(name: string, { scripting: frames, intervals }: Frames): Row[] {
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

/** The built product, or another program's folder, in a real Electron, on a display of its own where there is none. */
export async function inWindow<T>(dataDir: string, use: (app: ElectronApplication) => Promise<T>, program: string = repo): Promise<T> {
  const executablePath = process.env['ELECTRON_EXEC_PATH'];
  if (!executablePath || !existsSync(join(repo, 'out', 'main', 'main.js')))
    throw new Error('it needs a built product and ELECTRON_EXEC_PATH: npm run bench');
  // Loaded here: its package is no part of the bundle.
  const { _electron } = createRequire(join(repo, 'package.json'))('playwright') as typeof import('playwright');
  const screen = await display();
  try {
    const args = [...holdingWindows, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), program, '--lang=en-US', '--data', dataDir];
    const app = await _electron.launch({ executablePath, args, env: screen.env });
    try {
      return await use(app);
    } finally {
      await app.close();
    }
  } finally {
    await ended(screen.server);
  }
}
