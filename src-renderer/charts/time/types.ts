import type { Provenance } from '@shared/model/provenance';
import type { SeriesColour } from '../theme';

export interface TrackSpec {
  readonly id: string;
  readonly label: string;
  readonly colour: SeriesColour;
  /** `points`: few samples, each marked; `band`: a line within its minimum and maximum; `faint`: a thin noisy line behind others. */
  readonly style: 'line' | 'points' | 'band' | 'faint';
  readonly dashed?: boolean;
  /** The provenance of the values; null where that says nothing (a learning curve). */
  readonly provenance: Provenance | null;
}

/** A value that lines are read against, drawn across its pane. It widens the axis only where the lines come near it. */
export interface Threshold {
  readonly value: number;
  readonly label: string;
  readonly tone: 'plain' | 'warn' | 'bad';
}

/** How a pane of very many lines is drawn: each line, how they are spread, or each as a row of colours. */
export type PaneView = 'lines' | 'envelope' | 'heat';

export interface PaneSpec {
  readonly id: string;
  readonly title: string;
  /** As shown beside the title; empty for a dimensionless quantity. */
  readonly unit: string;
  /** In what the lines' values are kept, where that may be another one (°C shown in °F). */
  readonly keptUnit?: string;
  readonly tracks: readonly TrackSpec[];
  /** `zero`: the y axis begins at 0; `fit`: it fits what is shown. */
  readonly floor: 'zero' | 'fit';
  /** The y axis never leaves these. */
  readonly bounds?: readonly [number, number];
  /** Least height of the y range, so that noise is not blown up to a mountain. */
  readonly minRange: number;
  /** Decades instead of steps; what is not above zero has no place on it. */
  readonly log?: boolean;
  /** A few values far off the others do not flatten the lines: they leave the pane, and a mark says how far. */
  readonly clipsOutliers?: boolean;
  /** How much of a smoothed line's next point is what came before it, 0 to below 1; the line itself stands faint behind it. */
  readonly smoothing?: number;
  readonly thresholds?: readonly Threshold[];
  /** What the numbers on the ticks count: `written = value / factor + offset` (2³⁰ for bytes in GiB, 5/9 and 32 for °C in °F). */
  readonly tickUnit?: (largest: number) => { readonly factor: number; readonly offset: number };
  /** @param largest the axis' largest absolute value, which decides on one prefix for all ticks */
  readonly formatTick: (value: number, largest: number, step: number) => string;
  readonly formatValue: (value: number | null) => string;
}

/** Where one pane lies within the plot, px. */
export interface PaneBox {
  readonly id: string;
  readonly top: number;
  readonly height: number;
  readonly collapsed: boolean;
}

export interface PlotLayout {
  readonly width: number;
  readonly height: number;
  /** The part of the width that is plotted on; y labels stand to the right of it. */
  readonly left: number;
  readonly right: number;
  readonly panes: readonly PaneBox[];
  /** Top of the x axis' labels. */
  readonly axisTop: number;
}
