import type { ColumnStatistics, ElementStatistics, Histogram, NumberStatistics, WordStatistics } from '../model/dataset-profile';
import { elementsOf, isMissingAt, rowsOf, type ColumnData } from './column';

/** Bars of a histogram. */
export const HISTOGRAM_BINS = 30;
/** The most frequent texts that are told. */
const TOP = 20;

/** Values of images and vectors that are looked at: of more, every so many. */
const MAX_ELEMENTS = 2_000_000;

/** Null = there is no value. */
export function statisticsOf(data: ColumnData): ColumnStatistics | null {
  switch (data.type) {
    case 'number':
    case 'time':
      return numberStatistics(data.values);
    case 'category':
      return wordStatistics(
        Array.from(data.codes, (code) => data.categories[code] ?? null),
        null,
      );
    case 'text':
      return wordStatistics(data.values, (value) => value.length);
    case 'audio':
      return soundStatistics(data.values);
    case 'image':
    case 'vector':
      return elementStatistics(data.values);
  }
}

/** @param values NaN = missing */
export function numberStatistics(values: Float64Array): NumberStatistics | null {
  const known = values.filter((value) => !Number.isNaN(value)).sort();
  const min = known[0];
  const max = known.at(-1);
  if (min === undefined || max === undefined) return null;
  const { mean, deviation } = moments(known);
  const lowerQuartile = quantile(known, 0.25);
  const upperQuartile = quantile(known, 0.75);
  const reach = 1.5 * (upperQuartile - lowerQuartile);
  let distinct = 0;
  let outliers = 0;
  for (let i = 0; i < known.length; i++) {
    const value = known[i] as number;
    if (i === 0 || value !== known[i - 1]) distinct += 1;
    if (value < lowerQuartile - reach || value > upperQuartile + reach) outliers += 1;
  }
  return {
    kind: 'number',
    min,
    max,
    mean,
    deviation,
    median: quantile(known, 0.5),
    lowerQuartile,
    upperQuartile,
    distinct,
    outliers,
    histogram: histogramOf(known, min, max),
  };
}

/**
 * The value below which a share of the sorted values lies, between two of them in a straight line (Hyndman & Fan 1996, type 7, as
 * NumPy and R have it).
 * @param sorted rising, not empty
 */
export function quantile(sorted: Float64Array, share: number): number {
  const at = (sorted.length - 1) * share;
  const below = Math.floor(at);
  const low = sorted[below] ?? NaN;
  const high = sorted[below + 1] ?? low;
  return low + (high - low) * (at - below);
}

/** Mean and deviation in one pass (Welford 1962). */
function moments(values: ArrayLike<number>): { readonly mean: number; readonly deviation: number | null } {
  let mean = 0;
  let squares = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    const off = value - mean;
    mean += off / (i + 1);
    squares += off * (value - mean);
  }
  return { mean, deviation: values.length < 2 ? null : Math.sqrt(squares / (values.length - 1)) };
}

function histogramOf(values: ArrayLike<number>, min: number, max: number): Histogram {
  // One value everywhere is one bar.
  const bins = min === max ? 1 : HISTOGRAM_BINS;
  const width = (max - min) / bins;
  const counts = new Array<number>(bins).fill(0);
  for (let i = 0; i < values.length; i++) {
    const bin = width === 0 ? 0 : Math.min(bins - 1, Math.floor(((values[i] as number) - min) / width));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return { edges: Array.from({ length: bins + 1 }, (_, i) => (i === bins ? max : min + i * width)), counts };
}

function wordStatistics(values: readonly (string | null)[], lengthOf: ((value: string) => number) | null): WordStatistics | null {
  const counts = new Map<string, number>();
  const lengths: number[] = [];
  for (const value of values) {
    if (value === null) continue;
    counts.set(value, (counts.get(value) ?? 0) + 1);
    if (lengthOf !== null) lengths.push(lengthOf(value));
  }
  if (counts.size === 0) return null;
  const top = [...counts].sort((a, b) => b[1] - a[1]).slice(0, TOP);
  return {
    kind: 'words',
    distinct: counts.size,
    top: top.map(([value, count]) => ({ value, count })),
    length: lengths.length === 0 ? null : extent(lengths),
  };
}

function soundStatistics(values: readonly (Int16Array | null)[]): WordStatistics | null {
  const lengths = values.flatMap((samples) => (samples === null ? [] : [samples.length]));
  return lengths.length === 0 ? null : { kind: 'words', distinct: null, top: [], length: extent(lengths) };
}

function extent(lengths: readonly number[]): { min: number; max: number; mean: number } {
  let min = Infinity;
  let max = -Infinity;
  let sum = 0;
  for (const length of lengths) {
    min = Math.min(min, length);
    max = Math.max(max, length);
    sum += length;
  }
  return { min, max, mean: sum / lengths.length };
}

function elementStatistics(values: ArrayLike<number>): ElementStatistics | null {
  const every = Math.max(1, Math.ceil(values.length / MAX_ELEMENTS));
  const known: number[] = [];
  for (let i = 0; i < values.length; i += every) if (!Number.isNaN(values[i])) known.push(values[i] as number);
  if (known.length === 0) return null;
  const { min, max } = extent(known);
  return { kind: 'elements', min, max, ...moments(known), histogram: histogramOf(known, min, max) };
}

/** A text that is the same for two rows only where all their values are. */
export function rowKeys(columns: readonly ColumnData[], rows: number): string[] {
  const keys = new Array<string>(rows).fill('');
  for (const data of columns) {
    const size = data.type === 'image' || data.type === 'vector' ? elementsOf(data.shape) : 1;
    for (let row = 0; row < rows; row++) keys[row] += `\u0001${valueKey(data, row, size)}`;
  }
  return keys;
}

function valueKey(data: ColumnData, row: number, size: number): string {
  if (isMissingAt(data, row)) return '\u0000';
  switch (data.type) {
    case 'number':
    case 'time':
      return String(data.values[row]);
    case 'category':
      return String(data.codes[row]);
    case 'text':
      return data.values[row] ?? '';
    case 'audio':
      return digest(data.values[row] ?? []);
    case 'image':
    case 'vector':
      return digest(data.values.subarray(row * size, (row + 1) * size));
  }
}

/** Two runs of FNV-1a with different beginnings: 64 bits of which two different rows hardly share all. */
function digest(values: ArrayLike<number>): string {
  let one = 0x811c9dc5;
  let two = 0x01000193;
  for (let i = 0; i < values.length; i++) {
    // The bits of a fraction count too.
    const value = values[i] as number;
    const whole = Number.isInteger(value) ? value : Math.fround(value) * 1_048_573;
    one = Math.imul(one ^ whole, 0x01000193);
    two = Math.imul(two ^ (whole + i), 0x85ebca6b);
  }
  return `${values.length}.${(one >>> 0).toString(36)}.${(two >>> 0).toString(36)}`;
}

/** Rows that repeat an earlier one, and where: for each of them the number of the first that is like it, else −1. */
export function repeatsOf(columns: readonly ColumnData[]): Int32Array {
  const [first] = columns;
  const rows = first === undefined ? 0 : rowsOf(first);
  const seen = new Map<string, number>();
  return Int32Array.from(rowKeys(columns, rows), (key, row) => {
    const earlier = seen.get(key);
    if (earlier === undefined) seen.set(key, row);
    return earlier ?? -1;
  });
}
