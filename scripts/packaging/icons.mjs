import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { REPO } from '../setup/paths.mjs';

/** The drawings: one SVG and its renderings, by their edge in pixels. */
export const ICONS = join(REPO, 'resources', 'icons');

/** @param {number} size edge in px @returns {string} */
export function iconPng(size) {
  return join(ICONS, `${size}.png`);
}

const readPng = async (size) => ({ size, png: await readFile(iconPng(size)) });

/**
 * A Windows icon of PNG images.
 *
 * @param {readonly { size: number, png: Buffer }[]} images edges up to 256 px
 * @returns {Buffer}
 */
export function makeIco(images) {
  const head = Buffer.alloc(6 + 16 * images.length);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(images.length, 4);
  let offset = head.length;
  images.forEach(({ size, png }, i) => {
    const at = 6 + 16 * i;
    head.writeUInt8(size % 256, at); // 256 is written as 0
    head.writeUInt8(size % 256, at + 1);
    head.writeUInt16LE(1, at + 4);
    head.writeUInt16LE(32, at + 6);
    head.writeUInt32LE(png.length, at + 8);
    head.writeUInt32LE(offset, at + 12);
    offset += png.length;
  });
  return Buffer.concat([head, ...images.map(({ png }) => png)]);
}

/** Apple's names for PNG images by their edge in px. */
const ICNS_TYPES = { 128: 'ic07', 256: 'ic08', 512: 'ic09' };

/**
 * A macOS icon of PNG images.
 *
 * @param {readonly { size: number, png: Buffer }[]} images edges of 128, 256 or 512 px
 * @returns {Buffer}
 */
export function makeIcns(images) {
  const parts = images.map(({ size, png }) => {
    const head = Buffer.alloc(8);
    head.write(ICNS_TYPES[size], 'latin1');
    head.writeUInt32BE(8 + png.length, 4);
    return Buffer.concat([head, png]);
  });
  const body = Buffer.concat(parts);
  const head = Buffer.alloc(8);
  head.write('icns', 'latin1');
  head.writeUInt32BE(8 + body.length, 4);
  return Buffer.concat([head, body]);
}

/**
 * Writes the icon in the form a platform's executable carries.
 *
 * @param {string} platform
 * @param {string} dir
 * @returns {Promise<string | undefined>} its path; none on Linux, where the desktop entry names the PNG files
 */
export async function writePlatformIcon(platform, dir) {
  if (platform === 'win32') {
    await writeFile(join(dir, 'icon.ico'), makeIco(await Promise.all([16, 32, 48, 256].map(readPng))));
    return join(dir, 'icon.ico');
  }
  if (platform === 'darwin') {
    await writeFile(join(dir, 'icon.icns'), makeIcns(await Promise.all([128, 256, 512].map(readPng))));
    return join(dir, 'icon.icns');
  }
  return undefined;
}
