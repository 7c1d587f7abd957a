import { DamagedBlock } from '../codec/bits';
import type { Axis } from './axes';
import { ENTRY_POINTS, statsOf, type Stats, type Summary } from './block';
import type { Span, StoredCurve, Stretch } from './stored-curve';

/** Columns of equal length: an entry for each `entryPoints` points, counted from the curve's first. */
export interface EntryColumns {
  readonly x: number[];
  readonly y: number[];
  readonly low: number[];
  readonly high: number[];
  /** Points of blocks that cannot be read at all. */
  damaged: number;
}

/** The smallest power of two of points an entry by which these spans give no more than `most` entries. */
export function entryPointsFor(spans: readonly Span[], most: number): number {
  let size = 1;
  while (entriesOf(spans, size) > most && size < 2 ** 52) size *= 2;
  return size;
}

function entriesOf(spans: readonly Span[], size: number): number {
  let count = 0;
  let last = -1;
  for (const { from, to } of spans) {
    const a = Math.floor(from / size);
    const b = Math.floor((to - 1) / size);
    count += b - a + (a === last ? 0 : 1);
    last = b;
  }
  return count;
}

/**
 * The entries of these spans. Values are taken up in units of at most ENTRY_POINTS, each by itself and then unit after unit,
 * whether a unit comes from a block's summary or from its points: both give the same to the last bit.
 */
export function entriesFor(curve: StoredCurve, spans: readonly Span[], axis: Axis, entryPoints: number, check: () => void): EntryColumns {
  const into = new Collector(entryPoints);
  const unit = Math.min(entryPoints, ENTRY_POINTS);
  let next = 0;
  for (const stretch of curve.stretches) {
    check();
    while (next < spans.length && (spans[next] as Span).to <= stretch.first) next++;
    for (let at = next; at < spans.length && (spans[at] as Span).from < stretch.end; at++) {
      const span = spans[at] as Span;
      const from = Math.max(span.from, stretch.first);
      const to = Math.min(span.to, stretch.end);
      try {
        if (unit === ENTRY_POINTS) takeUnits(into, stretch, axis, from, to);
        else takePoints(into, stretch, axis, from, to, unit);
      } catch (error) {
        if (!(error instanceof DamagedBlock)) throw error;
        takeWhatIsLeft(into, stretch, axis, from, to);
      }
    }
  }
  return into.finish();
}

/** Whole units from the summary, what is cut off from the points. */
function takeUnits(into: Collector, stretch: Stretch, axis: Axis, from: number, to: number): void {
  const summary = stretch.summary();
  const places = axis.entryPlaces(stretch);
  for (let start = from; start < to;) {
    const entry = Math.floor(start / ENTRY_POINTS) - stretch.first / ENTRY_POINTS;
    const end = Math.min(to, (Math.floor(start / ENTRY_POINTS) + 1) * ENTRY_POINTS);
    const isWhole = start % ENTRY_POINTS === 0 && (end % ENTRY_POINTS === 0 || end === stretch.end);
    if (isWhole && summary !== null && places !== null) into.add(start, places[entry] as number, unitOf(summary, entry));
    else takePoints(into, stretch, axis, start, end, ENTRY_POINTS);
    start = end;
  }
}

function takePoints(into: Collector, stretch: Stretch, axis: Axis, from: number, to: number, unit: number): void {
  const places = axis.places(stretch);
  const { value } = stretch.points();
  const { first } = stretch;
  for (let start = from; start < to;) {
    const end = Math.min(to, (Math.floor(start / unit) + 1) * unit);
    into.add(start, places[start - first] as number, statsOf(value, start - first, end - first));
    start = end;
  }
}

/** Of a block whose points cannot be read: its summary, as coarse as that is. */
function takeWhatIsLeft(into: Collector, stretch: Stretch, axis: Axis, from: number, to: number): void {
  try {
    const summary = stretch.summary();
    const places = axis.entryPlaces(stretch);
    if (summary !== null && places !== null) {
      for (let start = Math.ceil(from / ENTRY_POINTS) * ENTRY_POINTS; start < to; start += ENTRY_POINTS) {
        const entry = (start - stretch.first) / ENTRY_POINTS;
        if (!into.has(start)) into.add(start, places[entry] as number, unitOf(summary, entry));
      }
      return;
    }
  } catch (error) {
    if (!(error instanceof DamagedBlock)) throw error;
  }
  into.damaged += to - from;
}

function unitOf({ min, max, mean, count }: Summary, entry: number): Stats {
  return { min: min[entry] as number, max: max[entry] as number, mean: mean[entry] as number, count: count[entry] as number };
}

/** Puts units that come in order together to entries. */
class Collector {
  damaged = 0;
  private readonly columns: EntryColumns = { x: [], y: [], low: [], high: [], damaged: 0 };
  private key = -1;
  private place = NaN;
  private newest = -1;
  private units: Stats[] = [];

  constructor(private readonly entryPoints: number) {}

  /** @param point the number of its first point, which lies at `place` */
  add(point: number, place: number, stats: Stats): void {
    const key = Math.floor(point / this.entryPoints);
    if (key !== this.key) {
      this.close();
      this.key = key;
      this.place = place;
    }
    this.newest = point;
    this.units.push(stats);
  }

  /** Whether this point was taken already. */
  has(point: number): boolean {
    return point <= this.newest;
  }

  finish(): EntryColumns {
    this.close();
    this.columns.damaged = this.damaged;
    return this.columns;
  }

  private close(): void {
    if (this.units.length === 0) return;
    const { min, max, mean } = together(this.units);
    const { x, y, low, high } = this.columns;
    x.push(this.place);
    y.push(mean);
    low.push(min);
    high.push(max);
    this.units = [];
  }
}

function together(units: readonly Stats[]): Stats {
  const [first] = units;
  if (units.length === 1 && first !== undefined) return first;
  let [min, max, sum, count] = [Infinity, -Infinity, 0, 0];
  for (const unit of units) {
    if (unit.count === 0) continue;
    min = Math.min(min, unit.min);
    max = Math.max(max, unit.max);
    sum += unit.mean * unit.count;
    count += unit.count;
  }
  if (count === 0) return { min: NaN, max: NaN, mean: NaN, count };
  if (Number.isFinite(sum)) return { min, max, mean: sum / count, count };
  const mean = units.reduce((so, unit) => (unit.count === 0 ? so : so + unit.mean * (unit.count / count)), 0);
  return { min, max, mean, count };
}
