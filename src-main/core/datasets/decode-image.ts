import { decode as decodeJpeg } from 'jpeg-js';
import { PNG } from 'pngjs';

/** Red, green, blue and opacity of each pixel, row after row. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8Array;
}

/** Largest image that is unpacked, pixels: a file of a few bytes must not ask for all memory. */
const MAX_PIXELS = 64_000_000;
const MAX_MEGABYTES = 512;

/** @throws Error in the words of the decoder */
export function decodeImage(bytes: Buffer): Pixels {
  if (bytes.length > 24 && bytes.readUInt32BE(0) === 0x89504e47) {
    if (bytes.readUInt32BE(16) * bytes.readUInt32BE(20) > MAX_PIXELS) throw new Error('it has too many pixels');
    const { width, height, data } = PNG.sync.read(bytes);
    return { width, height, rgba: data };
  }
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) throw new Error('neither PNG nor JPEG');
  const { width, height, data } = decodeJpeg(bytes, {
    useTArray: true,
    formatAsRGBA: true,
    maxResolutionInMP: MAX_PIXELS / 1e6,
    maxMemoryUsageInMB: MAX_MEGABYTES,
  });
  return { width, height, rgba: data };
}

/**
 * The image on white at another size: each new pixel is the mean of what of the old ones lies below it, or where it is made
 * larger the nearest one.
 * @returns red, green and blue, row after row
 */
export function scaledRgb({ width, height, rgba }: Pixels, toHeight: number, toWidth: number): Uint8Array {
  const made = new Uint8Array(toWidth * toHeight * 3);
  for (let y = 0; y < toHeight; y++) {
    const top = Math.floor((y * height) / toHeight);
    const bottom = Math.max(top + 1, Math.ceil(((y + 1) * height) / toHeight));
    for (let x = 0; x < toWidth; x++) {
      const left = Math.floor((x * width) / toWidth);
      const right = Math.max(left + 1, Math.ceil(((x + 1) * width) / toWidth));
      let red = 0;
      let green = 0;
      let blue = 0;
      for (let row = top; row < bottom; row++)
        for (let column = left; column < right; column++) {
          const at = (row * width + column) * 4;
          const opacity = (rgba[at + 3] ?? 255) / 255;
          const white = 255 * (1 - opacity);
          red += (rgba[at] ?? 0) * opacity + white;
          green += (rgba[at + 1] ?? 0) * opacity + white;
          blue += (rgba[at + 2] ?? 0) * opacity + white;
        }
      const count = (bottom - top) * (right - left);
      made.set([Math.round(red / count), Math.round(green / count), Math.round(blue / count)], (y * toWidth + x) * 3);
    }
  }
  return made;
}

/** Whether the three channels are alike everywhere: then one says all. */
export function isGrey(rgb: Uint8Array): boolean {
  for (let at = 0; at < rgb.length; at += 3) if (rgb[at] !== rgb[at + 1] || rgb[at] !== rgb[at + 2]) return false;
  return true;
}
