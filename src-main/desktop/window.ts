import { join } from 'node:path';
import { app, BrowserWindow, nativeTheme, shell, type WebContents } from 'electron';
import { isOwnPage, startUrl } from './app-origin';
import { WindowBounds } from './window-bounds';
import type { RuntimePaths } from '../hosts/paths';

/** Hosts whose https pages the system's browser may be asked to show. The product links nowhere yet. */
const externalHosts: ReadonlySet<string> = new Set();
const DARK = '#0b0e12';
const LIGHT = '#f3f5f6';
const REVIVE_AGAIN_MS = 10_000;

/** No window, whatever made it, leaves the page, opens another or embeds anything. Call once, before the first window. */
export function confineContents(): void {
  app.on('web-contents-created', (_event, contents) => confine(contents));
}

function confine(contents: WebContents): void {
  const stay = (event: { preventDefault(): void; url: string }): void => {
    if (isOwnPage(event.url)) return;
    event.preventDefault();
    openOutside(event.url);
  };
  contents.on('will-navigate', stay);
  contents.on('will-redirect', stay);
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    openOutside(url);
    return { action: 'deny' };
  });
}

function openOutside(address: string): void {
  if (!URL.canParse(address)) return;
  const url = new URL(address);
  if (url.protocol === 'https:' && externalHosts.has(url.host)) void shell.openExternal(url.href);
}

/** A page whose process died (out of memory, killed) is loaded anew, but not in a circle. */
function reviveCrashed(window: BrowserWindow, note: (text: string) => void): void {
  let revivedAtMs = -Infinity;
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit' || performance.now() - revivedAtMs < REVIVE_AGAIN_MS) return;
    note(`the page's process ended (${reason}); it is loaded anew`);
    revivedAtMs = performance.now();
    window.webContents.reload();
  });
}

export interface WindowOptions {
  readonly paths: RuntimePaths;
  /** Told what went wrong with it. */
  readonly note: (text: string) => void;
  /** Whether it may close now. */
  readonly mayClose: (window: BrowserWindow) => boolean;
}

/** Opens one window on the page. */
export function openWindow({ paths, note, mayClose }: WindowOptions): BrowserWindow {
  const bounds = new WindowBounds(join(paths.windowDir, 'window-bounds.json'));
  const fill = BrowserWindow.getAllWindows().length === 0 && bounds.wasMaximized();
  const window = new BrowserWindow({
    ...bounds.next(),
    minWidth: 640,
    minHeight: 480,
    show: false,
    title: app.name,
    backgroundColor: nativeTheme.shouldUseDarkColors ? DARK : LIGHT,
    webPreferences: {
      preload: paths.preloadProgram,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
    },
  });
  window.once('ready-to-show', () => (fill ? window.maximize() : window.show()));
  window.on('close', (event) => {
    bounds.save(window);
    if (!mayClose(window)) event.preventDefault();
  });
  reviveCrashed(window, note);
  window.loadURL(startUrl()).catch((error: unknown) => note(`the page could not be loaded: ${String(error)}`));
  return window;
}
