import { ParallelChart, SankeyChart, type ParallelSeriesOption, type SankeySeriesOption } from 'echarts/charts';
import { ParallelComponent, TooltipComponent, type ParallelComponentOption, type TooltipComponentOption } from 'echarts/components';
import { init, use as register, type ComposeOption } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';

// Only the kinds of picture that are drawn; a new one is registered here.
register([SankeyChart, ParallelChart, ParallelComponent, TooltipComponent, CanvasRenderer]);

export type PictureOption = ComposeOption<SankeySeriesOption | ParallelSeriesOption | ParallelComponentOption | TooltipComponentOption>;

export { init };
