import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { download } from '../../../scripts/setup/download.mjs';
import { answer, answerAndBreak, closedAddress, serve, sha256, someBytes, temporaryFolder } from './support';

const quick = { backoffMs: 1, retries: 3 };

async function setting(length = 300_000) {
  const dir = await temporaryFolder();
  const body = someBytes(length);
  return { body, checksum: sha256(body), file: join(dir, 'thing.zip'), part: join(dir, 'thing.zip.part') };
}

describe('download', () => {
  it('fetches a file, tells its progress and leaves no part behind', async () => {
    const { body, checksum, file, part } = await setting();
    const server = await serve((request, response) => answer(body, request, response));
    const fractions: (number | null)[] = [];
    await download(`${server.url}/thing.zip`, file, checksum, { ...quick, onProgress: (fraction) => fractions.push(fraction) });
    expect(body.equals(await readFile(file))).toBe(true);
    expect(existsSync(part)).toBe(false);
    expect(fractions.at(-1)).toBe(1);
  });

  it('continues a broken download at the byte where it ended', async () => {
    const { body, checksum, file } = await setting();
    const server = await serve((request, response, nth) =>
      nth === 1 ? answerAndBreak(body, 100_000, request, response) : answer(body, request, response),
    );
    await download(`${server.url}/thing.zip`, file, checksum, quick);
    expect(body.equals(await readFile(file))).toBe(true);
    expect(server.requests).toEqual(['GET /thing.zip', expect.stringMatching(/^GET \/thing\.zip bytes=[1-9]\d*-$/)]);
  });

  it('continues what an earlier start left', async () => {
    const { body, checksum, file, part } = await setting();
    await writeFile(part, body.subarray(0, 120_000));
    const server = await serve((request, response) => answer(body, request, response));
    await download(`${server.url}/thing.zip`, file, checksum, quick);
    expect(body.equals(await readFile(file))).toBe(true);
    expect(server.requests).toEqual(['GET /thing.zip bytes=120000-']);
  });

  it('takes the whole file from a server that knows no ranges', async () => {
    const { body, checksum, file, part } = await setting();
    await writeFile(part, someBytes(5_000));
    const server = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': body.length });
      response.end(body);
    });
    await download(`${server.url}/thing.zip`, file, checksum, quick);
    expect(body.equals(await readFile(file))).toBe(true);
  });

  it.each([
    ['of another file', 120_000],
    ['longer than the file', 400_000],
  ])('throws away a part %s and starts afresh', async (_what, length) => {
    const { body, checksum, file, part } = await setting();
    await writeFile(part, someBytes(length));
    const server = await serve((request, response) => answer(body, request, response));
    await download(`${server.url}/thing.zip`, file, checksum, quick);
    expect(body.equals(await readFile(file))).toBe(true);
    expect(server.requests.at(-1)).toBe('GET /thing.zip');
  });

  it('refuses a file whose checksum is wrong, and keeps nothing of it', async () => {
    const { checksum, file, part } = await setting();
    const other = someBytes(300_000);
    const server = await serve((request, response) => answer(other, request, response));
    await expect(download(`${server.url}/thing.zip`, file, checksum, quick)).rejects.toThrow(/sha256 is .+ recorded is .+Start again/);
    expect([existsSync(file), existsSync(part)]).toEqual([false, false]);
    expect(server.requests).toHaveLength(2);
  });

  it('gives up on a connection that always breaks before a byte, and keeps what it had', async () => {
    const { body, checksum, file, part } = await setting();
    await writeFile(part, body.subarray(0, 1_000));
    const server = await serve((request, response) => answerAndBreak(body, 0, request, response));
    await expect(download(`${server.url}/thing.zip`, file, checksum, quick)).rejects.toThrow(/thing\.zip from http.+failed/);
    expect(server.requests).toHaveLength(1 + quick.retries);
    expect(await readFile(part)).toEqual(body.subarray(0, 1_000));
  });

  it('goes on for as long as every try brings something', async () => {
    const { body, checksum, file } = await setting();
    const server = await serve((request, response) => answerAndBreak(body, 40_000, request, response));
    await download(`${server.url}/thing.zip`, file, checksum, quick);
    expect(body.equals(await readFile(file))).toBe(true);
    expect(server.requests.length).toBeGreaterThan(1 + quick.retries);
  });

  it('tries again after a server error, but not after a refusal', async () => {
    const { body, checksum, file } = await setting();
    const troubled = await serve((request, response, nth) => (nth === 1 ? response.writeHead(503).end() : answer(body, request, response)));
    await download(`${troubled.url}/thing.zip`, file, checksum, quick);
    expect(troubled.requests).toHaveLength(2);
    const refusing = await serve((_request, response) => response.writeHead(404).end());
    await expect(download(`${refusing.url}/thing.zip`, `${file}.2`, checksum, quick)).rejects.toThrow('HTTP 404');
    expect(refusing.requests).toHaveLength(1);
  });

  it('gives up on a server that goes silent', async () => {
    const { body, checksum, file } = await setting();
    const server = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': body.length });
      response.write(body.subarray(0, 10));
    });
    await expect(download(`${server.url}/thing.zip`, file, checksum, { backoffMs: 1, retries: 0, stallMs: 50 })).rejects.toThrow(
      /failed: no answer/,
    );
  });

  it('follows redirects', async () => {
    const { body, checksum, file } = await setting();
    const server = await serve((request, response, nth) =>
      nth === 1 ? response.writeHead(302, { location: '/elsewhere' }).end() : answer(body, request, response),
    );
    await download(`${server.url}/thing.zip`, file, checksum, quick);
    expect(server.requests).toEqual(['GET /thing.zip', 'GET /elsewhere']);
  });

  it('names the address when nobody answers there', async () => {
    const { checksum, file } = await setting();
    const url = await closedAddress();
    await expect(download(`${url}/thing.zip`, file, checksum, { backoffMs: 1, retries: 1 })).rejects.toThrow(
      new RegExp(`${url}/thing\\.zip failed: .*ECONNREFUSED`),
    );
  });
});
