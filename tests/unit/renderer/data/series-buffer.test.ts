import { describe, expect, it } from 'vitest';
import { SeriesBuffer } from '../../../../src-renderer/data/series-buffer';

const read = (buffer: SeriesBuffer): [number, number][] => {
  const { at, values } = buffer.columns();
  return [...at].map((time, i) => [time, values[i]!]);
};

describe('SeriesBuffer', () => {
  it('keeps samples in order and a missing one as NaN, not zero', () => {
    const buffer = new SeriesBuffer(2);
    buffer.append(1000, 5);
    buffer.append(2000, null);
    buffer.append(3000, 0);
    expect(read(buffer)).toEqual([
      [1000, 5],
      [2000, Number.NaN],
      [3000, 0],
    ]);
  });

  it('replaces a sample of the same time and ignores one it has had before', () => {
    const buffer = new SeriesBuffer();
    buffer.append(1000, 5);
    buffer.append(2000, 6);
    buffer.append(2000, 7);
    buffer.append(1000, 99);
    expect(read(buffer)).toEqual([
      [1000, 5],
      [2000, 7],
    ]);
  });

  it('leaves what is still drawn as it was when it moves its samples', () => {
    const buffer = new SeriesBuffer(4);
    for (const at of [1, 2, 3, 4]) buffer.append(at * 1000, at);
    buffer.dropBefore(4000);
    const seen = buffer.columns();
    for (const at of [5, 6, 7, 8, 9]) buffer.append(at * 1000, at);
    expect([[...seen.at], [...seen.values]]).toEqual([[4000], [4]]);
    expect(read(buffer)[0]).toEqual([4000, 4]);
  });

  it('forgets what lay ahead when the clock was set back', () => {
    const buffer = new SeriesBuffer();
    for (const at of [100_000, 101_000, 102_000]) buffer.append(at, at);
    expect(buffer.append(101_500, 0)).toBe(false);
    expect(buffer.append(60_000, 1)).toBe(true);
    expect(buffer.append(61_000, 2)).toBe(false);
    expect(read(buffer)).toEqual([
      [60_000, 1],
      [61_000, 2],
    ]);
  });

  it('grows as needed and reuses the room of what it forgot', () => {
    const buffer = new SeriesBuffer(4);
    for (let at = 1; at <= 10_000; at += 1) {
      buffer.append(at, at * 2);
      buffer.dropBefore(at - 50);
    }
    expect(buffer.length).toBe(51);
    expect(buffer.firstAtMs).toBe(9950);
    expect(read(buffer).at(-1)).toEqual([10_000, 20_000]);
  });

  it('says when it is empty', () => {
    const buffer = new SeriesBuffer();
    expect([buffer.length, buffer.firstAtMs, buffer.lastAtMs]).toEqual([0, Infinity, -Infinity]);
  });
});
