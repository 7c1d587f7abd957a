import { emptySum, type EnergySum } from '@shared/energy/booking';

/** Numbers of one id in a packed sum: id, joules, meteredJ, itJ, knownMs, unknownMs, provenance, allocated. */
const FIELDS = 8;

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

/** Adds what a packed sum holds to `into`. */
export function addPacked(body: Uint8Array, into: Map<number, EnergySum>): void {
  // SQLite's bytes may begin anywhere; doubles may not.
  const packed = new Float64Array(body.slice().buffer);
  for (let at = 0; at + FIELDS <= packed.length; at += FIELDS) {
    const sum = sumOf(into, packed[at] ?? 0);
    sum.joules += packed[at + 1] ?? 0;
    sum.meteredJ += packed[at + 2] ?? 0;
    sum.itJ += packed[at + 3] ?? 0;
    sum.knownMs += packed[at + 4] ?? 0;
    sum.unknownMs += packed[at + 5] ?? 0;
    sum.provenance = Math.max(sum.provenance, packed[at + 6] ?? 0);
    sum.allocated ||= packed[at + 7] === 1;
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
