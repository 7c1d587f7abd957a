import type { Columns, LineColumns, Numbers } from '../../data/columns';

/** A line, and its band where it has one, in the unit square of its own extent: single precision is fine enough there at any zoom. */
export interface UnitPath {
  readonly line: Path2D;
  readonly band: Path2D | null;
  /** Entries that are in it, from the first. */
  readonly count: number;
  readonly x0: number;
  readonly width: number;
  readonly y0: number;
  readonly height: number;
}

/** So many entries beyond a path are drawn point by point; of more it is made anew. */
const MOST_BEYOND = 256;
/** A line of fewer is drawn as fast without a path. */
const WORTH_A_PATH = 512;

const unitPaths = new WeakMap<LineColumns, UnitPath>();
/** Of lines that grow, by their array of values: entries are only ever added at its end. Undefined = it was seen once. */
const grownPaths = new WeakMap<Numbers, UnitPath | undefined>();

/** The path of a line that stays as it is. */
export function unitPathOf(columns: LineColumns): UnitPath {
  const cached = unitPaths.get(columns) ?? makeUnitPath(columns);
  unitPaths.set(columns, cached);
  return cached;
}

/**
 * The path of the older part of a line whose arrays grow in place, as typed ones cannot; null = it has none: it is short, or its
 * arrays are seen for the first time, as those of a line that is put together anew for each frame always are.
 */
export function grownPathOf(columns: LineColumns): UnitPath | null {
  const { y } = columns;
  if (!Array.isArray(y) || y.length < WORTH_A_PATH) return null;
  const known = grownPaths.get(y);
  const fits = known !== undefined && y.length - known.count <= MOST_BEYOND && (known.band !== null) === 'low' in columns;
  const path = fits ? known : grownPaths.has(y) ? makeUnitPath(columns) : undefined;
  grownPaths.set(y, path);
  return path ?? null;
}

function makeUnitPath(columns: LineColumns): UnitPath {
  const { x, y } = columns;
  const lows = 'low' in columns ? columns.low : y;
  const highs = 'high' in columns ? columns.high : y;
  const x0 = x[0] ?? 0;
  const width = (x.at(-1) ?? x0) - x0 || 1;
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < x.length; i += 1) {
    const [a, b] = [lows[i] ?? Number.NaN, highs[i] ?? Number.NaN];
    if (a < low) low = a;
    if (b > high) high = b;
  }
  if (low > high) [low, high] = [0, 1];
  const height = high - low || 1;
  const atX = (i: number): number => ((x[i] ?? x0) - x0) / width;
  const line = new Path2D();
  const band = 'low' in columns ? new Path2D() : null;
  for (const [from, to] of stretches(y)) {
    line.moveTo(atX(from), ((y[from] ?? 0) - low) / height);
    for (let i = from + 1; i < to; i += 1) line.lineTo(atX(i), ((y[i] ?? 0) - low) / height);
    if (to - from === 1) line.lineTo(atX(from) + 1e-6, ((y[from] ?? 0) - low) / height);
    if (!band) continue;
    band.moveTo(atX(from), ((highs[from] ?? 0) - low) / height);
    for (let i = from + 1; i < to; i += 1) band.lineTo(atX(i), ((highs[i] ?? 0) - low) / height);
    for (let i = to - 1; i >= from; i -= 1) band.lineTo(atX(i), ((lows[i] ?? 0) - low) / height);
    band.closePath();
  }
  return { line, band, count: x.length, x0, width, y0: low, height };
}

/** The parts of a column between its gaps: first index and the one after the last. */
export function stretches(y: Columns['y']): [from: number, to: number][] {
  const result: [number, number][] = [];
  let from = -1;
  for (let i = 0; i <= y.length; i += 1) {
    const gap = i === y.length || Number.isNaN(y[i] ?? Number.NaN);
    if (gap && from >= 0) result.push([from, i]);
    if (gap) from = -1;
    else if (from < 0) from = i;
  }
  return result;
}
