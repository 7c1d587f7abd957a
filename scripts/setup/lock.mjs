import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const BEAT_MS = 2_000;
const STALE_MS = 60_000;
const POLL_MS = 200;

/** @param {number} pid @returns {boolean} whether a process of that number exists here */
export function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** @returns {Promise<{ token: string, pid: number, host: string, beatAtMs: number } | null>} null when nobody holds it */
async function readOwner(file) {
  try {
    const [text, info] = await Promise.all([readFile(file, 'utf8'), stat(file)]);
    // A file caught between its creation and its first write has no owner yet; its age still counts.
    const owner = text ? JSON.parse(text) : { token: '', pid: 0, host: '' };
    return { ...owner, beatAtMs: info.mtimeMs };
  } catch (error) {
    if (error.code === 'ENOENT') return null;
    if (error instanceof SyntaxError) return { token: '', pid: 0, host: '', beatAtMs: (await stat(file)).mtimeMs };
    throw error;
  }
}

function isStale(owner) {
  if (Date.now() - owner.beatAtMs > STALE_MS) return true;
  return owner.host === hostname() && owner.pid > 0 && !isAlive(owner.pid);
}

/** Takes a dead owner's file away; puts it back if a living one slipped in between the look and the rename. */
async function removeStale(file, owner) {
  const aside = `${file}.${randomUUID()}`;
  try {
    await rename(file, aside);
  } catch (error) {
    if (error.code === 'ENOENT') return;
    throw error;
  }
  const taken = await readOwner(aside);
  if (taken && taken.token !== owner.token) await rename(aside, file);
  else await rm(aside, { force: true });
}

async function tryCreate(file, token) {
  try {
    const handle = await open(file, 'wx');
    await handle.writeFile(JSON.stringify({ token, pid: process.pid, host: hostname() }));
    await handle.close();
    return true;
  } catch (error) {
    if (error.code === 'EEXIST' || error.code === 'EPERM') return false;
    throw error;
  }
}

/**
 * Runs `work` while holding a lock between processes (and between machines that share the folder). The holder touches
 * the file every two seconds; a holder whose process is gone, or whose file has not been touched for a minute, is
 * dead and its lock is taken over.
 *
 * @template T
 * @param {string} file the lock's path; its folder is made
 * @param {() => Promise<T>} work
 * @param {{ onWait?: (owner: { pid: number, host: string }) => void }} [options] called once, when somebody else holds it
 * @returns {Promise<T>}
 */
export async function withLock(file, work, { onWait } = {}) {
  await mkdir(dirname(file), { recursive: true });
  const token = randomUUID();
  let told = false;
  while (!(await tryCreate(file, token))) {
    const owner = await readOwner(file);
    if (!owner) continue;
    if (isStale(owner)) {
      await removeStale(file, owner);
      continue;
    }
    if (!told && owner.pid > 0) {
      told = true;
      onWait?.(owner);
    }
    await sleep(POLL_MS);
  }
  const beat = setInterval(() => void utimes(file, new Date(), new Date()).catch(() => undefined), BEAT_MS);
  beat.unref();
  try {
    return await work();
  } finally {
    clearInterval(beat);
    const owner = await readOwner(file);
    if (owner?.token === token) await rm(file, { force: true });
  }
}
