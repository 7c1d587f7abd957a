import type { AxisRange, DrawPicture } from '../../../charts/echart/types';
import type { Run } from '@shared/model/run';
import type { Texts } from '../../../i18n/use-texts';
import { billColumns, differs, paramColumns, scalarColumns, type CompareColumn } from './columns';
import type { RunLook } from './compare-panes';

/** An axis: numbers, or names in their places. */
export interface ParallelAxis {
  readonly column: CompareColumn;
  /** Null = it is one of numbers. */
  readonly names: readonly string[] | null;
  /** Steps of the size of its decades: what is compared goes over more than one. */
  readonly isLog: boolean;
  /** What one of the axis is in the column's unit: Wh of J. */
  readonly unit: number;
}

export type Ranges = ReadonlyMap<string, readonly AxisRange[]>;

/** From this ratio on a parameter is one whose order of magnitude was tried. */
const LOG_FROM = 50;
const J_PER_WH = 3600;
/** Colours of the scale that are told from the ground in both themes. */
const FIRST_COLOUR = 2;

function parallelAxis(column: CompareColumn, runs: readonly Run[]): ParallelAxis {
  const values = runs.map((run) => column.value(run)).filter((value) => value !== null);
  if (values.every((value) => typeof value === 'number')) {
    const [least, most] = [Math.min(...values), Math.max(...values)];
    const isLog = column.kind === 'param' && least > 0 && most / least >= LOG_FROM;
    return { column, names: null, isLog, unit: column.id === 'energy' ? J_PER_WH : 1 };
  }
  return { column, names: [...new Set(values.map(String))].sort(), isLog: false, unit: 1 };
}

export interface ParallelView {
  /** What the lines can be coloured by. */
  readonly numbers: readonly CompareColumn[];
  /** What they are coloured by; null = no run has a figure. */
  readonly by: CompareColumn | null;
  readonly axes: readonly ParallelAxis[];
}

/** More axes than this stand too close to read; of them what the runs reached, beside its parameters. */
const MAX_AXES = 10;
const MAX_RESULTS = 4;

/** The axes of some runs: what they differ in, what they reached, and what they drew. `colour` = the column that was chosen. */
export function parallelView(texts: Texts, runs: readonly Run[], colour: string | null): ParallelView {
  const hasNumber = (column: CompareColumn): boolean => runs.some((run) => typeof column.value(run) === 'number');
  const params = paramColumns(texts, runs).filter((column) => differs(column, runs));
  const reached = scalarColumns(texts, runs, false).filter(hasNumber);
  const bill = billColumns(texts, 0).filter((column) => column.id === 'energy' && hasNumber(column));
  const numbers = [...reached, ...bill];
  const judged = reached.find(({ id, better }) => id.startsWith('best:') && better !== undefined);
  const by = numbers.find(({ id }) => id === colour) ?? judged ?? numbers[0] ?? null;
  const first = reached.slice(0, MAX_RESULTS);
  // What gives the colour has an axis, whichever others do.
  const results = by?.kind === 'scalar' && !first.includes(by) ? [...first.slice(0, -1), by] : first;
  const most = Math.max(1, MAX_AXES - results.length - bill.length);
  return { numbers, by, axes: [...params.slice(0, most), ...results, ...bill].map((column) => parallelAxis(column, runs)) };
}

/** Where a run lies on an axis; null = nowhere. */
function placeOn({ column, names, unit }: ParallelAxis, run: Run): number | null {
  const value = column.value(run);
  if (value === null) return null;
  if (names !== null) return names.indexOf(String(value));
  return typeof value === 'number' ? value / unit : null;
}

/** The runs that lie in a marked part of every axis that has one; null = no axis has. */
export function markedBy(ranges: Ranges, axes: readonly ParallelAxis[], runs: readonly Run[]): ReadonlySet<string> | null {
  const asked = axes.flatMap((axis) => {
    const own = ranges.get(axis.column.id) ?? [];
    return own.length === 0 ? [] : [{ axis, own }];
  });
  if (asked.length === 0) return null;
  const isIn = (run: Run): boolean =>
    asked.every(({ axis, own }) => {
      const at = placeOn(axis, run);
      return at !== null && own.some(([low, high]) => at >= low && at <= high);
    });
  return new Set(runs.filter(isIn).map(({ id }) => id));
}

/** What the colours stand for: from the least to the most of a column; null = no run has a number of it. */
export function colourRange(column: CompareColumn, runs: readonly Run[]): readonly [low: number, high: number] | null {
  const values = runs.map((run) => column.value(run)).filter((value) => typeof value === 'number');
  return values.length === 0 ? null : [Math.min(...values), Math.max(...values)];
}

/** A line for each run across the axes, coloured by one of the columns. */
export function parallelPicture(
  { format }: Texts,
  axes: readonly ParallelAxis[],
  runs: readonly { readonly run: Run; readonly look: RunLook }[],
  colour: CompareColumn,
): DrawPicture {
  const plain = runs.map(({ run }) => run);
  const range = colourRange(colour, plain);
  const byId = new Map(runs.map(({ run, look }) => [run.id, { run, look }]));
  return (theme, { width }) => {
    const text = { color: theme.strongText, fontFamily: theme.font, fontSize: theme.fontSize };
    const steps = theme.scale.slice(FIRST_COLOUR);
    const colourOf = (run: Run): string => {
      const value = colour.value(run);
      if (range === null || typeof value !== 'number') return theme.text;
      const share = range[1] > range[0] ? (value - range[0]) / (range[1] - range[0]) : 1;
      return steps[Math.round(share * (steps.length - 1))] ?? theme.text;
    };
    const room = (width - 120) / Math.max(1, axes.length - 1);
    return {
      tooltip: {
        trigger: 'item',
        renderMode: 'richText',
        backgroundColor: theme.surface,
        borderColor: theme.line,
        textStyle: { ...text, fontSize: theme.fontSize + 1 },
        formatter: (params) => {
          const { name } = params as { name?: string };
          const line = byId.get(name ?? '');
          return line === undefined
            ? ''
            : [line.look.label, ...axes.map(({ column }) => `${column.label}: ${column.text(line.run)}`)].join('\n');
        },
      },
      parallel: {
        left: 70,
        right: 70,
        top: 44,
        bottom: 24,
        parallelAxisDefault: {
          areaSelectStyle: { width: 18, borderWidth: 1, borderColor: theme.strongText, color: theme.span, opacity: 0.25 },
        },
      },
      parallelAxis: axes.map((axis, dim) => ({
        id: axis.column.id,
        dim,
        name: axis.column.label,
        nameLocation: 'end' as const,
        nameGap: 16,
        nameTextStyle: { ...text, overflow: 'truncate' as const, width: Math.max(60, room - 8) },
        ...(axis.names === null
          ? { type: axis.isLog ? ('log' as const) : ('value' as const), scale: true }
          : { type: 'category' as const, data: [...axis.names] }),
        axisLine: { lineStyle: { color: theme.line } },
        axisTick: { lineStyle: { color: theme.line } },
        splitLine: { show: false },
        axisLabel: {
          ...text,
          color: theme.text,
          overflow: 'truncate' as const,
          width: Math.max(40, room - 24),
          ...(axis.names === null ? { formatter: (value: number) => labelOf(format, axis, value) } : {}),
        },
      })),
      series: [
        {
          id: 'runs',
          type: 'parallel',
          inactiveOpacity: 0.06,
          activeOpacity: 1,
          lineStyle: { width: 2, opacity: 0.85 },
          emphasis: { lineStyle: { width: 4, opacity: 1 } },
          data: runs.map(({ run }) => ({
            name: run.id,
            value: axes.map((axis) => placeOn(axis, run) ?? '-'),
            lineStyle: { color: colourOf(run) },
          })),
        },
      ],
    };
  };
}

/** Of a tick as many digits as it needs. */
function labelOf(format: Texts['format'], { column }: ParallelAxis, value: number): string {
  const figure = format.plain(Number(value.toPrecision(4)));
  return column.id === 'energy' ? format.withUnit({ text: figure, unit: 'Wh' }) : figure;
}
