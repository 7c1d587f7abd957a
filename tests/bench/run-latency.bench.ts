import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ElectronApplication } from 'playwright';
import { quantile, type Row } from './figures';
import { startProgramIn } from './program-window';
import { inWindow } from './window-frames';

const VALUES = 40;
const BUDGET_MS = 1_000;

/** A number a line, each another one, at moments that no clock of the product knows; what it prints, and when, it also keeps in a file. */
const PROGRAM = `
const fs = require('node:fs');
(async () => {
  for (let i = 1; i <= ${VALUES}; i++) {
    await new Promise((done) => setTimeout(done, 900 + (i * 377) % 700));
    fs.appendFileSync('printed.json', JSON.stringify([i, Date.now()]) + '\\n');
    fs.writeSync(1, 'step=' + i + ' loss=' + i + '\\n');
  }
  while (!fs.existsSync('go')) await new Promise((done) => setTimeout(done, 50));
})();
`;

async function latency(app: ElectronApplication, cwd: string): Promise<Row[]> {
  const page = await startProgramIn(app, cwd, 'values.cjs');
  await page.locator('.legend-value[data-track="loss"]').waitFor();
  // The value beside the chart is written in the frame in which its point is drawn.
  await page.evaluate(() => {
    const seen: [number, number][] = [];
    Object.assign(window, { benchSeen: seen });
    const look = (): void => {
      const value = Number(document.querySelector('.legend-value[data-track="loss"]')?.textContent);
      if (value > 0 && seen.at(-1)?.[0] !== value) seen.push([value, Date.now()]);
      requestAnimationFrame(look);
    };
    look();
  });
  await page.waitForFunction((last) => (Reflect.get(window, 'benchSeen') as [number, number][]).at(-1)?.[0] === last, VALUES, {
    timeout: VALUES * 5_000,
  });
  const seen = new Map(await page.evaluate(() => Reflect.get(window, 'benchSeen') as [number, number][]));
  const printed = (await readFile(join(cwd, 'printed.json'), 'utf8')).trim().split('\n');
  await writeFile(join(cwd, 'go'), '');
  const times = printed.flatMap((line) => {
    const [value, atMs] = JSON.parse(line) as [number, number];
    const seenMs = seen.get(value);
    return seenMs === undefined ? [] : [seenMs - atMs];
  });
  if (times.length < VALUES / 2) throw new Error(`only ${times.length} of ${VALUES} values were seen`);
  return ([0.5, 0.95, 1] as const).map((share) => ({
    name: `from a printed value to its frame, ${share === 0.5 ? 'median' : share === 1 ? 'the longest' : '95 of 100'} of ${times.length}`,
    value: quantile(times, share),
    unit: 'ms',
    ratio: { value: quantile(times, share) / BUDGET_MS, against: 'the second that it may take' },
  }));
}

/** How long it takes from the moment at which any program prints a number until the window shows it, by the wall clock of both. */
export async function run(): Promise<{ rows: Row[] }> {
  const dir = await mkdtemp(join(tmpdir(), 'coldaisle-latency-'));
  try {
    await writeFile(join(dir, 'values.cjs'), PROGRAM);
    return { rows: await inWindow(join(dir, 'data'), (app) => latency(app, dir)) };
  } finally {
    await rm(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}
