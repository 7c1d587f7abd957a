import { existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '@shared/contract/errors';
import { folderError, isDamage, sqliteCode, storageError } from './errors';
import { openForWriting, type WriteHandle } from './open';

/** A core that was told to close a moment ago lets go within this, ms. */
const HAND_OVER_MS = 500;

/** The right to write one data folder, held by this process until it is released or the process ends, however it ends. */
export interface Ownership {
  /** False when the owner before this one ended without closing: its database wants a check. */
  readonly previousClosed: boolean;
  /** @param closed whether this owner closed its database (then the next one need not check it). Safe twice. */
  release(closed: boolean): void;
}

/**
 * Takes the folder. The lock is an EXCLUSIVE transaction held open on an empty database of its own: the system drops
 * it with the process, so a SIGKILL leaves nothing stale. `coldaisle.pid` only names the owner for people, and its
 * presence under a free lock tells that the owner before did not close. (The lock file itself is never opened by other
 * means: closing any descriptor of it would drop a POSIX lock of this process.)
 *
 * @throws {AppError} `conflict` when another process, or another part of this one, holds the folder
 */
export function takeOwnership(dataDir: string): Ownership {
  const lockPath = join(dataDir, 'coldaisle.lock');
  const pidPath = join(dataDir, 'coldaisle.pid');
  const lock = holdLock(lockPath, () => conflict(dataDir, pidPath));
  try {
    const previousClosed = !existsSync(pidPath);
    writeFileSync(pidPath, `${process.pid}\n`, { mode: 0o600 });
    return {
      previousClosed,
      release(closed) {
        if (closed) rmSync(pidPath, { force: true });
        lock.close();
      },
    };
  } catch (error) {
    lock.close();
    throw folderError(error, pidPath);
  }
}

function holdLock(lockPath: string, conflicting: () => AppError): WriteHandle {
  try {
    return lockOnce(lockPath);
  } catch (error) {
    if (sqliteCode(error) === 'SQLITE_BUSY') throw conflicting();
    if (!isDamage(error)) throw storageError(error, lockPath);
  }
  // Something else wrote into the lock file. Nobody holds it (that would have been BUSY), and it has nothing to lose.
  try {
    truncateSync(lockPath);
    return lockOnce(lockPath);
  } catch (error) {
    if (sqliteCode(error) === 'SQLITE_BUSY') throw conflicting();
    throw folderError(error, lockPath);
  }
}

function lockOnce(lockPath: string): WriteHandle {
  const lock = openForWriting(lockPath, HAND_OVER_MS);
  try {
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock.close();
    throw error;
  }
}

function conflict(dataDir: string, pidPath: string): AppError {
  let owner = 'another process';
  try {
    const pid = Number.parseInt(readFileSync(pidPath, 'utf8'), 10);
    if (Number.isInteger(pid)) owner = `process ${pid}`;
  } catch {
    // The owner has the lock but has not written its name yet: "another process" is all there is to say.
  }
  return new AppError(
    'conflict',
    `${dataDir} is in use by another Coldaisle (${owner}). Close that one, or start this one with --data and another folder.`,
  );
}
