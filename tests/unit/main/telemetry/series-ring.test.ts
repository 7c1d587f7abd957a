import { describe, expect, it } from 'vitest';
import { SeriesRing } from '../../../../src-main/core/telemetry/series-ring';

const filled = (capacity: number, ...entries: [number, number | null][]): SeriesRing => {
  const ring = new SeriesRing(capacity);
  for (const [atMs, value] of entries) ring.put(atMs, value);
  return ring;
};

describe('SeriesRing', () => {
  it('forgets the oldest when full and keeps nulls apart from numbers', () => {
    const ring = filled(3, [1, 10], [2, null], [3, 0], [4, 40]);
    expect(ring.since(0)).toEqual({ atMs: [2, 3, 4], values: [null, 0, 40] });
    expect(ring.last()).toEqual({ atMs: 4, value: 40 });
  });

  it('sorts a late sample in, replaces one of the same time, and drops one older than all it holds when full', () => {
    const ring = filled(4, [10, 1], [30, 3], [20, 2], [30, 33]);
    expect(ring.since(0)).toEqual({ atMs: [10, 20, 30], values: [1, 2, 33] });
    ring.put(40, 4);
    ring.put(5, 0);
    expect(ring.since(0).atMs).toEqual([10, 20, 30, 40]);
    ring.put(25, 2.5);
    expect(ring.since(0)).toEqual({ atMs: [20, 25, 30, 40], values: [2, 2.5, 33, 4] });
  });

  it('stays in order through many wraps with late samples', () => {
    const ring = new SeriesRing(16);
    for (let i = 0; i < 1_000; i++) ring.put(i % 7 === 0 ? i - 3.5 : i, i);
    const { atMs } = ring.since(-Infinity);
    expect(atMs).toHaveLength(16);
    expect(atMs).toEqual([...atMs].sort((a, b) => a - b));
  });

  it('forgets times that have not come yet', () => {
    const ring = filled(8, [1, 1], [2, 2], [3, 3]);
    ring.forgetAfter(1);
    expect(ring.since(0)).toEqual({ atMs: [1], values: [1] });
    expect(filled(8, [5, 5]).since(6).atMs).toEqual([]);
  });

  it('grows while it would forget what is young enough, as long as it is granted the room', () => {
    let room = 12;
    const ring = new SeriesRing(4, {
      heldMs: 1_000,
      take: (entries) => {
        if (entries > room) return false;
        room -= entries;
        return true;
      },
    });
    for (let i = 0; i < 12; i++) ring.put(i * 10, i);
    expect(ring.capacity).toBe(16);
    expect(ring.since(0).atMs).toEqual(Array.from({ length: 12 }, (_, i) => i * 10));
    for (let i = 12; i < 40; i++) ring.put(i * 10, i);
    // 4 + 4 + 8 were granted, 16 more were not.
    expect(room).toBe(0);
    expect(ring.since(0).values).toEqual(Array.from({ length: 16 }, (_, i) => 24 + i));
    const slow = new SeriesRing(2, { heldMs: 1_000, take: () => true });
    for (let i = 0; i < 10; i++) slow.put(i * 1_000, i);
    expect(slow.capacity).toBe(2);
  });

  it('refuses a capacity that is no count', () => {
    expect(() => new SeriesRing(0)).toThrow(RangeError);
  });
});
