import type { Disposable } from '@shared/base/disposable';
import type { BandColumns, Columns } from './columns';

/** A stretch of the x axis that is shaded and named. */
export interface AxisSpan {
  readonly id: string;
  readonly from: number;
  readonly to: number;
  readonly label: string;
  /** Says what a click on its name opens; left out, it zooms to the span. */
  readonly opens?: string;
}

/** All that stacked panes draw at one moment: the shown part of the shared x axis, the lines by track id, the spans. */
export interface PaneFrame {
  readonly from: number;
  readonly to: number;
  readonly tracks: ReadonlyMap<string, Columns | BandColumns>;
  /** Lines that are drawn later than they were, by track id, and by how much. */
  readonly earlierBy?: ReadonlyMap<string, number>;
  readonly spans: readonly AxisSpan[];
  /** Whether the lines are still added to, so that each read brings others; else the same ones come again while nothing changed. */
  readonly isGrowing: boolean;
  /** How far from the cursor a sample may lie and still be the value there, in axis units. */
  readonly tolerance: number;
  /** The same for the right edge, whose values are read while there is no cursor. */
  readonly edgeTolerance: number;
}

/** Where a chart gets its data: it is told that something changed and reads once in the next animation frame. */
export interface PaneSource {
  read(): PaneFrame;
  onChange(listener: () => void): Disposable;
}
