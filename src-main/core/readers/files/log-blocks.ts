import { crc32 } from 'node:zlib';
import type { NoticeSink } from '../reading';
import type { ByteTaker } from './growing-file';

/** `:W&B`, a number of its own, and the version. */
const FILE_HEADER = Buffer.from([0x3a, 0x57, 0x26, 0x42, 0xe1, 0xbe]);
const FILE_HEADER_BYTES = 7;
const BLOCK_BYTES = 32 * 1024;
/** CRC (4), length (2), kind (1). */
const HEADER_BYTES = 7;
const [FULL, FIRST, MIDDLE, LAST] = [1, 2, 3, 4];
/** A record of more is no row of numbers. */
const MAX_RECORD_BYTES = 16 * 1024 * 1024;

/** Whether a file begins as W&B's do. */
export function beginsAsWandb(head: Buffer): boolean {
  return head.length >= FILE_HEADER_BYTES && head.subarray(0, FILE_HEADER.length).equals(FILE_HEADER);
}

/**
 * Parts W&B's log into its records: LevelDB's log format, in blocks of 32 KiB behind a file header, its CRC being zlib's, of the kind
 * and the data, and not masked. A damaged record costs what is left of its block.
 */
export class LogBlockTaker implements ByteTaker {
  isForeign = false;
  private offset = 0;
  /** Parts of a record that spans blocks; null = none was begun, or it is passed. */
  private parts: Buffer[] | null = null;
  private partBytes = 0;
  private damages = 0;

  constructor(
    private readonly label: string,
    private readonly record: (bytes: Buffer) => void,
    private readonly notice: NoticeSink,
  ) {}

  restart(): void {
    this.isForeign = false;
    this.offset = this.partBytes = this.damages = 0;
    this.parts = null;
  }

  take(bytes: Buffer, from: number, to: number, isEnd: boolean): number {
    let at = from;
    if (this.offset === 0) {
      if (to - from < FILE_HEADER_BYTES) return 0;
      if (!beginsAsWandb(bytes.subarray(from, to))) {
        this.isForeign = true;
        return to - from;
      }
      at += FILE_HEADER_BYTES;
    }
    const base = this.offset - from;
    while (at < to) {
      const left = BLOCK_BYTES - ((base + at) % BLOCK_BYTES);
      if (left < HEADER_BYTES) {
        if (to - at < left) break;
        at += left;
        continue;
      }
      if (to - at < HEADER_BYTES) break;
      const length = bytes.readUInt16LE(at + 4);
      const kind = bytes[at + 6] ?? 0;
      const end = at + HEADER_BYTES + length;
      const isSound = kind >= FULL && kind <= LAST && HEADER_BYTES + length <= left;
      if (isSound && end > to) break;
      if (isSound && crc32(bytes.subarray(at + 6, end)) === bytes.readUInt32LE(at)) {
        this.part(kind, bytes.subarray(at + HEADER_BYTES, end));
        at = end;
        continue;
      }
      // What is written last may not be there in full yet.
      if (!isEnd && to - at < left) break;
      if (++this.damages === 1)
        this.notice(
          `${this.label}, byte ${(base + at).toLocaleString('en-US')}: records are damaged; what follows in the next block is read.`,
        );
      this.parts = null;
      at = Math.min(to, at + left);
    }
    if (isEnd && (at < to || this.parts !== null))
      this.notice(`${this.label}: its last record is not complete; what stands before it is kept.`);
    this.offset += at - from;
    return at - from;
  }

  private part(kind: number, data: Buffer): void {
    if (kind === FULL) this.record(data);
    if (kind === FULL || kind === FIRST) {
      this.parts = kind === FULL ? null : [];
      this.partBytes = 0;
    }
    if (kind === FULL || this.parts === null) return;
    this.partBytes += data.length;
    if (this.partBytes > MAX_RECORD_BYTES) {
      this.parts = null;
      return;
    }
    // Copied: the buffer is used again.
    this.parts.push(Buffer.from(data));
    if (kind === MIDDLE || kind === FIRST) return;
    this.record(Buffer.concat(this.parts));
    this.parts = null;
  }
}
