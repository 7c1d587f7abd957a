import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { withLock } from './lock.mjs';
import { cacheDir } from './paths.mjs';
import { startStep } from './progress.mjs';

/**
 * Holds one of the set-up's locks by name, telling the person when it has to wait for another start.
 *
 * @template T
 * @param {string} name file-name-safe
 * @param {string} what what waits, in words
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export function withNamedLock(name, what, work) {
  let waiting = null;
  const acquired = () => {
    waiting?.done();
    return work();
  };
  return withLock(join(cacheDir(), 'locks', `${name}.lock`), acquired, {
    onWait: (owner) => {
      waiting = startStep(`${what}: waiting for another start that is at it (process ${owner.pid} on ${owner.host})`);
    },
  });
}

/**
 * A folder of the cache that either exists whole or not at all: it is made under a temporary name and renamed when
 * ready, under a lock. What an interrupted start left under its temporary name is swept by the next one.
 *
 * @param {string} key names version and content, so that another version never meets this one
 * @param {string} what what is being made, for the waiting message
 * @param {(dir: string) => Promise<void>} make fills the (empty, existing) folder
 * @returns {Promise<string>} the finished folder
 */
export async function ensureEntry(key, what, make) {
  const entry = join(cacheDir(), key);
  if (existsSync(entry)) return entry;
  return withNamedLock(key, what, async () => {
    if (existsSync(entry)) return entry;
    await sweep(key);
    const temporary = join(cacheDir(), `.making-${key}-${randomUUID().slice(0, 8)}`);
    await mkdir(temporary, { recursive: true });
    try {
      await make(temporary);
      await rename(temporary, entry);
    } finally {
      await rm(temporary, { recursive: true, force: true });
    }
    return entry;
  });
}

async function sweep(key) {
  for (const name of await readdir(cacheDir())) {
    if (name.startsWith(`.making-${key}-`)) await rm(join(cacheDir(), name), { recursive: true, force: true });
  }
}
