import { createReadStream, createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';

const BLOCK = 512;

/**
 * Takes one file out of an npm tarball (gzipped ustar, plain names as npm packs them).
 *
 * @param {string} tarball
 * @param {string} name for example `package/index.js`
 * @param {string} to where it is written
 * @param {{ onProgress?: (fraction: number) => void }} [options]
 * @returns {Promise<void>}
 */
export async function extractFromTarball(tarball, name, to, { onProgress } = {}) {
  const { size } = await stat(tarball);
  const source = createReadStream(tarball);
  const gunzip = createGunzip();
  source.on('error', (error) => gunzip.destroy(error));
  source.pipe(gunzip);
  let pending = Buffer.alloc(0);
  let output = null;
  let left = 0; // of the entry being read, its padding included
  let wanted = 0; // of the file being written
  try {
    for await (const chunk of gunzip) {
      pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
      for (;;) {
        if (left > 0) {
          const piece = pending.subarray(0, left);
          left -= piece.length;
          pending = pending.subarray(piece.length);
          if (output) {
            const bytes = piece.subarray(0, wanted);
            wanted -= bytes.length;
            if (!output.write(bytes)) await once(output, 'drain');
            onProgress?.(source.bytesRead / size);
            if (left === 0) {
              output.end();
              await once(output, 'close');
              return;
            }
          }
          if (left > 0) break;
        }
        if (pending.length < BLOCK) break;
        const header = pending.subarray(0, BLOCK);
        pending = pending.subarray(BLOCK);
        const length = Number.parseInt(header.toString('ascii', 124, 136), 8) || 0;
        left = Math.ceil(length / BLOCK) * BLOCK;
        if (header.toString('utf8', 0, 100).replace(/\0.*$/s, '') === name) {
          output = createWriteStream(to);
          output.on('error', (error) => gunzip.destroy(error));
          wanted = length;
        }
      }
    }
    throw new Error(`${name} is not in ${tarball}, or it is cut short`);
  } finally {
    source.destroy();
    output?.destroy();
  }
}
