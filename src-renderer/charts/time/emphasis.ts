import type { PaneFrame } from '../../data/pane-source';
import type { ChartTheme } from '../theme';
import { drawLines, type Line } from './lines';
import { PlotCanvas } from './path-layer';
import { valuePixel, type PlotPane } from './plot';
import { rowBox } from './spread';
import type { PlotLayout } from './types';
import type { Reading } from './values';

/** Marks at the cursor for every line of a pane up to so many. */
const MARKED = 12;

export interface Emphasis {
  readonly pane: PlotPane;
  readonly chosen: string | null;
  readonly readings: readonly Reading[];
  /** Where the cursor is, px. */
  readonly px: number;
}

/** Draws the chosen line once more, over all others, and where each line meets the cursor: the lines themselves stay as they are. */
export class EmphasisLayer extends PlotCanvas {
  private isEmpty = true;

  constructor(host: HTMLElement) {
    super(host, 'plot-emphasis');
  }

  draw(layout: PlotLayout, frame: PaneFrame, theme: ChartTheme, emphasis: Emphasis | null): void {
    if (emphasis === null && this.isEmpty) return;
    this.clear(layout.width, layout.height);
    this.isEmpty = emphasis === null;
    const { context } = this;
    if (!emphasis || !context) return;
    const { pane, chosen, readings, px } = emphasis;
    context.globalAlpha = 1;
    if (pane.rows) {
      const row = pane.tracks.findIndex(({ track }) => track.id === chosen);
      const { top, height } = rowBox(pane.box, pane.tracks.length, Math.max(0, row));
      context.strokeStyle = theme.text;
      context.lineWidth = 1;
      if (row >= 0) context.strokeRect(layout.left, top - 1, layout.right - layout.left, height + 2);
      return;
    }
    const entry = pane.tracks.find(({ track }) => track.id === chosen);
    // Of a pane with one line there is nothing to tell apart.
    if (entry && pane.tracks.length > 1) {
      const { track, columns } = entry;
      const line: Line = { columns, colour: theme.series[track.colour], style: 'line', dashed: track.dashed === true, width: 2.6 };
      const halo: Line = { ...line, colour: theme.surface, dashed: false, width: 5.5 };
      const place = { id: pane.spec.id, top: pane.box.top, height: pane.box.height, min: pane.scale.min, max: pane.scale.max };
      drawLines(context, {
        from: frame.from,
        to: frame.to,
        left: layout.left,
        right: layout.right,
        panes: [{ ...place, lines: [halo, line] }],
      });
    }
    context.globalAlpha = 1;
    context.setLineDash([]);
    context.lineWidth = 1.5;
    context.strokeStyle = theme.surface;
    for (const { trackId, value } of readings) {
      if (value === null || (trackId !== chosen && readings.length > MARKED)) continue;
      const y = valuePixel(pane, value);
      if (!(y >= pane.box.top - 1 && y <= pane.box.top + pane.box.height + 1)) continue;
      const track = pane.tracks.find(({ track: { id } }) => id === trackId)?.track;
      if (!track) continue;
      context.beginPath();
      context.arc(px, y, trackId === chosen ? 4.5 : 3, 0, 2 * Math.PI);
      context.fillStyle = theme.series[track.colour];
      context.fill();
      context.stroke();
    }
  }
}
