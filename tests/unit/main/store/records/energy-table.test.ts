import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptySum, type EnergySum } from '@shared/energy/booking';
import { decodeTable, emptyTable, encodeTable, type EnergyTable } from '../../../../../src-main/core/store/records/ledger/energy-table';
import { packSums, SumTally, unpackSums } from '../../../../../src-main/core/store/records/ledger/sums';

const number = fc.oneof(
  fc.constant(0),
  fc.constant(900_000),
  fc.integer({ min: 0, max: 1e9 }),
  fc.double({ min: -1e12, max: 1e12, noNaN: true }),
);
const entry = fc.record({
  keys: fc.tuple(fc.nat(5_000), fc.nat(20_000)),
  joules: number,
  metered: fc.constantFrom('all', 'none', 'other'),
  other: number,
  itJ: number,
  knownMs: number,
  unknownMs: number,
  marks: fc.nat(7),
});

describe('the table of energy', () => {
  it('keeps every bit of every number, small or quick to read', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 40 }), fc.boolean(), (entries, isSmall) => {
        const table = emptyTable(entries.length, 2);
        entries.forEach(({ keys, joules, metered, other, itJ, knownMs, unknownMs, marks }, i) => {
          table.keys.forEach((key, of) => (key[i] = keys[of] ?? 0));
          table.joules[i] = joules;
          table.meteredJ[i] = metered === 'all' ? joules : metered === 'none' ? 0 : other;
          Object.assign(table.itJ, { [i]: itJ });
          Object.assign(table.knownMs, { [i]: knownMs });
          Object.assign(table.unknownMs, { [i]: unknownMs });
          table.marks[i] = marks;
        });
        // As it comes from SQLite: its bytes may begin anywhere.
        const bytes = encodeTable(table, isSmall);
        const shifted = Buffer.alloc(bytes.length + 3);
        shifted.set(bytes, 3);
        expect(decodeTable(shifted.subarray(3))).toEqual(table);
      }),
      { numRuns: 300 },
    );
  });

  it('refuses what is none', () => {
    const table: EnergyTable = emptyTable(2, 1);
    table.joules.set([1.5, 2.25]);
    const bytes = encodeTable(table, false);
    expect(() => decodeTable(bytes.subarray(0, 12))).toThrow();
    expect(() => decodeTable(new Uint8Array([9, 1, 1]))).toThrow(/format/);
  });

  it('takes a fifth of the doubles of before for the places of an hour', () => {
    const sums = new Map<number, EnergySum>(
      Array.from({ length: 700 }, (_, i) => {
        const joules = 1e6 * (1 + Math.sin(i * 7.3) / 10);
        return [i + 1, { ...emptySum(), joules, meteredJ: i % 11 === 10 ? 0 : joules, knownMs: 3_600_000 }];
      }),
    );
    expect(packSums(sums).byteLength).toBeLessThan((700 * 64) / 5);
    expect(unpackSums(packSums(sums))).toEqual(sums);
  });

  it('reads sums as they were stored before', () => {
    const before = new Float64Array([1, 10, 5, 3, 900_000, 1, 2, 1, 7, 20, 20, 0, 450_000, 0, 0, 0]);
    expect(unpackSums(new Uint8Array(before.buffer))).toEqual(
      new Map([
        [1, { joules: 10, meteredJ: 5, itJ: 3, knownMs: 900_000, unknownMs: 1, provenance: 2, allocated: true }],
        [7, { joules: 20, meteredJ: 20, itJ: 0, knownMs: 450_000, unknownMs: 0, provenance: 0, allocated: false }],
      ]),
    );
    const tally = new SumTally(new Set([7]));
    tally.addPacked(new Uint8Array(before.buffer));
    tally.addPacked(
      packSums(
        new Map([
          [7, { ...emptySum(), joules: 1, provenance: 1 }],
          [8, { ...emptySum(), joules: 5 }],
        ]),
      ),
    );
    expect(tally.ids()).toEqual([7]);
    expect(tally.of(7)).toMatchObject({ joules: 21, provenance: 1 });
  });
});
