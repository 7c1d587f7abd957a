import { createServer, STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Log } from '@shared/base/log';
import { WebSocketServer, type WebSocket } from 'ws';
import { PROTOCOL } from '@shared/rpc/protocol';
import { createToken, isOwnHost, checkUpgrade } from './gate';
import { pageHeaders, readPageFile } from '../page-files';
import { socketPort } from './socket-port';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Download } from '../../core/transfer/exports';
import type { Port } from '@shared/rpc/port';

/** Only this machine can connect. */
const LOOPBACK = '127.0.0.1';
const MAX_MESSAGE_BYTES = 1024 * 1024;
const MAX_CONNECTIONS = 64;
const PING_MS = 30_000;

export interface ConsoleServerOptions {
  /** 0 = any free one. */
  readonly port: number;
  readonly rendererDir: string;
  /** Called for each page that passed the gate. */
  readonly connect: (port: Port) => void;
  /** The file of an export, by the id in its address; null = there is none, or it was fetched already. */
  readonly download: (id: string) => Download | null;
  readonly log: Log;
}

export interface ConsoleServer {
  readonly port: number;
  /** The page's address, of no use without the token. */
  readonly address: string;
  /** Opens the page as `#token=…` after its address. Shown to the person or kept in a file of theirs, and logged nowhere. */
  readonly token: string;
  /** Closes every connection, then the server. Safe twice; both calls wait. */
  close(): Promise<void>;
}

/** Serves the page and its connection on loopback. Rejects with Node's error when the port cannot be had (EADDRINUSE, EACCES). */
export async function startConsoleServer(options: ConsoleServerOptions): Promise<ConsoleServer> {
  const token = createToken();
  const http = createServer({ requestTimeout: 30_000, headersTimeout: 10_000, keepAliveTimeout: 5_000 });
  await listen(http, options.port);
  const { port } = http.address() as AddressInfo;
  const sockets = new Set<WebSocket>();
  const gate = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: MAX_MESSAGE_BYTES,
    perMessageDeflate: false,
    handleProtocols: () => PROTOCOL,
  });

  http.on('request', (request, response) => {
    answer(request, response, port, options).catch((error: unknown) => {
      options.log('error', `could not serve the page: ${String(error)}`);
      refuseRequest(response, 500);
    });
  });
  http.on('upgrade', (request, stream, head) => {
    stream.on('error', () => stream.destroy());
    const decision = checkUpgrade(request, port, token);
    if (!decision.ok) {
      options.log('warn', `refused a connection: ${decision.reason}`);
      refuseUpgrade(stream, decision.status);
      return;
    }
    if (sockets.size >= MAX_CONNECTIONS) {
      options.log('warn', `refused a connection: ${MAX_CONNECTIONS} are open`);
      refuseUpgrade(stream, 503);
      return;
    }
    gate.handleUpgrade(request, stream, head, (socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
      watchPulse(socket);
      options.connect(socketPort(socket, (text) => options.log('warn', text)));
    });
  });
  http.on('clientError', (_error, stream) => stream.destroy());

  let closing: Promise<void> | null = null;
  return {
    port,
    address: `http://${LOOPBACK}:${port}/`,
    token,
    close: () => (closing ??= closeAll(http, gate, sockets)),
  };
}

function listen(http: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    http.once('error', reject);
    http.listen(port, LOOPBACK, () => {
      http.off('error', reject);
      resolve();
    });
  });
}

async function answer(request: IncomingMessage, response: ServerResponse, port: number, options: ConsoleServerOptions): Promise<void> {
  if (!isOwnHost(request.headers.host, port)) return refuseRequest(response, 403);
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuseRequest(response, 405);
  const path = (request.url ?? '').split(/[?#]/, 1)[0] ?? '';
  const id = /^\/export\/([\w-]+)$/.exec(path)?.[1];
  if (id !== undefined) return sendExport(request, response, options.download(id));
  const file = await readPageFile(options.rendererDir, path, [`ws://127.0.0.1:${port}`, `ws://localhost:${port}`]);
  if (!file) return refuseRequest(response, 404);
  response.writeHead(200, { ...file.headers, 'Content-Length': file.body.length });
  response.end(request.method === 'HEAD' ? undefined : file.body);
}

/** As it is made, held back by a browser that is slow to take it. One that goes away ends the export. */
async function sendExport(request: IncomingMessage, response: ServerResponse, file: Download | null): Promise<void> {
  if (request.method !== 'GET') return refuseRequest(response, 405);
  if (file === null) return refuseRequest(response, 404);
  response.writeHead(200, {
    ...pageHeaders(),
    'Content-Type': file.type,
    'Content-Disposition': disposition(file.name),
    'Cache-Control': 'no-store',
  });
  // Why it did not come to its end, the export itself tells.
  await pipeline(Readable.from(file.chunks, { objectMode: true, highWaterMark: 1 }), response).catch(() => undefined);
}

/** Names beyond ASCII, and signs that a header cannot hold, go by their second form (RFC 6266). */
function disposition(name: string): string {
  const plain = name.replace(/[^\w. -]/g, '_');
  const whole = encodeURIComponent(name).replace(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
  return plain === name ? `attachment; filename="${name}"` : `attachment; filename="${plain}"; filename*=UTF-8''${whole}`;
}

function refuseRequest(response: ServerResponse, status: number): void {
  if (!response.headersSent)
    response.writeHead(status, {
      ...pageHeaders(),
      'Content-Type': 'text/plain; charset=utf-8',
      ...(status === 405 ? { Allow: 'GET, HEAD' } : {}),
    });
  response.end(`${status} ${STATUS_CODES[status] ?? ''}\n`);
}

function refuseUpgrade(stream: Duplex, status: number): void {
  stream.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

/** A page whose machine slept or whose process hangs answers no ping and is let go. */
function watchPulse(socket: WebSocket): void {
  let alive = true;
  const timer = setInterval(() => {
    if (!alive) {
      socket.terminate();
      return;
    }
    alive = false;
    socket.ping();
  }, PING_MS);
  socket.on('pong', () => {
    alive = true;
  });
  socket.on('close', () => clearInterval(timer));
}

async function closeAll(http: Server, gate: WebSocketServer, sockets: ReadonlySet<WebSocket>): Promise<void> {
  const closed = new Promise<void>((resolve) => http.close(() => resolve()));
  gate.close();
  for (const socket of sockets) socket.close(1001, 'the console is closing');
  const grace = setTimeout(() => {
    for (const socket of sockets) socket.terminate();
    http.closeAllConnections();
  }, 500);
  http.closeIdleConnections();
  await closed;
  clearTimeout(grace);
}
