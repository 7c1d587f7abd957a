import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import { folderError } from '../store/file/errors';
import type { ExportPiece } from './export';

export interface Written {
  readonly rows: number;
  readonly bytes: number;
}

/**
 * Writes the pieces to a file that has its name only once it is whole; until then they are in `part` beside it, of which nothing
 * is left when it fails. The next piece is made when the disk has taken the one before.
 * @throws {AppError} `storage-full`, `storage-failed`, and what the pieces throw
 */
export async function writeExport(
  path: string,
  part: string,
  pieces: AsyncIterable<ExportPiece>,
  onProgress: (written: Written) => void = () => undefined,
): Promise<Written> {
  const out = createWriteStream(part, { mode: 0o600 });
  const failed = once(out, 'error').then(([error]: unknown[]) => {
    throw folderError(error, path);
  });
  // Whoever waits for it below hears of it; nobody need to.
  failed.catch(() => undefined);
  let written: Written = { rows: 0, bytes: 0 };
  try {
    for await (const { rows, bytes } of pieces) {
      await Promise.race([taken(out, bytes), failed]);
      written = { rows, bytes: written.bytes + bytes.byteLength };
      onProgress(written);
    }
    out.end();
    await Promise.race([finished(out), failed]);
    await rename(part, path);
    return written;
  } catch (error) {
    throw folderError(error, path);
  } finally {
    out.destroy();
    await rm(part, { force: true });
  }
}

function taken(out: WriteStream, piece: Uint8Array): Promise<void> {
  return new Promise((done) => void out.write(piece, () => done()));
}
