import { emptySum, type EnergySum } from '@shared/energy/booking';
import { decodeTable, emptyTable, encodeTable, marksOf, TABLE_FORMAT, type EnergyTable } from './energy-table';

/** Of one id before version 25: itself, joules, meteredJ, itJ, knownMs, unknownMs, provenance, allocated. */
const FIELDS = 8;

/** Sums by id as the bytes that are stored. */
export function packSums(sums: ReadonlyMap<number, EnergySum>): Uint8Array {
  const table = emptyTable(sums.size, 1);
  let at = 0;
  for (const [id, sum] of sums) setEntry(table, at++, [id], sum);
  return encodeTable(table, false);
}

export function setEntry(table: EnergyTable, at: number, ids: readonly number[], sum: EnergySum): void {
  table.keys.forEach((key, i) => (key[at] = ids[i] ?? 0));
  table.joules[at] = sum.joules;
  table.meteredJ[at] = sum.meteredJ;
  table.itJ[at] = sum.itJ;
  table.knownMs[at] = sum.knownMs;
  table.unknownMs[at] = sum.unknownMs;
  table.marks[at] = marksOf(sum.provenance, sum.allocated);
}

/** The sums of a packed one, by id. */
export function unpackSums(body: Uint8Array): Map<number, EnergySum> {
  const table = body[0] === TABLE_FORMAT ? decodeTable(body) : tableOfDoubles(body);
  return new Map(Array.from({ length: table.size }, (_, at) => [table.keys[0]?.[at] ?? 0, entryOf(table, at)]));
}

export function entryOf(table: EnergyTable, at: number): EnergySum {
  const mark = table.marks[at] ?? 0;
  return {
    joules: table.joules[at] ?? 0,
    meteredJ: table.meteredJ[at] ?? 0,
    itJ: table.itJ[at] ?? 0,
    knownMs: table.knownMs[at] ?? 0,
    unknownMs: table.unknownMs[at] ?? 0,
    provenance: mark >> 1,
    allocated: (mark & 1) === 1,
  };
}

/** Sums as they were stored before version 25: the eight fields of each id, the id first, as doubles. */
function tableOfDoubles(body: Uint8Array): EnergyTable {
  const packed = new Float64Array(new Uint8Array(body).buffer);
  const table = emptyTable(Math.floor(packed.length / FIELDS), 1);
  for (let i = 0; i < table.size; i++) {
    const [id = 0, joules = 0, meteredJ = 0, itJ = 0, knownMs = 0, unknownMs = 0, provenance = 0, allocated = 0] = packed.subarray(
      i * FIELDS,
      (i + 1) * FIELDS,
    );
    setEntry(table, i, [id], { joules, meteredJ, itJ, knownMs, unknownMs, provenance, allocated: allocated > 0 });
  }
  return table;
}

/** The sum of an id, made when it is not there. */
export function sumOf(sums: Map<number, EnergySum>, id: number): EnergySum {
  const known = sums.get(id);
  if (known) return known;
  const fresh = emptySum();
  sums.set(id, fresh);
  return fresh;
}
