import { describe, expect, it } from 'vitest';
import { Batcher, type BatcherOptions } from '../../../../../src-main/trainer/serving/batcher';
import type { DenseTensor } from '../../../../../src-main/trainer/serving/tensors';

const rows = (...values: number[]): DenseTensor[] => [{ shape: [values.length, 1], values: Float32Array.from(values) }];
const wide = (...values: number[]): DenseTensor[] => [{ shape: [1, values.length], values: Float32Array.from(values) }];
const numbers = (outputs: readonly DenseTensor[]): number[] => [...(outputs[0]?.values ?? [])];

/** Doubles each number, and notes what was computed together. */
function doubling(over: Partial<BatcherOptions> = {}) {
  const batches: number[][] = [];
  const batcher = new Batcher({
    run: (inputs) => {
      batches.push(numbers(inputs));
      return inputs.map(({ shape, values }) => ({ shape, values: Float32Array.from(values, (value) => 2 * value) }));
    },
    maxBatch: 4,
    maxDelayMs: 0,
    maxQueue: 10,
    ...over,
  });
  return { batcher, batches };
}

describe('Batcher', () => {
  it('computes what comes together in one batch, and gives each its own rows', async () => {
    const { batcher, batches } = doubling();
    const answers = await Promise.all([batcher.submit(rows(1, 2)), batcher.submit(rows(3)), batcher.submit(rows(4, 5))]);
    expect(answers.map(numbers)).toEqual([[2, 4], [6], [8, 10]]);
    expect(batches).toEqual([
      [1, 2, 3],
      [4, 5],
    ]);
    expect(batcher.queued).toBe(0);
  });

  it('computes a request with more rows than a batch in parts', async () => {
    const { batcher, batches } = doubling({ maxQueue: 100 });
    expect(numbers(await batcher.submit(rows(1, 2, 3, 4, 5, 6, 7, 8, 9)))).toEqual([2, 4, 6, 8, 10, 12, 14, 16, 18]);
    expect(batches.map(({ length }) => length)).toEqual([4, 4, 1]);
  });

  it('keeps rows of unequal sizes apart', async () => {
    const { batcher, batches } = doubling();
    const answers = await Promise.all([batcher.submit(wide(1, 2)), batcher.submit(wide(3, 4, 5)), batcher.submit(wide(6, 7, 8))]);
    expect(answers.map(numbers)).toEqual([
      [2, 4],
      [6, 8, 10],
      [12, 14, 16],
    ]);
    expect(batches).toEqual([
      [1, 2],
      [3, 4, 5, 6, 7, 8],
    ]);
  });

  it('refuses what the queue has no room for, and what it can never have', async () => {
    const { batcher } = doubling();
    const first = batcher.submit(rows(1, 2, 3, 4, 5, 6, 7, 8));
    expect(() => batcher.submit(rows(1, 2, 3))).toThrow('queue to which this task was submitted is full: 8 of 10 rows wait');
    expect(() => batcher.submit(rows(...Array.from({ length: 11 }, () => 0)))).toThrow('The request has 11 rows, the queue takes 10');
    await first;
    expect(numbers(await batcher.submit(rows(1, 2, 3)))).toEqual([2, 4, 6]);
  });

  it('waits for others no longer than until the batch is full', async () => {
    const { batcher, batches } = doubling({ maxDelayMs: 3_600_000 });
    const first = batcher.submit(rows(1));
    const second = batcher.submit(rows(2, 3, 4));
    expect(numbers(await first)).toEqual([2]);
    await second;
    expect(batches).toEqual([[1, 2, 3, 4]]);
  });

  it('drops a request whose client is gone, and goes on after one that fails', async () => {
    const { batcher, batches } = doubling();
    let isGone = false;
    void batcher.submit(rows(1), () => isGone);
    const second = batcher.submit(rows(2));
    isGone = true;
    expect(numbers(await second)).toEqual([4]);
    expect(batches).toEqual([[2]]);

    let fails = true;
    const { batcher: other } = doubling({
      run: (inputs) => {
        if (fails) throw new Error('out of memory');
        return inputs;
      },
    });
    await expect(other.submit(rows(1))).rejects.toThrow('out of memory');
    fails = false;
    expect(numbers(await other.submit(rows(1)))).toEqual([1]);
  });
});
