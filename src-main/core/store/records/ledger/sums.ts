import { emptySum, type EnergySum } from '@shared/energy/booking';

/** Numbers of one id in a packed sum: id, joules, meteredJ, itJ, knownMs, unknownMs, provenance, allocated. */
const FIELDS = 8;
/** In the first field of an id that has a sum, in a tally. */
const SEEN = 1;

/** Sums by id as doubles, in the byte order of every processor this runs on (little-endian). */
export function packSums(sums: ReadonlyMap<number, EnergySum>): Uint8Array {
  const packed = new Float64Array(sums.size * FIELDS);
  let at = 0;
  for (const [id, { joules, meteredJ, itJ, knownMs, unknownMs, provenance, allocated }] of sums) {
    packed.set([id, joules, meteredJ, itJ, knownMs, unknownMs, provenance, allocated ? 1 : 0], at);
    at += FIELDS;
  }
  return new Uint8Array(packed.buffer);
}

/** The numbers of a packed sum. */
function unpacked(body: Uint8Array): Float64Array {
  // SQLite's bytes may begin anywhere; doubles may not.
  const { buffer, byteOffset, byteLength } = body.byteOffset % Float64Array.BYTES_PER_ELEMENT === 0 ? body : body.slice();
  return new Float64Array(buffer, byteOffset, byteLength / Float64Array.BYTES_PER_ELEMENT);
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

  addPacked(body: Uint8Array): void {
    const packed = unpacked(body);
    for (let from = 0; from + FIELDS <= packed.length; from += FIELDS) {
      const at = this.slotOf(packed[from] ?? 0);
      const { data } = this;
      for (let i = 1; i < 6; i++) data[at + i] = (data[at + i] ?? 0) + (packed[from + i] ?? 0);
      for (let i = 6; i < FIELDS; i++) data[at + i] = Math.max(data[at + i] ?? 0, packed[from + i] ?? 0);
    }
  }

  add(id: number, sum: EnergySum): void {
    this.addPacked(packSums(new Map([[id, sum]])));
  }

  ids(): readonly number[] {
    return this.seen;
  }

  of(id: number): EnergySum {
    const [, joules = 0, meteredJ = 0, itJ = 0, knownMs = 0, unknownMs = 0, provenance = 0, allocated = 0] = this.data.subarray(
      id * FIELDS,
      (id + 1) * FIELDS,
    );
    return { joules, meteredJ, itJ, knownMs, unknownMs, provenance, allocated: allocated > 0 };
  }

  has(id: number): boolean {
    return this.data[id * FIELDS] === SEEN;
  }

  clear(): void {
    for (const id of this.seen) this.data.fill(0, id * FIELDS, (id + 1) * FIELDS);
    this.seen.length = 0;
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
