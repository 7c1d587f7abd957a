import { app, protocol, session } from 'electron';
import { pageHeaders, readPageFile } from '../hosts/page-files';

const SCHEME = 'coldaisle';
const HOST = 'app';
/** Where the page lives. A standard, secure scheme of our own: unlike file:, it has an origin and sees nothing but the page's files. */
const APP_URL = `${SCHEME}://${HOST}/index.html`;

/** Must run before the app is ready. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);
}

/** Serves the built page, and denies it every permission but to fill the screen with a chart. Call when the app is ready. */
export function serveApp(rendererDir: string): void {
  protocol.handle(SCHEME, async (request) => {
    const url = new URL(request.url);
    const file = request.method === 'GET' && url.host === HOST ? await readPageFile(rendererDir, url.pathname) : null;
    if (!file) return new Response('404\n', { status: 404, headers: { ...pageHeaders(), 'Content-Type': 'text/plain; charset=utf-8' } });
    return new Response(new Uint8Array(file.body), { headers: file.headers });
  });
  session.defaultSession.setPermissionRequestHandler((contents, permission, answer) =>
    answer(permission === 'fullscreen' && isOwnPage(contents.getURL())),
  );
  session.defaultSession.setPermissionCheckHandler(() => false);
  session.defaultSession.setDevicePermissionHandler(() => false);
}

/** The address windows load: the built page, or in development electron-vite's server. */
export function startUrl(): string {
  return devServer() ?? APP_URL;
}

/** Whether this address is the page's own. Everything a window asks of the desktop is checked by it. */
export function isOwnPage(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const url = new URL(address);
  if (url.protocol === `${SCHEME}:` && url.host === HOST) return true;
  const dev = devServer();
  return dev !== null && url.origin === new URL(dev).origin;
}

function devServer(): string | null {
  const address = process.env['ELECTRON_RENDERER_URL'];
  return address && !app.isPackaged && URL.canParse(address) ? address : null;
}
