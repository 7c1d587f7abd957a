import type { ImportStage } from '@shared/model/import';

/** Files that pages have begun to send and not finished, at once. */
const MAX_UNFINISHED = 4;
/** One of which nothing has come for so long is given up, ms. */
const GIVEN_UP_MS = 24 * 3600_000;
/** One of which something came so lately is being sent: it gives its place to no other, ms. */
const ACTIVE_MS = 60_000;

interface Upload {
  readonly id: string;
  readonly stage: ImportStage;
}

/**
 * Which unfinished uploads go, so that pages that were closed do not fill the disk. Their age is the time that has passed
 * here since their last chunk (or since the start, for those of an earlier one): a wall clock that is wrong removes none.
 */
export class UnfinishedUploads {
  private readonly heardMs = new Map<string, number>();
  private readonly begunMs: number;

  /** @param monoMs a clock that nobody sets */
  constructor(private readonly monoMs: () => number = () => performance.now()) {
    this.begunMs = monoMs();
  }

  /** A chunk of it has come. */
  touch(id: string): void {
    this.heardMs.set(id, this.monoMs());
  }

  /** @returns those that nobody goes on with, to be removed */
  givenUp(uploads: readonly Upload[]): string[] {
    return this.unfinished(uploads)
      .filter(({ silentMs }) => silentMs >= GIVEN_UP_MS)
      .map(({ id }) => id);
  }

  /** @returns those that are to be removed so that one more may come; null = all are being sent, none may */
  makeRoom(uploads: readonly Upload[]): string[] | null {
    const all = this.unfinished(uploads);
    const leaving = all.filter(({ silentMs }) => silentMs >= ACTIVE_MS).slice(0, Math.max(0, all.length - MAX_UNFINISHED + 1));
    return all.length - leaving.length < MAX_UNFINISHED ? leaving.map(({ id }) => id) : null;
  }

  /** The longest silent first. */
  private unfinished(uploads: readonly Upload[]): { id: string; silentMs: number }[] {
    const nowMs = this.monoMs();
    const found = uploads
      .filter(({ stage }) => stage === 'receiving')
      .map(({ id }) => ({ id, silentMs: nowMs - (this.heardMs.get(id) ?? this.begunMs) }));
    for (const id of this.heardMs.keys()) if (!found.some((upload) => upload.id === id)) this.heardMs.delete(id);
    return found.sort((a, b) => b.silentMs - a.silentMs);
  }
}
