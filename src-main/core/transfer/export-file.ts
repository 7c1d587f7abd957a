import { createWriteStream, type WriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import { folderError } from '../store/file/errors';
import type { ExportChunk } from './export';

export interface Written {
  readonly rows: number;
  readonly bytes: number;
}

/**
 * Writes the chunks to a file that has its name only once it is whole; until then they are in `part` beside it, of which nothing
 * is left when it fails. The next chunk is made when the disk has taken the one before.
 * @throws {AppError} `storage-full`, `storage-failed`, and what the chunks throw
 */
export async function writeExport(
  path: string,
  part: string,
  chunks: AsyncIterable<ExportChunk>,
  onProgress: (written: Written) => void = () => undefined,
): Promise<Written> {
  const out = createWriteStream(part, { mode: 0o600 });
  // Each write hears of it.
  out.on('error', () => undefined);
  let written: Written = { rows: 0, bytes: 0 };
  try {
    for await (const { rows, bytes } of chunks) {
      await taken(out, bytes);
      written = { rows, bytes: written.bytes + bytes.byteLength };
      onProgress(written);
    }
    out.end();
    await finished(out);
    await rename(part, path);
    return written;
  } catch (error) {
    throw folderError(error, path);
  } finally {
    out.destroy();
    await rm(part, { force: true });
  }
}

function taken(out: WriteStream, chunk: Uint8Array): Promise<void> {
  return new Promise((done, fail) => void out.write(chunk, (error) => (error ? fail(error) : done())));
}
