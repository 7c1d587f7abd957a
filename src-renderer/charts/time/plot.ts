import type { LineColumns } from '../../data/columns';
import type { PaneFrame } from '../../data/pane-source';
import type { ChartTheme } from '../theme';
import { logarithm, smoothed } from './derived';
import type { Line, LineView } from './lines';
import { extent, onScale, paneScale, usualExtent, type Scale } from './scale';
import { envelopeLines, type HeatRows } from './spread';
import type { PaneBox, PaneSpec, PaneView, PlotLayout, TrackSpec } from './types';
import type { XAxis } from './x-axis';

export interface DrawInput {
  readonly frame: PaneFrame;
  readonly layout: PlotLayout;
  readonly panes: readonly PaneSpec[];
  readonly hidden: ReadonlySet<string>;
  /** How the panes are drawn that are not drawn as lines, by pane id. */
  readonly views: ReadonlyMap<string, PaneView>;
  readonly theme: ChartTheme;
  readonly axis: XAxis;
}

/** A value that the pane's axis leaves out, and where it lies. */
export interface Clipped {
  readonly x: number;
  readonly value: number;
}

/** An open pane as it is drawn at one moment. */
export interface PlotPane {
  readonly spec: PaneSpec;
  readonly box: PaneBox;
  readonly scale: Scale;
  readonly view: PaneView;
  /** The lines that are shown, in the order of the readout. */
  readonly tracks: readonly PlotTrack[];
  readonly lines: readonly Line[];
  readonly rows: HeatRows | null;
  readonly above: Clipped | null;
}

export interface PlotTrack {
  readonly track: TrackSpec;
  /** On the pane's scale: logarithms where it is logarithmic. */
  readonly columns: LineColumns;
}

/** More lines than this in a pane are drawn thinner, so that they can be told apart at all. */
const MANY = 24;
/** A threshold is on the axis when it is no further from the lines than this share of their range. */
const NEAR = 0.35;

/** The open panes and what each of them draws. */
export function plotPanes(input: DrawInput): PlotPane[] {
  return input.panes.flatMap((spec, i) => {
    const box = input.layout.panes[i];
    return box && !box.collapsed ? [plotPane(input, spec, box)] : [];
  });
}

function plotPane({ frame, hidden, views, theme }: DrawInput, spec: PaneSpec, box: PaneBox): PlotPane {
  const onAxis = (columns: LineColumns): LineColumns => (spec.log === true ? logarithm(columns) : columns);
  const tracks = spec.tracks.flatMap((track): PlotTrack[] => {
    const columns = hidden.has(track.id) ? undefined : frame.tracks.get(track.id);
    return columns && columns.x.length > 0 ? [{ track, columns: onAxis(columns) }] : [];
  });
  const view = views.get(spec.id) ?? 'lines';
  const whole = extent(
    tracks.map(({ columns }) => columns),
    frame.from,
    frame.to,
  );
  const shown = whole && withThresholds(spec, spec.clipsOutliers === true ? withoutOutliers(tracks, frame, whole) : whole);
  const scale = paneScale(spec, shown, box.height);
  const base = { spec, box, scale, view, tracks };
  if (view === 'heat') {
    const rows = { lines: tracks.map(({ columns }) => columns), low: shown?.[0] ?? 0, high: shown?.[1] ?? 1 };
    return { ...base, lines: [], rows, above: null };
  }
  const lines =
    view === 'envelope'
      ? envelopeLines(
          tracks.map(({ columns }) => columns),
          theme,
        )
      : tracks.flatMap((entry) => trackLines(entry, spec, tracks.length, theme));
  const clipped = whole !== null && whole[1] > scale.max ? highest(tracks, frame, whole[1]) : null;
  return { ...base, lines, rows: null, above: clipped };
}

/** A track as it is drawn: where it is smoothed, the smoothed line over the faint one. */
function trackLines({ track, columns }: PlotTrack, spec: PaneSpec, count: number, theme: ChartTheme): Line[] {
  const faint = track.style === 'faint';
  const own: Line = {
    columns,
    colour: theme.series[track.colour],
    style: track.style,
    dashed: track.dashed === true,
    width: faint || count > MANY ? 1 : 1.6,
  };
  const weight = spec.smoothing ?? 0;
  if (weight <= 0 || track.style === 'points') return [own];
  // What stands behind other lines goes on standing behind them.
  if (faint) return [{ ...own, columns: smoothed(columns, weight) }];
  return [
    { ...own, style: 'faint', width: 1 },
    { ...own, columns: smoothed(columns, weight), style: 'line', width: 1.8 },
  ];
}

/** Points that stand for a whole epoch are never taken for outliers. */
function withoutOutliers(
  tracks: readonly PlotTrack[],
  { from, to }: PaneFrame,
  whole: readonly [number, number],
): readonly [number, number] {
  const dense = tracks.filter(({ track }) => track.style !== 'points').map(({ columns }) => columns);
  const sparse = tracks.filter(({ track }) => track.style === 'points').map(({ columns }) => columns);
  const usual = usualExtent(dense, from, to, whole);
  const marked = extent(sparse, from, to) ?? usual;
  return [Math.min(usual[0], marked[0]), Math.max(usual[1], marked[1])];
}

function withThresholds(spec: PaneSpec, [low, high]: readonly [number, number]): readonly [number, number] {
  const near = Math.max(high - low, spec.log === true ? 0 : spec.minRange) * NEAR;
  let [min, max] = [low, high];
  for (const { value } of spec.thresholds ?? []) {
    const at = spec.log === true ? Math.log10(value) : value;
    if (at > high && at - high <= near) max = Math.max(max, at);
    if (at < low && low - at <= near) min = Math.min(min, at);
  }
  return [min, max];
}

/** Where the highest of what is shown lies. */
function highest(tracks: readonly PlotTrack[], { from, to }: PaneFrame, value: number): Clipped | null {
  for (const { columns } of tracks) {
    const highs = 'high' in columns ? columns.high : columns.y;
    const at = highs.indexOf(value);
    if (at >= 0) return { x: Math.max(from, Math.min(to, columns.x[at] ?? from)), value };
  }
  return null;
}

export function lineView({ frame, layout }: DrawInput, panes: readonly PlotPane[]): LineView {
  return {
    from: frame.from,
    to: frame.to,
    left: layout.left,
    right: layout.right,
    panes: panes.map(({ spec, box, scale, lines }) => ({
      id: spec.id,
      top: box.top,
      height: box.height,
      min: scale.min,
      max: scale.max,
      lines,
    })),
  };
}

/** Where a value of the quantity itself lies in its pane, px. */
export function valuePixel({ box, scale }: Pick<PlotPane, 'box' | 'scale'>, value: number): number {
  return box.top + ((scale.max - onScale(scale, value)) / (scale.max - scale.min)) * box.height;
}
