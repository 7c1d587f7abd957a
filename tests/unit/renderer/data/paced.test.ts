import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Paced } from '../../../../src-renderer/data/paced';
import { Store } from '../../../../src-renderer/data/store';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('shows what is urgent at once, the rest at most so often, and in the end always the newest', () => {
  const source = new Store(0);
  const paced = new Paced(source, 500, (_, now) => now >= 100);
  const seen: number[] = [];
  const stop = paced.subscribe(() => seen.push(paced.get()));
  for (let value = 1; value <= 10; value++) {
    source.set(value);
    vi.advanceTimersByTime(100);
  }
  expect(seen).toEqual([1, 5, 10]);
  vi.advanceTimersByTime(500);
  expect(seen).toEqual([1, 5, 10]);
  source.set(100);
  expect(seen).toEqual([1, 5, 10, 100]);
  source.set(11);
  stop();
  vi.advanceTimersByTime(1_000);
  expect(seen).toEqual([1, 5, 10, 100]);
  // Whoever comes anew sees what is there now.
  expect(paced.get()).toBe(11);
});
