/** How a field of a protobuf message is laid out. */
export const VARINT = 0;
export const FIXED64 = 1;
export const BYTES = 2;
export const FIXED32 = 5;

/**
 * Walks a protobuf message without a schema and without copying: the caller asks for the next field and takes or skips it. Bytes
 * that are no message end the walk and leave `isBroken`; it never reads beyond the range that it was given.
 */
export class Wire {
  at = 0;
  end = 0;
  /** Of the field that `next` found. */
  field = 0;
  type = 0;
  isBroken = false;
  private bytes: Uint8Array = new Uint8Array(0);
  private view: DataView = new DataView(new ArrayBuffer(0));

  /** Begins a message at bytes[from, to). */
  open(bytes: Uint8Array, from: number, to: number): void {
    if (bytes !== this.bytes) {
      this.bytes = bytes;
      this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    }
    this.at = from;
    this.end = to;
    this.isBroken = false;
  }

  /** Finds the next field; false = the message is over, or broken. */
  next(): boolean {
    if (this.at >= this.end) return false;
    const key = this.varint();
    this.field = Math.floor(key / 8);
    this.type = key & 7;
    if (this.field === 0) this.break();
    return !this.isBroken;
  }

  is(field: number, type: number): boolean {
    return this.field === field && this.type === type;
  }

  /** An unsigned number; beyond 2^53 no longer exact. */
  varint(): number {
    const { bytes, end } = this;
    let at = this.at;
    if (at < end) {
      const first = bytes[at] as number;
      if (first < 128) {
        this.at = at + 1;
        return first;
      }
    }
    let value = 0;
    let scale = 1;
    for (let i = 0; i < 10; i++) {
      if (at >= end) break;
      const byte = bytes[at++] as number;
      value += (byte & 127) * scale;
      if (byte < 128) {
        this.at = at;
        return value;
      }
      scale *= 128;
    }
    this.break();
    return 0;
  }

  /** A signed 64-bit number; where it is no safe integer, it is only near. */
  int64(): number {
    const from = this.at;
    const value = this.varint();
    // Below 2^53 nothing was rounded, and bit 63 is not set.
    if (value <= Number.MAX_SAFE_INTEGER) return value;
    let exact = 0n;
    for (let i = this.at - 1; i >= from; i--) exact = (exact << 7n) | BigInt((this.bytes[i] as number) & 127);
    return Number(BigInt.asIntN(64, exact));
  }

  double(): number {
    return this.inside(8) ? this.view.getFloat64(this.at - 8, true) : 0;
  }

  float(): number {
    return this.inside(4) ? this.view.getFloat32(this.at - 4, true) : 0;
  }

  /** The length of the bytes that follow, which lie inside the message. */
  length(): number {
    const length = this.varint();
    if (length > this.end - this.at) this.break();
    return this.isBroken ? 0 : length;
  }

  text(): string {
    const length = this.length();
    this.at += length;
    return utf8(this.bytes, this.at - length, this.at);
  }

  /** Goes into the message that follows. @returns for `leave` */
  enter(): number {
    const outer = this.end;
    const length = this.length();
    this.end = this.at + length;
    return outer;
  }

  /** Goes behind the message that was entered. A broken one stays broken. */
  leave(outer: number): void {
    this.at = this.end;
    this.end = outer;
    if (this.isBroken) this.at = outer;
  }

  skip(): void {
    switch (this.type) {
      case VARINT:
        this.varint();
        break;
      case FIXED64:
        this.inside(8);
        break;
      case BYTES: {
        const length = this.length();
        this.at += length;
        break;
      }
      case FIXED32:
        this.inside(4);
        break;
      default:
        // Groups have not been written for twenty years.
        this.break();
    }
  }

  /** Goes on behind so many bytes; false = they are not there. */
  private inside(bytes: number): boolean {
    if (this.end - this.at < bytes) {
      this.break();
      return false;
    }
    this.at += bytes;
    return true;
  }

  private break(): void {
    this.isBroken = true;
    this.at = this.end;
  }
}

/** Text as it is; bytes that are no UTF-8 become U+FFFD. */
export function utf8(bytes: Uint8Array, from: number, to: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('utf8');
}
