import type { NoticeSink } from '../reading';
import { crc32c, masked } from './crc32c';
import type { ByteTaker } from './growing-file';

/** A length and its CRC stand before the data of a record, the data's CRC behind it. */
const HEADER_BYTES = 12;
const FOOTER_BYTES = 4;
/** A record up to this size is decoded whole. */
const MAX_WHOLE_BYTES = 8 * 1024 * 1024;
/** Of a larger one, which is an image or a graph, so much is looked at to name it. */
const PART_BYTES = 64 * 1024;
/** A message of protobuf is never larger. */
const MAX_RECORD_BYTES = 2 ** 31;
/** Bytes among which no record begins and which the file may still mend; beyond, they are passed. */
const MAX_WAIT_BYTES = 4 * 1024 * 1024;
const DAMAGES_TOLD = 5;

export interface RecordSink {
  /** @returns false where the bytes are not what a record should have */
  record(bytes: Buffer, from: number, to: number, isWhole: boolean): boolean;
}

interface PassedRecord {
  left: number;
  crc: number;
  readonly at: number;
}

/** Parts TensorFlow's record files into their records, checks both CRCs of each, and finds the next sound one behind a damage. */
export class RecordTaker implements ByteTaker {
  /** Where bytes[0] of the next call lies in the file. */
  private offset = 0;
  private damages = 0;
  /** Of a record that is passed without being held: what is left of it, and the CRC so far. */
  private passing: PassedRecord | null = null;
  private isPassed = false;

  constructor(
    private readonly label: string,
    private readonly sink: RecordSink,
    private readonly notice: NoticeSink,
  ) {}

  restart(): void {
    this.offset = 0;
    this.damages = 0;
    this.passing = null;
  }

  take(bytes: Buffer, from: number, to: number, isEnd: boolean): number {
    let at = from;
    const base = this.offset - from;
    for (;;) {
      if (this.passing !== null) {
        at = this.pass(this.passing, bytes, at, to);
        if (!this.isPassed) break;
        this.passing = null;
        continue;
      }
      if (to - at < HEADER_BYTES) break;
      const length = lengthAt(bytes, at);
      if (length < 0) {
        const next = findRecord(bytes, at + 1, to);
        // The last bytes may be the beginning of a header; and what is not there yet reads as zeros on some disks.
        if (next < 0 && !isEnd && to - at < MAX_WAIT_BYTES) break;
        const sound = next < 0 ? (isEnd ? to : to - HEADER_BYTES + 1) : next;
        this.damaged(base + at, `${(sound - at).toLocaleString('en-US')} bytes are no records and are passed`);
        at = sound;
        continue;
      }
      const whole = HEADER_BYTES + length + FOOTER_BYTES;
      if (length > MAX_WHOLE_BYTES) {
        const partEnd = at + HEADER_BYTES + PART_BYTES;
        if (partEnd > to) break;
        this.sink.record(bytes, at + HEADER_BYTES, partEnd, false);
        this.passing = { left: length, crc: 0, at: base + at };
        at += HEADER_BYTES;
        continue;
      }
      if (at + whole > to) break;
      const end = at + HEADER_BYTES + length;
      if (masked(crc32c(bytes, at + HEADER_BYTES, end)) !== bytes.readInt32LE(end)) {
        // The last record of a file that is written may not be there in full.
        if (at + whole === to && !isEnd) break;
        this.damaged(base + at, 'a record is damaged (its checksum is wrong) and left out');
      } else if (!this.sink.record(bytes, at + HEADER_BYTES, end, true)) {
        this.damaged(base + at, 'a record holds something else than an event and is left out');
      }
      at += whole;
    }
    if (isEnd) {
      const torn = this.passing !== null || at < to;
      if (torn) this.notice(`${this.label}: its last record is not complete; what stands before it is kept.`);
      if (this.damages > DAMAGES_TOLD) this.notice(`${this.label}: ${this.damages.toLocaleString('en-US')} places are damaged in all.`);
    }
    this.offset += at - from;
    return at - from;
  }

  /** @returns up to where it came; `isPassed` tells whether that is behind the record. */
  private pass(record: PassedRecord, bytes: Buffer, from: number, to: number): number {
    const data = Math.min(record.left, to - from);
    record.crc = crc32c(bytes, from, from + data, record.crc);
    record.left -= data;
    const end = from + data;
    this.isPassed = record.left === 0 && to - end >= FOOTER_BYTES;
    if (!this.isPassed) return end;
    if (masked(record.crc) !== bytes.readInt32LE(end)) this.damaged(record.at, 'a large record is damaged (its checksum is wrong)');
    return end + FOOTER_BYTES;
  }

  private damaged(at: number, what: string): void {
    if (++this.damages <= DAMAGES_TOLD) this.notice(`${this.label}, byte ${at.toLocaleString('en-US')}: ${what}.`);
  }
}

/** The length of the record that begins there; −1 where none can. */
function lengthAt(bytes: Buffer, at: number): number {
  // Looked at first: the upper half of a length is always 0.
  if (bytes[at + 7] !== 0 || bytes[at + 6] !== 0 || bytes[at + 5] !== 0 || bytes[at + 4] !== 0) return -1;
  if (masked(crc32c(bytes, at, at + 8)) !== bytes.readInt32LE(at + 8)) return -1;
  const length = bytes.readUInt32LE(at);
  return length <= MAX_RECORD_BYTES ? length : -1;
}

/** Where the next sound record begins, as far as it is there; −1 = nowhere. */
function findRecord(bytes: Buffer, from: number, to: number): number {
  for (let at = from; at + HEADER_BYTES <= to; at++) {
    const length = lengthAt(bytes, at);
    if (length < 0) continue;
    const end = at + HEADER_BYTES + length;
    if (end + FOOTER_BYTES > to || masked(crc32c(bytes, at + HEADER_BYTES, end)) === bytes.readInt32LE(end)) return at;
  }
  return -1;
}

/** Whether a file that begins like this is one of records. */
export function beginsWithRecord(head: Buffer): boolean {
  return head.length >= HEADER_BYTES && lengthAt(head, 0) >= 0;
}
