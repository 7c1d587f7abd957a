/** Sizes of a picture of MNIST, in pixels: the whole, and the box that its digit fits into. */
export const DIGIT_SIZE = 28;
const DIGIT_BOX = 20;

/** Ink, row after row, each from 0 (none) to 1. */
export interface Ink {
  readonly width: number;
  readonly height: number;
  readonly values: Float32Array;
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/**
 * A drawing as MNIST has its digits (LeCun et al. 1998): what was drawn fits into a box of 20 × 20 pixels, keeps its proportions,
 * and lies with its centre of mass in the middle of 28 × 28.
 *
 * @returns 784 numbers, row after row, from 0 to 1; null where nothing was drawn
 */
export function digitOf(ink: Ink): Float32Array | null {
  const box = boxOf(ink);
  if (box === null) return null;
  const scale = DIGIT_BOX / Math.max(box.width, box.height);
  const width = Math.max(1, Math.round(box.width * scale));
  const height = Math.max(1, Math.round(box.height * scale));
  const small = scaled(ink, box, width, height);
  let [mass, sumX, sumY] = [0, 0, 0];
  small.forEach((value, i) => {
    mass += value;
    sumX += value * (i % width);
    sumY += value * Math.floor(i / width);
  });
  const middle = (DIGIT_SIZE - 1) / 2;
  const left = Math.min(DIGIT_SIZE - width, Math.max(0, Math.round(middle - sumX / mass)));
  const top = Math.min(DIGIT_SIZE - height, Math.max(0, Math.round(middle - sumY / mass)));
  const digit = new Float32Array(DIGIT_SIZE * DIGIT_SIZE);
  small.forEach((value, i) => (digit[(top + Math.floor(i / width)) * DIGIT_SIZE + left + (i % width)] = value));
  return digit;
}

/** The smallest box around all ink. */
function boxOf({ width, height, values }: Ink): Box | null {
  let [left, top, right, bottom] = [width, height, -1, -1];
  values.forEach((value, i) => {
    if (value <= 0) return;
    const [x, y] = [i % width, Math.floor(i / width)];
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  });
  return right < 0 ? null : { left, top, width: right - left + 1, height: bottom - top + 1 };
}

/** A part of a picture at another size: each pixel is the mean of the area that it stands for. */
function scaled({ width: stride, values }: Ink, box: Box, width: number, height: number): Float32Array {
  const made = new Float32Array(width * height);
  const [stepX, stepY] = [box.width / width, box.height / height];
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      let [sum, area] = [0, 0];
      for (let row = Math.floor(y * stepY); row < (y + 1) * stepY; row++)
        for (let column = Math.floor(x * stepX); column < (x + 1) * stepX; column++) {
          const share = overlap(row, y * stepY, (y + 1) * stepY) * overlap(column, x * stepX, (x + 1) * stepX);
          sum += share * (values[(box.top + row) * stride + box.left + column] ?? 0);
          area += share;
        }
      made[y * width + x] = area > 0 ? sum / area : 0;
    }
  return made;
}

/** How much of a pixel lies between two positions. */
const overlap = (pixel: number, from: number, to: number): number => Math.max(0, Math.min(pixel + 1, to) - Math.max(pixel, from));
