import { nearest, type Columns } from '../../data/columns';
import type { PaneFrame } from '../../data/pane-source';
import { valuePixel, type PlotPane } from './plot';
import { rowAt } from './spread';

/** The value of a line at a position of the axis, where one of its entries is near enough to hold there. */
export function valueAt(columns: Columns | undefined, at: number, tolerance: number): number | null {
  if (!columns || columns.x.length === 0) return null;
  let index = nearest(columns.x, at);
  // A gap's marker next to the cursor is no value; the neighbour within reach is.
  if (Number.isNaN(columns.y[index] ?? Number.NaN)) {
    const before = Math.abs((columns.x[index - 1] ?? -Infinity) - at);
    const after = Math.abs((columns.x[index + 1] ?? Infinity) - at);
    index += before <= after ? -1 : 1;
  }
  const x = columns.x[index];
  const y = columns.y[index];
  if (x === undefined || y === undefined || Number.isNaN(y)) return null;
  return Math.abs(x - at) <= Math.max(tolerance, columns.validForMs ?? 0) ? y : null;
}

export interface Reading {
  readonly trackId: string;
  readonly value: number | null;
}

/** Rows of a readout at the pointer. */
export const READOUT_ROWS = 10;

/** The pane under a height of the plot, or the one nearest to it. */
export function paneAt(panes: readonly PlotPane[], y: number): PlotPane | null {
  let best: PlotPane | null = null;
  let least = Infinity;
  for (const pane of panes) {
    const distance = Math.max(pane.box.top - y, y - pane.box.top - pane.box.height, 0);
    if (distance < least) [best, least] = [pane, distance];
  }
  return best;
}

/** All that a pane shows at a position. */
export function readingsAt(pane: PlotPane, frame: PaneFrame, at: number): Reading[] {
  return pane.tracks.map(({ track }) => ({ trackId: track.id, value: valueAt(frame.tracks.get(track.id), at, frame.tolerance) }));
}

/** The line nearest to a height of the plot; null where none has a value. */
export function nearestLine(pane: PlotPane, readings: readonly Reading[], y: number): string | null {
  if (pane.view === 'heat') return readings[rowAt(pane.box, readings.length, y)]?.trackId ?? null;
  let best: string | null = null;
  let least = Infinity;
  for (const { trackId, value } of readings) {
    if (value === null) continue;
    const distance = Math.abs(valuePixel(pane, value) - y);
    if (distance < least) [best, least] = [trackId, distance];
  }
  return best;
}

/**
 * What a readout lists: all lines of a pane in its order or, of more than fit, those beside the one that is chosen; those
 * in their order from top to bottom.
 */
export function listedReadings(readings: readonly Reading[], chosen: string | null, byRow: boolean): readonly Reading[] {
  if (readings.length <= READOUT_ROWS) return readings;
  const ordered = byRow ? [...readings] : readings.filter(({ value }) => value !== null).sort((a, b) => (b.value ?? 0) - (a.value ?? 0));
  const middle = Math.max(
    0,
    ordered.findIndex(({ trackId }) => trackId === chosen),
  );
  const first = Math.max(0, Math.min(ordered.length - READOUT_ROWS, middle - READOUT_ROWS / 2));
  return ordered.slice(first, first + READOUT_ROWS);
}
