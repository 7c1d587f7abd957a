import type { Disposable } from '@shared/base/disposable';
import type { AppError } from '@shared/contract/errors';
import type { RpcClient } from '@shared/rpc/client';
import { ImportUpload, type FileLike } from './import-upload';
import { toAppError } from './loadable';
import { Store, type Readable } from './store';

/** A file that this window sends, until it is there or was given up. */
export interface Upload {
  /** Of this window's own. */
  readonly key: number;
  readonly name: string;
  readonly bytes: number;
  readonly sentBytes: number;
  /** The import that the core made of it; null before it has answered. */
  readonly importId: string | null;
  /** `waiting`: for the file before it. */
  readonly state: 'waiting' | 'sending' | 'sent' | 'failed';
  readonly error: AppError | null;
}

/** The files that this window sends, one after the other. They go on whatever page is shown, and after a lost connection. */
export class Uploads implements Readable<readonly Upload[]>, Disposable {
  private readonly store = new Store<readonly Upload[]>([]);
  private readonly sending = new Map<number, ImportUpload>();
  private last: Promise<void> = Promise.resolve();
  private nextKey = 1;
  private closed = false;
  readonly get = this.store.get;
  readonly subscribe = this.store.subscribe;

  constructor(private readonly client: RpcClient) {}

  start(file: FileLike): void {
    const key = this.nextKey++;
    this.store.set([
      ...this.store.get(),
      { key, name: file.name, bytes: file.size, sentBytes: 0, importId: null, state: 'waiting', error: null },
    ]);
    this.last = this.last.then(() => this.send(key, file));
  }

  /** Gives it up; the core forgets what it has of it. */
  async cancel(key: number): Promise<void> {
    const upload = this.store.get().find((one) => one.key === key);
    this.sending.get(key)?.dispose();
    this.dismiss(key);
    if (upload !== undefined && upload.importId !== null && upload.state !== 'sent')
      await this.client.call('import.forget', { id: upload.importId });
  }

  /** Takes one off the list that is over. */
  dismiss(key: number): void {
    this.store.set(this.store.get().filter((one) => one.key !== key));
  }

  dispose(): void {
    this.closed = true;
    for (const upload of this.sending.values()) upload.dispose();
  }

  private async send(key: number, file: FileLike): Promise<void> {
    if (this.closed || !this.store.get().some((one) => one.key === key)) return;
    const upload = new ImportUpload(this.client, (importId, sentBytes) => this.change(key, { importId, sentBytes }));
    this.sending.set(key, upload);
    this.change(key, { state: 'sending' });
    try {
      if ((await upload.send(file)) !== null) this.change(key, { state: 'sent' });
    } catch (error) {
      this.change(key, { state: 'failed', error: toAppError(error) });
    } finally {
      this.sending.delete(key);
    }
  }

  private change(key: number, change: Partial<Upload>): void {
    this.store.set(this.store.get().map((one) => (one.key === key ? { ...one, ...change } : one)));
  }
}
