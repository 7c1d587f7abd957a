import { readFile } from 'node:fs/promises';
import { extname, resolve, sep } from 'node:path';

const mimeTypes: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.woff2': 'font/woff2',
};

export interface PageFile {
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Headers of every file of the page, whichever way it is served. Nothing may be loaded from, sent to or framed by
 * anybody else; no script or style sheet that is not a file of ours runs.
 * @param connect further origins the page may connect to, e.g. its WebSocket's
 */
export function pageHeaders(connect: readonly string[] = []): Record<string, string> {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    ["connect-src 'self'", ...connect].join(' '),
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ];
  return {
    'Content-Security-Policy': policy.join('; '),
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Permissions-Policy': 'camera=(), geolocation=(), microphone=(), usb=(), serial=()',
  };
}

/**
 * The file of the page a URL path names ("/" is index.html), or null when there is none. Nothing outside of the folder
 * and no type the page does not use is ever read.
 * @param urlPath still percent-encoded, beginning with "/"
 */
export async function readPageFile(rendererDir: string, urlPath: string, connect: readonly string[] = []): Promise<PageFile | null> {
  const path = filePath(rendererDir, urlPath);
  const type = path && mimeTypes[extname(path).toLowerCase()];
  if (!path || !type) return null;
  const body = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (['ENOENT', 'EISDIR', 'ENOTDIR', 'EACCES', 'ENAMETOOLONG'].includes(error.code ?? '')) return null;
    throw error;
  });
  if (!body) return null;
  // The build puts a hash of the content in the name of everything under assets/.
  const cache = path.startsWith(resolve(rendererDir, 'assets') + sep) ? 'public, max-age=31536000, immutable' : 'no-cache';
  return { body, headers: { ...pageHeaders(connect), 'Content-Type': type, 'Cache-Control': cache } };
}

function filePath(rendererDir: string, urlPath: string): string | null {
  let path: string;
  try {
    path = decodeURIComponent(urlPath);
  } catch {
    return null;
  }
  if (!path.startsWith('/') || /[\0\\:]/.test(path)) return null;
  const root = resolve(rendererDir);
  const file = resolve(root, `.${path === '/' ? '/index.html' : path}`);
  return file.startsWith(root + sep) ? file : null;
}
