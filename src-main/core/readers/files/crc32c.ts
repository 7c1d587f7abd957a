/** Castagnoli's polynomial, reflected. */
const POLYNOMIAL = 0x82f63b78;

/** Eight tables of 256: `TABLES[256 * n + byte]` is what the byte adds with n more bytes of zero behind it. */
const TABLES = new Int32Array(8 * 256);
for (let byte = 0; byte < 256; byte++) {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
  TABLES[byte] = crc;
}
for (let i = 256; i < TABLES.length; i++) {
  const before = TABLES[i - 256] as number;
  TABLES[i] = (before >>> 8) ^ (TABLES[before & 255] as number);
}

/**
 * CRC-32C of bytes[from, to), eight bytes at a time.
 * @param before of the bytes before these, where a sum is made part by part
 * @returns a signed 32-bit number
 */
export function crc32c(bytes: Uint8Array, from: number, to: number, before = 0): number {
  const t = TABLES;
  let crc = ~before;
  let i = from;
  for (; i + 8 <= to; i += 8) {
    // Inside the bounds by the loop's condition; a check of each would halve the speed.
    const low =
      crc ^ ((bytes[i] as number) | ((bytes[i + 1] as number) << 8) | ((bytes[i + 2] as number) << 16) | ((bytes[i + 3] as number) << 24));
    crc =
      (t[1792 + (low & 255)] as number) ^
      (t[1536 + ((low >>> 8) & 255)] as number) ^
      (t[1280 + ((low >>> 16) & 255)] as number) ^
      (t[1024 + (low >>> 24)] as number) ^
      (t[768 + (bytes[i + 4] as number)] as number) ^
      (t[512 + (bytes[i + 5] as number)] as number) ^
      (t[256 + (bytes[i + 6] as number)] as number) ^
      (t[bytes[i + 7] as number] as number);
  }
  for (; i < to; i++) crc = (crc >>> 8) ^ (t[(crc ^ (bytes[i] as number)) & 255] as number);
  return ~crc;
}

/** As TensorFlow's records and LevelDB's logs keep a CRC, so that the CRC of bytes which hold CRCs is no trouble. Signed. */
export function masked(crc: number): number {
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) | 0;
}
