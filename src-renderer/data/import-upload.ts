import { toDisposable, type Disposable } from '@shared/base/disposable';
import { AppError, isAppError } from '@shared/contract/errors';
import { IMPORT_CHUNK_BYTES } from '@shared/model/import';
import type { RpcClient } from '@shared/rpc/client';
import { message } from '@shared/text/message';
import { toAppError } from './loadable';

/** What of a browser's File is needed. */
export type FileLike = Pick<File, 'name' | 'size' | 'lastModified' | 'slice'>;

/**
 * Sends a file to the core chunk by chunk, each after the answer to the one before; a file that came in part goes on where it was,
 * also after a lost connection.
 */
export class ImportUpload implements Disposable {
  private stopped = false;
  private wake: () => void = () => undefined;

  /** @param onProgress hears the import's id and how much of the file the core has */
  constructor(
    private readonly client: Pick<RpcClient, 'call' | 'connected' | 'onConnected'>,
    private readonly onProgress: (id: string, receivedBytes: number) => void = () => undefined,
  ) {}

  /**
   * @returns the import's id once all of it is there; null when it was stopped
   * @throws {AppError} `invalid-input` (empty, or not readable), `conflict`, `storage-full` and what else the core says
   */
  async send(file: FileLike): Promise<string | null> {
    if (file.size === 0) throw new AppError('invalid-input', message('message.file.empty', { path: file.name }));
    while (!this.stopped) {
      try {
        return await this.sendRest(file);
      } catch (error) {
        if (!isAppError(error, 'disconnected')) throw error;
        await this.reconnected();
      }
    }
    return null;
  }

  dispose(): void {
    this.stopped = true;
    this.wake();
  }

  private async sendRest(file: FileLike): Promise<string | null> {
    const { id, receivedBytes } = await this.client.call('import.beginUpload', {
      name: file.name,
      bytes: file.size,
      modifiedMs: file.lastModified,
    });
    this.onProgress(id, receivedBytes);
    for (let at = receivedBytes; at < file.size;) {
      if (this.stopped) return null;
      const bytes = await readChunk(file, at);
      const answer = await this.client.call('import.chunk', { id, offset: at, bytes });
      if (answer.receivedBytes <= at) throw new AppError('internal', message('message.import.notTaken', { name: file.name }));
      at = answer.receivedBytes;
      this.onProgress(id, at);
    }
    return id;
  }

  /** Settles when the core is there again, or it was stopped. */
  private reconnected(): Promise<void> {
    return new Promise((resolve) => {
      if (this.client.connected || this.stopped) return resolve();
      const listening = this.client.onConnected((connected) => {
        if (connected) this.wake();
      });
      const once = toDisposable(() => {
        listening.dispose();
        resolve();
      });
      this.wake = () => once.dispose();
    });
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
