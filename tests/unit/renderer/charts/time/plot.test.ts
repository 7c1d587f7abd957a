import { describe, expect, it } from 'vitest';
import type { ChartTheme } from '../../../../../src-renderer/charts/theme';
import type { LineColumns } from '../../../../../src-renderer/data/columns';
import { logarithm, smoothed } from '../../../../../src-renderer/charts/time/derived';
import { layoutPanes } from '../../../../../src-renderer/charts/time/layout';
import { traceLine } from '../../../../../src-renderer/charts/time/lines';
import { lineView, plotPanes, valuePixel, type DrawInput } from '../../../../../src-renderer/charts/time/plot';
import { ticks } from '../../../../../src-renderer/charts/time/scale';
import { envelopeOf, gridOf, heatStep, rowAt } from '../../../../../src-renderer/charts/time/spread';
import type { PaneSpec, TrackSpec } from '../../../../../src-renderer/charts/time/types';
import { stretches } from '../../../../../src-renderer/charts/time/unit-paths';
import { valueAxis } from '../../../../../src-renderer/charts/time/x-axis';
import { formatFor } from '../../../../../src-renderer/i18n/format';

const series = Object.fromEntries([1, 2, 3, 4, 5, 6, 7, 8].map((n) => [n, `#00000${n}`])) as unknown as ChartTheme['series'];
const theme: ChartTheme = {
  text: '#000',
  strongText: '#000',
  line: '#000',
  grid: '#000',
  span: '#000',
  surface: '#fff',
  background: '#222222',
  warn: '#aa0',
  bad: '#a00',
  font: 'x',
  fontSize: 11,
  series,
  scale: ['#000000', '#ffffff'],
};

const track = (id: string, style: TrackSpec['style'] = 'line'): TrackSpec => ({ id, label: id, colour: 1, style, provenance: 'measured' });

const pane = (over: Partial<PaneSpec> = {}): PaneSpec => ({
  id: 'a',
  title: 'a',
  unit: 'W',
  tracks: [track('t')],
  floor: 'zero',
  minRange: 0.1,
  formatTick: String,
  formatValue: String,
  ...over,
});

function input(panes: readonly PaneSpec[], tracks: Readonly<Record<string, LineColumns>>, over: Partial<DrawInput> = {}): DrawInput {
  return {
    frame: { from: 0, to: 1000, tracks: new Map(Object.entries(tracks)), spans: [], isGrowing: false, tolerance: 10, edgeTolerance: 10 },
    layout: layoutPanes(
      600,
      400,
      panes.map(({ id, tracks: own }) => ({ id, collapsed: false, rows: own.length })),
      false,
    ),
    panes,
    hidden: new Set(),
    views: new Map(),
    theme,
    axis: valueAxis('step', formatFor('en'), (text) => text),
    ...over,
  };
}

/** A loss that begins at 2.4 and is soon below 0.3. */
const falling: LineColumns = {
  x: Array.from({ length: 1001 }, (_, step) => step),
  y: Array.from({ length: 1001 }, (_, step) => 0.1 + 0.15 * Math.exp(-step / 300) + 2.2 * Math.exp(-step / 2)),
};

describe('the axis of a pane', () => {
  it('is not flattened by the first steps of a run: they leave it, and it is said how far', () => {
    const [plain] = plotPanes(input([pane()], { t: falling }));
    expect(plain!.scale.max).toBeGreaterThan(2.4);
    const [clipped] = plotPanes(input([pane({ clipsOutliers: true })], { t: falling }));
    expect(clipped!.scale.max).toBeLessThan(0.4);
    expect(clipped!.scale.max).toBeGreaterThan(0.25);
    expect(clipped!.above).toEqual({ x: 0, value: expect.closeTo(2.45) });
  });

  it('takes nothing for an outlier where a line falls slowly, where there are few points, or where each stands for an epoch', () => {
    const slow: LineColumns = { x: falling.x, y: Array.from({ length: 1001 }, (_, step) => 2.4 * Math.exp(-step / 200)) };
    expect(plotPanes(input([pane({ clipsOutliers: true })], { t: slow }))[0]!.scale.max).toBeGreaterThanOrEqual(2.4);
    const few: LineColumns = { x: [0, 500, 1000], y: [9, 0.2, 0.1] };
    expect(plotPanes(input([pane({ clipsOutliers: true })], { t: few }))[0]).toMatchObject({ above: null });
    const epochs = pane({ clipsOutliers: true, tracks: [track('t'), track('e', 'points')] });
    expect(plotPanes(input([epochs], { t: falling, e: { x: [0, 900], y: [1.5, 0.2] } }))[0]!.scale.max).toBeGreaterThanOrEqual(1.5);
  });

  it('takes a threshold in that the lines come near, and not one far above', () => {
    const thresholds = [
      { value: 105, label: 'limit', tone: 'bad' as const },
      { value: 900, label: 'far', tone: 'warn' as const },
    ];
    const line: LineColumns = { x: [0, 1000], y: [60, 95] };
    const [drawn] = plotPanes(input([pane({ floor: 'fit', thresholds })], { t: line }));
    expect(drawn!.scale.max).toBeGreaterThanOrEqual(105);
    expect(drawn!.scale.max).toBeLessThan(200);
    expect(valuePixel(drawn!, 105)).toBeGreaterThanOrEqual(drawn!.box.top);
  });

  it('counts in decades where it is logarithmic; what is not above zero is a gap', () => {
    const line: LineColumns = { x: [0, 1, 2, 3], y: [1000, 0, 0.1, -5] };
    const [drawn] = plotPanes(input([pane({ log: true })], { t: line }));
    expect(ticks(drawn!.scale)).toEqual([0.1, 1, 10, 100, 1000]);
    expect([...logarithm(line).y]).toEqual([3, NaN, -1, NaN]);
    const box = drawn!.box;
    expect(valuePixel(drawn!, 10)).toBeCloseTo((valuePixel(drawn!, 1) + valuePixel(drawn!, 100)) / 2);
    expect(valuePixel(drawn!, 1000)).toBeGreaterThan(box.top);
  });

  it('has round values also within a part of one decade', () => {
    const [drawn] = plotPanes(input([pane({ log: true })], { t: { x: [0, 1000], y: [0.21, 0.34] } }));
    expect(ticks(drawn!.scale).length).toBeGreaterThanOrEqual(2);
    // An accuracy goes no higher than one.
    const [bounded] = plotPanes(input([pane({ log: true, bounds: [0, 1] })], { t: { x: [0, 1000], y: [0.6, 1] } }));
    expect(bounded!.scale.max).toBe(0);
    expect(ticks(bounded!.scale)).toEqual([0.6, 0.7, 0.8, 0.9, 1]);
  });

  it('holds the band of its lines, and leaves hidden ones out', () => {
    const band: LineColumns = { x: [0, 1000], y: [5, 6], low: [4, 5], high: [7, 9] };
    const spec = pane({ tracks: [track('t', 'band'), track('u')] });
    const tracks = { t: band, u: { x: [0, 1000], y: [50, 60] } };
    expect(plotPanes(input([spec], tracks))[0]!.scale.max).toBeGreaterThanOrEqual(60);
    const [drawn] = plotPanes(input([spec], tracks, { hidden: new Set(['u']) }));
    expect(drawn!.scale.max).toBeGreaterThanOrEqual(9);
    expect(drawn!.scale.max).toBeLessThan(20);
    expect(drawn!.lines).toHaveLength(1);
  });
});

describe('the lines of a pane', () => {
  it('stand faint behind their smoothed selves, which begin where they begin', () => {
    const line: LineColumns = { x: [0, 1, 2, 3, 4], y: [10, 20, NaN, 20, 10] };
    const [drawn] = plotPanes(input([pane({ smoothing: 0.5 })], { t: line }));
    expect(drawn!.lines.map(({ style }) => style)).toEqual(['faint', 'line']);
    const { y } = smoothed(line, 0.5);
    // Weights 1, then 1:2, then 1:2:4, then 1:2:4:8 over what came.
    expect([...y]).toEqual([10, expect.closeTo(50 / 3), NaN, expect.closeTo((10 + 40 + 80) / 7), expect.closeTo((10 + 40 + 80 + 80) / 15)]);
    expect(smoothed(line, 0.5)).toBe(smoothed(line, 0.5));
  });

  it('of a collapsed pane are not drawn, and a pane is known by its id in a picture', () => {
    const panes = [pane(), pane({ id: 'b', tracks: [track('u')] })];
    const drawing = input(panes, { t: falling, u: falling });
    const layout = layoutPanes(
      600,
      400,
      [
        { id: 'a', collapsed: true, rows: 1 },
        { id: 'b', collapsed: false, rows: 1 },
      ],
      false,
    );
    const collapsed = { ...drawing, layout };
    expect(lineView(collapsed, plotPanes(collapsed)).panes.map(({ id }) => id)).toEqual(['b']);
  });

  it('have at most four points a pixel, among them each extreme', () => {
    const count = 100_000;
    const y = Array.from({ length: count }, () => 1);
    y[54_321] = 9;
    y[54_322] = -9;
    const path: [number, number][] = [];
    const context = { moveTo: (px: number, py: number) => path.push([px, py]), lineTo: (px: number, py: number) => path.push([px, py]) };
    const view = { from: 0, to: count, left: 0, right: 500 };
    traceLine(context, { x: Array.from(y, (_, i) => i), y }, view, { pxPerX: 500 / count, pxPerY: 1, originX: 0, originY: 0 });
    expect(path.length).toBeLessThanOrEqual(2000);
    expect(Math.min(...path.map(([, py]) => py))).toBe(-9);
    expect(Math.max(...path.map(([, py]) => py))).toBe(9);
  });

  it('break at a gap, and a sample alone between gaps is a dot', () => {
    const path: string[] = [];
    const context = { moveTo: (px: number) => path.push(`m${px}`), lineTo: (px: number) => path.push(`l${px}`) };
    const view = { from: 0, to: 10, left: 0, right: 10 };
    traceLine(context, { x: [0, 1, 2, 3, 4], y: [1, 1, NaN, 1, NaN] }, view, { pxPerX: 1, pxPerY: 1, originX: 0, originY: 0 });
    expect(path).toEqual(['m0', 'l1', 'm3', 'l3.01']);
  });

  it('have stretches between gaps', () => {
    expect(stretches([Number.NaN, 1, 2, Number.NaN, 3, Number.NaN])).toEqual([
      [1, 3],
      [4, 5],
    ]);
    expect(stretches([1])).toEqual([[0, 1]]);
    expect(stretches([])).toEqual([]);
  });
});

describe('very many lines', () => {
  const lines = Array.from({ length: 40 }, (_, i): LineColumns => ({ x: [0, 10, 20, 30], y: [i, i, i === 3 ? NaN : i, NaN] }));

  it('have an envelope: lowest, middle half, median, highest of those that have a value', () => {
    const [all, half] = envelopeOf(lines);
    expect([all.low[0], half.low[0], all.y[0], half.high[0], all.high[0]]).toEqual([0, 10, 20, 29, 39]);
    expect([...all.y].map(Number.isNaN)).toEqual([false, false, false, true]);
  });

  it('have rows of a heat map on one grid, made once', () => {
    const grid = gridOf(lines);
    expect(grid.rows).toHaveLength(40);
    expect([...grid.rows[3]!]).toEqual([3, 3, NaN, NaN]);
    expect(gridOf([...lines])).toBe(grid);
    expect([0, 0.49, 0.5, 1, 7].map((share) => heatStep(share, 2))).toEqual([0, 0, 1, 1, 1]);
    expect(rowAt({ id: 'a', top: 100, height: 80, collapsed: false }, 40, 141)).toBe(20);
  });

  it('are drawn by two bands as an envelope, by none as a heat map', () => {
    const spec = pane({ tracks: lines.map((_, i) => track(`t${i}`, 'band')) });
    const tracks = Object.fromEntries(lines.map((line, i) => [`t${i}`, line]));
    expect(plotPanes(input([spec], tracks, { views: new Map([['a', 'envelope']]) }))[0]!.lines).toHaveLength(2);
    const [heat] = plotPanes(input([spec], tracks, { views: new Map([['a', 'heat']]) }));
    expect(heat!.lines).toEqual([]);
    expect(heat!.rows).toMatchObject({ low: 0, high: 39 });
  });
});
