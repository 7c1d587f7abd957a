import { firstAtLeast } from '../columns';
import { unlessDamaged } from './block';
import type { EnergyByTime } from './energy-axis';
import type { Span, StoredCurve, Stretch } from './stored-curve';

/** How the points of a curve lie on an axis. */
export interface Axis {
  /** The points that have a place on it, in order; ascending along the axis. */
  spans(curve: StoredCurve): Span[];
  /** Where the points of a stretch lie; of those in no span it says nothing. @throws {DamagedBlock} */
  places(stretch: Stretch): Float64Array;
  /** The column of summaries that tells where the first point of each entry lies. */
  readonly column: 'step' | 'atMs';
  /** Whether it is so for this stretch; else its points are to be asked. */
  isColumnRight(stretch: Stretch): boolean;
  /** No point of the stretch lies beyond this. */
  last(stretch: Stretch): number;
}

/**
 * Without what is superseded: where a step is below the one before it, the run went back, and the points from that step on
 * that came before do not count.
 */
export const stepAxis: Axis = {
  spans({ stretches, total, after }) {
    const spans: Span[] = [];
    const add = (from: number, to: number): void => {
      const start = Math.max(from, after);
      if (to > start) spans.push({ from: start, to });
    };
    let limit = Infinity;
    for (let i = stretches.length - 1; i >= 0; i--) {
      const stretch = stretches[i] as Stretch;
      const { first, end, bounds } = stretch;
      if (bounds.minStep >= limit) {
        // Superseded as a whole.
      } else if (bounds.restartStep === null) {
        const upTo = (): number => first + firstAtLeast(stretch.points().step, limit);
        add(first, bounds.lastStep < limit ? end : unlessDamaged(upTo, first));
      } else {
        limit = unlessDamaged(() => addParts(stretch, limit, add), limit);
      }
      limit = Math.min(limit, bounds.restartStep ?? Infinity);
    }
    return joined(spans.reverse(), total);
  },
  places: (stretch) => stretch.points().step,
  column: 'step',
  isColumnRight: () => true,
  last: ({ bounds }) => (bounds.restartStep === null ? bounds.lastStep : Infinity),
};

/** Of a stretch with restarts, from its end on. @returns the smallest step gone back to */
function addParts(stretch: Stretch, limitAfter: number, add: (from: number, to: number) => void): number {
  const { step } = stretch.points();
  let limit = limitAfter;
  let end = step.length;
  while (end > 0) {
    let start = end - 1;
    while (start > 0 && (step[start - 1] as number) <= (step[start] as number)) start--;
    const part = step.subarray(start, end);
    add(stretch.first + start, stretch.first + start + firstAtLeast(part, limit));
    // Whether the first point goes back is for the stretch before it: its bounds tell.
    if (start > 0) limit = Math.min(limit, step[start] as number);
    end = start;
  }
  return limit;
}

export const timeAxis: Axis = {
  spans: ({ after, total }) => (total > after ? [{ from: after, to: total }] : []),
  places: (stretch) => stretch.times(),
  column: 'atMs',
  isColumnRight: ({ isForward }) => isForward,
  last: ({ lastTime }) => lastTime,
};

/** By time, of the stretches of time in which the energy is known. */
export function energyAxis({ intervals }: EnergyByTime): Axis {
  return {
    ...timeAxis,
    spans(curve) {
      return intervals.flatMap(({ fromMs, toMs }) => {
        const from = Math.max(curve.after, firstAtTime(curve, fromMs, false));
        const to = firstAtTime(curve, toMs, true);
        return to > from ? [{ from, to }] : [];
      });
    },
  };
}

/** The number of the first point of this time or later (`beyond`: only later); the end of all where there is none. */
function firstAtTime({ stretches, total }: StoredCurve, ms: number, beyond: boolean): number {
  let [low, high] = [0, stretches.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const { lastTime } = stretches[middle] as Stretch;
    if (lastTime < ms || (beyond && lastTime === ms)) low = middle + 1;
    else high = middle;
  }
  const stretch = stretches[low];
  if (stretch === undefined) return total;
  const { isForward, bounds } = stretch;
  // All of it: nothing is unpacked for that.
  if (isForward && (beyond ? bounds.firstAtMs > ms : bounds.firstAtMs >= ms)) return stretch.first;
  const times = unlessDamaged(() => stretch.times(), null);
  if (times === null) return stretch.first;
  let index = firstAtLeast(times, ms);
  while (beyond && times[index] === ms) index++;
  return stretch.first + index;
}

/** The number of the first point in a span that lies at `x` or beyond it (`beyond`: only beyond); the end of all where there is none. */
export function firstBeyond({ stretches, total }: StoredCurve, spans: readonly Span[], axis: Axis, x: number, beyond: boolean): number {
  const isIn = (place: number): boolean => (beyond ? place > x : place >= x);
  let next = 0;
  for (const stretch of stretches) {
    while (next < spans.length && (spans[next] as Span).to <= stretch.first) next++;
    if (!isIn(axis.last(stretch))) continue;
    for (let at = next; at < spans.length && (spans[at] as Span).from < stretch.end; at++) {
      const span = spans[at] as Span;
      const from = Math.max(span.from, stretch.first);
      const places = unlessDamaged(() => axis.places(stretch), null);
      if (places === null) return from;
      const part = places.subarray(from - stretch.first, Math.min(span.to, stretch.end) - stretch.first);
      if (part.length === 0 || !isIn(part[part.length - 1] as number)) continue;
      let index = firstAtLeast(part, x);
      while (beyond && (part[index] as number) <= x) index++;
      return from + index;
    }
  }
  return total;
}

/** Spans that follow each other without a gap as one. */
function joined(spans: readonly Span[], total: number): Span[] {
  const all: { from: number; to: number }[] = [];
  for (const { from, to } of spans) {
    const last = all.at(-1);
    if (last !== undefined && last.to === from) last.to = Math.min(to, total);
    else all.push({ from, to });
  }
  return all;
}

/** What of the spans lies within a part of the curve. */
export function clipSpans(spans: readonly Span[], from: number, to: number): Span[] {
  return spans.flatMap((span) => {
    const clipped = { from: Math.max(span.from, from), to: Math.min(span.to, to) };
    return clipped.to > clipped.from ? [clipped] : [];
  });
}

export function pointsIn(spans: readonly Span[]): number {
  return spans.reduce((sum, { from, to }) => sum + to - from, 0);
}
