import type { SeriesColour } from './types';

/** What a canvas cannot take from CSS by itself. */
export interface ChartTheme {
  readonly text: string;
  readonly line: string;
  readonly grid: string;
  readonly span: string;
  readonly surface: string;
  readonly font: string;
  /** px */
  readonly fontSize: number;
  readonly series: Readonly<Record<SeriesColour, string>>;
}

const colours: readonly SeriesColour[] = [1, 2, 3, 4, 5, 6, 7, 8];

/** Reads the design tokens in force at an element. */
export function readTheme(element: Element): ChartTheme {
  const style = getComputedStyle(element);
  const token = (name: string): string => style.getPropertyValue(name).trim();
  const series = Object.fromEntries(colours.map((n) => [n, token(`--series-${n}`)])) as Record<SeriesColour, string>;
  return { text: token('--text-3'), line: token('--line-strong'), grid: token('--plot-grid'), span: token('--plot-span'), surface: token('--surface'), font: style.fontFamily, fontSize: Number.parseFloat(token('--text-xs')), series };
}
