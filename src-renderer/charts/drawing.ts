import type { Disposable } from '@shared/base/disposable';
import { init, type ECharts } from './echarts';
import { buildOption, type DrawInput } from './option';

/** One ECharts canvas. Axes and series keep their ids, so a new frame of the same structure is merged, another one replaces all. */
export class Drawing implements Disposable {
  private readonly chart: ECharts;
  private structure = '';

  constructor(host: HTMLElement) {
    this.chart = init(host, null, { renderer: 'canvas' });
  }

  draw(input: DrawInput): void {
    const { layout } = input;
    if (layout.width < 2 || layout.height < 2) return;
    if (this.chart.getWidth() !== layout.width || this.chart.getHeight() !== layout.height) this.chart.resize({ width: layout.width, height: layout.height });
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
