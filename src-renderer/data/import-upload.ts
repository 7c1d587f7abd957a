import type { Disposable } from '@shared/base/disposable';
import { AppError } from '@shared/contract/errors';
import { IMPORT_CHUNK_BYTES } from '@shared/model/import';
import type { RpcClient } from '@shared/rpc/client';
import { message } from '@shared/text/message';
import { toAppError } from './loadable';

/** What of a browser's File is needed. */
export type FileLike = Pick<File, 'name' | 'size' | 'lastModified' | 'slice'>;

/** Sends a file to the core chunk by chunk, each after the answer to the one before; a file that came in part goes on where it was. */
export class ImportUpload implements Disposable {
  private stopped = false;

  constructor(private readonly client: Pick<RpcClient, 'call'>) {}

  /**
   * @returns the import's id once all of it is there; null when it was stopped
   * @throws {AppError} `invalid-input` (empty, or not readable), `conflict`, `storage-full`, `disconnected` and what else the core says
   */
  async send(file: FileLike): Promise<string | null> {
    if (file.size === 0) throw new AppError('invalid-input', message('message.file.empty', { path: file.name }));
    const { id, receivedBytes } = await this.client.call('import.offer', {
      name: file.name,
      bytes: file.size,
      modifiedMs: file.lastModified,
    });
    for (let at = receivedBytes; at < file.size;) {
      if (this.stopped) return null;
      const bytes = await readChunk(file, at);
      const answer = await this.client.call('import.chunk', { id, offset: at, bytes });
      if (answer.receivedBytes <= at) throw new AppError('internal', message('message.import.notTaken', { name: file.name }));
      at = answer.receivedBytes;
    }
    return id;
  }

  dispose(): void {
    this.stopped = true;
  }
}

async function readChunk(file: FileLike, at: number): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await file.slice(at, at + IMPORT_CHUNK_BYTES).arrayBuffer());
  } catch (error) {
    throw new AppError('invalid-input', message('message.import.unreadable', { name: file.name, why: toAppError(error).localized }), {
      cause: error,
    });
  }
}
