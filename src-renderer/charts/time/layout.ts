import type { PaneBox, PlotLayout } from './types';

const GAP = 9;
const AXIS = 22;
const TOP = 5;
/** Room above the panes for the names of spans. */
const STRIP = 17;
const COLLAPSED = 30;
const LABELS_WIDTH = 58;
const LEFT = 8;
/** Height of a readout's head and of one of its lines, px, as readout.css has them; the lines are buttons, and as high as those must be. */
const HEAD = 21;
export const ROW = 24;

interface PaneRequest {
  readonly id: string;
  readonly collapsed: boolean;
  /** Lines of its readout, which want to stand beside it. */
  readonly rows: number;
}

/** Shares the height among the panes evenly, but for those whose readout needs more; a pane with nothing to draw gives its height to the others. */
export function layoutPanes(width: number, height: number, panes: readonly PaneRequest[], strip: boolean): PlotLayout {
  const start = strip ? STRIP : TOP;
  const axisTop = Math.max(0, height - AXIS);
  const open = panes.filter((pane) => !pane.collapsed);
  const collapsedHeight = open.length === 0 ? Math.floor((axisTop - start) / Math.max(1, panes.length)) - GAP : COLLAPSED;
  const free = axisTop - start - GAP * Math.max(0, panes.length - 1) - collapsedHeight * (panes.length - open.length);
  const heights = share(
    free,
    open.map((pane) => HEAD + ROW * pane.rows),
  );
  const boxes: PaneBox[] = [];
  let top = start;
  for (const pane of panes) {
    const paneHeight = pane.collapsed ? collapsedHeight : Math.max(20, heights[open.indexOf(pane)] ?? 0);
    boxes.push({ id: pane.id, top, height: paneHeight, collapsed: pane.collapsed });
    top += paneHeight + GAP;
  }
  return { width, height, left: LEFT, right: Math.max(LEFT + 1, width - LABELS_WIDTH), panes: boxes, axisTop };
}

/** Even shares, except that who needs more gets it as long as the others still have half of an even share. */
function share(total: number, needs: readonly number[]): number[] {
  const even = total / Math.max(1, needs.length);
  const large = needs.filter((need) => need > even);
  const wanted = large.reduce((sum, need) => sum + need, 0);
  const rest = needs.length - large.length;
  const level = rest === 0 ? 0 : (total - wanted) / rest;
  if (level < even / 2) return needs.map(() => Math.floor(even));
  return needs.map((need) => Math.floor(need > even ? need : level));
}

/** The value under a position of the plot, and back. */
export function toAxis(layout: PlotLayout, px: number, from: number, to: number): number {
  return from + ((px - layout.left) / (layout.right - layout.left)) * (to - from);
}

export function toPixel(layout: PlotLayout, value: number, from: number, to: number): number {
  return layout.left + ((value - from) / (to - from)) * (layout.right - layout.left);
}
