import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SetupError } from './errors.mjs';
import { REPO } from './paths.mjs';

/**
 * What package-lock.json says of a package at the top of node_modules.
 *
 * @param {string} name
 * @returns {Promise<{ version: string, integrity: string }>} exact version; npm's `sha512-…` integrity
 */
export async function lockedPackage(name) {
  const lock = JSON.parse(await readFile(join(REPO, 'package-lock.json'), 'utf8'));
  const found = lock.packages[`node_modules/${name}`];
  if (!found) throw new SetupError(`package-lock.json does not list ${name}`, { wayOut: 'Restore the file from git.' });
  return { version: found.version, integrity: found.integrity };
}
