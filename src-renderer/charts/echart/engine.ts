import {
  BarChart,
  LineChart,
  ParallelChart,
  SankeyChart,
  ScatterChart,
  type BarSeriesOption,
  type LineSeriesOption,
  type ParallelSeriesOption,
  type SankeySeriesOption,
  type ScatterSeriesOption,
} from 'echarts/charts';
import {
  GridComponent,
  LegendComponent,
  ParallelComponent,
  TooltipComponent,
  type GridComponentOption,
  type LegendComponentOption,
  type ParallelComponentOption,
  type TooltipComponentOption,
} from 'echarts/components';
import { init, use as register, type ComposeOption } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';

// Only the kinds of picture that are drawn; a new one is registered here. Lines over time or steps are charts/time's.
register([
  SankeyChart,
  ParallelChart,
  ScatterChart,
  BarChart,
  LineChart,
  GridComponent,
  LegendComponent,
  ParallelComponent,
  TooltipComponent,
  CanvasRenderer,
]);

export type PictureOption = ComposeOption<
  | SankeySeriesOption
  | ParallelSeriesOption
  | ScatterSeriesOption
  | BarSeriesOption
  | LineSeriesOption
  | GridComponentOption
  | LegendComponentOption
  | ParallelComponentOption
  | TooltipComponentOption
>;

export { init };
