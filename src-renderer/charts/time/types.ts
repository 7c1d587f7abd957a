import type { Provenance } from '@shared/model/provenance';

/** Index into the palette of the design tokens, --series-1 to --series-8. */
export type SeriesColour = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

export interface TrackSpec {
  readonly id: string;
  readonly label: string;
  readonly colour: SeriesColour;
  /** `points`: few samples, each marked; `band`: a line within its minimum and maximum; `faint`: a thin noisy line behind others. */
  readonly style: 'line' | 'points' | 'band' | 'faint';
  readonly dashed?: boolean;
  /** How the values were come by; null where that says nothing (a learning curve). */
  readonly provenance: Provenance | null;
}

export interface PaneSpec {
  readonly id: string;
  readonly title: string;
  /** As shown beside the title; empty for a dimensionless quantity. */
  readonly unit: string;
  readonly tracks: readonly TrackSpec[];
  /** `zero`: the y axis begins at 0; `fit`: it fits what is shown. */
  readonly floor: 'zero' | 'fit';
  /** The y axis never leaves these. */
  readonly bounds?: readonly [number, number];
  /** Least height of the y range, so that noise is not blown up to a mountain. */
  readonly minRange: number;
  /** What the numbers on the ticks count, in the pane's unit (2³⁰ for bytes shown in GiB); 1 when absent. */
  readonly tickFactor?: (largest: number) => number;
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
