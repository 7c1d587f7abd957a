/** A course of values in order of time; NaN = there is none. */
export interface Course {
  readonly timesMs: ArrayLike<number>;
  /** Lowest and highest of each bucket; the same array where they are samples. */
  readonly min: ArrayLike<number>;
  readonly max: ArrayLike<number>;
}

export interface Excursion {
  readonly side: 'below' | 'above';
  readonly fromMs: number;
  /** Of the last value outside. */
  readonly toMs: number;
  /** The value furthest outside. */
  readonly extreme: number;
  /** It began before the course did, or a gap begins or ends it: it may have lasted longer. */
  readonly isOpen: boolean;
}

/**
 * The stretches in which values lay outside of [low, high], in order. A gap of more than `gapMs` ends one: what was between
 * nobody knows.
 */
export function excursions({ timesMs, min, max }: Course, low: number, high: number, gapMs: number): Excursion[] {
  const found: Excursion[] = [];
  let open: { -readonly [K in keyof Excursion]: Excursion[K] } | null = null;
  let beforeMs: number | null = null;
  const end = (isCut: boolean): void => {
    if (open) found.push(isCut ? { ...open, isOpen: true } : open);
    open = null;
  };
  for (let i = 0; i < timesMs.length; i++) {
    const atMs = timesMs[i] ?? NaN;
    const [lowest, highest] = [min[i] ?? NaN, max[i] ?? NaN];
    if (Number.isNaN(lowest) || Number.isNaN(highest)) continue;
    const isAfterGap = beforeMs === null || atMs - beforeMs > gapMs;
    if (isAfterGap) end(true);
    beforeMs = atMs;
    const side = highest > high ? 'above' : lowest < low ? 'below' : null;
    const value = side === 'above' ? highest : lowest;
    if (side === null || (open as Excursion | null)?.side !== side) end(false);
    if (side === null) continue;
    if (open === null) open = { side, fromMs: atMs, toMs: atMs, extreme: value, isOpen: isAfterGap };
    open.toMs = atMs;
    open.extreme = side === 'above' ? Math.max(open.extreme, value) : Math.min(open.extreme, value);
  }
  end(true);
  return found;
}

export interface Change {
  /** Highest minus lowest of a window, as large as it was anywhere. */
  readonly by: number;
  /** When the window ended that had it. */
  readonly atMs: number;
}

/** The largest change within any window of `windowMs`; null = there is no value. */
export function largestChange({ timesMs, min, max }: Course, windowMs: number): Change | null {
  // Two queues of places whose values only rise, only fall: their heads are the lowest and the highest of the window.
  const lows: number[] = [];
  const highs: number[] = [];
  let [lowHead, highHead] = [0, 0];
  let largest: Change | null = null;
  for (let i = 0; i < timesMs.length; i++) {
    const atMs = timesMs[i] ?? NaN;
    const [lowest, highest] = [min[i] ?? NaN, max[i] ?? NaN];
    if (Number.isNaN(lowest) || Number.isNaN(highest)) continue;
    while (lows.length > lowHead && (min[lows.at(-1) ?? 0] ?? 0) >= lowest) lows.pop();
    while (highs.length > highHead && (max[highs.at(-1) ?? 0] ?? 0) <= highest) highs.pop();
    lows.push(i);
    highs.push(i);
    while ((timesMs[lows[lowHead] ?? i] ?? atMs) < atMs - windowMs) lowHead++;
    while ((timesMs[highs[highHead] ?? i] ?? atMs) < atMs - windowMs) highHead++;
    const by = (max[highs[highHead] ?? i] ?? NaN) - (min[lows[lowHead] ?? i] ?? NaN);
    if (largest === null || by > largest.by) largest = { by, atMs };
  }
  return largest;
}
