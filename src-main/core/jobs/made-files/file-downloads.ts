import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { AppError } from '@shared/contract/errors';
import { message } from '@shared/text/message';
import type { Download } from '../../transfer/exports';

/** A browser that was told where a file is fetches it at once, ms. */
const FETCH_WITHIN_MS = 60_000;
const MAX_OPEN = 16;

/** Files for a browser, each at an address of one use that nobody can guess. */
export class FileDownloads {
  private readonly paths = new Map<string, string>();

  /** @returns the id in its address @throws AppError `conflict` while too many wait to be fetched */
  offer(path: string): string {
    if (this.paths.size >= MAX_OPEN) throw new AppError('conflict', message('message.export.many'));
    const id = randomBytes(32).toString('base64url');
    this.paths.set(id, path);
    setTimeout(() => this.paths.delete(id), FETCH_WITHIN_MS).unref();
    return id;
  }

  /** Null when there is none, or it was fetched already. */
  fetch(id: string): Download | null {
    const path = this.paths.get(id);
    if (path === undefined || !this.paths.delete(id)) return null;
    return { name: basename(path), type: 'application/octet-stream', chunks: chunksOf(path) };
  }
}

async function* chunksOf(path: string): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
  // A link that was put in its place since leads to a file that nobody chose. Windows knows no such flag, and no such links for all.
  const file = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
  try {
    for await (const chunk of file.createReadStream({ autoClose: false })) yield new Uint8Array(chunk as Buffer);
  } finally {
    await file.close();
  }
}
