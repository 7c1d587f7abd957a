import type { Disposable } from '@shared/base/disposable';
import { init, type ECharts } from './echarts';
import { buildOption, paneScales, type DrawInput } from './option';
import { hasPaths, PathLayer } from './path-layer';

/** One ECharts canvas, and above it one for the lines that are too long to be laid out anew each frame. Axes and series keep their ids, so a new frame of the same structure is merged, another one replaces all. */
export class Drawing implements Disposable {
  private readonly chart: ECharts;
  private paths: PathLayer | null = null;
  private structure = '';

  constructor(private readonly host: HTMLElement) {
    this.chart = init(host, null, { renderer: 'canvas' });
  }

  draw(input: DrawInput): void {
    const { layout } = input;
    if (layout.width < 2 || layout.height < 2) return;
    if (this.chart.getWidth() !== layout.width || this.chart.getHeight() !== layout.height) this.chart.resize({ width: layout.width, height: layout.height });
    const scales = paneScales(input);
    const option = buildOption(input, scales);
    const ids = Array.isArray(option.series) ? option.series.map((series) => series.id).join() : '';
    const structure = `${ids}|${layout.panes.map((box) => `${box.id}:${String(box.collapsed)}`).join()}`;
    this.chart.setOption(option, { notMerge: structure !== this.structure, lazyUpdate: false });
    this.structure = structure;
    if (input.panes.some(hasPaths)) this.paths ??= new PathLayer(this.host);
    this.paths?.draw(input, scales);
  }

  dispose(): void {
    this.paths?.dispose();
    this.chart.dispose();
  }
}
