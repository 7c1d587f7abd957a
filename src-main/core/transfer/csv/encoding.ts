import type { Encoding } from '@shared/model/import';
import type { FileBytes } from '../file-bytes';

/** What a file's bytes are made of. */
export interface TextForm {
  readonly encoding: Encoding;
  /** Lines end with a carriage return alone, as on old Macs and in some loggers. */
  readonly bareReturns: boolean;
}

const LF = 0x0a;
const CR = 0x0d;
const LOOKED_AT = 64 * 1024;

/** What a file is written in, by its beginning. */
export function detectForm(head: Buffer, chosen: Encoding | null = null): TextForm {
  const encoding = chosen ?? detectEncoding(head);
  const isWide = encoding.startsWith('utf-16');
  const text = isWide ? Buffer.from(decode(head, encoding)) : head;
  return { encoding, bareReturns: text.includes(CR) && !text.includes(LF) };
}

export function decode(bytes: Uint8Array, encoding: Encoding): string {
  return new TextDecoder(encoding).decode(bytes);
}

function detectEncoding(head: Buffer): Encoding {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  const sample = head.subarray(0, LOOKED_AT);
  let even = 0;
  let odd = 0;
  for (let at = 0; at + 1 < sample.length; at += 2) {
    if (sample[at] === 0 && sample[at + 1] !== 0) even += 1;
    if (sample[at + 1] === 0 && sample[at] !== 0) odd += 1;
  }
  // Half of the bytes of Latin letters and digits in UTF-16 are zero, always the same half.
  if (odd > sample.length * 0.2 && even * 20 < odd) return 'utf-16le';
  if (even > sample.length * 0.2 && odd * 20 < even) return 'utf-16be';
  if (isUtf8(sample)) return 'utf-8';
  return isPaired(sample) ? 'gb18030' : 'windows-1252';
}

/** The last letter of the sample may be cut off. */
function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/** Chinese letters are two bytes above 0x80 each, so these come in even runs; in Latin-1 they mostly stand alone (°, µ, é). */
function isPaired(bytes: Uint8Array): boolean {
  let runs = 0;
  let length = 0;
  for (let at = 0; at <= bytes.length; at++) {
    if ((bytes[at] ?? 0) >= 0x80) {
      length += 1;
      continue;
    }
    if (length % 2 === 1 && at < bytes.length) return false;
    if (length > 0) runs += 1;
    length = 0;
  }
  return runs > 0;
}

/**
 * A file's text as UTF-8 with line feeds, whatever it is written in. Positions are those of that text: of a file in another
 * encoding all before the position is read again and passed over, as of a packed one.
 */
export class TextBytes {
  constructor(
    private readonly bytes: FileBytes,
    private readonly form: TextForm,
  ) {}

  get path(): string {
    return this.bytes.path;
  }

  get isDamaged(): boolean {
    return this.bytes.isDamaged;
  }

  get isPacked(): boolean {
    return this.bytes.isPacked;
  }

  /** Whether a position in the text is not one in the file. */
  get isRemade(): boolean {
    return this.bytes.isPacked || this.form.encoding !== 'utf-8';
  }

  /** How far the file itself was read, bytes. */
  get position(): number {
    return this.bytes.position;
  }

  /** @throws as FileBytes */
  async *from(fromByte: number): AsyncGenerator<Buffer, void> {
    const { encoding, bareReturns } = this.form;
    if (encoding === 'utf-8') {
      for await (const chunk of this.bytes.from(fromByte)) yield bareReturns ? withLineFeeds(chunk) : chunk;
      return;
    }
    let toSkip = fromByte;
    for await (const chunk of remade(this.bytes.from(0), encoding)) {
      const skipped = Math.min(toSkip, chunk.length);
      toSkip -= skipped;
      if (skipped < chunk.length) yield bareReturns ? withLineFeeds(chunk.subarray(skipped)) : chunk.subarray(skipped);
    }
  }
}

async function* remade(chunks: AsyncIterable<Buffer>, encoding: Encoding): AsyncGenerator<Buffer, void> {
  const decoder = new TextDecoder(encoding);
  for await (const chunk of chunks) yield Buffer.from(decoder.decode(chunk, { stream: true }), 'utf8');
  yield Buffer.from(decoder.decode(), 'utf8');
}

function withLineFeeds(chunk: Buffer): Buffer {
  const made = Buffer.from(chunk);
  for (let at = made.indexOf(CR); at !== -1; at = made.indexOf(CR, at + 1)) made[at] = LF;
  return made;
}
