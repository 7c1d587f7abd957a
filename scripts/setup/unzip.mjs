import { createReadStream, createWriteStream } from 'node:fs';
import { chmod, mkdir, open, symlink } from 'node:fs/promises';
import { dirname, join, normalize, sep } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import zlib from 'node:zlib';

const END = 0x06054b50;
const END_64 = 0x06064b50;
const END_64_LOCATOR = 0x07064b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const STORED = 0;
const DEFLATED = 8;
const SYMLINK = 0o120000;

/**
 * @typedef {object} ZipEntry
 * @property {string} name with forward slashes; ends in one for a folder
 * @property {number} method 0 stored, 8 deflated
 * @property {number} crc
 * @property {number} packedBytes
 * @property {number} bytes
 * @property {number} offset of the local header
 * @property {number} mode Unix mode with its file type, 0 when the archive has none
 */

/**
 * Unpacks a zip archive with nothing but Node: the machine may have no unzip. Every file's length and CRC-32 are
 * checked; a name that would leave the folder is refused.
 *
 * @param {string} archive
 * @param {string} into an existing folder
 * @param {{ rename?: (name: string) => string | null, onProgress?: (fraction: number) => void }} [options]
 *   rename gives an entry another path, or null to leave it out
 * @returns {Promise<void>}
 */
export async function unzip(archive, into, { rename = (name) => name, onProgress } = {}) {
  const file = await open(archive, 'r');
  try {
    const wanted = (await readEntries(file)).map((entry) => ({ entry, to: rename(entry.name) })).filter(({ to }) => to);
    const total = wanted.reduce((sum, { entry }) => sum + entry.bytes, 0);
    let done = 0;
    for (const { entry, to } of wanted) {
      await extract(file, archive, entry, safePath(into, to));
      done += entry.bytes;
      onProgress?.(total === 0 ? 1 : done / total);
    }
  } finally {
    await file.close();
  }
}

function safePath(into, name) {
  const path = normalize(name);
  if (path.startsWith('..') || path.startsWith(sep) || /^[a-z]:/i.test(path))
    throw new Error(`the archive names a path outside of it: ${name}`);
  return join(into, path);
}

async function read(file, position, length) {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await file.read(buffer, 0, length, position);
  if (bytesRead < length) throw new Error('the archive is cut short');
  return buffer;
}

/** @returns {Promise<ZipEntry[]>} the archive's directory */
async function readEntries(file) {
  const { size } = await file.stat();
  const tailLength = Math.min(size, 22 + 0xffff);
  const tail = await read(file, size - tailLength, tailLength);
  let at = tail.length - 22;
  while (at >= 0 && tail.readUInt32LE(at) !== END) at--;
  if (at < 0) throw new Error('not a zip archive');
  let directory = { count: tail.readUInt16LE(at + 10), length: tail.readUInt32LE(at + 12), offset: tail.readUInt32LE(at + 16) };
  if (at >= 20 && tail.readUInt32LE(at - 20) === END_64_LOCATOR) {
    const record = await read(file, Number(tail.readBigUInt64LE(at - 20 + 8)), 56);
    if (record.readUInt32LE(0) !== END_64) throw new Error('the archive’s directory is damaged');
    directory = {
      count: Number(record.readBigUInt64LE(32)),
      length: Number(record.readBigUInt64LE(40)),
      offset: Number(record.readBigUInt64LE(48)),
    };
  }
  const bytes = await read(file, directory.offset, directory.length);
  const entries = [];
  for (let position = 0; entries.length < directory.count;) {
    if (bytes.readUInt32LE(position) !== CENTRAL) throw new Error('the archive’s directory is damaged');
    const nameLength = bytes.readUInt16LE(position + 28);
    const extraLength = bytes.readUInt16LE(position + 30);
    const end = position + 46 + nameLength + extraLength;
    const unix = bytes.readUInt8(position + 5) === 3;
    const entry = {
      name: bytes.toString('utf8', position + 46, position + 46 + nameLength),
      method: bytes.readUInt16LE(position + 10),
      crc: bytes.readUInt32LE(position + 16),
      packedBytes: bytes.readUInt32LE(position + 20),
      bytes: bytes.readUInt32LE(position + 24),
      offset: bytes.readUInt32LE(position + 42),
      mode: unix ? bytes.readUInt32LE(position + 38) >>> 16 : 0,
    };
    widen(entry, bytes.subarray(end - extraLength, end));
    entries.push(entry);
    position = end + bytes.readUInt16LE(position + 32);
  }
  return entries;
}

/** Takes the 64-bit sizes from the entry's extra field where the 32-bit ones say "look there". */
function widen(entry, extra) {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue;
    let field = at + 4;
    for (const key of ['bytes', 'packedBytes', 'offset']) {
      if (entry[key] !== 0xffffffff) continue;
      entry[key] = Number(extra.readBigUInt64LE(field));
      field += 8;
    }
  }
}

async function extract(file, archive, entry, to) {
  if (entry.name.endsWith('/')) {
    await mkdir(to, { recursive: true });
    return;
  }
  await mkdir(dirname(to), { recursive: true });
  const header = await read(file, entry.offset, 30);
  if (header.readUInt32LE(0) !== LOCAL) throw new Error(`the archive is damaged at ${entry.name}`);
  const start = entry.offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
  const packed = entry.packedBytes === 0 ? Readable.from([]) : createReadStream(archive, { start, end: start + entry.packedBytes - 1 });
  const steps = entry.method === DEFLATED ? [packed, zlib.createInflateRaw()] : [packed];
  if (entry.method !== DEFLATED && entry.method !== STORED) throw new Error(`${entry.name} is packed in an unknown way (${entry.method})`);

  let crc = 0;
  let bytes = 0;
  const check = async function* (chunks) {
    for await (const chunk of chunks) {
      crc = zlib.crc32(chunk, crc);
      bytes += chunk.length;
      yield chunk;
    }
  };
  if ((entry.mode & 0o170000) === SYMLINK) {
    const target = [];
    await pipeline(...steps, check, async (chunks) => {
      for await (const chunk of chunks) target.push(chunk);
    });
    await symlink(Buffer.concat(target).toString('utf8'), to);
  } else {
    await pipeline(...steps, check, createWriteStream(to));
    if (process.platform !== 'win32' && (entry.mode & 0o777) !== 0) await chmod(to, entry.mode & 0o777);
  }
  if (bytes !== entry.bytes || crc !== entry.crc) throw new Error(`${entry.name} in the archive is damaged`);
}
