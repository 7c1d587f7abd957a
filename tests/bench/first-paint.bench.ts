import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ElectronApplication, Page } from 'playwright';
import { toCompare, toDevice, toPage, toSettings } from '../../src-renderer/app/paths';
import { median, type Row } from './figures';
import { inWindow } from './window-frames';

const STARTS = 5;
const VISITS = 5;

/** A window without a product, which is as fast as Electron starts here. */
const BARE = {
  'package.json': JSON.stringify({ name: 'bare', version: '0.0.0', main: 'main.js' }),
  'main.js': `const { app, BrowserWindow } = require('electron');
app.whenReady().then(() => new BrowserWindow({ width: 1280, height: 800 }).loadFile(__dirname + '/page.html'));
app.on('window-all-closed', () => app.quit());`,
  'page.html': '<!doctype html><title>Bare</title><h1>Bare</h1>',
};

const pages: readonly (readonly [name: string, address: string])[] = [
  ['Training', toPage('training')],
  ['Compare', toCompare('')],
  ['History', toPage('history')],
  ['Processes', toPage('processes')],
  ['Energy', toPage('energy')],
  ['Cooling', toPage('cooling')],
  ['a device', toDevice('host')],
  ['Settings', toSettings()],
  ['Doctor', toPage('doctor')],
  ['Room', toPage('room')],
];

interface Paint {
  /** From the start of the process until the window shows something, and of it what its page took, ms. */
  readonly sinceStartMs: number;
  readonly sinceLoadMs: number;
}

async function firstPaint(app: ElectronApplication, page: Page): Promise<Paint> {
  const createdMs = await app.evaluate(() => process.getCreationTime());
  if (createdMs === null) throw new Error('the process does not tell when it began');
  const { atMs, startTime } = await page.evaluate(
    () =>
      new Promise<{ atMs: number; startTime: number }>((done) => {
        new PerformanceObserver((list) => {
          const [paint] = list.getEntriesByName('first-contentful-paint');
          if (paint) done({ atMs: performance.timeOrigin + paint.startTime, startTime: paint.startTime });
        }).observe({ type: 'paint', buffered: true });
      }),
  );
  return { sinceStartMs: atMs - createdMs, sinceLoadMs: startTime };
}

/** From the change of the address until the page's heading is on the screen, ms. */
async function visit(page: Page, address: string): Promise<number> {
  return page.evaluate(async (hash) => {
    const before = document.querySelector('main h1');
    const frame = (): Promise<number> => new Promise((done) => requestAnimationFrame(done));
    const startedMs = performance.now();
    window.location.hash = hash;
    for (;;) {
      await frame();
      const heading = document.querySelector('main h1');
      if (heading !== null && heading !== before) break;
      if (performance.now() - startedMs > 30_000) throw new Error(`${hash} shows no heading`);
    }
    // What this frame draws is on the screen when the next one begins.
    await frame();
    return performance.now() - startedMs;
  }, address);
}

const paintOf = (dataDir: string, program?: string): Promise<Paint> =>
  inWindow(dataDir, async (app) => firstPaint(app, await app.firstWindow()), program);

/** How soon something is seen: of the whole window after a start, and of each page, fetched for the first time and at hand. */
export async function run(): Promise<{ rows: Row[] }> {
  const dir = await mkdtemp(join(tmpdir(), 'coldaisle-paint-'));
  try {
    for (const [name, text] of Object.entries(BARE)) await writeFile(join(dir, name), text);
    const dataDir = join(dir, 'data');
    const [own, bare]: [Paint[], Paint[]] = [[], []];
    // One start of each first: the database is made, and the system has read the files. Then turn by turn.
    for (let time = 0; time <= STARTS; time++) {
      const [ownPaint, barePaint] = [await paintOf(dataDir), await paintOf(dataDir, dir)];
      if (time === 0) continue;
      own.push(ownPaint);
      bare.push(barePaint);
    }
    const row = (name: string, figure: keyof Paint): Row => ({
      name,
      value: median(own.map((paint) => paint[figure])),
      unit: 'ms',
      ratio: {
        value: median(own.map((paint, i) => paint[figure] / (bare[i]?.[figure] ?? NaN))),
        against: `an Electron with an empty page, turn by turn (median ${median(bare.map((paint) => paint[figure])).toFixed(0)} ms)`,
      },
    });
    const visits = await inWindow(dataDir, async (app) => {
      const page = await app.firstWindow();
      await page.getByTestId('nav-history').waitFor();
      const all: Row[] = [];
      const first = new Map<string, number>();
      for (const [name, address] of pages) first.set(name, await visit(page, address));
      await page.waitForTimeout(3_000);
      const again = new Map<string, number[]>(pages.map(([name]) => [name, []]));
      for (let time = 0; time < VISITS; time++) for (const [name, address] of pages) again.get(name)?.push(await visit(page, address));
      for (const [name] of pages) {
        const [value, later] = [first.get(name) ?? NaN, median(again.get(name) ?? [])];
        all.push({
          name: `${name}: from the press until its heading is seen`,
          value: later,
          unit: 'ms',
          ratio: { value: later / value, against: `the first time, ${value.toFixed(0)} ms` },
        });
      }
      return all;
    });
    return {
      rows: [
        row('from the start until the window shows something', 'sinceStartMs'),
        row('… of it in the page itself', 'sinceLoadMs'),
        ...visits,
      ],
    };
  } finally {
    await rm(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}
