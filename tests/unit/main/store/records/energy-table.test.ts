import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptySum, type EnergySum } from '@shared/energy/booking';
import { decodeTable, emptyTable, encodeTable, type EnergyTable } from '../../../../../src-main/core/store/records/ledger/energy-table';
import { EnergyMatrix } from '../../../../../src-main/core/store/records/ledger/energy-matrix';
import { packSums, unpackSums } from '../../../../../src-main/core/store/records/ledger/sums';

const number = fc.oneof(
  fc.constantFrom(0, -0),
  fc.constant(900_000),
  fc.integer({ min: 0, max: 1e9 }),
  fc.double({ min: -1e12, max: 1e12, noNaN: true }),
);
const entry = fc.record({
  // Few numbers, so that a key is now and then as large as the joules.
  keys: fc.tuple(fc.oneof(fc.nat(3), fc.nat(5_000)), fc.nat(20_000)),
  joules: fc.oneof(fc.constantFrom(-0, 1, 2, 3), fc.nat(3), number),
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

  it('keeps keys that happen to be the numbers of joules, and reads tables of before that told them by these', () => {
    for (const [keys, joules] of [
      [
        [2, 7],
        [2, 7],
      ],
      [
        [0, 7],
        [3.5, 7],
      ],
    ] as const) {
      const table = emptyTable(2, 1);
      table.keys[0]?.set(keys);
      table.joules.set(joules);
      expect(decodeTable(encodeTable(table, false))).toEqual(table);
    }
    // Format 1, two entries, one key as the joules (4), these as doubles (1), and five columns of one number (2) each.
    const before = Buffer.concat([
      Buffer.from([1, 2, 1, 4, 1]),
      Buffer.from(new Float64Array([2, 7]).buffer),
      ...Array.from({ length: 5 }, () => Buffer.from([2, 0, 0, 0, 0, 0, 0, 0, 0])),
      Buffer.alloc(16),
    ]);
    expect([...(decodeTable(before).keys[0] ?? [])]).toEqual([2, 7]);
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
  });
});

describe('the matrix of energy', () => {
  const of = (sums: Record<number, Partial<EnergySum>>): Uint8Array =>
    packSums(new Map(Object.entries(sums).map(([id, sum]) => [Number(id), { ...emptySum(), ...sum }])));

  it('adds up tables by name and stretch, the most energy first, and leaves out what has no name', () => {
    const matrix = new EnergyMatrix(
      new Map([
        [7, 'gpu'],
        [8, 'gpu'],
        [9, 'cpu'],
        [12, 'idle'],
      ]),
      2,
    );
    matrix.addPacked(0, of({ 7: { joules: 1, knownMs: 10 }, 8: { joules: 5, knownMs: 10 }, 9: { joules: 2, knownMs: 10 } }));
    // Of the same ids as the one before, then of others.
    matrix.addPacked(1, of({ 7: { joules: 10, knownMs: 10 }, 8: { joules: 20, knownMs: 10, provenance: 2 }, 9: { unknownMs: 10 } }));
    matrix.addPacked(1, of({ 6: { joules: 1e9 }, 7: { joules: 3, meteredJ: 3, knownMs: 5, allocated: true } }));
    matrix.addPacked(1, of({}));
    const { rows, omitted } = matrix.ranked(5);
    expect(omitted).toBe(0);
    expect(rows.map(({ key, joules, meteredJ, knownMs, unknownMs }) => ({ key, joules, meteredJ, knownMs, unknownMs }))).toEqual([
      { key: 'gpu', joules: [6, 33], meteredJ: [0, 3], knownMs: [20, 25], unknownMs: [0, 0] },
      { key: 'cpu', joules: [2, null], meteredJ: [0, 0], knownMs: [10, 0], unknownMs: [0, 10] },
    ]);
    expect(rows.map(({ provenance, allocated }) => [provenance, allocated])).toEqual([
      ['modelled', true],
      ['derived', false],
    ]);
    expect(matrix.ranked(1)).toMatchObject({ rows: [{ key: 'gpu' }], omitted: 1 });
  });

  it('tells of random tables what they add up to one by one', () => {
    const sum = fc.record({
      joules: fc.nat(1e6),
      meteredJ: fc.nat(1e6),
      itJ: fc.constantFrom(0, 5),
      knownMs: fc.constantFrom(0, 900_000, 3_000),
      unknownMs: fc.constantFrom(0, 0, 1_000),
      provenance: fc.nat(3),
      allocated: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(2), fc.array(fc.tuple(fc.nat(6), sum), { maxLength: 8 })), { maxLength: 6 }), (tables) => {
        const names = new Map([1, 2, 3, 4, 5].map((id) => [id, id % 2 === 0 ? 'even' : 'odd']));
        const matrix = new EnergyMatrix(names, 3);
        const expected = new Map<string, number[]>();
        for (const [stretch, entries] of tables) {
          const sums = new Map(entries);
          matrix.addPacked(stretch, packSums(sums));
          for (const [id, { joules }] of sums) {
            const name = names.get(id);
            if (name === undefined) continue;
            const own = expected.get(name) ?? [0, 0, 0];
            own[stretch] = (own[stretch] ?? 0) + joules;
            expected.set(name, own);
          }
        }
        const told = matrix
          .ranked(10)
          .rows.map(({ key, joules, knownMs }) => [key, joules.map((own, i) => (knownMs[i] === 0 ? 'none' : own))]);
        const wanted = matrix
          .ranked(10)
          .rows.map(({ key, knownMs }) => [key, (expected.get(key) ?? []).map((own, i) => (knownMs[i] === 0 ? 'none' : own))]);
        expect(told).toEqual(wanted);
        expect(told.map(([key]) => key).sort()).toEqual([...expected.keys()].sort());
      }),
      { numRuns: 200 },
    );
  });
});
