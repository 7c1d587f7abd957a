import { createReadStream } from 'node:fs';
import { lstat, open, readdir, readlink } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import zlib from 'node:zlib';

const UNIX_ZIP_20 = (3 << 8) | 20;
const UTF8_NAMES = 0x0800;

/** @returns {Promise<string[]>} every folder, file and link under a folder, parents first */
async function walk(dir) {
  const entries = await readdir(dir, { withFileTypes: true });
  const found = [];
  for (const entry of entries) {
    const path = join(dir, entry.name);
    found.push(path);
    if (entry.isDirectory()) found.push(...(await walk(path)));
  }
  return found;
}

/**
 * Puts a folder's contents into a zip archive, uncompressed: a fast wrapping for a tool that wants an archive. Modes and
 * links are kept. Less than 4 GB and 65,535 entries, as every Electron is.
 *
 * @param {string} folder
 * @param {string} archive written anew
 * @returns {Promise<void>}
 */
export async function zipFolder(folder, archive) {
  const file = await open(archive, 'w');
  const directory = [];
  let offset = 0;
  const write = async (buffer) => {
    await file.write(buffer, 0, buffer.length, offset);
    offset += buffer.length;
  };
  try {
    for (const path of await walk(folder)) {
      const info = await lstat(path);
      const name = Buffer.from(relative(folder, path).split(sep).join('/') + (info.isDirectory() ? '/' : ''));
      const at = offset;
      // The local header is written last, over its reserved place, when length and CRC are known.
      offset += 30 + name.length;
      let crc = 0;
      let bytes = 0;
      for await (const chunk of content(path, info)) {
        crc = zlib.crc32(chunk, crc);
        bytes += chunk.length;
        await write(chunk);
      }
      const common = Buffer.alloc(26);
      common.writeUInt16LE(20, 0);
      common.writeUInt16LE(UTF8_NAMES, 2);
      common.writeUInt32LE(crc, 10);
      common.writeUInt32LE(bytes, 14);
      common.writeUInt32LE(bytes, 18);
      common.writeUInt16LE(name.length, 22);
      await file.write(Buffer.concat([Buffer.from('PK\x03\x04'), common, name]), 0, 30 + name.length, at);

      const place = Buffer.alloc(14);
      place.writeUInt32LE((info.mode << 16) >>> 0, 6);
      place.writeUInt32LE(at, 10);
      const madeBy = Buffer.alloc(2);
      madeBy.writeUInt16LE(UNIX_ZIP_20);
      directory.push(Buffer.concat([Buffer.from('PK\x01\x02'), madeBy, common, place, name]));
    }
    const start = offset;
    await write(Buffer.concat(directory));
    const end = Buffer.alloc(22);
    end.write('PK\x05\x06', 'latin1');
    end.writeUInt16LE(directory.length, 8);
    end.writeUInt16LE(directory.length, 10);
    end.writeUInt32LE(offset - start, 12);
    end.writeUInt32LE(start, 16);
    await write(end);
  } finally {
    await file.close();
  }
}

async function* content(path, info) {
  if (info.isSymbolicLink()) yield Buffer.from(await readlink(path));
  else if (info.isFile()) yield* createReadStream(path, { highWaterMark: 1 << 20 });
}
