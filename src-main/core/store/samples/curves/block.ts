import { crc32 } from 'node:zlib';
import { DamagedBlock } from '../codec/bits';
import { encodePayload, BlockPayload, STAT } from '../block-payload';

/** Points of a full block, which begins at a multiple of it. Only the last block of a curve may hold fewer. */
export const BLOCK_POINTS = 4096;
/** Points that one entry of a block's summary stands for. */
export const ENTRY_POINTS = 128;

/** Points that follow each other. NaN in `value` is a value: the program's own. */
export interface Points {
  readonly step: Float64Array;
  readonly atMs: Float64Array;
  readonly value: Float64Array;
}

/** Of each ENTRY_POINTS points: where the first lies, and what their values come to, NaN apart. */
export interface Summary {
  readonly step: Float64Array;
  readonly atMs: Float64Array;
  readonly min: Float64Array;
  readonly max: Float64Array;
  readonly mean: Float64Array;
  /** Values that are not NaN; with none of them the three before are NaN. */
  readonly count: Float64Array;
}

const COLUMNS = ['step', 'atMs', 'min', 'max', 'mean', 'count'] as const satisfies readonly (keyof Summary)[];

/** A block's one series in its payload; its times are whole ms since the epoch. */
const ONLY = 1;
const GRID = { slotMs: 0, widthMs: 1 };

export function emptyPoints(n: number): Points {
  return { step: new Float64Array(n), atMs: new Float64Array(n), value: new Float64Array(n) };
}

export function joinPoints(...parts: readonly Points[]): Points {
  const joined = emptyPoints(parts.reduce((sum, { value }) => sum + value.length, 0));
  let at = 0;
  for (const part of parts) {
    for (const name of ['step', 'atMs', 'value'] as const) joined[name].set(part[name], at);
    at += part.value.length;
  }
  return joined;
}

export function encodePoints({ step, atMs, value }: Points): Uint8Array<ArrayBuffer> {
  return encodePayload(
    [
      { seriesId: ONLY, stat: STAT.value, times: atMs, values: value },
      { seriesId: ONLY, stat: STAT.step, times: atMs, values: step },
    ],
    GRID,
  );
}

/** @throws {DamagedBlock} */
export function decodePoints(bytes: Uint8Array): Points {
  const payload = new BlockPayload(bytes, GRID);
  const value = payload.column(ONLY, STAT.value);
  const step = payload.column(ONLY, STAT.step);
  if (value === null || step === null) throw new DamagedBlock('a block of a curve without values or steps');
  return { step: step.values, atMs: value.times, value: value.values };
}

/** What values from one index to before another come to. */
export interface Stats {
  min: number;
  max: number;
  mean: number;
  count: number;
}

export function statsOf(value: Float64Array, from: number, to: number): Stats {
  let [min, max, sum, count] = [Infinity, -Infinity, 0, 0];
  for (let i = from; i < to; i++) {
    const each = value[i] as number;
    if (each !== each) continue;
    if (each < min) min = each;
    if (each > max) max = each;
    sum += each;
    count++;
  }
  if (count === 0) return { min: NaN, max: NaN, mean: NaN, count };
  return { min, max, mean: Number.isFinite(sum) ? sum / count : hugeMean(value, from, to, count), count };
}

/** The mean where the sum is too large for a double; infinite, or NaN, where a value is. */
function hugeMean(value: Float64Array, from: number, to: number, count: number): number {
  let mean = 0;
  for (let i = from; i < to; i++) {
    const each = value[i] as number;
    if (each === each) mean += each / count;
  }
  return mean;
}

/** What units that follow each other come to together. */
export function together(units: readonly Stats[]): Stats {
  const [first] = units;
  if (units.length === 1 && first !== undefined) return first;
  let [min, max, sum, count] = [Infinity, -Infinity, 0, 0];
  for (const unit of units) {
    if (unit.count === 0) continue;
    if (unit.min < min) min = unit.min;
    if (unit.max > max) max = unit.max;
    sum += unit.mean * unit.count;
    count += unit.count;
  }
  if (count === 0) return { min: NaN, max: NaN, mean: NaN, count };
  if (Number.isFinite(sum)) return { min, max, mean: sum / count, count };
  const mean = units.reduce((so, unit) => (unit.count === 0 ? so : so + unit.mean * (unit.count / count)), 0);
  return { min, max, mean, count };
}

export function statsAt({ min, max, mean, count }: Summary, entry: number): Stats {
  return { min: min[entry] as number, max: max[entry] as number, mean: mean[entry] as number, count: count[entry] as number };
}

export function emptySummary(n: number): Summary {
  const column = (): Float64Array => new Float64Array(n);
  return { step: column(), atMs: column(), min: column(), max: column(), mean: column(), count: column() };
}

export function setEntry(summary: Summary, entry: number, step: number, atMs: number, stats: Stats): void {
  summary.step[entry] = step;
  summary.atMs[entry] = atMs;
  summary.min[entry] = stats.min;
  summary.max[entry] = stats.max;
  summary.mean[entry] = stats.mean;
  summary.count[entry] = stats.count;
}

export function summarise({ step, atMs, value }: Points): Summary {
  const n = Math.ceil(value.length / ENTRY_POINTS);
  const summary = emptySummary(n);
  for (let entry = 0; entry < n; entry++) {
    const from = entry * ENTRY_POINTS;
    const stats = statsOf(value, from, Math.min(value.length, from + ENTRY_POINTS));
    setEntry(summary, entry, step[from] as number, atMs[from] as number, stats);
  }
  return summary;
}

/** Its columns one after the other, little-endian doubles, and their CRC-32: what a million points are drawn from is not unpacked. */
export function encodeSummary(summary: Summary): Uint8Array<ArrayBuffer> {
  const n = summary.count.length;
  const view = new DataView(new ArrayBuffer(n * COLUMNS.length * 8 + 4));
  COLUMNS.forEach((name, column) => {
    for (let i = 0; i < n; i++) view.setFloat64((column * n + i) * 8, summary[name][i] as number, true);
  });
  const bytes = new Uint8Array(view.buffer);
  view.setUint32(bytes.length - 4, crc32(bytes.subarray(0, -4)), true);
  return bytes;
}

/** @throws {DamagedBlock} */
export function decodeSummary(bytes: Uint8Array, points: number): Summary {
  return columnsOf(bytes, Math.ceil(points / ENTRY_POINTS));
}

/** @throws {DamagedBlock} where these are not so many entries */
export function columnsOf(bytes: Uint8Array, n: number): Summary {
  const body = n * COLUMNS.length * 8;
  const crc = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length !== body + 4 || crc32(bytes.subarray(0, body)) !== crc.getUint32(body, true))
    throw new DamagedBlock('the summary of a block of a curve fails its checksum');
  // A copy, which begins where doubles may; little-endian, as every processor this runs on.
  const { buffer } = bytes.slice(0, body);
  const column = (name: (typeof COLUMNS)[number]): Float64Array => new Float64Array(buffer, COLUMNS.indexOf(name) * n * 8, n);
  return {
    step: column('step'),
    atMs: column('atMs'),
    min: column('min'),
    max: column('max'),
    mean: column('mean'),
    count: column('count'),
  };
}

/** What is known of a block without unpacking it. */
export interface BlockBounds {
  readonly firstStep: number;
  readonly lastStep: number;
  readonly minStep: number;
  /** The smallest step that is below the one before it; null = steps never go back. */
  readonly restartStep: number | null;
  readonly firstAtMs: number;
  readonly maxAtMs: number;
  /** Whether the clock was set back within it. */
  readonly backward: boolean;
}

/** @param stepBefore that of the point before the block; null = it is the curve's first */
export function boundsOf({ step, atMs }: Points, stepBefore: number | null): BlockBounds {
  let [minStep, maxAtMs, restartStep, backward] = [Infinity, -Infinity, Infinity, false];
  let before = stepBefore ?? -Infinity;
  for (let i = 0; i < step.length; i++) {
    const each = step[i] as number;
    const at = atMs[i] as number;
    if (each < minStep) minStep = each;
    if (each < before && each < restartStep) restartStep = each;
    before = each;
    if (at < maxAtMs) backward = true;
    else maxAtMs = at;
  }
  return {
    firstStep: step[0] as number,
    lastStep: step[step.length - 1] as number,
    minStep,
    restartStep: restartStep === Infinity ? null : restartStep,
    firstAtMs: atMs[0] as number,
    maxAtMs,
    backward,
  };
}

/** What `work` gives, or this where a block that it looks into is damaged. */
export function unlessDamaged<T>(work: () => T, otherwise: T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof DamagedBlock) return otherwise;
    throw error;
  }
}
