import type { Disposable } from '@shared/base/disposable';
import { drawAxes } from './axes-layer';
import { drawLines, type Line, type LinePane, type LineView } from './lines';
import { LinePictures } from './line-pictures';
import type { DrawInput } from './option';
import type { Scale } from './scale';
import type { PaneSpec } from './types';

/** More lines than this in a pane are drawn thinner, so that they can be told apart at all. */
const MANY = 24;
/** Points that the window's own thread draws within a frame; more are drawn by a thread of their own. */
const OWN_POINTS = 6_000;

/** Whether a chart is drawn here: one of recorded history, whose lines are long and many. */
export function hasPaths(panes: readonly PaneSpec[]): boolean {
  return panes.some((pane) => pane.tracks.some((track) => track.style === 'band'));
}

/** A chart of long lines on a canvas of its own: axes anew at every frame, the lines as paths or, where they are very many, as a picture. */
export class PathLayer implements Disposable {
  private readonly canvas = document.createElement('canvas');
  private readonly context = this.canvas.getContext('2d');
  private pictures: LinePictures | null = null;
  private pictured = true;

  /** @param onPicture the lines can be drawn better than they were */
  constructor(
    host: HTMLElement,
    private readonly onPicture: () => void,
  ) {
    this.canvas.className = 'plot-paths';
    host.append(this.canvas);
  }

  draw(input: DrawInput, scales: readonly Scale[]): void {
    const { context } = this;
    const { layout } = input;
    if (!context) return;
    this.resize(layout.width, layout.height);
    context.clearRect(0, 0, layout.width, layout.height);
    context.globalAlpha = 1;
    context.setLineDash([]);
    drawAxes(context, input, scales);
    const view = lineView(input, scales);
    if (this.pictured && pointsOf(view) > OWN_POINTS) {
      this.pictures ??= new LinePictures(this.onPicture, () => this.drawMyself());
      this.pictures.draw(context, view, layout.height, window.devicePixelRatio);
    } else {
      this.stopPictures();
      drawLines(context, view);
    }
  }

  dispose(): void {
    this.stopPictures();
    this.canvas.remove();
  }

  /** Without the thread, the lines are drawn here: slower, but they are drawn. */
  private drawMyself(): void {
    this.pictured = false;
    this.onPicture();
  }

  private stopPictures(): void {
    this.pictures?.dispose();
    this.pictures = null;
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

function pointsOf(view: LineView): number {
  return view.panes.reduce((sum, pane) => sum + pane.lines.reduce((points, line) => points + line.columns.x.length, 0), 0);
}

/** What the open panes show of their lines. */
export function lineView({ frame, layout, panes, hidden, theme }: DrawInput, scales: readonly Scale[]): LineView {
  const shown = panes.flatMap((pane, i): LinePane[] => {
    const box = layout.panes[i];
    const scale = scales[i];
    if (!box || box.collapsed || !scale) return [];
    const tracks = pane.tracks.filter((track) => !hidden.has(track.id));
    const lines = tracks.flatMap((track): Line[] => {
      const columns = frame.tracks.get(track.id);
      if (!columns || columns.x.length === 0) return [];
      const width = track.style === 'faint' || tracks.length > MANY ? 1 : 1.6;
      return [{ columns, colour: theme.series[track.colour], style: track.style, dashed: track.dashed === true, width }];
    });
    return [{ top: box.top, height: box.height, min: scale.min, max: scale.max, lines }];
  });
  return { from: frame.from, to: frame.to, left: layout.left, right: layout.right, panes: shown };
}
