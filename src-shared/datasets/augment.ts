import { mulberry32 } from '../base/random';
import type { Augmentation } from '../model/dataset-recipe';
import type { Elements } from './column';

const DEGREE = Math.PI / 180;

/**
 * An image, or a vector of two dimensions as a spectrogram, as training sees it this time. What is moved in from outside is the value
 * at the edge. The same seed gives the same picture.
 *
 * @param shape height, width and channels (1 where left out)
 * @param range of the values: 255 of bytes
 */
export function augmented<E extends Elements>(
  values: E,
  shape: readonly number[],
  steps: readonly Augmentation[],
  seed: number,
  range = 255,
): E {
  const [height = 1, width = 1, channels = 1] = shape;
  const random = mulberry32(seed);
  const either = (most: number): number => (random() * 2 - 1) * most;
  let made = values.slice() as E;
  for (const step of steps)
    switch (step.do) {
      case 'shift': {
        const [down, right] = [Math.round(either(step.most) * height), Math.round(either(step.most) * width)];
        made = moved(made, [height, width, channels], (y, x) => [y - down, x - right]);
        break;
      }
      case 'rotate': {
        const angle = either(step.most) * DEGREE;
        const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
        made = aroundCentre(made, [height, width, channels], (y, x) => [y * cos + x * sin, x * cos - y * sin]);
        break;
      }
      case 'zoom': {
        const factor = 1 + either(step.most);
        made = aroundCentre(made, [height, width, channels], (y, x) => [y / factor, x / factor]);
        break;
      }
      case 'flip':
        if (random() < 0.5) made = moved(made, [height, width, channels], (y, x) => [y, width - 1 - x]);
        break;
      case 'noise':
        made = noisy(made, step.deviation * range, random);
        break;
      case 'mask':
        made = masked(made, [height, width, channels], step, random);
        break;
    }
  return made;
}

type Size = readonly [height: number, width: number, channels: number];
/** Where a pixel of the new picture comes from. */
type From = (y: number, x: number) => readonly [y: number, x: number];

const aroundCentre = <E extends Elements>(values: E, size: Size, from: From): E => {
  const [middleY, middleX] = [(size[0] - 1) / 2, (size[1] - 1) / 2];
  return moved(values, size, (y, x) => {
    const [fromY, fromX] = from(y - middleY, x - middleX);
    return [fromY + middleY, fromX + middleX];
  });
};

/** Between four pixels, each weighs by how near it is. */
function moved<E extends Elements>(values: E, [height, width, channels]: Size, from: From): E {
  const made = values.slice() as E;
  const isWhole = values instanceof Uint8Array;
  const at = (y: number, x: number, channel: number): number => {
    const row = Math.min(height - 1, Math.max(0, y));
    const column = Math.min(width - 1, Math.max(0, x));
    return values[(row * width + column) * channels + channel] as number;
  };
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const [fromY, fromX] = from(y, x);
      const [top, left] = [Math.floor(fromY), Math.floor(fromX)];
      const [down, right] = [fromY - top, fromX - left];
      for (let channel = 0; channel < channels; channel++) {
        const above = at(top, left, channel) * (1 - right) + at(top, left + 1, channel) * right;
        const below = at(top + 1, left, channel) * (1 - right) + at(top + 1, left + 1, channel) * right;
        const value = above * (1 - down) + below * down;
        made[(y * width + x) * channels + channel] = isWhole ? Math.round(value) : value;
      }
    }
  return made;
}

/** Of the normal distribution (Box & Muller 1958). */
function noisy<E extends Elements>(values: E, deviation: number, random: () => number): E {
  const isByte = values instanceof Uint8Array;
  return values.map((value) => {
    const off = deviation * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    return isByte ? Math.min(255, Math.max(0, Math.round(value + off))) : value + off;
  }) as E;
}

function masked<E extends Elements>(
  values: E,
  [height, width, channels]: Size,
  { rows, columns }: Extract<Augmentation, { do: 'mask' }>,
  random: () => number,
): E {
  const made = values.slice() as E;
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / values.length;
  const [tall, wide] = [Math.floor(random() * (Math.min(rows, height) + 1)), Math.floor(random() * (Math.min(columns, width) + 1))];
  const [top, left] = [Math.floor(random() * (height - tall + 1)), Math.floor(random() * (width - wide + 1))];
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const isMasked = (y >= top && y < top + tall) || (x >= left && x < left + wide);
      if (isMasked) made.fill(mean, (y * width + x) * channels, (y * width + x + 1) * channels);
    }
  return made;
}
