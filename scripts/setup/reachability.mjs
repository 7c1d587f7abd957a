import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cacheDir } from './paths.mjs';

const REMEMBERED_MS = 24 * 3600 * 1000;

const file = () => join(cacheDir(), 'electron-unreachable.json');

/**
 * Whether this address was found unreachable within the last day.
 *
 * @param {string} url
 * @param {number} [nowMs] wall clock
 * @returns {Promise<{ reason: string } | null>}
 */
export async function recallUnreachable(url, nowMs = Date.now()) {
  try {
    const { url: asked, reason, atMs } = JSON.parse(await readFile(file(), 'utf8'));
    const ageMs = nowMs - atMs;
    return asked === url && ageMs >= 0 && ageMs < REMEMBERED_MS ? { reason } : null;
  } catch {
    // No note, or a damaged one: ask the network again.
    return null;
  }
}

/** @param {string} url @param {string} reason in words */
export async function rememberUnreachable(url, reason, nowMs = Date.now()) {
  await mkdir(dirname(file()), { recursive: true });
  await writeFile(file(), JSON.stringify({ url, reason, atMs: nowMs }));
}

/** Forgets the finding: the address answered. */
export async function forgetUnreachable() {
  await rm(file(), { force: true });
}
