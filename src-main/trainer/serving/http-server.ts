import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { message, MessageError } from '@shared/text/message';
import { isLoopback } from '@shared/model/serving';
import type { Answer } from './rest-api';
import { ServingError } from './serving-error';
import { showsToken } from './token';

const unpack = promisify(gunzip);

/** Longest body, as it comes and unpacked, bytes. */
export const BODY_MAX = 64 * 2 ** 20;
/** What bodies may take together while they come in, bytes. */
const BODIES_MAX = 4 * BODY_MAX;
const MAX_CONNECTIONS = 1_024;
/** From the request's first byte to its last, ms. */
const REQUEST_MS = 60_000;
/** Longer than the clients' own: a connection that both close at once loses a request. */
const KEEP_ALIVE_MS = 65_000;
/** How long requests under way may take once the server ends, ms. */
const CLOSE_MS = 3_000;

export interface HttpServerOptions {
  readonly host: string;
  readonly port: number;
  /** Null = whoever reaches it may ask. */
  readonly token: string | null;
  readonly answer: (method: string, path: string, body: string, isGone: () => boolean) => Promise<Answer>;
  /** Told of each request once it is answered. `predictions`: its rows, 0 of one that failed; `ms`: from its last byte to the answer. */
  readonly onAnswered: (figures: { readonly status: number; readonly predictions: number; readonly ms: number }) => void;
}

export interface HttpServer {
  readonly port: number;
  /** Lets requests under way end, and takes no others. */
  close(): Promise<void>;
}

/** Listens for requests. @throws MessageError where the address cannot be had */
export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const { host, token, onAnswered } = options;
  let isClosing = false;
  let receiving = 0;
  const server = createServer({ requestTimeout: REQUEST_MS, headersTimeout: 10_000, keepAliveTimeout: KEEP_ALIVE_MS });
  server.maxConnections = MAX_CONNECTIONS;

  /** What of a request decides before its body is read. @throws ServingError */
  const admit = (request: IncomingMessage): void => {
    if (isClosing) throw new ServingError('Unavailable', 'The server is ending');
    if (token !== null && !showsToken(request.headers.authorization, token))
      throw new ServingError('Unauthenticated', 'The token is missing or wrong: Authorization: Bearer TOKEN');
    // A foreign name means that somebody's DNS name points here (DNS rebinding): a page would count as this machine.
    if (token === null && !isLoopback(hostName(request.headers.host)))
      throw new ServingError('PermissionDenied', 'The Host header is not this machine');
    const announced = Number(request.headers['content-length'] ?? 0);
    if (announced > BODY_MAX) throw tooLarge();
  };

  const read = async (request: IncomingMessage): Promise<string> => {
    const parts: Buffer[] = [];
    let bytes = 0;
    try {
      for await (const part of request as AsyncIterable<Buffer>) {
        bytes += part.length;
        receiving += part.length;
        if (bytes > BODY_MAX) throw tooLarge();
        if (receiving > BODIES_MAX) throw new ServingError('Unavailable', 'Too many large requests come in at once');
        parts.push(part);
      }
    } finally {
      receiving -= bytes;
    }
    const whole = parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
    if (request.headers['content-encoding'] !== 'gzip') return whole.toString('utf8');
    const plain = await unpack(whole, { maxOutputLength: BODY_MAX }).catch((error: unknown) => {
      throw new ServingError('InvalidArgument', `The body cannot be unpacked as gzip: ${String(error)}`);
    });
    return plain.toString('utf8');
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let startedMs = performance.now();
    let predictions = 0;
    let status = 200;
    let body: string;
    try {
      admit(request);
      const text = await read(request);
      startedMs = performance.now();
      const path = (request.url ?? '').split('?')[0] ?? '';
      const answered = await options.answer(request.method ?? '', path, text, () => response.destroyed);
      ({ body, predictions } = answered);
    } catch (error) {
      const failure =
        error instanceof ServingError ? error : new ServingError('Internal', error instanceof Error ? error.message : String(error));
      if (failure.code === 'Internal') console.error(error);
      status = failure.httpStatus;
      body = `{ "error": ${JSON.stringify(failure.message)} }`;
      if (failure.code === 'Unavailable') response.setHeader('Retry-After', '1');
      if (failure.code === 'Unauthenticated') response.setHeader('WWW-Authenticate', 'Bearer');
      // What is still to come of it is not read.
      if (!request.complete) response.setHeader('Connection', 'close');
    }
    if (isClosing) response.setHeader('Connection', 'close');
    onAnswered({ status, predictions, ms: performance.now() - startedMs });
    response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) });
    response.end(body);
  };

  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    // Who leaves in the midst of a request or an answer is gone.
    request.on('error', () => undefined);
    response.on('error', () => undefined);
    void handle(request, response).catch((error: unknown) => {
      console.error(error);
      response.destroy();
    });
  });
  await listen(server, host, options.port);
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      isClosing = true;
      return new Promise((resolve) => {
        const limit = setTimeout(() => server.closeAllConnections(), CLOSE_MS);
        server.close(() => {
          clearTimeout(limit);
          resolve();
        });
        server.closeIdleConnections();
      });
    },
  };
}

const tooLarge = (): ServingError => new ServingError('TooLarge', `The body is larger than ${BODY_MAX} bytes`);

/** The name in a Host header, without the port. */
const hostName = (header: string | undefined): string => (header ?? '').replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const words =
        error.code === 'EADDRINUSE'
          ? message('message.serving.portTaken', { host, port })
          : message('message.serving.noListen', { host, port, why: error.message });
      reject(new MessageError(words, { cause: error }));
    });
    server.listen(port, host, resolve);
  });
}
