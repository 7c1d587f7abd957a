/**
 * Noise without a state: the same seed, channel and tick always give the same number, whatever was asked before. That makes
 * a scenario reproducible and its parts independent of each other's order.
 */
export function noise(seed: number, channel: number, tick: number): number {
  let h = (seed ^ Math.imul(channel, 0x9e37_79b1) ^ Math.imul(tick, 0x85eb_ca77)) | 0;
  // The finalizer of MurmurHash3: each bit of the input reaches each bit of the output.
  h = Math.imul(h ^ (h >>> 16), 0x85eb_ca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2_ae35);
  h ^= h >>> 16;
  return (h >>> 0) / 2 ** 31 - 1;
}
