import type { BandColumns, Columns, Numbers } from '../../data/columns';
import type { AxisSpan, PaneFrame } from '../../data/pane-source';
import type { ChartOption, LineSeriesOption } from './echarts';
import { extent, niceStep, paneScale, ticks, type Scale } from './scale';
import type { ChartTheme } from '../theme';
import { timeTicks } from './time-ticks';
import type { PaneSpec, PlotLayout, TrackSpec } from './types';

export type XKind = 'time' | 'step';

export interface XLabels {
  /** @param step distance of two ticks, ms */
  readonly time: (at: number, step: number, day: boolean) => string;
  readonly step: (value: number) => string;
}

export interface DrawInput {
  readonly frame: PaneFrame;
  readonly layout: PlotLayout;
  readonly panes: readonly PaneSpec[];
  readonly hidden: ReadonlySet<string>;
  readonly theme: ChartTheme;
  readonly xKind: XKind;
  readonly xLabels: XLabels;
}

const X_TICK_PX = 92;
/** Half the width of a label, less the margin left of the plot. */
const X_LABEL_CLEAR_PX = 24;

/** The y axis of each pane, by what its shown lines hold. */
export function paneScales({ frame, layout, panes, hidden }: DrawInput): Scale[] {
  return panes.map((pane, i) => {
    const columns = pane.tracks.flatMap((track) => (hidden.has(track.id) ? [] : (frame.tracks.get(track.id) ?? [])));
    return paneScale(pane, extent(columns, frame.from, frame.to), layout.panes[i]?.height ?? 0);
  });
}

/** Everything ECharts draws, from scratch: one grid a pane over one shared x range, series and axes with stable ids. */
export function buildOption(input: DrawInput, scales: readonly Scale[] = paneScales(input)): ChartOption {
  const { layout, panes, theme } = input;
  const x = xTicks(input);
  const last = layout.panes.length - 1;
  const series: LineSeriesOption[] = [];
  const yAxis = panes.map((pane, i) => {
    const box = layout.panes[i];
    const open = box !== undefined && !box.collapsed;
    const shownTracks = pane.tracks.filter((track) => !input.hidden.has(track.id));
    const scale = scales[i] ?? paneScale(pane, null, 0);
    const values = ticks(scale);
    const largest = Math.max(Math.abs(scale.min), Math.abs(scale.max));
    if (open) {
      for (const track of shownTracks) series.push(trackSeries(track, input.frame.tracks.get(track.id), i, input));
      series.push(spanSeries(pane.id, i, input));
    }
    return {
      id: `y-${pane.id}`,
      gridIndex: i,
      type: 'value' as const,
      position: 'right' as const,
      show: open,
      min: scale.min,
      max: scale.max,
      interval: scale.step,
      axisLine: { show: false },
      axisTick: { show: false, customValues: values },
      axisLabel: {
        show: true,
        customValues: values,
        formatter: (value: number) => pane.formatTick(value, largest, scale.step),
        color: theme.text,
        fontFamily: theme.font,
        fontSize: theme.fontSize,
        margin: 6,
        verticalAlignMinLabel: 'bottom' as const,
        verticalAlignMaxLabel: 'top' as const,
      },
      splitLine: { show: true, lineStyle: { color: theme.grid, width: 1 } },
    };
  });
  return {
    animation: false,
    backgroundColor: 'transparent',
    grid: layout.panes.map((box) => ({
      id: `grid-${box.id}`,
      left: layout.left,
      top: box.top,
      width: layout.right - layout.left,
      height: box.height,
      show: true,
      borderColor: theme.line,
      borderWidth: 1,
      backgroundColor: box.collapsed ? 'transparent' : theme.surface,
      outerBoundsMode: 'none' as const,
    })),
    xAxis: layout.panes.map((box, i) => ({
      id: `x-${box.id}`,
      gridIndex: i,
      type: 'value' as const,
      min: input.frame.from,
      max: input.frame.to,
      axisLine: { show: false, onZero: false },
      axisTick: { show: i === last, customValues: x.values, length: 4, lineStyle: { color: theme.line } },
      axisLabel: {
        show: i === last,
        customValues: x.labelled,
        formatter: x.label,
        color: theme.text,
        fontFamily: theme.font,
        fontSize: theme.fontSize,
        margin: 7,
        hideOverlap: true,
      },
      splitLine: { show: !box.collapsed, showMinLine: false, showMaxLine: false, lineStyle: { color: theme.grid, width: 1 } },
    })),
    yAxis,
    series,
  };
}

/** Ticks of the shared axis; those at its very left stay unlabelled, their names would be cut. */
export function xTicks({ frame, layout, xKind, xLabels }: DrawInput): {
  values: number[];
  labelled: number[];
  label: (value: number) => string;
} {
  const clear = frame.from + ((frame.to - frame.from) * X_LABEL_CLEAR_PX) / (layout.right - layout.left);
  const labelled = (values: readonly number[]): number[] =>
    values.filter((value) => value >= clear || (xKind === 'step' && value === frame.from));
  const count = (layout.right - layout.left) / X_TICK_PX;
  if (xKind === 'time') {
    const result = timeTicks(frame.from, frame.to, count);
    const days = new Set(result.ticks.filter((tick) => tick.day).map((tick) => tick.at));
    const values = result.ticks.map((tick) => tick.at);
    return { values, labelled: labelled(values), label: (value) => xLabels.time(value, result.step, days.has(value)) };
  }
  const step = Math.max(1, niceStep((frame.to - frame.from) / Math.max(1, count)));
  const values = ticks({ min: frame.from, max: frame.to, step });
  return { values, labelled: labelled(values), label: xLabels.step };
}

function trackSeries(track: TrackSpec, columns: Columns | BandColumns | undefined, pane: number, input: DrawInput): LineSeriesOption {
  const { theme, frame, layout } = input;
  const colour = theme.series[track.colour];
  const pixel = (frame.to - frame.from) / Math.max(1, layout.right - layout.left);
  return {
    id: track.id,
    type: 'line',
    xAxisIndex: pane,
    yAxisIndex: pane,
    silent: true,
    animation: false,
    clip: true,
    data: columns ? points(columns.x, columns.y, pixel) : [],
    lineStyle: {
      color: colour,
      width: track.style === 'faint' ? 1 : 1.6,
      opacity: track.style === 'faint' ? 0.55 : 1,
      type: track.dashed ? [5, 3] : 'solid',
      cap: 'round',
      join: 'round',
    },
    itemStyle: { color: colour },
    ...(track.style === 'points'
      ? { showSymbol: true, symbol: 'circle', symbolSize: 5 }
      : { showSymbol: false, sampling: 'minmax' as const }),
    z: track.style === 'faint' ? 2 : 3,
  };
}

/** A sample alone between two gaps has no line; doubled one pixel on, its round caps draw it as a dot. */
function points(x: Numbers, y: Numbers, pixel: number): [number, number][] {
  const result: [number, number][] = [];
  for (let i = 0; i < x.length; i += 1) {
    const at = x[i] ?? 0;
    const value = y[i] ?? Number.NaN;
    result.push([at, value]);
    if (!Number.isNaN(value) && Number.isNaN(y[i - 1] ?? Number.NaN) && Number.isNaN(y[i + 1] ?? Number.NaN))
      result.push([at + pixel, value]);
  }
  return result;
}

/** The shaded spans of one pane, cut to what is shown. */
function spanSeries(paneId: string, pane: number, { frame, theme }: DrawInput): LineSeriesOption {
  const shown = frame.spans.filter((span) => span.from <= frame.to && span.to >= frame.from);
  const edge = (span: AxisSpan): [number, number] => [Math.max(frame.from, span.from), Math.min(frame.to, span.to)];
  return {
    id: `spans-${paneId}`,
    type: 'line',
    xAxisIndex: pane,
    yAxisIndex: pane,
    data: [],
    silent: true,
    animation: false,
    markArea: {
      silent: true,
      animation: false,
      itemStyle: { color: theme.span, opacity: 0.09 },
      data: shown.map((span) => {
        const [from, to] = edge(span);
        return [{ xAxis: from }, { xAxis: to }] as [{ xAxis: number }, { xAxis: number }];
      }),
    },
    z: 0,
  };
}
