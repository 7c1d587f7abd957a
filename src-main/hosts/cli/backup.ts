import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { folderError } from '../../core/store/file/errors';
import { latestVersion } from '../../core/store/file/migrate';
import { takeOwnership } from '../../core/store/file/ownership';
import { applyStagedRestore } from '../../core/store/file/restore';
import { migrations } from '../../core/store/repositories';
import { databasePath } from '../../core/store/writer';
import { withArchive } from '../../core/transfer/archive';
import { copyWhole, stageRestore } from '../../core/transfer/backups';
import { bytes, percent, progressLine } from './progress-line';
import type { TransferContext } from './transfer';

/** Copies the database as it is now; also one that is being written to. */
export function backupHere(file: string, { dataDir, readerWorker, terminal, signal }: TransferContext): Promise<number> {
  return withArchive(dataDir, readerWorker, true, async ({ path }) => {
    const tell = progressLine(terminal);
    let total = 0;
    await copyWhole({
      from: path,
      to: resolve(file),
      readerWorker,
      signal,
      onProgress: (doneBytes, totalBytes) => {
        total = totalBytes;
        tell(() => `${file}  ${percent(doneBytes, totalBytes)}`);
      },
    });
    terminal.setLive('');
    terminal.line(`${file}: ${bytes(total)} backed up and checked; the logs of runs are files beside the database and not in it`);
    return 0;
  });
}

/** Puts a backup in the place of a database that nobody uses. @throws {AppError} `conflict` while somebody does */
export async function restoreHere(file: string, { dataDir, readerWorker, terminal, signal }: TransferContext): Promise<number> {
  const path = databasePath(dataDir);
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw folderError(error, dataDir);
  }
  const ownership = takeOwnership(dataDir);
  let isSound = ownership.previousClosed;
  try {
    const tell = progressLine(terminal);
    await stageRestore({
      from: resolve(file),
      databasePath: path,
      readerWorker,
      signal,
      onProgress: (doneBytes, totalBytes) => tell(() => `${file}  ${percent(doneBytes, totalBytes)}`),
    });
    const { setAside } = applyStagedRestore(path, latestVersion(migrations)) ?? { setAside: null };
    // What lies there now has just been checked whole.
    isSound = true;
    terminal.setLive('');
    terminal.line(`${path} is ${file} from now on, checked`);
    if (setAside !== null) terminal.line(`The database before it: ${setAside}`);
    return 0;
  } finally {
    ownership.release(isSound);
  }
}
