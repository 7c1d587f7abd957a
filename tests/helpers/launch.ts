import { join } from 'node:path';
import { repoRoot } from './repo-root';

/** Words to put before those of an Electron that Playwright starts, so that it has attached before a window opens. */
export const holdingWindows: readonly string[] = ['-r', join(repoRoot, 'tests', 'helpers', 'hold-windows.cjs')];

/** Waits until a page's first load is over, and so until Playwright may attach to Chromium at this DevTools address. */
export async function loaded(endpoint: string, title: string): Promise<void> {
  const list = `http://${new URL(endpoint).host}/json/list`;
  for (;;) {
    const targets = (await (await fetch(list)).json()) as readonly { type: string; title: string }[];
    // The title comes from the loaded document.
    if (targets.some((target) => target.type === 'page' && target.title === title)) return;
    await new Promise((turn) => setTimeout(turn, 100));
  }
}
