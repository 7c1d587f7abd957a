import { closeSync, createReadStream, openSync, readSync } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { AppError } from '@shared/contract/errors';
import { message } from '@shared/text/message';

const CHUNK = 256 * 1024;

/** Whether a file begins as RFC 1952 says; its name does not matter. @throws what the file system throws */
function isGzip(path: string): boolean {
  const file = openSync(path, 'r');
  try {
    const head = Buffer.alloc(2);
    return readSync(file, head, 0, 2, 0) === 2 && head[0] === 0x1f && head[1] === 0x8b;
  } finally {
    closeSync(file);
  }
}

/** What is written in a file, or packed in it with gzip, in chunks; memory holds a few of them. */
export class FileBytes {
  readonly isPacked: boolean;
  private reached: () => number = () => 0;
  private damaged = false;

  /** @throws what the file system throws */
  constructor(readonly path: string) {
    this.isPacked = isGzip(path);
  }

  /** Whether reading ended early because the packed file is cut off or damaged. */
  get isDamaged(): boolean {
    return this.damaged;
  }

  /** How far the file itself was read, bytes. */
  get position(): number {
    return this.reached();
  }

  /**
   * From this byte on; of a packed file everything before it is unpacked too, and passed over.
   * @throws what the file system throws; {AppError} `invalid-input` where a gzip file is cut off or damaged
   */
  async *from(fromByte: number): AsyncGenerator<Buffer, void> {
    if (!this.isPacked) {
      let read = fromByte;
      this.reached = () => read;
      for await (const chunk of createReadStream(this.path, { start: fromByte, highWaterMark: CHUNK }) as AsyncIterable<Buffer>) {
        read += chunk.length;
        yield chunk;
      }
      return;
    }
    const unzip = createGunzip({ chunkSize: CHUNK });
    this.reached = () => unzip.bytesWritten;
    // An error of either stream ends the other, and comes out of the loop below.
    pipeline(createReadStream(this.path, { highWaterMark: CHUNK }), unzip, () => undefined);
    let toSkip = fromByte;
    try {
      for await (const chunk of unzip as AsyncIterable<Buffer>) {
        const skipped = Math.min(toSkip, chunk.length);
        toSkip -= skipped;
        if (skipped < chunk.length) yield chunk.subarray(skipped);
      }
    } catch (error) {
      if (!isZlibError(error)) throw error;
      this.damaged = true;
      throw new AppError('invalid-input', message('message.import.gzip', { path: this.path, why: error.message }), { cause: error });
    }
  }
}

function isZlibError(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('Z_');
}
