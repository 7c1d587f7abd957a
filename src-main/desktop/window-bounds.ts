import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { BrowserWindow, screen, type Rectangle } from 'electron';
import { z } from 'zod';

const Saved = z.object({
  x: z.number().int(),
  y: z.number().int(),
  width: z.number().int().min(100).max(20_000),
  height: z.number().int().min(100).max(20_000),
  maximized: z.boolean(),
});
type Saved = z.infer<typeof Saved>;
const DEFAULT_SIZE = { width: 1280, height: 840 };
/** How far a second window stands off the first. */
const STEP = 28;

/** Remembers where the window stood. A file that cannot be read or written costs that memory and nothing else. */
export class WindowBounds {
  constructor(private readonly file: string) {}

  /** Where a new window belongs: beside the one in front, or where the last one stood if that is still on a screen. */
  next(): Partial<Rectangle> {
    const front = BrowserWindow.getFocusedWindow() ?? BrowserWindow.getAllWindows().at(-1);
    if (front) {
      const { x, y, width, height } = front.getNormalBounds();
      return { x: x + STEP, y: y + STEP, width, height };
    }
    const saved = this.load();
    if (!saved) return DEFAULT_SIZE;
    const { x, y, width, height } = saved;
    return onScreen(saved) ? { x, y, width, height } : { width, height };
  }

  save(window: BrowserWindow): void {
    const saved: Saved = { ...window.getNormalBounds(), maximized: window.isMaximized() };
    try {
      mkdirSync(dirname(this.file), { recursive: true });
      writeFileSync(this.file, JSON.stringify(saved));
    } catch (error) {
      process.stderr.write(`the window's place could not be remembered: ${String(error)}\n`);
    }
  }

  /** Whether the last window filled its screen. */
  wasMaximized(): boolean {
    return this.load()?.maximized ?? false;
  }

  private load(): Saved | null {
    try {
      return Saved.parse(JSON.parse(readFileSync(this.file, 'utf8')));
    } catch {
      // None yet, or one that somebody edited: the default place will do.
      return null;
    }
  }
}

/** Enough of the title bar must lie on a screen to take hold of it. */
function onScreen({ x, y, width }: Rectangle): boolean {
  return screen.getAllDisplays().some(({ workArea }) => {
    const visible = Math.min(x + width, workArea.x + workArea.width) - Math.max(x, workArea.x);
    return visible >= 100 && y >= workArea.y && y < workArea.y + workArea.height - 30;
  });
}
