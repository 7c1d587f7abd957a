import type { Disposable } from '@shared/base/disposable';
import { drawAxes, drawMarks } from './axes-layer';
import { drawLines, type LineView } from './lines';
import { LinePictures } from './line-pictures';
import { lineView, plotPanes, type DrawInput, type PlotPane } from './plot';
import { HeatMap } from './spread';

/** Points that the window's own thread draws within a frame; more are drawn by a thread of their own. */
const OWN_POINTS = 6_000;

/** A canvas as large as the plot, in the pixels of the screen it is on. */
export class PlotCanvas implements Disposable {
  private readonly canvas = document.createElement('canvas');
  readonly context = this.canvas.getContext('2d');

  constructor(host: HTMLElement, className: string) {
    this.canvas.className = className;
    host.append(this.canvas);
  }

  /** Empties it, in the size that is now needed. */
  clear(width: number, height: number): void {
    const ratio = window.devicePixelRatio;
    if (this.canvas.width !== Math.round(width * ratio) || this.canvas.height !== Math.round(height * ratio)) {
      this.canvas.width = Math.round(width * ratio);
      this.canvas.height = Math.round(height * ratio);
      this.canvas.style.width = `${width}px`;
      this.canvas.style.height = `${height}px`;
    }
    this.context?.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.context?.clearRect(0, 0, width, height);
  }

  dispose(): void {
    this.canvas.remove();
  }
}

/** All stacked panes on one canvas: axes anew at every frame, the lines as paths or, where they are very many, as a picture. */
export class PathLayer implements Disposable {
  private readonly canvas: PlotCanvas;
  private pictures: LinePictures | null = null;
  private pictured = true;
  private readonly heatMaps = new Map<string, HeatMap>();

  /** @param onPicture the lines can be drawn better than they were */
  constructor(
    host: HTMLElement,
    private readonly onPicture: () => void,
  ) {
    this.canvas = new PlotCanvas(host, 'plot-paths');
  }

  /** @returns the panes as they were drawn */
  draw(input: DrawInput): readonly PlotPane[] {
    const { layout, frame, theme } = input;
    const { context } = this.canvas;
    if (!context || layout.width < 2 || layout.height < 2) return [];
    const panes = plotPanes(input);
    this.canvas.clear(layout.width, layout.height);
    context.globalAlpha = 1;
    context.setLineDash([]);
    drawAxes(context, input, panes);
    const view = lineView(input, panes);
    for (const pane of panes) if (pane.rows) this.heatMap(pane.spec.id).draw(context, pane.rows, pane.box, view, theme);
    // Lines that still grow are other lines each time: to hand them over would cost more than to draw what of them is seen.
    if (this.pictured && !frame.isGrowing && pointsOf(view) > OWN_POINTS) {
      this.pictures ??= new LinePictures(this.onPicture, () => this.drawMyself());
      this.pictures.draw(context, view, layout.height, window.devicePixelRatio);
    } else {
      this.stopPictures();
      drawLines(context, view);
    }
    context.globalAlpha = 1;
    context.setLineDash([]);
    drawMarks(context, input, panes);
    return panes;
  }

  dispose(): void {
    this.stopPictures();
    this.canvas.dispose();
  }

  private heatMap(paneId: string): HeatMap {
    const heatMap = this.heatMaps.get(paneId) ?? new HeatMap();
    this.heatMaps.set(paneId, heatMap);
    return heatMap;
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
}

function pointsOf(view: LineView): number {
  return view.panes.reduce((sum, pane) => sum + pane.lines.reduce((points, line) => points + line.columns.x.length, 0), 0);
}
