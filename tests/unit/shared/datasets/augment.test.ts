import { describe, expect, it } from 'vitest';
import { augmented } from '@shared/datasets/augment';

/** 3 × 3, one channel. */
const cross = Uint8Array.of(0, 10, 0, 20, 50, 30, 0, 40, 0);
const shape = [3, 3, 1];
const seeds = Array.from({ length: 40 }, (_, seed) => seed);
const times = (values: Uint8Array, test: (made: Uint8Array) => boolean, steps: Parameters<typeof augmented>[2]): number =>
  seeds.filter((seed) => test(augmented(values, shape, steps, seed))).length;

describe('augmentation', () => {
  it('is the same for the same seed, leaves its input alone, and does nothing without a step', () => {
    const before = cross.slice();
    const steps = [
      { do: 'noise', deviation: 0.1 },
      { do: 'shift', most: 0.5 },
    ] as const;
    expect(augmented(cross, shape, steps, 3)).toEqual(augmented(cross, shape, steps, 3));
    expect(augmented(cross, shape, steps, 3)).not.toEqual(augmented(cross, shape, steps, 4));
    expect(augmented(cross, shape, [], 3)).toEqual(cross);
    expect(cross).toEqual(before);
  });

  it('flips left for right, every second time', () => {
    const flipped = Uint8Array.of(0, 10, 0, 30, 50, 20, 0, 40, 0);
    const isFlipped = (made: Uint8Array): boolean => made.every((value, i) => value === flipped[i]);
    const count = times(cross, isFlipped, [{ do: 'flip' }]);
    expect(count + times(cross, (made) => made.every((value, i) => value === cross[i]), [{ do: 'flip' }])).toBe(seeds.length);
    expect(count).toBeGreaterThan(10);
    expect(count).toBeLessThan(30);
  });

  it('shifts by whole pixels, and repeats the edge', () => {
    // One row down: the first row twice.
    const down = [0, 10, 0, 0, 10, 0, 20, 50, 30];
    expect(times(cross, (made) => made.every((value, i) => value === down[i]), [{ do: 'shift', most: 0.34 }])).toBeGreaterThan(0);
  });

  it('turns and zooms about the middle, which stays', () => {
    for (const step of [
      { do: 'rotate', most: 180 },
      { do: 'zoom', most: 0.5 },
    ] as const)
      expect(times(cross, (made) => made[4] === 50, [step])).toBe(seeds.length);
    // What is alike everywhere is not changed by either.
    const flat = new Uint8Array(9).fill(7);
    expect(
      times(flat, (made) => made.every((value) => value === 7), [
        { do: 'rotate', most: 90 },
        { do: 'zoom', most: 0.5 },
      ]),
    ).toBe(seeds.length);
  });

  it('adds noise of its deviation, within a byte', () => {
    const grey = new Uint8Array(10_000).fill(128);
    const made = augmented(grey, [100, 100, 1], [{ do: 'noise', deviation: 0.1 }], 1);
    const mean = made.reduce((sum, value) => sum + value, 0) / made.length;
    const deviation = Math.sqrt(made.reduce((sum, value) => sum + (value - mean) ** 2, 0) / made.length);
    expect(mean).toBeGreaterThan(127);
    expect(mean).toBeLessThan(129);
    expect(deviation).toBeGreaterThan(24.5);
    expect(deviation).toBeLessThan(26.5);
    const bright = augmented(new Uint8Array(100).fill(255), [10, 10], [{ do: 'noise', deviation: 0.5 }], 1);
    expect(Math.max(...bright)).toBe(255);
  });

  it('masks a band of rows and one of columns with the mean', () => {
    const spectrum = Float32Array.from({ length: 48 }, (_, i) => i);
    const made = augmented(spectrum, [6, 8], [{ do: 'mask', rows: 2, columns: 3 }], 5);
    const mean = 23.5;
    const isRow = (row: number): boolean => made.subarray(row * 8, row * 8 + 8).every((value) => value === mean);
    const isColumn = (column: number): boolean => [0, 1, 2, 3, 4, 5].every((row) => made[row * 8 + column] === mean);
    const rows = [0, 1, 2, 3, 4, 5].filter(isRow);
    const columns = [0, 1, 2, 3, 4, 5, 6, 7].filter(isColumn);
    expect(rows.length).toBeLessThanOrEqual(2);
    expect(columns.length).toBeLessThanOrEqual(3);
    expect(made.filter((value, i) => value !== spectrum[i])).toHaveLength(48 - (6 - rows.length) * (8 - columns.length));
  });
});
