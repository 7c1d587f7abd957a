import type { Disposable } from '@shared/base/disposable';
import type { BandColumns, Columns } from '../data/columns';
import { drawAxes } from './axes-layer';
import type { DrawInput } from './option';
import type { Scale } from './scale';
import type { PaneSpec } from './types';

/** More lines than this in a pane are drawn thinner, so that they can be told apart at all. */
const MANY = 24;

/** A line, and its band where it has one, in the unit square of its own extent: single precision is fine enough there at any zoom. */
interface Shape {
  readonly line: Path2D;
  readonly band: Path2D | null;
  readonly x0: number;
  readonly width: number;
  readonly y0: number;
  readonly height: number;
}

const shapes = new WeakMap<Columns, Shape>();

/** Whether a chart is drawn here: one of recorded history, whose lines are long and many. */
export function hasPaths(panes: readonly PaneSpec[]): boolean {
  return panes.some((pane) => pane.tracks.some((track) => track.shape === 'band'));
}

/**
 * A chart of long lines on a canvas of its own. What a line looks like is worked out once an answer and kept as a path;
 * a frame of a pan or zoom only draws the axes and places the paths anew, whatever their number of points.
 */
export class PathLayer implements Disposable {
  private readonly canvas = document.createElement('canvas');
  private readonly context = this.canvas.getContext('2d');

  constructor(host: HTMLElement) {
    this.canvas.className = 'plot-paths';
    host.append(this.canvas);
  }

  draw(input: DrawInput, scales: readonly Scale[]): void {
    const { context } = this;
    const { layout, panes } = input;
    if (!context) return;
    this.resize(layout.width, layout.height);
    context.clearRect(0, 0, layout.width, layout.height);
    context.globalAlpha = 1;
    context.setLineDash([]);
    drawAxes(context, input, scales);
    panes.forEach((pane, i) => {
      const box = layout.panes[i];
      const scale = scales[i];
      if (!box || box.collapsed || !scale) return;
      context.save();
      context.beginPath();
      context.rect(layout.left, box.top, layout.right - layout.left, box.height);
      context.clip();
      this.drawPane(context, input, pane, scale, box.top, box.height);
      context.restore();
    });
  }

  dispose(): void {
    this.canvas.remove();
  }

  private drawPane(context: CanvasRenderingContext2D, { frame, layout, hidden, theme }: DrawInput, pane: PaneSpec, scale: Scale, top: number, height: number): void {
    const shown = pane.tracks.filter((track) => !hidden.has(track.id));
    const pxPerX = (layout.right - layout.left) / (frame.to - frame.from);
    const pxPerY = height / (scale.max - scale.min);
    const placed = shown.flatMap((track) => {
      const columns = frame.tracks.get(track.id);
      if (!columns || columns.x.length === 0) return [];
      const shape = shapeOf(columns);
      const matrix = new DOMMatrix([shape.width * pxPerX, 0, 0, -shape.height * pxPerY, layout.left + (shape.x0 - frame.from) * pxPerX, top + (scale.max - shape.y0) * pxPerY]);
      return [{ track, shape, matrix }];
    });
    context.globalAlpha = 0.22;
    for (const { track, shape, matrix } of placed) {
      if (!shape.band || track.shape !== 'band') continue;
      context.fillStyle = theme.series[track.colour];
      context.fill(moved(shape.band, matrix));
    }
    context.lineJoin = 'round';
    context.lineCap = 'round';
    for (const { track, shape, matrix } of placed) {
      const faint = track.shape === 'faint';
      context.globalAlpha = faint ? 0.6 : 1;
      context.lineWidth = faint || shown.length > MANY ? 1 : 1.6;
      context.setLineDash(track.dashed === true ? [5, 3] : []);
      context.strokeStyle = theme.series[track.colour];
      context.stroke(moved(shape.line, matrix));
    }
  }

  private resize(width: number, height: number): void {
    const ratio = window.devicePixelRatio;
    if (this.canvas.width !== Math.round(width * ratio) || this.canvas.height !== Math.round(height * ratio)) {
      this.canvas.width = Math.round(width * ratio);
      this.canvas.height = Math.round(height * ratio);
      this.canvas.style.width = `${width}px`;
      this.canvas.style.height = `${height}px`;
    }
    this.context?.setTransform(ratio, 0, 0, ratio, 0, 0);
  }
}

/** The path where it lies on the plot: moved as a whole, so that its stroke keeps its width. */
function moved(path: Path2D, matrix: DOMMatrix): Path2D {
  const result = new Path2D();
  result.addPath(path, matrix);
  return result;
}

function shapeOf(columns: Columns | BandColumns): Shape {
  const known = shapes.get(columns) ?? makeShape(columns);
  shapes.set(columns, known);
  return known;
}

function makeShape(columns: Columns | BandColumns): Shape {
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
export function stretches(y: readonly number[]): [from: number, to: number][] {
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
