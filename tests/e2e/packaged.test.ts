import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { chromium, type Browser } from 'playwright';
import { loaded } from '../helpers/launch';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { definedEnv, switches } from '../integration/desktop/support';
import { removeFolder, repo, rowNumbers, startRun, temporaryFolder, tileValue, waitForStatus } from './support';

// What `npm run package` makes, started as a user would. Its fuses refuse Playwright's inspector, so the page is reached
// over Chromium's own debugging port.
let folder: string;
let program: string;
let app: ChildProcess | null = null;
let browser: Browser | null = null;

beforeAll(async () => {
  folder = await temporaryFolder();
  const packing = spawn(process.execPath, [join(repo, 'scripts', 'package.mjs'), '--folder-only', '--out', join(folder, 'dist')], {
    cwd: repo,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: definedEnv(),
  });
  packing.stdout.resume();
  expect(await once(packing, 'exit')).toEqual([0, null]);
  const [made = ''] = await readdir(join(folder, 'dist'));
  program = join(folder, 'dist', made, process.platform === 'win32' ? 'coldaisle.exe' : 'coldaisle');
});
afterAll(async () => {
  await browser?.close();
  if (app && app.exitCode === null) {
    app.kill('SIGTERM');
    await once(app, 'exit');
  }
  await removeFolder(folder);
});

it('starts with nothing of the repository in its environment, runs no code that the environment names, shows live numbers and trains', async () => {
  const clean = Object.fromEntries(
    Object.entries(definedEnv()).filter(([name]) => !name.startsWith('COLDAISLE_') && !name.startsWith('ELECTRON_')),
  );
  // What would make it run somebody else's code if it listened: each leaves a word where it ran.
  const ran = join(folder, 'ran');
  const foreign = join(folder, 'foreign.cjs');
  await writeFile(foreign, `require('node:fs').appendFileSync(${JSON.stringify(ran)}, process.argv.join(' ') + '\\n');`);
  await writeFile(join(folder, 'foreign.node'), 'no addon: loading it ends the core');
  const env = {
    ...clean,
    NODE_OPTIONS: `--require ${foreign}`,
    NODE_PATH: folder,
    ELECTRON_RUN_AS_NODE: '1',
    COLDAISLE_SQLITE_BINDING: join(folder, 'foreign.node'),
  };
  const dataDir = join(folder, 'data');
  const started = spawn(program, [...switches, '--remote-debugging-port=0', '--lang=en-US', '--data', dataDir], {
    cwd: folder,
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  app = started;
  const endpoint = await new Promise<string>((resolve, reject) => {
    started.once('exit', (code) => reject(new Error(`the packaged app ended with ${code}`)));
    createInterface({ input: started.stderr }).on('line', (line) => {
      const found = /DevTools listening on (ws:\S+)/.exec(line);
      if (found?.[1]) resolve(found[1]);
    });
  });
  await loaded(endpoint, 'Coldaisle');
  browser = await chromium.connectOverCDP(endpoint);
  const context = browser.contexts()[0];
  const page = context?.pages()[0] ?? (await context?.waitForEvent('page'));
  if (!page) throw new Error('the packaged app opened no window');
  await page.getByTestId('tile-it-power').waitFor();
  await expect.poll(() => tileValue(page, 'it-power'), { timeout: 30_000 }).toBeGreaterThan(0);
  await startRun(page, { epochs: '2' });
  await waitForStatus(page, 'succeeded');
  expect((await rowNumbers(page.getByTestId('run-result'), /^Test/))[1]).toBeGreaterThan(0.85);
  expect(existsSync(ran)).toBe(false);
});
