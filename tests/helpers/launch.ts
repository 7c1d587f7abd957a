import { spawnSync } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import type { ElectronApplication } from 'playwright';

const ATTEMPTS = 3;
const PATIENCE_MS = 25_000;

/** Ends every process of the app that was started with this data folder. */
export function killApp(dataDir: string): void {
  spawnSync('pkill', ['-KILL', '-f', '--', `--data ${dataDir}`]);
}

/**
 * What `attach` gives. On a busy machine Playwright, which attaches to Node's and to Chromium's debugger one after the
 * other, now and then misses the moment and waits for good; such an app is killed (by its `--data`) and started again. A
 * start that hangs for the product's own reasons fails every time.
 */
export async function attachAgain<T>(attach: () => Promise<T>, dataDir: string): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    const patience = new AbortController();
    const attached = attach();
    try {
      return await Promise.race([attached, wait(PATIENCE_MS, undefined, { signal: patience.signal }).then((): never => { throw new Error(`Electron did not answer Playwright within ${PATIENCE_MS / 1000} s`); })]);
    } catch (error) {
      // What comes of it now is of no use, nor is its failure.
      attached.catch(() => undefined);
      killApp(dataDir);
      if (attempt === ATTEMPTS) throw error;
      process.stderr.write(`${String(error)}; starting it again (attempt ${attempt + 1})\n`);
    } finally {
      patience.abort();
    }
  }
}

/** Starts Electron under Playwright, as {@link attachAgain}, until its first window answers. */
export function launchAgain(start: () => Promise<ElectronApplication>, dataDir: string): Promise<ElectronApplication> {
  return attachAgain(async () => {
    const app = await start();
    const page = await app.firstWindow();
    await page.evaluate(() => document.readyState);
    return app;
  }, dataDir);
}
