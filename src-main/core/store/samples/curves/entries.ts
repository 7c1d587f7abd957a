import { DamagedBlock } from '../codec/bits';
import type { Axis } from './axes';
import { ENTRY_POINTS, statsAt, statsOf, together, type Stats } from './block';
import { entryWidth, levelFor, rowWidth } from './rollups';
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
 * The entries of these spans. Values are taken up in units of at most ENTRY_POINTS, these four by four to those of each level
 * of the rollups that is no coarser than an entry, whatever of it is read from a rollup, from a block's summary or from its
 * points: all give the same to the last bit.
 */
export function entriesFor(curve: StoredCurve, spans: readonly Span[], axis: Axis, entryPoints: number, check: () => void): EntryColumns {
  const into = new Collector(entryPoints);
  const unit = Math.min(entryPoints, ENTRY_POINTS);
  const level = levelFor(entryPoints);
  const { stretches } = curve;
  let index = 0;
  for (const span of spans) {
    for (let at = span.from; at < span.to;) {
      while ((stretches[index]?.end ?? Infinity) <= at) {
        check();
        index++;
      }
      const stretch = stretches[index];
      if (stretch === undefined) break;
      at = Math.max(at, stretch.first);
      const rolledUp = takeRollup(into, curve, index, axis, at, span.to, level);
      if (rolledUp > at) {
        at = rolledUp;
        continue;
      }
      // Up to where a rollup may go on.
      const to = Math.min(span.to, stretch.end, at < curve.rolledUp && level > 0 ? nextMultiple(at, entryWidth(1)) : Infinity);
      try {
        if (unit === ENTRY_POINTS) takeUnits(into, stretch, axis, at, to);
        else takePoints(into, stretch, axis, at, to, unit);
      } catch (error) {
        if (!(error instanceof DamagedBlock)) throw error;
        takeWhatIsLeft(into, stretch, axis, at, to);
      }
      at = to;
    }
  }
  return into.finish();
}

const nextMultiple = (at: number, width: number): number => (Math.floor(at / width) + 1) * width;

/** Entries of the coarsest rollup that begins here and ends before `to`, up to the end of its row. @returns where they end; `at` where there are none */
function takeRollup(into: Collector, curve: StoredCurve, index: number, axis: Axis, at: number, to: number, most: number): number {
  const last = Math.min(to, curve.rolledUp);
  for (let level = most; level > 0; level--) {
    const width = entryWidth(level);
    if (at % width !== 0 || at + width > last) continue;
    const first = at - (at % rowWidth(level));
    // Only one of a finer level: where it ends, a coarser one may begin.
    let end = level < most ? at + width : Math.min(first + rowWidth(level), last - (last % width));
    if (!isColumnRight(curve, index, axis, end)) end = at + width;
    if (!isColumnRight(curve, index, axis, end)) continue;
    const row = curve.rollup(level, first);
    if (row === null) continue;
    const places = row[axis.column];
    for (let start = at; start < end; start += width) {
      const entry = (start - first) / width;
      into.add(start, places[entry] as number, statsAt(row, entry), level);
    }
    return end;
  }
  return at;
}

function isColumnRight({ stretches }: StoredCurve, index: number, axis: Axis, end: number): boolean {
  for (let i = index; i < stretches.length && (stretches[i] as Stretch).first < end; i++)
    if (!axis.isColumnRight(stretches[i] as Stretch)) return false;
  return true;
}

/** Whole units from the summary, what is cut off from the points. */
function takeUnits(into: Collector, stretch: Stretch, axis: Axis, from: number, to: number): void {
  const summary = stretch.summary();
  const isRight = axis.isColumnRight(stretch);
  for (let start = from; start < to;) {
    const entry = Math.floor(start / ENTRY_POINTS) - stretch.first / ENTRY_POINTS;
    const end = Math.min(to, nextMultiple(start, ENTRY_POINTS));
    const isWhole = start % ENTRY_POINTS === 0 && (end % ENTRY_POINTS === 0 || end === stretch.end);
    if (isWhole && summary !== null && isRight) into.add(start, summary[axis.column][entry] as number, statsAt(summary, entry));
    else takePoints(into, stretch, axis, start, end, ENTRY_POINTS);
    start = end;
  }
}

function takePoints(into: Collector, stretch: Stretch, axis: Axis, from: number, to: number, unit: number): void {
  const places = axis.places(stretch);
  const { value } = stretch.points();
  const { first } = stretch;
  for (let start = from; start < to;) {
    const end = Math.min(to, nextMultiple(start, unit));
    into.add(start, places[start - first] as number, statsOf(value, start - first, end - first));
    start = end;
  }
}

/** Of a block whose points cannot be read: its summary, as coarse as that is. */
function takeWhatIsLeft(into: Collector, stretch: Stretch, axis: Axis, from: number, to: number): void {
  try {
    const summary = stretch.summary();
    if (summary !== null && axis.isColumnRight(stretch)) {
      for (let start = Math.ceil(from / ENTRY_POINTS) * ENTRY_POINTS; start < to; start += ENTRY_POINTS) {
        const entry = (start - stretch.first) / ENTRY_POINTS;
        if (!into.has(start)) into.add(start, summary[axis.column][entry] as number, statsAt(summary, entry));
      }
      return;
    }
  } catch (error) {
    if (!(error instanceof DamagedBlock)) throw error;
  }
  into.damaged += to - from;
}

/** Units of one width that follow each other and become one. */
interface Group {
  readonly width: number;
  key: number;
  units: Stats[];
}

/** Puts units that come in order together to entries, level after level. */
class Collector {
  damaged = 0;
  private readonly columns: EntryColumns = { x: [], y: [], low: [], high: [], damaged: 0 };
  /** `groups[i]` takes units of level i; the last one becomes entries. */
  private readonly groups: readonly Group[];
  private newest = -1;

  constructor(entryPoints: number) {
    const coarsest = levelFor(entryPoints);
    this.groups = Array.from({ length: coarsest + 1 }, (_, level) => ({
      width: level === coarsest ? entryPoints : entryWidth(level + 1),
      key: -1,
      units: [],
    }));
  }

  /** @param point the number of its first point, which lies at `place`; of level 0 a unit may be any part of one */
  add(point: number, place: number, stats: Stats, level = 0): void {
    const last = this.groups.length - 1;
    for (let i = 0; i <= last; i++) {
      const group = this.groups[i] as Group;
      const key = Math.floor(point / group.width);
      if (key === group.key) continue;
      this.close(i);
      group.key = key;
      if (i === last) this.columns.x.push(place);
    }
    this.groups[level]?.units.push(stats);
    this.newest = point;
  }

  /** Whether this point was taken already. */
  has(point: number): boolean {
    return point <= this.newest;
  }

  finish(): EntryColumns {
    for (let i = 0; i < this.groups.length; i++) this.close(i);
    this.columns.damaged = this.damaged;
    return this.columns;
  }

  private close(index: number): void {
    const group = this.groups[index] as Group;
    if (group.units.length === 0) return;
    const stats = together(group.units);
    group.units = [];
    const next = this.groups[index + 1];
    if (next !== undefined) next.units.push(stats);
    else {
      this.columns.y.push(stats.mean);
      this.columns.low.push(stats.min);
      this.columns.high.push(stats.max);
    }
  }
}
