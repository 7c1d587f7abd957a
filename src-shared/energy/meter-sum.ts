import { quantity, withheld, worstProvenance, type Provenance, type Quantity, type Withheld } from '../model/provenance';

/** A power as it is known at a moment, with what a sum needs to know of it. */
export interface KnownPower {
  readonly powerW: Quantity;
  /** By what the meters' classes allow it to be off, ± W; null = something of it is not metered. */
  readonly allowedW: number | null;
  /** When the oldest and the newest reading in it were made, on a clock that nobody sets. */
  readonly oldestMs: number;
  readonly newestMs: number;
  /** Whose reading is the oldest; empty = nothing is read. */
  readonly oldest: string;
  /** Whose silence withholds it. */
  readonly silent: readonly string[];
}

/** Readings of one sum that were made further apart than this are of different moments: their sum is none of any. ms */
const SKEW_MS = 60_000;

export function knownPower(powerW: Quantity, device: string, readMs: number, allowedW: number | null): KnownPower {
  return { powerW, allowedW, oldestMs: readMs, newestMs: readMs, oldest: device, silent: powerW.value === null ? [device] : [] };
}

/**
 * Adds up what is of one level. One that is silent, or read too far from the others, withholds the sum and is named.
 * @param factors +1 or −1 of each; default +1
 */
export function sumOf(parts: readonly KnownPower[], factors: readonly number[] = []): KnownPower {
  const [only] = parts;
  if (parts.length === 1 && only && (factors[0] ?? 1) === 1) return only;
  let [totalW, oldestMs, newestMs, oldest] = [0, Infinity, -Infinity, ''];
  let allowedW: number | null = 0;
  let reason: Withheld | null = null;
  const silent: string[] = [];
  const provenances: Provenance[] = ['derived'];
  parts.forEach((part, i) => {
    provenances.push(part.powerW.provenance);
    silent.push(...part.silent);
    if (part.powerW.value === null) reason ??= part.powerW.withheld ?? 'no-sensor';
    else totalW += part.powerW.value * (factors[i] ?? 1);
    allowedW = allowedW === null || part.allowedW === null ? null : allowedW + part.allowedW;
    if (part.oldestMs < oldestMs) [oldestMs, oldest] = [part.oldestMs, part.oldest];
    newestMs = Math.max(newestMs, part.newestMs);
  });
  const provenance = worstProvenance(provenances);
  if (reason === null && newestMs - oldestMs > SKEW_MS) {
    reason = 'skewed';
    silent.push(oldest);
  }
  const powerW = reason === null ? quantity(totalW, 'W', provenance) : withheld('W', reason, provenance);
  return { powerW, allowedW, oldestMs, newestMs, oldest, silent: [...new Set(silent)] };
}
