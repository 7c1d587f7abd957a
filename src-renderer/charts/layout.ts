import type { PaneBox, PlotLayout } from './types';

const GAP = 9;
const AXIS = 22;
const TOP = 5;
const COLLAPSED = 30;
export const LABELS_WIDTH = 58;
const LEFT = 8;

/** Shares the height among the panes; a pane with nothing to draw gives its height to the others. */
export function layoutPanes(width: number, height: number, panes: readonly { readonly id: string; readonly collapsed: boolean; readonly weight?: number }[]): PlotLayout {
  const axisTop = Math.max(0, height - AXIS);
  const open = panes.filter((pane) => !pane.collapsed);
  const collapsedHeight = open.length === 0 ? Math.floor((axisTop - TOP) / Math.max(1, panes.length)) - GAP : COLLAPSED;
  const free = axisTop - TOP - GAP * Math.max(0, panes.length - 1) - collapsedHeight * (panes.length - open.length);
  const weights = open.reduce((sum, pane) => sum + (pane.weight ?? 1), 0);
  const boxes: PaneBox[] = [];
  let top = TOP;
  for (const pane of panes) {
    const paneHeight = pane.collapsed ? collapsedHeight : Math.max(20, Math.floor((free * (pane.weight ?? 1)) / weights));
    boxes.push({ id: pane.id, top, height: paneHeight, collapsed: pane.collapsed });
    top += paneHeight + GAP;
  }
  return { width, height, left: LEFT, right: Math.max(LEFT + 1, width - LABELS_WIDTH), panes: boxes, axisTop };
}

/** The value under a position of the plot, and back. */
export function toAxis(layout: PlotLayout, px: number, from: number, to: number): number {
  return from + ((px - layout.left) / (layout.right - layout.left)) * (to - from);
}

export function toPixel(layout: PlotLayout, value: number, from: number, to: number): number {
  return layout.left + ((value - from) / (to - from)) * (layout.right - layout.left);
}
