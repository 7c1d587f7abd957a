import { SankeyChart, type SankeySeriesOption } from 'echarts/charts';
import { TooltipComponent, type TooltipComponentOption } from 'echarts/components';
import { init, use as register, type ComposeOption } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';

// Only the kinds of picture that are drawn; a new one is registered here.
register([SankeyChart, TooltipComponent, CanvasRenderer]);

export type PictureOption = ComposeOption<SankeySeriesOption | TooltipComponentOption>;

export { init };
