/** Growing bytes: what is written first stands first, bits from the least significant of each byte upward. */
export class ByteWriter {
  private bytes = new Uint8Array(1024);
  private view = new DataView(this.bytes.buffer);
  private used = 0;
  private pending = 0;
  private pendingBits = 0;

  get length(): number {
    return this.used;
  }

  u8(value: number): void {
    this.room(1);
    this.bytes[this.used++] = value;
  }

  u32(value: number): void {
    this.room(4);
    this.view.setUint32(this.used, value, true);
    this.used += 4;
  }

  f64(value: number): void {
    this.room(8);
    this.view.setFloat64(this.used, value, true);
    this.used += 8;
  }

  /** LEB128 of a whole number from 0 to 2⁵³ − 1. */
  varint(value: number): void {
    this.room(8);
    let left = value;
    while (left >= 128) {
      this.bytes[this.used++] = (left % 128) | 128;
      left = Math.floor(left / 128);
    }
    this.bytes[this.used++] = left;
  }

  append(bytes: Uint8Array): void {
    this.room(bytes.length);
    this.bytes.set(bytes, this.used);
    this.used += bytes.length;
  }

  /** The lowest `count` (0–24) bits of `value`. Whole bytes can be written again after {@link endBits}. */
  bits(value: number, count: number): void {
    this.pending |= value << this.pendingBits;
    this.pendingBits += count;
    if (this.pendingBits < 8) return;
    this.room(4);
    while (this.pendingBits >= 8) {
      this.bytes[this.used++] = this.pending & 255;
      this.pending >>>= 8;
      this.pendingBits -= 8;
    }
  }

  /** The lowest `count` (0–53) bits of a whole number, least significant first. */
  wideBits(value: number, count: number): void {
    let left = value;
    for (let todo = count; todo > 0; todo -= 24) {
      this.bits(left % 0x1000000, Math.min(24, todo));
      left = Math.floor(left / 0x1000000);
    }
  }

  /** Elias gamma of a whole number ≥ 1: as many zeros as it has bits after its first, then those bits after a one. */
  gamma(value: number): void {
    const extra = 31 - Math.clz32(value);
    this.bits(1 << extra, extra + 1);
    this.wideBits(value - 2 ** extra, extra);
  }

  /** Fills the last byte with zeros. */
  endBits(): void {
    if (this.pendingBits > 0) this.u8(this.pending & 255);
    this.pending = 0;
    this.pendingBits = 0;
  }

  /** A copy of what was written; the writer is empty then. */
  take(): Uint8Array<ArrayBuffer> {
    this.endBits();
    const taken = this.bytes.slice(0, this.used);
    this.used = 0;
    return taken;
  }

  private room(more: number): void {
    if (this.used + more <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(this.bytes.length * 2, this.used + more));
    larger.set(this.bytes.subarray(0, this.used));
    this.bytes = larger;
    this.view = new DataView(larger.buffer);
  }
}

/** Bytes that do not say what the format asks of them: a damaged block, or one of a newer format. */
export class DamagedBlock extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'DamagedBlock';
  }
}

/** How many bytes after the last a {@link BitReader} may look at: every payload ends with this many zeros. */
export const READ_AHEAD = 8;

/** Reads what {@link ByteWriter} wrote. Every read beyond the end throws DamagedBlock or RangeError. */
export class ByteReader {
  constructor(
    readonly view: DataView<ArrayBufferLike>,
    public at = 0,
  ) {}

  u8(): number {
    return this.view.getUint8(this.at++);
  }

  u32(): number {
    this.at += 4;
    return this.view.getUint32(this.at - 4, true);
  }

  f64(): number {
    this.at += 8;
    return this.view.getFloat64(this.at - 8, true);
  }

  varint(): number {
    let value = 0;
    let scale = 1;
    for (let i = 0; i < 8; i++) {
      const byte = this.u8();
      value += (byte & 127) * scale;
      if (byte < 128) return value;
      scale *= 128;
    }
    throw new DamagedBlock('a number is longer than 8 bytes');
  }
}

/** Reads bits of a view that goes on for {@link READ_AHEAD} bytes after the last of them. */
export class BitReader {
  constructor(
    readonly view: DataView<ArrayBufferLike>,
    /** Position, bits from the start of the view. */
    public at: number,
  ) {}

  /** `count` is 0–24. */
  bits(count: number): number {
    const word = this.view.getUint32(this.at >>> 3, true) >>> (this.at & 7);
    this.at += count;
    return word & ((1 << count) - 1);
  }

  wideBits(count: number): number {
    let value = 0;
    let scale = 1;
    for (let todo = count; todo > 0; todo -= 24) {
      value += this.bits(Math.min(24, todo)) * scale;
      scale *= 0x1000000;
    }
    return value;
  }

  gamma(): number {
    let extra = 0;
    while (this.bits(1) === 0) if (++extra > 30) throw new DamagedBlock('a table entry is too long');
    return 2 ** extra + this.wideBits(extra);
  }
}
