import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { hashFile } from './checksum.mjs';
import { errorText, SetupError } from './errors.mjs';
import { request } from './request.mjs';

const RETRIES = 5;
const STALL_MS = 30_000;
const FIRST_BACKOFF_MS = 500;

/** Trying again cannot help: a refused address, a full disk. */
class FinalError extends Error {}

/**
 * Downloads a file to its final name, or not at all. Bytes go to `<file>.part`, which a later try (or a later start)
 * continues where it ended; only a part whose checksum matches gets the name. A wrong checksum throws the part away
 * and is given one fresh try, for the case that the continued part was to blame.
 *
 * The caller holds a lock: two writers of one part would spoil it (the checksum would tell).
 *
 * @param {string} url
 * @param {string} file
 * @param {import('./checksum.mjs').Checksum} checksum
 * @param {{ onProgress?: (fraction: number | null, note: string) => void, retries?: number, backoffMs?: number, stallMs?: number }} [options]
 *   retries counts tries after one that brought no byte; backoffMs is the first pause, doubled each time
 * @returns {Promise<void>}
 * @throws {SetupError} naming the address and the last reason
 */
export async function download(url, file, checksum, options = {}) {
  const { onProgress, retries = RETRIES, backoffMs = FIRST_BACKOFF_MS, stallMs = STALL_MS } = options;
  const part = `${file}.part`;
  await mkdir(dirname(file), { recursive: true });
  let idle = 0;
  let wrong = 0;
  for (;;) {
    const before = await sizeOf(part);
    try {
      await fetchRest(url, part, before, { onProgress, stallMs });
      const found = await hashFile(part, checksum.algorithm);
      if (found === checksum.hex) {
        await rename(part, file);
        return;
      }
      await rm(part, { force: true });
      if (++wrong > 1)
        throw new FinalError(`its ${checksum.algorithm} is ${found.slice(0, 16)}…, recorded is ${checksum.hex.slice(0, 16)}…`);
    } catch (error) {
      if (error.code === 'ENOSPC')
        throw new SetupError(`The disk is full at ${dirname(file)}`, { wayOut: 'Free some space and start again.', cause: error });
      idle = (await sizeOf(part)) > before ? 1 : idle + 1;
      if (error instanceof FinalError || idle > retries) {
        throw new SetupError(`Downloading ${basename(file)} from ${url} failed: ${errorText(error)}`, {
          wayOut: 'Start again to continue where it ended.',
          cause: error,
        });
      }
      await sleep(backoffMs * 2 ** (idle - 1));
    }
  }
}

async function sizeOf(file) {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if (error.code === 'ENOENT') return 0;
    throw error;
  }
}

async function fetchRest(url, part, have, { onProgress, stallMs }) {
  const response = await request(url, { stallMs, headers: have > 0 ? { range: `bytes=${have}-` } : {} });
  const { statusCode = 0, headers } = response;
  try {
    if (statusCode === 416) {
      // The part is as long as the file, or longer: its checksum decides, and a wrong one starts afresh.
      response.resume();
      return;
    }
    if (statusCode !== 200 && statusCode !== 206) {
      const passing = statusCode >= 500 || statusCode === 408 || statusCode === 429;
      throw new (passing ? Error : FinalError)(`HTTP ${statusCode}`);
    }
    const range = /^bytes (\d+)-\d+\/(\d+)$/.exec(headers['content-range'] ?? '');
    const start = statusCode === 206 && range ? Number(range[1]) : 0;
    if (statusCode === 206 && start !== have) throw new Error(`asked for byte ${have}, got byte ${start}`);
    const length = headers['content-length'] === undefined ? null : Number(headers['content-length']);
    const total = length === null ? null : start + length;
    let got = start;
    let broken = null;
    const body = async function* () {
      try {
        for await (const chunk of response) {
          got += chunk.length;
          onProgress?.(total ? got / total : null, formatBytes(got, total));
          yield chunk;
        }
      } catch (error) {
        // The file is closed in order first, so that what did arrive is on the disk for the next try.
        broken = error;
      }
    };
    await pipeline(body, createWriteStream(part, { flags: start > 0 ? 'a' : 'w' }));
    if (broken) throw broken;
    if (total !== null && got < total) throw new Error(`ended after ${got} of ${total} bytes`);
  } finally {
    response.destroy();
  }
}

/** @returns {string} for example `12 of 187 MB` */
function formatBytes(got, total) {
  const mega = (bytes) => Math.round(bytes / 1e6);
  return total ? `${mega(got)} of ${mega(total)} MB` : `${mega(got)} MB`;
}
