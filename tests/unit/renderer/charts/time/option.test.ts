import { describe, expect, it } from 'vitest';
import { layoutPanes } from '../../../../../src-renderer/charts/time/layout';
import { buildOption, paneScales, type DrawInput } from '../../../../../src-renderer/charts/time/option';
import { stretches } from '../../../../../src-renderer/charts/time/lines';
import { hasPaths } from '../../../../../src-renderer/charts/time/path-layer';
import type { PaneSpec } from '../../../../../src-renderer/charts/time/types';

const pane = (id: string, style: 'line' | 'band'): PaneSpec => ({
  id,
  title: id,
  unit: 'W',
  tracks: [{ id: `${id}-t`, label: id, colour: 1, style, provenance: 'measured' }],
  floor: 'zero',
  minRange: 1,
  formatTick: String,
  formatValue: String,
});

function input(over: Partial<DrawInput> = {}): DrawInput {
  const panes = [pane('a', 'line'), pane('b', 'band')];
  return {
    frame: {
      from: 0,
      to: 10_000,
      tracks: new Map([
        ['a-t', { x: [0, 1000, 2000, 5000, 6000], y: [1, Number.NaN, 3, Number.NaN, 5] }],
        ['b-t', { x: [0, 1000], y: [5, 6], low: [4, 5], high: [7, 9] }],
      ]),
      spans: [{ id: 'r1', from: -500, to: 4000, label: 'run' }],
      tolerance: 1000,
      edgeTolerance: 1000,
    },
    layout: layoutPanes(
      600,
      400,
      [
        { id: 'a', collapsed: false, rows: 1 },
        { id: 'b', collapsed: false, rows: 1 },
      ],
      false,
    ),
    panes,
    hidden: new Set(),
    theme: {
      text: '#000',
      line: '#000',
      grid: '#000',
      span: '#000',
      surface: '#fff',
      font: 'x',
      fontSize: 11,
      series: { 1: '#111', 2: '#111', 3: '#111', 4: '#111', 5: '#111', 6: '#111', 7: '#111', 8: '#111' },
    },
    xKind: 'time',
    xLabels: { time: String, step: String },
    ...over,
  };
}

const seriesOf = (
  option: ReturnType<typeof buildOption>,
): { id?: unknown; data?: unknown; markArea?: { data?: unknown } | undefined; connectNulls?: unknown }[] =>
  Array.isArray(option.series) ? option.series : [];

describe('buildOption', () => {
  it('puts all panes over the same x range', () => {
    const { xAxis } = buildOption(input());
    expect(Array.isArray(xAxis) ? xAxis.map((axis) => [axis.min, axis.max]) : null).toEqual([
      [0, 10_000],
      [0, 10_000],
    ]);
  });

  it('leaves a gap a gap and draws a sample alone between gaps as a dot', () => {
    const line = seriesOf(buildOption(input())).find((series) => series.id === 'a-t');
    expect(line?.connectNulls).toBeUndefined();
    const points = line?.data as [number, number][];
    expect(points.filter(([, y]) => Number.isNaN(y))).toHaveLength(2);
    expect(points.filter(([, y]) => y === 3)).toHaveLength(2);
  });

  it('scales an axis by the band of its lines, and leaves charts with bands to the path layer', () => {
    expect(paneScales(input())[1]!.max).toBeGreaterThanOrEqual(9);
    expect(hasPaths(input().panes)).toBe(true);
    expect(hasPaths([pane('a', 'line')])).toBe(false);
  });

  it('finds the stretches between gaps', () => {
    expect(stretches([Number.NaN, 1, 2, Number.NaN, 3, Number.NaN])).toEqual([
      [1, 3],
      [4, 5],
    ]);
    expect(stretches([1])).toEqual([[0, 1]]);
    expect(stretches([])).toEqual([]);
  });

  it('shades a span in every pane, cut to what is shown', () => {
    const spans = seriesOf(buildOption(input())).filter((series) => String(series.id).startsWith('spans-'));
    expect(spans.map((series) => series.markArea?.data)).toEqual([[[{ xAxis: 0 }, { xAxis: 4000 }]], [[{ xAxis: 0 }, { xAxis: 4000 }]]]);
  });

  it('leaves a hidden line and a collapsed pane out', () => {
    expect(seriesOf(buildOption(input({ hidden: new Set(['a-t']) }))).some((series) => series.id === 'a-t')).toBe(false);
    const layout = layoutPanes(
      600,
      400,
      [
        { id: 'a', collapsed: true, rows: 1 },
        { id: 'b', collapsed: false, rows: 1 },
      ],
      false,
    );
    expect(seriesOf(buildOption(input({ layout }))).some((series) => series.id === 'a-t')).toBe(false);
  });
});
