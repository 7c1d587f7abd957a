/** A browser draws nothing beyond some 33 million pixels: a longer list is scrolled by shares of it. */
const HEIGHT_MAX_PX = 16_000_000;
/** Rows drawn beyond either edge. */
const BEYOND = 12;

/** How far a list is scrolled, and how much of it is in sight. */
export interface LogView {
  readonly topPx: number;
  readonly heightPx: number;
}

/** The height that the list takes, px. */
export function drawnHeight(rows: number, rowPx: number): number {
  return Math.min(HEIGHT_MAX_PX, rows * rowPx);
}

/** The rows to draw, and where the first of them stands, px from the top of the list. */
export function rowsInSight(rows: number, rowPx: number, { topPx, heightPx }: LogView): { from: number; to: number; offsetPx: number } {
  const realTopPx = topPx * stretch(rows, rowPx, heightPx);
  const first = Math.floor(realTopPx / rowPx);
  const from = Math.max(0, Math.min(rows, first) - BEYOND);
  const to = Math.min(rows, first + Math.ceil(heightPx / rowPx) + BEYOND);
  return { from, to: Math.max(from, to), offsetPx: topPx - realTopPx + from * rowPx };
}

/** How far to scroll so that this row stands in the middle, px. */
export function topOf(row: number, rows: number, rowPx: number, heightPx: number): number {
  return Math.max(0, row * rowPx - heightPx / 2) / stretch(rows, rowPx, heightPx);
}

/** What one pixel of scrolling moves the rows by; 1 unless there are too many of them. */
function stretch(rows: number, rowPx: number, heightPx: number): number {
  const drawn = drawnHeight(rows, rowPx);
  return drawn <= heightPx ? 1 : (rows * rowPx - heightPx) / (drawn - heightPx);
}
