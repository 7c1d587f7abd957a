import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ElectronApplication } from 'playwright';
import type { Row } from './figures';
import { startProgramIn } from './program-window';
import { inWindow, scriptingMs, watched } from './window-frames';

const STEPS = 100_000;
const SCALARS = 9;
const WATCHED_MS = 30_000;
const BUDGET_MS = 2;

/** Its steps as fast as the curves keep every point of, then twenty a second, with a scalar that only those have. */
const PROGRAM = `
const line = (step, more = {}) => {
  const record = { step, ...more };
  for (let i = 0; i < ${SCALARS}; i++) record['scalar_' + i] = Math.sin(step / (1000 + 300 * i)) + Math.sin(step * 1.3) / 5;
  return JSON.stringify(record) + '\\n';
};
const write = (text) => new Promise((done) => process.stdout.write(text, done));
(async () => {
  let step = 0;
  while (step < ${STEPS}) {
    let text = '';
    for (let i = 0; i < 500; i++) text += line(step++);
    await write(text);
    await new Promise((done) => setTimeout(done, 100));
  }
  for (;;) {
    await new Promise((done) => setTimeout(done, 50));
    await write(line(step++, { tail: 1 / step }));
  }
})();
`;

async function longRun(app: ElectronApplication, cwd: string): Promise<Row[]> {
  const page = await startProgramIn(app, cwd, 'long.cjs');
  // All of the first steps are read.
  await page.getByText('tail').first().waitFor({ timeout: 120_000 });
  await page.waitForTimeout(3_000);
  const lines = await page.locator('.legend-row').count();
  const { drawn, frames } = await watched(app, page, WATCHED_MS);
  const value = scriptingMs(frames) / drawn;
  return [
    {
      name: `a run of ${STEPS.toLocaleString('en')} steps, ${lines} lines: scripting of the page an update, mean of ${drawn}`,
      value,
      unit: 'ms',
      ratio: { value: value / BUDGET_MS, against: `the ${BUDGET_MS} ms an update may take` },
    },
  ];
}

/** What the page's thread does for a long run that goes on each time that something new is drawn: the whole page, drawing included. */
export async function run(): Promise<{ rows: Row[] }> {
  const dir = await mkdtemp(join(tmpdir(), 'coldaisle-frames-'));
  try {
    await writeFile(join(dir, 'long.cjs'), PROGRAM);
    return { rows: await inWindow(join(dir, 'data'), (app) => longRun(app, dir)) };
  } finally {
    await rm(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}
