import { RAW_SLOT_MS, floorTo } from './levels';

/** Samples of one series, oldest first, one a time; NaN = the source was asked and had none. */
export interface Column {
  readonly times: Float64Array;
  readonly values: Float64Array;
}

export const EMPTY_COLUMN: Column = { times: new Float64Array(), values: new Float64Array() };

/** What is in either; where both have a time, what `newer` says. */
export function mergeColumns(older: Column, newer: Column): Column {
  if (older.times.length === 0) return newer;
  if (newer.times.length === 0) return older;
  const times = new Float64Array(older.times.length + newer.times.length);
  const values = new Float64Array(times.length);
  let n = 0;
  let i = 0;
  let j = 0;
  while (i < older.times.length || j < newer.times.length) {
    const a = older.times[i] ?? Infinity;
    const b = newer.times[j] ?? Infinity;
    if (b <= a) {
      times[n] = b;
      values[n++] = newer.values[j++] as number;
      if (a === b) i++;
    } else {
      times[n] = a;
      values[n++] = older.values[i++] as number;
    }
  }
  return { times: times.subarray(0, n), values: values.subarray(0, n) };
}

/** Each hour's part of each series, hours in order; the parts share the columns' memory. */
export function byHour(series: ReadonlyMap<number, Column>): [hourMs: number, columns: Map<number, Column>][] {
  const hours = new Map<number, Map<number, Column>>();
  for (const [seriesId, { times, values }] of series) {
    for (let from = 0; from < times.length;) {
      const hourMs = floorTo(times[from] as number, RAW_SLOT_MS);
      const to = firstAtLeast(times, hourMs + RAW_SLOT_MS);
      inside(hours, hourMs).set(seriesId, { times: times.subarray(from, to), values: values.subarray(from, to) });
      from = to;
    }
  }
  return [...hours].sort(([a], [b]) => a - b);
}

/** The map at a key, made where there is none. */
export function inside<K, V>(of: Map<number, Map<K, V>>, key: number): Map<K, V> {
  let found = of.get(key);
  if (found === undefined) of.set(key, (found = new Map()));
  return found;
}

/** The list at a key, made where there is none. */
export function inList<T>(of: Map<number, T[]>, key: number): T[] {
  let found = of.get(key);
  if (found === undefined) of.set(key, (found = []));
  return found;
}

/** `known` with all it has from `fromMs` to before `endMs` replaced by `fresh`, which lies there. */
export function replaceSpan(known: Column, fresh: Column, fromMs: number, endMs: number): Column {
  return mergeAll([clip(known, -Infinity, fromMs - 1), fresh, clip(known, endMs, Infinity)]);
}

/** What is in any; where several have a time, what the last of them says. */
export function mergeAll(columns: readonly Column[]): Column {
  const parts = columns.filter(({ times }) => times.length > 0);
  const [first, ...more] = parts;
  if (first === undefined || more.length === 0) return first ?? EMPTY_COLUMN;
  // The partial blocks of an hour that goes on follow each other, but for late samples.
  const inTurn = parts.every(({ times }, i) => i === 0 || (parts[i - 1]?.times.at(-1) ?? 0) < (times[0] as number));
  return inTurn ? joinColumns(parts) : more.reduce(mergeColumns, first);
}

/** One after the other. */
export function joinColumns(parts: readonly Column[]): { times: Float64Array<ArrayBuffer>; values: Float64Array<ArrayBuffer> } {
  const n = parts.reduce((sum, part) => sum + part.times.length, 0);
  const joined = { times: new Float64Array(n), values: new Float64Array(n) };
  let at = 0;
  for (const part of parts) {
    joined.times.set(part.times, at);
    joined.values.set(part.values, at);
    at += part.times.length;
  }
  return joined;
}

/** The part of a column from `fromMs` to `toMs`, both inclusive; shares its memory. */
export function clip(column: Column, fromMs: number, toMs: number): Column {
  const { times } = column;
  if (times.length === 0 || ((times[0] as number) >= fromMs && (times[times.length - 1] as number) <= toMs)) return column;
  const from = firstAtLeast(times, fromMs);
  const to = firstAtLeast(times, toMs + 1);
  return { times: times.subarray(from, to), values: column.values.subarray(from, to) };
}

/** The index of the first time that is at least `atMs`; the length when there is none. */
export function firstAtLeast(times: Float64Array, atMs: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] as number) < atMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
