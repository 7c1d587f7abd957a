/**
 * Mulberry32, a 32-bit generator of numbers in [0, 1). The same seed gives the same row of numbers on every machine,
 * which is what makes two runs with one seed comparable. Its whole state is one number, which may be kept and given back.
 */
export class SeededRandom {
  private current: number;

  constructor(seed: number) {
    this.current = seed >>> 0;
  }

  get state(): number {
    return this.current;
  }

  set state(state: number) {
    this.current = state >>> 0;
  }

  readonly next = (): number => {
    const state = (this.current + 0x6d2b79f5) >>> 0;
    this.current = state;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export const mulberry32 = (seed: number): (() => number) => new SeededRandom(seed).next;

/** Shuffles in place (Fisher–Yates). */
export function shuffle(items: Uint32Array, random: () => number): void {
  for (let i = items.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    const held = items[i] ?? 0;
    items[i] = items[j] ?? 0;
    items[j] = held;
  }
}
