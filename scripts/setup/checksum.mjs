import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

/**
 * @typedef {object} Checksum a recorded checksum
 * @property {'sha256' | 'sha512'} algorithm
 * @property {string} hex lower case
 */

/** @param {string} integrity npm's `sha512-<base64>` @returns {Checksum} */
export function fromIntegrity(integrity) {
  const [algorithm, base64] = integrity.split('-', 2);
  if (algorithm !== 'sha512' || !base64) throw new TypeError(`not an npm sha512 integrity: ${integrity}`);
  return { algorithm, hex: Buffer.from(base64, 'base64').toString('hex') };
}

/** @param {string} file @param {'sha256' | 'sha512'} algorithm @returns {Promise<string>} the file's hash, lower-case hex */
export async function hashFile(file, algorithm) {
  const hash = createHash(algorithm);
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
