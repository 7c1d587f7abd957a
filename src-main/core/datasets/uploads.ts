import { randomUUID } from 'node:crypto';
import { appendFileSync, mkdirSync, rmSync, statfsSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { AppError } from '@shared/contract/errors';
import type { DataSourceRef } from '@shared/model/dataset-import';
import { message } from '@shared/text/message';
import { folderError } from '../store/file/errors';
import { openSource } from './sources';

/** Left free on the volume by what a page sends, bytes. */
const SPARE_BYTES = 256 * 1024 * 1024;
/** Sources that are remembered; the oldest are forgotten. */
const REMEMBERED = 50;

interface Known {
  readonly path: string;
  readonly ref: DataSourceRef;
  /** Of one that a page sends: how much of it is here. Null = it lies on this machine and stays there. */
  receivedBytes: number | null;
}

/** Files and folders that may be taken in: those that a person named, and those that a page sends into `dir`. */
export class DataSources {
  private readonly known = new Map<string, Known>();

  constructor(private readonly dir: string) {
    rmSync(dir, { recursive: true, force: true });
  }

  /** @throws {AppError} `not-found`, `storage-failed` */
  open(path: string): DataSourceRef {
    const { name, files, isFolder } = openSource(path);
    return this.add(
      { path, receivedBytes: null },
      { name, isFolder, files: files.length, bytes: files.reduce((sum, file) => sum + file.bytes, 0) },
    );
  }

  /** @throws {AppError} `storage-full`, `storage-failed` */
  beginUpload(name: string, bytes: number): DataSourceRef {
    const plain = basename(name.replaceAll('\\', '/'));
    const path = join(this.dir, randomUUID(), plain);
    try {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      const { bavail, bsize } = statfsSync(dirname(path));
      if (bavail * bsize < bytes + SPARE_BYTES) throw new AppError('storage-full', message('message.store.fullStart', { path }));
    } catch (error) {
      throw folderError(error, path);
    }
    return this.add({ path, receivedBytes: 0 }, { name: plain, isFolder: false, files: 1, bytes });
  }

  /** @returns how much of it is here. @throws {AppError} `not-found`, `conflict`, `storage-…` */
  receive(id: string, offset: number, chunk: Uint8Array): number {
    const source = this.get(id);
    const { receivedBytes, path, ref } = source;
    if (receivedBytes === null || offset !== receivedBytes || offset + chunk.length > ref.bytes)
      throw new AppError('conflict', message('message.import.outOfOrder', { name: ref.name }));
    try {
      appendFileSync(path, chunk, { mode: 0o600 });
    } catch (error) {
      source.receivedBytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
      throw folderError(error, path);
    }
    return (source.receivedBytes = receivedBytes + chunk.length);
  }

  /** Where it lies. @throws {AppError} `not-found`, `conflict` while it is not all here */
  whole(id: string): { readonly path: string; readonly name: string } {
    const { path, ref, receivedBytes } = this.get(id);
    if (receivedBytes !== null && receivedBytes < ref.bytes)
      throw new AppError('conflict', message('message.import.notHere', { name: ref.name }));
    return { path, name: ref.name };
  }

  /** Lets go of it; one that a page sent is removed. */
  forget(id: string): void {
    const source = this.known.get(id);
    this.known.delete(id);
    if (source !== undefined && source.receivedBytes !== null) rmSync(dirname(source.path), { recursive: true, force: true });
  }

  private get(id: string): Known {
    const source = this.known.get(id);
    if (source === undefined) throw new AppError('not-found', message('message.data.unknownSource'));
    return source;
  }

  private add(source: Omit<Known, 'ref'>, facts: Omit<DataSourceRef, 'id'>): DataSourceRef {
    const [oldest] = this.known.keys();
    if (this.known.size >= REMEMBERED && oldest !== undefined) this.forget(oldest);
    const ref = { id: randomUUID(), ...facts };
    this.known.set(ref.id, { ...source, ref });
    return ref;
  }
}
