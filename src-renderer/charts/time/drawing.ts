import type { Disposable } from '@shared/base/disposable';
import { init, type ECharts } from './echarts';
import { buildOption, paneScales, type DrawInput } from './option';
import { hasPaths, PathLayer } from './path-layer';

/**
 * Draws with one of two hands: ECharts for what is live and short, the path layer for recorded history, where a frame of a pan
 * may hold tens of thousands of points that did not change. Each is made when it is first needed.
 */
export class Drawing implements Disposable {
  private chart: ChartCanvas | null = null;
  private paths: PathLayer | null = null;

  /** @param onPicture what was drawn can now be drawn better */
  constructor(
    private readonly host: HTMLElement,
    private readonly onPicture: () => void,
  ) {}

  draw(input: DrawInput): void {
    if (input.layout.width < 2 || input.layout.height < 2) return;
    if (hasPaths(input.panes)) {
      this.chart?.dispose();
      this.chart = null;
      this.paths ??= new PathLayer(this.host, this.onPicture);
      this.paths.draw(input, paneScales(input));
    } else {
      this.paths?.dispose();
      this.paths = null;
      this.chart ??= new ChartCanvas(this.host);
      this.chart.draw(input);
    }
  }

  dispose(): void {
    this.paths?.dispose();
    this.chart?.dispose();
  }
}

/** One ECharts canvas. Axes and series keep their ids, so a new frame of the same structure is merged, another one replaces all. */
class ChartCanvas implements Disposable {
  private readonly chart: ECharts;
  private structure = '';

  constructor(host: HTMLElement) {
    this.chart = init(host, null, { renderer: 'canvas' });
  }

  draw(input: DrawInput): void {
    const { layout } = input;
    if (this.chart.getWidth() !== layout.width || this.chart.getHeight() !== layout.height)
      this.chart.resize({ width: layout.width, height: layout.height });
    const option = buildOption(input);
    const ids = Array.isArray(option.series) ? option.series.map((series) => series.id).join() : '';
    const structure = `${ids}|${layout.panes.map((box) => `${box.id}:${String(box.collapsed)}`).join()}`;
    this.chart.setOption(option, { notMerge: structure !== this.structure, lazyUpdate: false });
    this.structure = structure;
  }

  dispose(): void {
    this.chart.dispose();
  }
}
