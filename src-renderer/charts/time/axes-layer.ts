import { toPixel } from './layout';
import { valuePixel, type DrawInput, type PlotPane } from './plot';
import { ticks, tickStep } from './scale';
import type { PaneBox } from './types';
import type { AxisTick } from './x-axis';

const LABEL_MARGIN = 6;
const TICK = 4;
const X_TICK_PX = 92;
/** From this height on a heat map's key has room for a value in its middle. */
const KEY_MIDDLE_PX = 60;
/** Half the width of a label, less the margin left of the plot: those at its very left would be cut. */
const X_LABEL_CLEAR_PX = 24;

/** Middle of the device pixel, so that a line one pixel wide is sharp. */
const sharp = (px: number): number => Math.round(px) + 0.5;

function line(context: CanvasRenderingContext2D, x1: number, y1: number, x2: number, y2: number): void {
  context.moveTo(x1, y1);
  context.lineTo(x2, y2);
}

/** Frames, grids, spans and labels: all that the lines are read against. */
export function drawAxes(context: CanvasRenderingContext2D, input: DrawInput, panes: readonly PlotPane[]): void {
  const { layout, theme, frame, axis } = input;
  const xTicks = axis.ticks(frame.from, frame.to, (layout.right - layout.left) / X_TICK_PX);
  const xs = xTicks.map(({ at }) => toPixel(layout, at, frame.from, frame.to));
  context.lineWidth = 1;
  context.font = `${theme.fontSize}px ${theme.font}`;
  for (const pane of panes) {
    drawGround(context, input, pane, xs);
    if (pane.rows) drawColourKey(context, input, pane);
    else drawValues(context, input, pane);
  }
  context.strokeStyle = theme.line;
  for (const box of layout.panes)
    context.strokeRect(sharp(layout.left), sharp(box.top), Math.round(layout.right - layout.left), Math.round(box.height));
  drawShared(context, input, xTicks, xs);
}

function drawValues(context: CanvasRenderingContext2D, { layout, theme }: DrawInput, pane: PlotPane): void {
  const { scale, spec, box } = pane;
  const values = ticks(scale);
  const largest = scale.log ? 10 ** scale.max : Math.max(Math.abs(scale.min), Math.abs(scale.max));
  context.fillStyle = theme.text;
  context.textAlign = 'left';
  for (const value of values) {
    const y = valuePixel(pane, value);
    // The outermost labels stay beside their pane instead of reaching into the next.
    context.textBaseline = y > box.top + box.height - theme.fontSize / 2 ? 'bottom' : y < box.top + theme.fontSize / 2 ? 'top' : 'middle';
    context.fillText(spec.formatTick(value, largest, tickStep(scale, value)), layout.right + LABEL_MARGIN, y);
  }
}

/** What the colours of a heat map stand for, from the least at the bottom to the most. */
function drawColourKey(context: CanvasRenderingContext2D, { layout, theme }: DrawInput, { rows, spec, box, scale }: PlotPane): void {
  if (!rows) return;
  const height = box.height / theme.scale.length;
  theme.scale.forEach((colour, i) => {
    context.fillStyle = colour;
    context.fillRect(layout.right + 2, box.top + box.height - (i + 1) * height, 4, height);
  });
  context.fillStyle = theme.text;
  context.textAlign = 'left';
  const value = (at: number): number => (scale.log ? 10 ** at : at);
  const largest = Math.max(Math.abs(value(rows.low)), Math.abs(value(rows.high)));
  const step = (value(rows.high) - value(rows.low)) / 10 || largest || 1;
  const write = (share: number, baseline: CanvasTextBaseline): void => {
    context.textBaseline = baseline;
    const text = spec.formatTick(value(rows.low + share * (rows.high - rows.low)), largest, step);
    context.fillText(text, layout.right + LABEL_MARGIN + 4, box.top + (1 - share) * box.height);
  };
  write(1, 'top');
  if (box.height > KEY_MIDDLE_PX) write(0.5, 'middle');
  write(0, 'bottom');
}

function drawGround(context: CanvasRenderingContext2D, input: DrawInput, pane: PlotPane, xs: readonly number[]): void {
  const { layout, theme } = input;
  const { left, right } = layout;
  const { box } = pane;
  context.fillStyle = theme.surface;
  context.fillRect(left, box.top, right - left, box.height);
  context.beginPath();
  for (const x of xs) if (x > left + 1 && x < right - 1) line(context, sharp(x), box.top, sharp(x), box.top + box.height);
  if (!pane.rows)
    for (const value of ticks(pane.scale)) {
      const y = sharp(valuePixel(pane, value));
      line(context, left, y, right, y);
    }
  context.strokeStyle = theme.grid;
  context.stroke();
  drawSpans(context, input, box);
}

function drawSpans(context: CanvasRenderingContext2D, { layout, theme, frame }: DrawInput, box: PaneBox): void {
  context.globalAlpha = 0.09;
  context.fillStyle = theme.span;
  for (const span of frame.spans) {
    const from = Math.max(layout.left, toPixel(layout, span.from, frame.from, frame.to));
    const to = Math.min(layout.right, toPixel(layout, span.to, frame.from, frame.to));
    if (to > from) context.fillRect(from, box.top, to - from, box.height);
  }
  context.globalAlpha = 0.7;
  // What happened at one moment is a line.
  for (const span of frame.spans)
    if (span.to === span.from && span.from >= frame.from && span.from <= frame.to)
      context.fillRect(Math.round(toPixel(layout, span.from, frame.from, frame.to)), box.top, 1, box.height);
  context.globalAlpha = 1;
}

/** What stands over the lines: the thresholds, and how far up a line goes that leaves its pane. */
export function drawMarks(context: CanvasRenderingContext2D, input: DrawInput, panes: readonly PlotPane[]): void {
  const { layout, theme, frame } = input;
  context.lineWidth = 1;
  context.font = `${theme.fontSize}px ${theme.font}`;
  for (const pane of panes) {
    const { box, spec, scale, above } = pane;
    if (pane.rows) continue;
    for (const { value, label, tone } of spec.thresholds ?? []) {
      const y = valuePixel(pane, value);
      if (!(y >= box.top && y <= box.top + box.height)) continue;
      context.strokeStyle = context.fillStyle = tone === 'plain' ? theme.text : theme[tone];
      context.setLineDash([6, 4]);
      context.beginPath();
      line(context, layout.left, sharp(y), layout.right, sharp(y));
      context.stroke();
      context.setLineDash([]);
      context.textAlign = 'left';
      context.textBaseline = y - theme.fontSize - 3 < box.top ? 'top' : 'bottom';
      context.fillText(label, layout.left + LABEL_MARGIN, y + (context.textBaseline === 'top' ? 2 : -2));
    }
    if (!above) continue;
    const value = scale.log ? 10 ** above.value : above.value;
    const text = `↑ ${spec.formatValue(value)}`;
    const x = Math.min(layout.right - context.measureText(text).width - 4, toPixel(layout, above.x, frame.from, frame.to) + 4);
    context.fillStyle = theme.text;
    context.textAlign = 'left';
    context.textBaseline = 'top';
    context.fillText(text, x, box.top + 3);
  }
}

/** The shared axis below the last pane; a label that would touch the one before is left out. */
function drawShared(
  context: CanvasRenderingContext2D,
  { layout, theme, frame, axis }: DrawInput,
  all: readonly AxisTick[],
  xs: readonly number[],
): void {
  const last = layout.panes.at(-1);
  if (!last) return;
  const bottom = last.top + last.height;
  context.beginPath();
  for (const x of xs) line(context, sharp(x), bottom, sharp(x), bottom + TICK);
  context.strokeStyle = theme.line;
  context.stroke();
  context.fillStyle = theme.text;
  context.textAlign = 'center';
  context.textBaseline = 'top';
  let free = -Infinity;
  all.forEach(({ at, label }, i) => {
    const px = xs[i] ?? 0;
    if (px < layout.left + X_LABEL_CLEAR_PX && (axis.kind === 'time' || at !== frame.from)) return;
    const half = context.measureText(label).width / 2;
    if (px - half < free || px + half > layout.width) return;
    context.fillText(label, px, bottom + TICK + 5);
    free = px + half + LABEL_MARGIN;
  });
}
