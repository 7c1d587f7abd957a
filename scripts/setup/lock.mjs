import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, open, readFile, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const BEAT_MS = 2_000;
const STALE_MS = 60_000;
const POLL_MS = 200;

/** @param {number} pid @returns {boolean} whether a process of that number runs here */
export function isAlive(pid) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
  return !isZombie(pid);
}

/** Ended, but never collected by its parent: usual in containers, whose first process collects nobody. */
function isZombie(pid) {
  if (process.platform !== 'linux') return false;
  try {
    return /^\d+ \(.*\) Z /s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    // Gone between the two looks.
    return true;
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

/**
 * Takes a dead owner's file away. One process at a time may judge and remove, or one could remove the lock that another
 * has just taken over.
 */
async function removeStale(file) {
  const judging = `${file}.judging`;
  if (!(await tryCreate(judging, ''))) {
    const judge = await readOwner(judging);
    if (judge && isStale(judge)) await rm(judging, { force: true });
    await sleep(POLL_MS / 4);
    return;
  }
  try {
    const owner = await readOwner(file);
    if (owner && isStale(owner)) await rm(file, { force: true });
  } finally {
    await rm(judging, { force: true });
  }
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
      await removeStale(file);
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
