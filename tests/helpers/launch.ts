import { spawnSync } from 'node:child_process';
import type { ElectronApplication } from 'playwright';

const ATTEMPTS = 3;
const PATIENCE_MS = 20_000;

/**
 * Starts Electron under Playwright. On a busy machine Playwright, which attaches to Node's and to Chromium's debugger one
 * after the other, now and then misses the moment and waits for good; such a start is killed (by its `--data`) and tried
 * again. A start that hangs for the product's own reasons fails every time.
 */
export async function launchAgain(start: () => Promise<ElectronApplication>, dataDir: string): Promise<ElectronApplication> {
  for (let attempt = 1; ; attempt++) {
    const stuck = setTimeout(() => spawnSync('pkill', ['-KILL', '-f', '--', `--data ${dataDir}`]), PATIENCE_MS);
    try {
      return await start();
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
      process.stderr.write(`Electron did not answer Playwright; starting it again (attempt ${attempt + 1})\n`);
    } finally {
      clearTimeout(stuck);
    }
  }
}
