import type { BandColumns, Columns } from '../../data/columns';
import type { TrackSpec } from './types';

/** A line, and its band where it has one, in the unit square of its own extent: single precision is fine enough there at any zoom. */
interface UnitPath {
  readonly line: Path2D;
  readonly band: Path2D | null;
  readonly x0: number;
  readonly width: number;
  readonly y0: number;
  readonly height: number;
}

export type LineColumns = Columns | BandColumns;

/** How one line looks. */
export interface LineStyle {
  readonly colour: string;
  readonly style: TrackSpec['style'];
  readonly dashed: boolean;
  /** px */
  readonly width: number;
}

export interface Line extends LineStyle {
  readonly columns: LineColumns;
}

/** Where a pane's lines lie, px, and between which values. */
export interface LinePane<L = Line> {
  readonly top: number;
  readonly height: number;
  readonly min: number;
  readonly max: number;
  readonly lines: readonly L[];
}

/** What is drawn between `left` and `right`, px, which stand for `from` and `to` on the axis. */
export interface LineView<L = Line> {
  readonly from: number;
  readonly to: number;
  readonly left: number;
  readonly right: number;
  readonly panes: readonly LinePane<L>[];
}

type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

const unitPaths = new WeakMap<LineColumns, UnitPath>();

/** Draws all lines, each pane's within its own frame. What a line looks like is worked out once and kept as a path. */
export function drawLines(context: Context, view: LineView): void {
  for (const pane of view.panes) {
    context.save();
    context.beginPath();
    context.rect(view.left, pane.top, view.right - view.left, pane.height);
    context.clip();
    drawPane(context, view, pane);
    context.restore();
  }
}

function drawPane(context: Context, { from, to, left, right }: LineView, { top, height, min, max, lines }: LinePane): void {
  const pxPerX = (right - left) / (to - from);
  const pxPerY = height / (max - min);
  const positioned = lines.map((line) => {
    const shape = unitPathOf(line.columns);
    return {
      line,
      shape,
      matrix: new DOMMatrix([
        shape.width * pxPerX,
        0,
        0,
        -shape.height * pxPerY,
        left + (shape.x0 - from) * pxPerX,
        top + (max - shape.y0) * pxPerY,
      ]),
    };
  });
  context.globalAlpha = 0.22;
  for (const { line, shape, matrix } of positioned) {
    if (!shape.band || line.style !== 'band') continue;
    context.fillStyle = line.colour;
    context.fill(moved(shape.band, matrix));
  }
  context.lineJoin = 'round';
  context.lineCap = 'round';
  for (const { line, shape, matrix } of positioned) {
    context.globalAlpha = line.style === 'faint' ? 0.6 : 1;
    context.lineWidth = line.width;
    context.setLineDash(line.dashed ? [5, 3] : []);
    context.strokeStyle = line.colour;
    context.stroke(moved(shape.line, matrix));
  }
}

/** The path where it lies on the plot: moved as a whole, so that its stroke keeps its width. */
function moved(path: Path2D, matrix: DOMMatrix): Path2D {
  const result = new Path2D();
  result.addPath(path, matrix);
  return result;
}

function unitPathOf(columns: LineColumns): UnitPath {
  const known = unitPaths.get(columns) ?? makeUnitPath(columns);
  unitPaths.set(columns, known);
  return known;
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
    // A sample alone between two gaps has no line; with one too short to see, its round caps draw it as a dot.
    if (to - from === 1) line.lineTo(atX(from) + 1e-6, ((y[from] ?? 0) - low) / height);
    if (!band) continue;
    band.moveTo(atX(from), ((highs[from] ?? 0) - low) / height);
    for (let i = from + 1; i < to; i += 1) band.lineTo(atX(i), ((highs[i] ?? 0) - low) / height);
    for (let i = to - 1; i >= from; i -= 1) band.lineTo(atX(i), ((lows[i] ?? 0) - low) / height);
    band.closePath();
  }
  return { line, band, x0, width, y0: low, height };
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
