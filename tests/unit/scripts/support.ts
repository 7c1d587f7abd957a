import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';
import { onTestFinished } from 'vitest';

/** A folder of this test's own, gone with it. */
export async function temporaryFolder(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'coldaisle-setup-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

/** Points the set-up at an empty cache of this test's own. */
export async function emptyCache(): Promise<string> {
  const dir = await temporaryFolder();
  const before = process.env['COLDAISLE_CACHE'];
  process.env['COLDAISLE_CACHE'] = dir;
  onTestFinished(() => {
    if (before === undefined) delete process.env['COLDAISLE_CACHE'];
    else process.env['COLDAISLE_CACHE'] = before;
  });
  return dir;
}

export interface Loopback {
  readonly url: string;
  /** Every request so far, as `METHOD path` and, when asked for a part, its range. */
  readonly requests: string[];
}

export type Handler = (request: IncomingMessage, response: ServerResponse, nth: number) => void;

/** A real HTTP server on loopback; `nth` counts its requests from 1. */
export async function serve(handler: Handler): Promise<Loopback> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const range = request.headers.range;
    requests.push(`${request.method} ${request.url}${range ? ` ${range}` : ''}`);
    handler(request, response, requests.length);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

/** An address of this machine where nothing listens. */
export async function closedAddress(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return `http://127.0.0.1:${port}`;
}

/** Answers with the whole body, or with the part that was asked for. */
export function answer(body: Buffer, request: IncomingMessage, response: ServerResponse): void {
  const from = /^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1];
  if (from === undefined) {
    response.writeHead(200, { 'content-length': body.length });
    response.end(request.method === 'HEAD' ? undefined : body);
    return;
  }
  const start = Number(from);
  if (start >= body.length) {
    response.writeHead(416, { 'content-range': `bytes */${body.length}` }).end();
    return;
  }
  response.writeHead(206, { 'content-length': body.length - start, 'content-range': `bytes ${start}-${body.length - 1}/${body.length}` });
  response.end(body.subarray(start));
}

/** Answers, but breaks the connection after so many bytes of the body. */
export function answerAndBreak(body: Buffer, bytes: number, request: IncomingMessage, response: ServerResponse): void {
  const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  response.writeHead(start > 0 ? 206 : 200, {
    'content-length': body.length - start,
    ...(start > 0 ? { 'content-range': `bytes ${start}-${body.length - 1}/${body.length}` } : {}),
  });
  response.write(body.subarray(start, start + bytes), () => response.destroy());
}

export function someBytes(length: number): Buffer {
  return randomBytes(length);
}

export function sha256(body: Buffer): { algorithm: 'sha256'; hex: string } {
  return { algorithm: 'sha256', hex: createHash('sha256').update(body).digest('hex') };
}

export interface ZipFile {
  readonly name: string;
  readonly content?: Buffer | string;
  /** Unix mode with its file type; a plain 0o100644 file by default. */
  readonly mode?: number;
  readonly stored?: boolean;
}

/** A small zip archive in the layout that the common tools write. */
export function makeZip(files: readonly ZipFile[]): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content = '', mode = 0o100644, stored = false } of files) {
    const raw = Buffer.from(content);
    const packed = stored ? raw : deflateRawSync(raw);
    const nameBytes = Buffer.from(name);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(stored ? 0 : 8, 4);
    common.writeUInt32LE(crc32(raw), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(raw.length, 18);
    common.writeUInt16LE(nameBytes.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, nameBytes, packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE((mode << 16) >>> 0, 6);
    tail.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02'), Buffer.from([20, 3]), common, tail, nameBytes]));
    locals.push(local);
    offset += local.length;
  }
  const entries = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(files.length, 4);
  end.writeUInt16LE(files.length, 6);
  end.writeUInt32LE(entries.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...locals, entries, Buffer.from('PK\x05\x06'), end]);
}

/** An ungzipped ustar archive as npm packs it. */
export function makeTar(files: readonly { name: string; content: Buffer }[]): Buffer {
  const blocks: Buffer[] = [];
  for (const { name, content } of files) {
    const header = Buffer.alloc(512);
    header.write(name, 0);
    header.write(content.length.toString(8).padStart(11, '0'), 124);
    header.write('0', 156);
    header.write('ustar', 257);
    blocks.push(header, content, Buffer.alloc((512 - (content.length % 512)) % 512));
  }
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}
