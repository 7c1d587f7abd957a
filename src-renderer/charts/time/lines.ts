import { lowerBound, type BandColumns, type Columns, type LineColumns, type Numbers } from '../../data/columns';
import type { TrackSpec } from './types';
import { grownPathOf, unitPathOf, type UnitPath } from './unit-paths';

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
  readonly id: string;
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

export type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

/** From a line's own units to px. */
export interface Projection {
  readonly pxPerX: number;
  readonly pxPerY: number;
  /** Where zero of either axis lies. */
  readonly originX: number;
  readonly originY: number;
}

const drawnBefore = new WeakSet<LineColumns>();
const POINT_RADIUS = 2.5;
/** Marks of points closer than this would run into one another. */
const POINT_PX = 7;

/** Draws all lines, each pane's within its own frame. */
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

export function projection(
  { from, to, left, right }: Omit<LineView, 'panes'>,
  { top, height, min, max }: Omit<LinePane, 'lines' | 'id'>,
): Projection {
  const pxPerX = (right - left) / (to - from);
  const pxPerY = height / (max - min);
  return { pxPerX, pxPerY, originX: left - from * pxPerX, originY: top + max * pxPerY };
}

/**
 * A line that was drawn before is kept as a path, which a pan only moves; of one that grows the path is that of its older part, and
 * the rest is drawn point by point; one that is new is drawn as it is needed now.
 */
function drawPane(context: Context, view: LineView, pane: LinePane): void {
  const at = projection(view, pane);
  const prepared = pane.lines.map((line) => {
    const path = pathOf(line);
    return { line, path, from: path === null ? 0 : path.count - 1 };
  });
  context.globalAlpha = 0.22;
  for (const { line, path, from } of prepared) {
    if (line.style !== 'band' || !('low' in line.columns)) continue;
    context.fillStyle = line.colour;
    if (path?.band) context.fill(moved(path.band, path, at));
    if (from >= line.columns.x.length - 1 && path !== null) continue;
    context.beginPath();
    traceBand(context, line.columns, view, at, from);
    context.fill();
  }
  context.lineJoin = 'round';
  context.lineCap = 'round';
  for (const { line, path, from } of prepared) {
    context.globalAlpha = line.style === 'faint' ? 0.55 : 1;
    context.lineWidth = line.width;
    context.setLineDash(line.dashed ? [5, 3] : []);
    context.strokeStyle = line.colour;
    if (path) context.stroke(moved(path.line, path, at));
    if (path === null || from < line.columns.x.length - 1) {
      context.beginPath();
      traceLine(context, line.columns, view, at, from);
      context.stroke();
    }
    if (line.style === 'points') drawPoints(context, line, view, at);
  }
}

function pathOf({ columns, dashed }: Line): UnitPath | null {
  // Of a line that grows all would be outdated with its next entry. The dashes of two parts would not fit together.
  if (Array.isArray(columns.y)) return dashed ? null : grownPathOf(columns);
  const stable = drawnBefore.has(columns);
  drawnBefore.add(columns);
  return stable ? unitPathOf(columns) : null;
}

/** The path where it lies on the plot: moved as a whole, so that its stroke keeps its width. */
function moved(path: Path2D, { width, height, x0, y0 }: UnitPath, at: Projection): Path2D {
  const result = new Path2D();
  result.addPath(
    path,
    new DOMMatrix([width * at.pxPerX, 0, 0, -height * at.pxPerY, at.originX + x0 * at.pxPerX, at.originY - y0 * at.pxPerY]),
  );
  return result;
}

/** The entries of a line that are seen, and the ones just beyond the edges, from one of them on. */
function seen(x: Numbers, { from, to }: Pick<LineView, 'from' | 'to'>, begin = 0): [first: number, end: number] {
  return [Math.max(begin, lowerBound(x, from) - 1), Math.min(x.length, lowerBound(x, to) + 1)];
}

/**
 * Adds a line to the path: of more points than there are pixels, each column's first, lowest, highest and last.
 * @param from the entry that it begins at
 */
export function traceLine(
  context: Pick<Context, 'moveTo' | 'lineTo'>,
  { x, y }: Columns,
  view: Omit<LineView, 'panes'>,
  at: Projection,
  from = 0,
): void {
  const [first, end] = seen(x, view, from);
  const dense = end - first > 2 * (view.right - view.left);
  let length = 0;
  let column = Number.NaN;
  let [startX, startY, low, high, lastX, lastY] = [0, 0, 0, 0, 0, 0];
  const flush = (): void => {
    if (Number.isNaN(column)) return;
    if (low < Math.min(startY, lastY)) context.lineTo(startX, low);
    if (high > Math.max(startY, lastY)) context.lineTo(startX, high);
    if (lastX !== startX || lastY !== startY) context.lineTo(lastX, lastY);
    column = Number.NaN;
  };
  for (let i = first; i <= end; i += 1) {
    const value = i < end ? (y[i] ?? Number.NaN) : Number.NaN;
    if (Number.isNaN(value)) {
      flush();
      // A sample alone between two gaps has no line; with one too short to see, its round caps draw it as a dot.
      if (length === 1) context.lineTo(lastX + 0.01, lastY);
      length = 0;
      continue;
    }
    const px = at.originX + (x[i] ?? 0) * at.pxPerX;
    const py = at.originY - value * at.pxPerY;
    length += 1;
    if (dense && Math.floor(px) === column) {
      if (py < low) low = py;
      if (py > high) high = py;
    } else {
      flush();
      if (length === 1) context.moveTo(px, py);
      else context.lineTo(px, py);
      if (dense) column = Math.floor(px);
      [startX, startY, low, high] = [px, py, py, py];
    }
    [lastX, lastY] = [px, py];
  }
}

/** Adds the outline of a line's band from an entry on, stretch by stretch between its gaps; at most one entry a pixel. */
function traceBand(context: Context, { x, y, low, high }: BandColumns, view: LineView, at: Projection, from: number): void {
  const [first, end] = seen(x, view, from);
  let edge: { px: number; top: number; bottom: number }[] = [];
  const close = (): void => {
    const [start] = edge;
    if (start) {
      context.moveTo(start.px, start.top);
      for (const { px, top } of edge) context.lineTo(px, top);
      for (let i = edge.length - 1; i >= 0; i -= 1) context.lineTo(edge[i]?.px ?? 0, edge[i]?.bottom ?? 0);
      context.closePath();
    }
    edge = [];
  };
  for (let i = first; i < end; i += 1) {
    if (Number.isNaN(y[i] ?? Number.NaN)) {
      close();
      continue;
    }
    const px = at.originX + (x[i] ?? 0) * at.pxPerX;
    const top = at.originY - (high[i] ?? 0) * at.pxPerY;
    const bottom = at.originY - (low[i] ?? 0) * at.pxPerY;
    const last = edge.at(-1);
    if (last && px - last.px < 1 && edge.length > 1) {
      last.top = Math.min(last.top, top);
      last.bottom = Math.max(last.bottom, bottom);
    } else edge.push({ px, top, bottom });
  }
  close();
}

function drawPoints(context: Context, { columns: { x, y }, colour }: Line, view: LineView, at: Projection): void {
  const [first, end] = seen(x, view);
  if ((view.right - view.left) / Math.max(1, end - first) < POINT_PX) return;
  context.beginPath();
  for (let i = first; i < end; i += 1) {
    const value = y[i] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    const [px, py] = [at.originX + (x[i] ?? 0) * at.pxPerX, at.originY - value * at.pxPerY];
    context.moveTo(px + POINT_RADIUS, py);
    context.arc(px, py, POINT_RADIUS, 0, 2 * Math.PI);
  }
  context.fillStyle = colour;
  context.fill();
}
