import type { BandColumns, LineColumns } from '../../data/columns';
import type { ChartTheme } from '../theme';
import type { Line, LineView } from './lines';
import type { PaneBox } from './types';

/** Cells across the whole of the lines: about one a pixel of a wide plot. */
const CELLS = 1_200;
const HATCH_PX = 6;

/** Lines as rows of colours, between two values. */
export interface HeatRows {
  readonly lines: readonly LineColumns[];
  readonly low: number;
  readonly high: number;
}

interface Grid {
  readonly from: number;
  readonly width: number;
  readonly count: number;
  /** A row a line: the mean in each cell, NaN where it has none. */
  readonly rows: readonly Float64Array[];
}

/** What was last worked out for these lines, by the first of them: a pan draws the same lines again. */
const grids = new WeakMap<LineColumns, { readonly lines: readonly LineColumns[]; readonly grid: Grid }>();
const envelopes = new WeakMap<Grid, readonly [all: BandColumns, half: BandColumns]>();

/** The lines on one grid over the whole of them. */
export function gridOf(lines: readonly LineColumns[]): Grid {
  const [first] = lines;
  if (first === undefined) return { from: 0, width: 1, count: 0, rows: [] };
  const cached = grids.get(first);
  if (cached?.lines.length === lines.length && cached.lines.every((line, i) => line === lines[i])) return cached.grid;
  const from = lines.reduce((least, { x }) => Math.min(least, x[0] ?? Infinity), Infinity);
  const to = lines.reduce((most, { x }) => Math.max(most, x.at(-1) ?? -Infinity), -Infinity);
  const longest = lines.reduce((most, { x }) => Math.max(most, x.length), 1);
  const count = Math.min(CELLS, longest);
  // The last entry lies within the last cell.
  const width = (to - from) / count || 1;
  const rows = lines.map((line) => cellMeans(line, from, width, count));
  const grid = { from, width, count, rows };
  grids.set(first, { lines, grid });
  return grid;
}

function cellMeans({ x, y }: LineColumns, from: number, width: number, count: number): Float64Array {
  const sums = new Float64Array(count);
  const counts = new Uint32Array(count);
  for (let i = 0; i < x.length; i += 1) {
    const value = y[i] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    const cell = Math.min(count - 1, Math.floor(((x[i] ?? 0) - from) / width));
    sums[cell] = (sums[cell] ?? 0) + value;
    counts[cell] = (counts[cell] ?? 0) + 1;
  }
  return sums.map((sum, cell) => (counts[cell] === 0 ? Number.NaN : sum / (counts[cell] ?? 1)));
}

/** How many lines are spread: between the lowest and the highest, in it the middle half of them, in that the median. */
export function envelopeOf(lines: readonly LineColumns[]): readonly [all: BandColumns, half: BandColumns] {
  const grid = gridOf(lines);
  const cached = envelopes.get(grid) ?? makeEnvelope(grid);
  envelopes.set(grid, cached);
  return cached;
}

function makeEnvelope({ from, width, count, rows }: Grid): readonly [BandColumns, BandColumns] {
  const x = Float64Array.from({ length: count }, (_, cell) => from + (cell + 0.5) * width);
  const column = (): Float64Array => new Float64Array(count).fill(Number.NaN);
  const [low, quarter, median, threeQuarters, high] = [column(), column(), column(), column(), column()];
  const values = new Float64Array(rows.length);
  for (let cell = 0; cell < count; cell += 1) {
    let count = 0;
    for (const row of rows) {
      const value = row[cell] ?? Number.NaN;
      if (!Number.isNaN(value)) values[count++] = value;
    }
    if (count === 0) continue;
    const sorted = values.subarray(0, count).sort();
    const at = (share: number): number => sorted[Math.round(share * (count - 1))] ?? Number.NaN;
    [low[cell], quarter[cell], median[cell], threeQuarters[cell], high[cell]] = [at(0), at(0.25), at(0.5), at(0.75), at(1)];
  }
  return [
    { x, y: median, low, high },
    { x, y: median, low: quarter, high: threeQuarters },
  ];
}

export function envelopeLines(lines: readonly LineColumns[], theme: ChartTheme): Line[] {
  if (lines.length === 0) return [];
  const look = { colour: theme.series[1], style: 'band', dashed: false } as const;
  const [all, half] = envelopeOf(lines);
  return [
    { ...look, columns: all, width: 1 },
    { ...look, columns: half, width: 2 },
  ];
}

/** A pane's lines as a picture with a pixel a cell, kept until they or the colours are others. */
export class HeatMap {
  private readonly canvas = document.createElement('canvas');
  private look: readonly unknown[] = [];
  private missing: CanvasPattern | null = null;

  draw(context: CanvasRenderingContext2D, rows: HeatRows, box: PaneBox, view: LineView, theme: ChartTheme): void {
    const grid = gridOf(rows.lines);
    if (grid.count === 0) return;
    const look = [grid, rows.low, rows.high, theme];
    if (look.some((part, i) => part !== this.look[i])) {
      this.look = look;
      this.paint(grid, rows, theme);
      this.missing = hatch(context, theme);
    }
    const pxPerX = (view.right - view.left) / (view.to - view.from);
    context.save();
    context.beginPath();
    context.rect(view.left, box.top, view.right - view.left, box.height);
    context.clip();
    context.imageSmoothingEnabled = false;
    const left = view.left + (grid.from - view.from) * pxPerX;
    const width = grid.width * grid.count * pxPerX;
    // Cells without a value are left out of the picture, so that this shows through.
    context.fillStyle = this.missing ?? theme.surface;
    context.fillRect(left, box.top, width, box.height);
    context.drawImage(this.canvas, left, box.top, width, box.height);
    context.restore();
  }

  private paint({ count, rows }: Grid, { low, high }: HeatRows, { scale }: ChartTheme): void {
    this.canvas.width = count;
    this.canvas.height = rows.length;
    const context = this.canvas.getContext('2d');
    if (!context) return;
    const image = context.createImageData(count, rows.length);
    const colours = scale.map((colour) => [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16)));
    const range = high - low || 1;
    rows.forEach((row, line) => {
      for (let cell = 0; cell < count; cell += 1) {
        const value = row[cell] ?? Number.NaN;
        if (Number.isNaN(value)) continue;
        const colour = colours[heatStep((value - low) / range, colours.length)];
        image.data.set([colour?.[0] ?? 0, colour?.[1] ?? 0, colour?.[2] ?? 0, 255], (line * count + cell) * 4);
      }
    });
    context.putImageData(image, 0, 0);
  }
}

/** What has no value: hatched, as on the map of the room, never a colour of the scale. */
function hatch(context: CanvasRenderingContext2D, theme: ChartTheme): CanvasPattern | null {
  const tile = document.createElement('canvas');
  tile.width = tile.height = HATCH_PX;
  const pen = tile.getContext('2d');
  if (!pen) return null;
  pen.fillStyle = theme.surface;
  pen.fillRect(0, 0, HATCH_PX, HATCH_PX);
  pen.strokeStyle = theme.line;
  pen.beginPath();
  // A diagonal, and its ends in the corners that the neighbouring tiles leave open.
  for (const by of [-HATCH_PX, 0, HATCH_PX]) {
    pen.moveTo(by - 1, HATCH_PX + 1);
    pen.lineTo(by + HATCH_PX + 1, -1);
  }
  pen.stroke();
  return context.createPattern(tile, 'repeat');
}

/** The colour of a share of the range. */
export function heatStep(share: number, steps: number): number {
  return Math.max(0, Math.min(steps - 1, Math.floor(share * steps)));
}

/** The line of a heat map's row at a height of its pane. */
export function rowAt(box: PaneBox, count: number, y: number): number {
  return Math.max(0, Math.min(count - 1, Math.floor(((y - box.top) / box.height) * count)));
}

/** Where a row of the heat map lies, px. */
export function rowBox(box: PaneBox, count: number, row: number): { readonly top: number; readonly height: number } {
  return { top: box.top + (row / count) * box.height, height: box.height / count };
}
