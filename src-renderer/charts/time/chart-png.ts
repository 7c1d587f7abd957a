import { drawAxes, drawMarks } from './axes-layer';
import { toPixel } from './layout';
import { drawLines } from './lines';
import { lineView, plotPanes, type DrawInput, type PlotPane } from './plot';
import { figureWithUnit } from './readout';
import { HeatMap } from './spread';
import { valueAt } from './values';

/** Twice the size of the screen, so that a printed picture is sharp. */
const SCALE = 2;
const MARGIN = 16;
const HEAD = 48;
const LEGEND = 260;
const ROW = 18;
const SWATCH = 14;

/** What is shown, at the cursor's values or the newest, as a picture that stands by itself: title, span, names with units, lines. Null = the browser made none. */
export function chartPng(input: DrawInput, title: string, cursorAt: number | null): Promise<Blob | null> {
  const { layout, theme, frame, axis } = input;
  const canvas = document.createElement('canvas');
  canvas.width = Math.round((MARGIN * 2 + LEGEND + layout.width) * SCALE);
  canvas.height = Math.round((MARGIN * 2 + HEAD + layout.height) * SCALE);
  const context = canvas.getContext('2d');
  if (!context) return Promise.resolve(null);
  context.scale(SCALE, SCALE);
  context.fillStyle = theme.background;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.translate(MARGIN, MARGIN);
  drawHead(context, input, title, axis.range(frame.from, frame.to));
  context.translate(0, HEAD);
  const panes = plotPanes(input);
  for (const pane of panes) drawLegend(context, input, pane, cursorAt);
  context.translate(LEGEND, 0);
  context.setLineDash([]);
  drawAxes(context, input, panes);
  const view = lineView(input, panes);
  for (const pane of panes) if (pane.rows) new HeatMap().draw(context, pane.rows, pane.box, view, theme);
  drawLines(context, view);
  context.globalAlpha = 1;
  context.setLineDash([]);
  drawMarks(context, input, panes);
  drawSpanNames(context, input);
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/png'));
}

function drawHead(context: CanvasRenderingContext2D, { theme }: DrawInput, title: string, span: string): void {
  context.textBaseline = 'top';
  context.textAlign = 'left';
  context.fillStyle = theme.strongText;
  context.font = `600 ${theme.fontSize + 4}px ${theme.font}`;
  context.fillText(title, 0, 0);
  context.fillStyle = theme.text;
  context.font = `${theme.fontSize}px ${theme.font}`;
  context.fillText(span, 0, theme.fontSize + 11);
}

function drawLegend(
  context: CanvasRenderingContext2D,
  { theme, frame }: DrawInput,
  { spec, box, tracks }: PlotPane,
  cursorAt: number | null,
): void {
  const width = LEGEND - MARGIN;
  context.textBaseline = 'middle';
  context.textAlign = 'left';
  context.fillStyle = theme.strongText;
  context.font = `600 ${theme.fontSize}px ${theme.font}`;
  const head = spec.unit === '' ? spec.title : `${spec.title} (${spec.unit})`;
  context.fillText(fitted(context, head, width), 0, box.top + ROW / 2);
  context.font = `${theme.fontSize}px ${theme.font}`;
  const rows = Math.max(0, Math.floor(box.height / ROW) - 1);
  const shown = tracks.slice(0, tracks.length > rows ? rows - 1 : rows);
  shown.forEach(({ track }, i) => {
    const y = box.top + ROW * (i + 1.5);
    const [at, tolerance] = cursorAt === null ? [frame.to, frame.edgeTolerance] : [cursorAt, frame.tolerance];
    const value = figureWithUnit(spec, valueAt(frame.tracks.get(track.id), at, tolerance));
    context.strokeStyle = theme.series[track.colour];
    context.lineWidth = track.style === 'faint' ? 1 : 2;
    context.setLineDash(track.dashed === true ? [4, 2] : []);
    context.beginPath();
    context.moveTo(0, y);
    context.lineTo(SWATCH, y);
    context.stroke();
    context.setLineDash([]);
    context.fillStyle = theme.strongText;
    const valueWidth = context.measureText(value).width;
    context.fillText(value, width - valueWidth, y);
    context.fillStyle = theme.text;
    context.fillText(fitted(context, track.label, width - valueWidth - SWATCH - 14), SWATCH + 6, y);
  });
  if (shown.length < tracks.length && rows > 0)
    context.fillText(`+${tracks.length - shown.length}`, SWATCH + 6, box.top + ROW * (shown.length + 1.5));
}

/** Names of spans above the panes, from right to left: one may run on up to the next one's. */
function drawSpanNames(context: CanvasRenderingContext2D, { layout, theme, frame }: DrawInput): void {
  context.textBaseline = 'top';
  context.textAlign = 'left';
  context.fillStyle = theme.strongText;
  let limit = layout.width;
  for (const span of [...frame.spans].sort((a, b) => b.from - a.from)) {
    if (span.to < frame.from || span.from > frame.to) continue;
    const left = toPixel(layout, Math.max(frame.from, span.from), frame.from, frame.to);
    context.fillText(fitted(context, span.label, limit - left - 8), left + 4, 1);
    limit = left;
  }
}

/** As much of a text as there is room for. */
function fitted(context: CanvasRenderingContext2D, text: string, width: number): string {
  if (context.measureText(text).width <= width) return text;
  let count = text.length;
  while (count > 0 && context.measureText(`${text.slice(0, count)}…`).width > width) count -= 1;
  return count === 0 ? '' : `${text.slice(0, count)}…`;
}
