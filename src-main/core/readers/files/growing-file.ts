import { open, type FileHandle } from 'node:fs/promises';
import type { NoticeSink } from '../reading';

/** Reads the bytes of one kind of file. */
export interface ByteTaker {
  /**
   * Takes what is whole of bytes[from, to). What it leaves is read anew once the file has grown, since a shared disk may show the
   * place before the bytes.
   * @param isEnd no more will come: it takes all
   * @returns where it stopped, `from` to `to`
   */
  take(bytes: Buffer, from: number, to: number, isEnd: boolean): number;
  /** The file is of another kind: it is not read any further. */
  readonly isForeign?: boolean;
  /** The file begins anew: another one stands in its place. */
  restart(): void;
}

/** How a look is made. */
export interface LookOptions {
  /** Nobody writes any more: what is torn is told and left. */
  readonly isEnd?: boolean;
  readonly signal?: AbortSignal | undefined;
  /** Also looked for are files that are new; else only those that are known are read. Default true. */
  readonly isSearch?: boolean;
  /** Waited for after each part: whoever takes the scalars may need time. */
  readonly between?: (() => Promise<void>) | undefined;
}

/** Read at a time. */
const CHUNK_BYTES = 1024 * 1024;
/** What a taker can be given in one piece at most: it must go on with so much. */
const MAX_CHUNK_BYTES = 16 * CHUNK_BYTES;
/** What a file begins with, by which another one of the same name and node is told from it. */
const HEAD_BYTES = 64;

/** Memory for one read at a time, used by many files in turn. */
export class ReadBuffer {
  bytes = Buffer.allocUnsafe(CHUNK_BYTES);

  grow(): void {
    const larger = Buffer.allocUnsafe(Math.min(MAX_CHUNK_BYTES, 2 * this.bytes.length));
    this.bytes.copy(larger);
    this.bytes = larger;
  }

  /** A large piece is rare: what it needed is given back. */
  shrink(): void {
    if (this.bytes.length > CHUNK_BYTES) this.bytes = Buffer.allocUnsafe(CHUNK_BYTES);
  }
}

/**
 * A file that a program writes on while it is read. It is asked again and again how long it is: shared disks tell of no changes, and
 * opening it anew is what makes them look. No handle stays open between two looks, so the file can be renamed and deleted.
 */
export class GrowingFile {
  private position = 0;
  private seen = 0;
  private identity = '';
  private head: Buffer = Buffer.alloc(0);
  private isGone = false;
  private isUnreadable = false;
  private phase: 'before' | 'again' | 'new' = 'new';

  /**
   * @param label what it is called in notices
   * @param quietBytes of its beginning, which is read to know what follows, and told by {@link isQuiet}
   * @param againBytes of its beginning, which was taken once before; from `quietBytes` on told by {@link isAgain}
   */
  constructor(
    readonly path: string,
    private readonly label: string,
    private readonly taker: ByteTaker,
    private readonly notice: NoticeSink,
    private quietBytes = 0,
    private againBytes = 0,
  ) {}

  /** What is being taken was there before, and is not news. */
  get isQuiet(): boolean {
    return this.phase === 'before';
  }

  /** What is being taken was taken once before. */
  get isAgain(): boolean {
    return this.phase === 'again';
  }

  /** Bytes taken, and how many there are. */
  get progress(): { readonly doneBytes: number; readonly totalBytes: number } {
    return { doneBytes: this.position, totalBytes: Math.max(this.seen, this.position) };
  }

  /**
   * Reads what was written since the last call.
   * @returns whether there was anything new
   */
  async poll(buffer: ReadBuffer, { isEnd = false, signal, between }: LookOptions = {}): Promise<boolean> {
    if (this.taker.isForeign === true) return false;
    let file: FileHandle;
    try {
      file = await open(this.path, 'r');
    } catch (error) {
      this.tellMissing(error);
      return false;
    }
    try {
      return await this.readNew(file, buffer, isEnd, { signal, between });
    } catch (error) {
      this.tellMissing(error);
      return false;
    } finally {
      buffer.shrink();
      await file.close();
    }
  }

  private async readNew(file: FileHandle, buffer: ReadBuffer, isEnd: boolean, { signal, between }: LookOptions): Promise<boolean> {
    const { size, dev, ino } = await file.stat({ bigint: true });
    const identity = `${dev}/${ino}`;
    await this.restartIfReplaced(file, Number(size), identity);
    this.identity = identity;
    this.isUnreadable = false;
    if (Number(size) === this.seen && !(isEnd && this.position < this.seen)) return false;
    this.seen = Number(size);
    let filled = 0;
    while (signal?.aborted !== true && this.taker.isForeign !== true) {
      const room = buffer.bytes.length - filled;
      const from = this.position + filled;
      const edge = from < this.quietBytes ? this.quietBytes : from < this.againBytes ? this.againBytes : Infinity;
      const { bytesRead } = await file.read(buffer.bytes, filled, Math.min(room, edge - from), from);
      filled += bytesRead;
      const isLast = bytesRead === 0 && isEnd;
      if (bytesRead === 0 && !isLast) break;
      const end = this.position + filled;
      this.phase = end <= this.quietBytes ? 'before' : end <= this.againBytes ? 'again' : 'new';
      const taken = this.taker.take(buffer.bytes, 0, filled, isLast);
      this.phase = 'new';
      this.position += taken;
      filled -= taken;
      if (isLast) break;
      await between?.();
      if (taken > 0) buffer.bytes.copyWithin(0, taken, taken + filled);
      else if (filled === buffer.bytes.length) {
        if (filled === MAX_CHUNK_BYTES) throw new Error('a piece of it is too large');
        buffer.grow();
      }
    }
    this.seen = Math.max(this.seen, this.position + filled);
    if (this.head.length < HEAD_BYTES) this.head = await readHead(file, Math.min(HEAD_BYTES, this.seen));
    return true;
  }

  private async restartIfReplaced(file: FileHandle, size: number, identity: string): Promise<void> {
    if (this.identity === '') return;
    const isShorter = size < this.seen;
    const isOther = identity !== this.identity || this.isGone || (size > this.seen && !(await this.hasSameHead(file)));
    this.isGone = false;
    if (!isShorter && !isOther) return;
    this.notice(`${this.label} was ${isOther ? 'replaced' : 'cut short'} while it was read; it is read from its beginning.`);
    this.position = 0;
    this.quietBytes = this.againBytes = 0;
    this.seen = 0;
    this.head = Buffer.alloc(0);
    this.taker.restart();
  }

  private async hasSameHead(file: FileHandle): Promise<boolean> {
    return this.head.equals(await readHead(file, this.head.length));
  }

  private tellMissing(error: unknown): void {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT') {
      // One that was seen and never read has nothing to keep.
      if (!this.isGone && this.identity !== '') this.notice(`${this.label} was deleted; what was read of it is kept.`);
      this.isGone = true;
    } else if (!this.isUnreadable) {
      this.notice(`${this.label} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
      this.isUnreadable = true;
    }
  }
}

async function readHead(file: FileHandle, bytes: number): Promise<Buffer> {
  const head = Buffer.alloc(bytes);
  const { bytesRead } = await file.read(head, 0, bytes, 0);
  return head.subarray(0, bytesRead);
}
