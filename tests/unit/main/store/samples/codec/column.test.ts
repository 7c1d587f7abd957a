import { describe, expect, it } from 'vitest';
import { ByteWriter, READ_AHEAD } from '../../../../../../src-main/core/store/samples/codec/bits';
import { decodeColumn, encodeColumn } from '../../../../../../src-main/core/store/samples/codec/column';
import { random } from '../../../../../helpers/random';

function through(values: Float64Array): { decoded: Float64Array; bytes: number } {
  const encoded = encodeColumn(values);
  const padded = new Uint8Array(encoded.length + 3 + READ_AHEAD);
  padded.set(encoded, 3);
  return { decoded: decodeColumn(new DataView(padded.buffer), 3, values.length), bytes: encoded.length };
}

/** Every bit: -0 is not 0, and NaN is null whatever its bits. */
function expectSame(values: Float64Array): number {
  const { decoded, bytes } = through(values);
  expect(decoded.length).toBe(values.length);
  for (let i = 0; i < values.length; i++)
    if (!Object.is(decoded[i], values[i])) throw new Error(`number ${i} of ${values.length}: ${values[i]} came back as ${decoded[i]}`);
  return bytes;
}

type Make = (rand: () => number, n: number) => Float64Array;
const normal = (rand: () => number): number => Math.sqrt(-2 * Math.log(1 - rand())) * Math.cos(2 * Math.PI * rand());
const series = (n: number, next: (i: number) => number): Float64Array => Float64Array.from({ length: n }, (_, i) => next(i));
const bits = new DataView(new ArrayBuffer(8));

const kinds: Record<string, Make> = {
  'one number': (rand) => Float64Array.of(rand() * 1e6),
  constants: (rand, n) => new Float64Array(n).fill(Math.round(rand() * 1e6) / 1000),
  'a random walk in milliwatts': (rand, n) => {
    let mw = 300_000;
    return series(n, () => (mw += Math.round(normal(rand) * 4000)) / 1000);
  },
  'noise around steps': (rand, n) => series(n, (i) => Math.round(((i >> 7) % 2 === 0 ? 90_000 : 650_000) + normal(rand) * 3000) / 1000),
  'a slow temperature': (rand, n) => series(n, (i) => Math.round(600 + 30 * Math.sin(i / 200) + rand()) / 10),
  'a counter that wraps': (rand, n) => {
    let total = 2 ** 32 - 1e6;
    return series(n, () => (total = (total + Math.round(1500 + 20 * rand())) % 2 ** 32));
  },
  'multiples of a page': (rand, n) => series(n, () => 4096 * Math.round(rand() * 1e7)),
  'large whole numbers': (rand, n) => series(n, () => Math.round((rand() - 0.5) * 2 ** 50)),
  'whole numbers at the edge of a double': (rand, n) => series(n, () => Math.round((rand() - 0.5) * 2 ** 54)),
  'nine places': (rand, n) => series(n, () => Math.round(rand() * 1e9) / 1e9),
  'true doubles': (rand, n) => series(n, () => rand() * 1e4),
  'sums of decimals': (rand, n) => series(n, () => Math.round(rand() * 1e5) / 10 + Math.round(rand() * 1e5) / 100 + 0.1),
  'zeros of both signs': (rand, n) => series(n, () => (rand() < 0.5 ? 0 : -0)),
  'subnormals and extremes': (rand, n) =>
    series(
      n,
      () =>
        [5e-324, -5e-324, Number.MAX_VALUE, -Number.MAX_VALUE, Number.MIN_VALUE * 7, 0, -0, 1, Infinity, -Infinity][
          Math.floor(rand() * 10)
        ] ?? 0,
    ),
  'any bits': (rand, n) =>
    series(n, () => {
      bits.setUint32(0, Math.floor(rand() * 2 ** 32));
      bits.setUint32(4, Math.floor(rand() * 2 ** 32));
      const value = bits.getFloat64(0);
      return Number.isNaN(value) ? 0 : value;
    }),
  'levels that come back': (rand, n) => series(n, () => [50, 1900, 75_000, -3][Math.floor(rand() * 4)] ?? 0),
  'rare spikes': (rand, n) => series(n, () => (rand() < 0.01 ? Math.round(rand() * 1e9) : 0)),
};

describe('a column', () => {
  it.each(Object.entries(kinds))('of %s comes back bit for bit, with nulls and without, at any length', (_name, make) => {
    const rand = random(7);
    for (const n of [1, 2, 3, 5, 17, 100, 361, 3600, 5000]) {
      const values = make(rand, n);
      expectSame(values);
      expectSame(values.map((value) => (rand() < 0.1 ? NaN : value)));
      expectSame(values.map((value, i) => (i > n / 3 && i < n / 2 ? NaN : value)));
      expectSame(values.map(() => NaN));
    }
    expectSame(new Float64Array());
  });

  it('of a steady meter takes next to nothing, of a noisy one hardly more than its noise', () => {
    const rand = random(1);
    expect(expectSame(new Float64Array(3600).fill(350.25))).toBeLessThan(10);
    expect(expectSame(series(3600, (i) => i * 1000))).toBeLessThan(20);
    expect(expectSame(series(3600, (i) => 12_345_678 + i * 250))).toBeLessThan(20);
    // Normal noise of 3 W in mW around one level carries log2(3000 · √(2πe)) = 13.6 bits.
    const noisy = expectSame(series(3600, () => Math.round(500_000 + 3000 * normal(rand)) / 1000));
    expect((noisy * 8) / 3600).toBeLessThan(13.6 * 1.02);
    // A load of two values, one in ten the other: 0.47 bits.
    const flags = expectSame(series(3600, () => (rand() < 0.1 ? 99 : 100)));
    expect((flags * 8) / 3600).toBeLessThan(1);
    // Eight levels of a meter, one as likely as the next: 3 bits.
    const levels = expectSame(series(3600, () => 345 + 15 * Math.floor(rand() * 8)));
    expect((levels * 8) / 3600).toBeLessThan(3.1);
  });

  it('that is cut short or scribbled over is refused or wrong, but never hangs', () => {
    const rand = random(3);
    const encoded = encodeColumn(kinds['a random walk in milliwatts']?.(rand, 500) ?? new Float64Array());
    for (let round = 0; round < 2000; round++) {
      const damaged = encoded.slice(0, 1 + Math.floor(rand() * encoded.length));
      damaged[Math.floor(rand() * damaged.length)] = Math.floor(rand() * 256);
      const view = new DataView(Uint8Array.of(...damaged, ...new Uint8Array(READ_AHEAD)).buffer);
      try {
        decodeColumn(view, 0, 500);
      } catch (error) {
        expect(error instanceof RangeError || (error as Error).name === 'DamagedBlock').toBe(true);
      }
    }
  });
});

describe('bits', () => {
  it('are written from the least significant on, numbers as LEB128', () => {
    const out = new ByteWriter();
    out.varint(300);
    out.varint(2 ** 53 - 1);
    out.bits(0b101, 3);
    out.wideBits(2 ** 40 + 1, 41);
    out.gamma(5);
    expect([...out.take()]).toEqual([0xac, 0x02, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x0d, 0, 0, 0, 0, 0xc8, 0x00]);
  });
});
