import { describe, expect, it } from 'vitest';
import { READ_AHEAD } from '../../../../../src-main/core/store/samples/codec/bits';
import { decodeScaled, encodeColumn, type ScaledColumn } from '../../../../../src-main/core/store/samples/codec/column';
import { mergeAll, mergeColumns, type Column } from '../../../../../src-main/core/store/samples/columns';
import { farMeanOf, isFar, joinEntries, rollUp, rollUpScaled, spansOf } from '../../../../../src-main/core/store/samples/rollup-entries';
import { random } from '../../../../helpers/random';

const HOUR_MS = 3_600_000;

function stored(values: Float64Array): ScaledColumn {
  const bytes = encodeColumn(values);
  const padded = new Uint8Array(bytes.length + READ_AHEAD);
  padded.set(bytes);
  return decodeScaled(new DataView(padded.buffer), 0, values.length);
}

/** Times an hour may have: late, missing and uneven ones. */
function times(rand: () => number): Float64Array {
  const list: number[] = [];
  for (let at = Math.floor(rand() * 5000); at < HOUR_MS; at += 1 + Math.floor(rand() * rand() * 20_000)) list.push(HOUR_MS * 500_000 + at);
  return Float64Array.from(list);
}

describe('a rollup of a column as it was decoded', () => {
  const kinds: Record<string, (rand: () => number, i: number) => number> = {
    'whole numbers': (rand) => Math.floor(rand() * 1000) - 500,
    milliwatts: (rand) => Math.round(rand() * 7e5) / 1000,
    'a counter': (_rand, i) => 123_456_789_012 + i * 77,
    'mixed places': (rand, i) => (i % 7 === 0 ? Math.round(rand() * 1e5) / 1e5 : Math.floor(rand() * 10)),
    'one number': () => 71.5,
    'negative numbers of nine places': (rand) => -Math.round(rand() * 1e9) / 1e9,
    nothing: () => NaN,
  };
  it.each(Object.keys(kinds))('is that of its samples, to the last bit: %s', (kind) => {
    const rand = random(11);
    for (let round = 0; round < 20; round++) {
      const at = times(rand);
      const nulls = round % 3 === 0 ? 0.3 : 0;
      const values = at.map((_, i) => (rand() < nulls ? NaN : (kinds[kind] as (rand: () => number, i: number) => number)(rand, i)));
      for (const widthMs of [1, 5000, 15_000, HOUR_MS])
        expect(rollUpScaled(spansOf(at, widthMs), stored(values))).toEqual(rollUp({ times: at, values }, widthMs));
    }
  });

  it('is left to the samples themselves where sums of whole numbers are not surely exact', () => {
    const at = Float64Array.from({ length: 100 }, (_, i) => HOUR_MS + i * 1000);
    for (const value of [Math.PI, 2 ** 41, -(2 ** 41), -0])
      expect(rollUpScaled(spansOf(at, 10_000), stored(at.map((_, i) => (i % 2 === 0 ? value : 1))))).toBeNull();
    expect(rollUpScaled(spansOf(at, HOUR_MS), stored(at.map(() => 2 ** 39)))?.sum).toEqual(Float64Array.of(100 * 2 ** 39));
  });
});

describe('a sum that is too large for a double', () => {
  const entries = (...values: number[]): ReturnType<typeof rollUp> => {
    const at = Float64Array.from(values, (_, i) => HOUR_MS + i * 1000);
    return rollUp({ times: at, values: Float64Array.from(values) }, HOUR_MS);
  };

  it.each([
    [[1e308, 1e308, 1e308], 1e308],
    [[-1.5e308, -1.5e308], -1.5e308],
    [[Number.MAX_VALUE, Number.MAX_VALUE, Number.MAX_VALUE], Number.MAX_VALUE],
    [[1e308, NaN, 1.5e308], 1.25e308],
    [[1.6e308, 1.6e308, -1.6e308, -1.6e308], 0],
  ])('%j has a finite mean: %d', (values, mean) => {
    const rolled = entries(...values);
    expect(isFar(rolled.min[0]!, rolled.max[0]!, rolled.count[0]!)).toBe(true);
    expect(rolled.sum[0]).toBe(mean);
    expect(farMeanOf(rolled, 0, 1)).toBe(mean);
  });

  it('is one of several entries too: each counts by how many numbers it has', () => {
    const joined = joinEntries([entries(1e308, 1e308, 1e308), entries(-1e308), entries(NaN), entries(4)]);
    expect(farMeanOf(joined, 0, 4) / 4e307).toBeCloseTo(1, 12);
  });

  it('leaves a mean that is not known where a number is none, and the extremes', () => {
    const rolled = entries(Infinity, 1, -5);
    expect([rolled.min[0], rolled.max[0], rolled.sum[0], rolled.count[0]]).toEqual([-5, Infinity, NaN, 3]);
    expect(farMeanOf(rolled, 0, 1)).toBeNaN();
  });
});

describe('pieces of an hour', () => {
  it('are joined or merged: where several have a time, the last counts', () => {
    const rand = random(3);
    const piece = (fromS: number, toS: number): Column => {
      const list = Array.from({ length: toS - fromS }, (_, i) => (fromS + i) * 1000).filter(() => rand() < 0.8);
      return { times: Float64Array.from(list), values: Float64Array.from(list, () => rand()) };
    };
    const inTurn = [piece(0, 60), piece(60, 90), piece(90, 90), piece(90, 200)];
    const overlapping = [...inTurn, piece(40, 70), piece(199, 240)];
    for (const pieces of [inTurn, overlapping, inTurn.slice(0, 1), []]) {
      expect(mergeAll(pieces)).toEqual(pieces.reduce(mergeColumns, { times: new Float64Array(), values: new Float64Array() }));
    }
    expect(mergeAll(overlapping).times).toEqual(
      Float64Array.from([...new Set(overlapping.flatMap(({ times: at }) => [...at]))].sort((a, b) => a - b)),
    );
  });
});
