import { emptySum, type EnergySum } from '@shared/energy/booking';
import { decodeTable, emptyTable, encodeTable, marksOf, TABLE_FORMAT, type EnergyTable } from './energy-table';

/** Numbers of one id in a tally: whether it has a sum, joules, meteredJ, itJ, knownMs, unknownMs, provenance, allocated. */
const FIELDS = 8;
const SEEN = 1;

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
  const tally = new SumTally();
  tally.addPacked(body);
  return new Map(tally.ids().map((id) => [id, tally.of(id)]));
}

/** Adds up packed sums by id, which are small numbers: hundreds of thousands of entries cost no object and no look-up. */
export class SumTally {
  private data = new Float64Array(64 * FIELDS);
  private readonly seen: number[] = [];

  /** @param wanted numbers that are added up alone; left out = all */
  constructor(private readonly wanted: ReadonlySet<number> | null = null) {}

  addPacked(body: Uint8Array): void {
    if (body[0] === TABLE_FORMAT) this.addTable(decodeTable(body));
    else this.addDoubles(body);
  }

  /** @param of which of the keys is the id; entries that `counts` says no to are left out */
  addTable(table: EnergyTable, of = 0, counts: ((entry: number) => boolean) | null = null): void {
    const { size, joules, meteredJ, itJ, knownMs, unknownMs, marks } = table;
    const ids = table.keys[of] ?? new Float64Array();
    for (let i = 0; i < size; i++) {
      const id = ids[i] as number;
      if ((this.wanted !== null && !this.wanted.has(id)) || counts?.(i) === false) continue;
      const at = this.slotOf(id);
      const { data } = this;
      data[at + 1] = (data[at + 1] as number) + (joules[i] as number);
      data[at + 2] = (data[at + 2] as number) + (meteredJ[i] as number);
      data[at + 3] = (data[at + 3] as number) + (itJ[i] as number);
      data[at + 4] = (data[at + 4] as number) + (knownMs[i] as number);
      data[at + 5] = (data[at + 5] as number) + (unknownMs[i] as number);
      const mark = marks[i] as number;
      if (mark > 1) data[at + 6] = Math.max(data[at + 6] as number, mark >> 1);
      if ((mark & 1) === 1) data[at + 7] = 1;
    }
  }

  add(id: number, sum: EnergySum): void {
    if (this.wanted?.has(id) === false) return;
    const table = emptyTable(1, 1);
    setEntry(table, 0, [id], sum);
    this.addTable(table);
  }

  ids(): readonly number[] {
    return this.seen;
  }

  of(id: number): EnergySum {
    const at = id * FIELDS;
    const { data } = this;
    const field = (i: number): number => data[at + i] ?? 0;
    return {
      joules: field(1),
      meteredJ: field(2),
      itJ: field(3),
      knownMs: field(4),
      unknownMs: field(5),
      provenance: field(6),
      allocated: field(7) > 0,
    };
  }

  has(id: number): boolean {
    return this.data[id * FIELDS] === SEEN;
  }

  clear(): void {
    for (const id of this.seen) this.data.fill(0, id * FIELDS, (id + 1) * FIELDS);
    this.seen.length = 0;
  }

  /** Sums as they were stored before version 25: the eight fields of each id, the id first, as doubles. */
  private addDoubles(body: Uint8Array): void {
    const packed = new Float64Array(new Uint8Array(body).buffer);
    for (let from = 0; from + FIELDS <= packed.length; from += FIELDS) {
      const [id = 0, joules = 0, meteredJ = 0, itJ = 0, knownMs = 0, unknownMs = 0, provenance = 0, allocated = 0] = packed.subarray(
        from,
        from + FIELDS,
      );
      this.add(id, { joules, meteredJ, itJ, knownMs, unknownMs, provenance, allocated: allocated > 0 });
    }
  }

  private slotOf(id: number): number {
    const at = id * FIELDS;
    if (at + FIELDS > this.data.length) {
      const grown = new Float64Array(Math.max(this.data.length * 2, at + FIELDS));
      grown.set(this.data);
      this.data = grown;
    }
    if (this.data[at] !== SEEN) {
      this.data[at] = SEEN;
      this.seen.push(id);
    }
    return at;
  }
}

/** The sum of an id, made when it is not there. */
export function sumOf(sums: Map<number, EnergySum>, id: number): EnergySum {
  const known = sums.get(id);
  if (known) return known;
  const fresh = emptySum();
  sums.set(id, fresh);
  return fresh;
}
