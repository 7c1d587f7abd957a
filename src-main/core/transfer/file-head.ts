/** So much of a file's beginning is looked at to know what it is, bytes. */
const HEAD_BYTES = 256 * 1024;

/** The beginning of a file, unpacked, and whether that is all of it. */
export async function headOf(bytes: {
  from(fromByte: number): AsyncIterable<Buffer>;
}): Promise<{ readonly bytes: Buffer; readonly isWhole: boolean }> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of bytes.from(0)) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > HEAD_BYTES) break;
  }
  return { bytes: Buffer.concat(chunks).subarray(0, HEAD_BYTES), isWhole: length <= HEAD_BYTES };
}
