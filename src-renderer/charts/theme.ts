/** Index into the palette of the design tokens, --series-1 to --series-8. */
export type SeriesColour = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

/** What a canvas cannot take from CSS by itself. */
export interface ChartTheme {
  readonly text: string;
  /** Of names and figures that are read first. */
  readonly strongText: string;
  readonly line: string;
  readonly grid: string;
  readonly span: string;
  readonly surface: string;
  /** Of the page around the plots. */
  readonly background: string;
  readonly warn: string;
  readonly bad: string;
  readonly font: string;
  /** px */
  readonly fontSize: number;
  readonly series: Readonly<Record<SeriesColour, string>>;
  /** From little to much. */
  readonly scale: readonly string[];
}

const colours: readonly SeriesColour[] = [1, 2, 3, 4, 5, 6, 7, 8];
const SCALE_STEPS = 7;

let newest: { readonly key: string; readonly theme: ChartTheme } | null = null;

/**
 * The design tokens in force at an element; they are the same everywhere on the page, and read once for each theme,
 * language and size of the window: to read a style makes the browser work out those of the whole page at once.
 */
export function readTheme(element: Element): ChartTheme {
  const { theme } = document.documentElement.dataset;
  const key = [theme, document.documentElement.lang, window.innerWidth, window.innerHeight].join();
  if (newest?.key !== key) newest = { key, theme: tokensAt(element) };
  return newest.theme;
}

function tokensAt(element: Element): ChartTheme {
  const style = getComputedStyle(element);
  const token = (name: string): string => style.getPropertyValue(name).trim();
  const series = Object.fromEntries(colours.map((n) => [n, token(`--series-${n}`)])) as Record<SeriesColour, string>;
  return {
    text: token('--text-3'),
    strongText: token('--text'),
    line: token('--line-strong'),
    grid: token('--plot-grid'),
    span: token('--plot-span'),
    surface: token('--surface'),
    background: token('--bg'),
    warn: token('--warn'),
    bad: token('--bad'),
    font: style.fontFamily,
    fontSize: Number.parseFloat(token('--text-xs')),
    series,
    scale: Array.from({ length: SCALE_STEPS }, (_, i) => token(`--scale-${i + 1}`)),
  };
}
