import { ByteReader, ByteWriter, DamagedBlock } from './bits';
import { MAX_PLACES, placesOf, POWERS_OF_TEN } from './decimal';
import { decodeDoubles, encodeDoubles } from './doubles';
import { decodeResiduals, encodeResiduals, symbolBits } from './residuals';

/**
 * One column of numbers, NaN = none, every bit kept (docs/storage-format.md has the bytes). What meters give are whole
 * numbers times a power of ten: those are predicted from the ones before, by the predictor that fits this column, and
 * only what the prediction missed is stored. A column with a single number in it that is not such one goes by doubles.
 */
const ALL_NULL = 0;
const CONSTANT = 1;
const WHOLE = 2;
const DOUBLE = 3;
const WITH_NULLS = 8;

/** The number before; the line through the two before; and running means whose newest number has a weight of 2^−k, k from 1. */
const DELTA = 0;
const SECOND_DIFFERENCE = 1;
const FIRST_MEAN = 2;
const MEANS_END = 8;
/** The number itself: states and levels that come back, which the step from one to the next would blur. */
const NONE = 8;
const PREDICTORS = 9;
/** Below so many bits a number, a running mean is not tried: there is nothing left to gain. */
const WORTH_A_MEAN = 1.5;

export function encodeColumn(values: Float64Array, out: ByteWriter = new ByteWriter()): Uint8Array<ArrayBuffer> {
  const present = values.filter((value) => !Number.isNaN(value));
  const n = present.length;
  if (n === 0) {
    out.u8(ALL_NULL);
    return out.take();
  }
  const nulls = n < values.length ? WITH_NULLS : 0;
  const first = present[0] as number;
  const places = isConstant(present) ? null : placesOfAll(present);
  out.u8(nulls | (places === null ? CONSTANT : places < 0 ? DOUBLE : WHOLE));
  if (nulls !== 0) writeRuns(out, values);
  if (places === null) out.f64(first);
  else if (places < 0) encodeDoubles(out, present, n);
  else encodeWhole(out, present, places);
  return out.take();
}

/** A column's numbers before they are divided. */
export interface ScaledColumn {
  /** Each number times `power`; NaN = none. */
  readonly scaled: Float64Array<ArrayBuffer>;
  readonly power: number;
  /** Whether `scaled` are whole numbers; false = true doubles, or negative zero, and `power` is 1. */
  readonly whole: boolean;
  readonly hasNulls: boolean;
}

/**
 * The `n` numbers of the column that begins at byte `at` of the view, as whole numbers over a power of ten where they are
 * kept so: whoever wants their extremes and sum divides those alone.
 * @param scratch memory of at least `n` numbers that they may be put into, to be given again; left out = memory of their own
 * @throws {DamagedBlock | RangeError} when the bytes are not such a column
 */
export function decodeScaled(view: DataView<ArrayBufferLike>, at: number, n: number, scratch?: Float64Array<ArrayBuffer>): ScaledColumn {
  const bytes = new ByteReader(view, at);
  const head = bytes.u8();
  const kind = head & 7;
  if (kind === ALL_NULL) return { scaled: new Float64Array(n).fill(NaN), power: 1, whole: true, hasNulls: true };
  const runs = (head & WITH_NULLS) === 0 ? null : readRuns(bytes, n);
  const count = runs === null ? n : runs.present;
  const present = scratch !== undefined && scratch.length >= count ? scratch.subarray(0, count) : new Float64Array(count);
  let power = 1;
  let whole = kind === WHOLE;
  if (kind === CONSTANT) {
    const value = bytes.f64();
    const places = placesOf(value);
    whole = places >= 0;
    if (whole) power = POWERS_OF_TEN[places] as number;
    present.fill(whole ? Math.round(value * power) : value);
  } else if (kind === WHOLE) power = decodeWhole(bytes, present);
  else if (kind === DOUBLE) decodeDoubles(view, bytes.at, present, count);
  else throw new DamagedBlock(`a column of kind ${kind}`);
  return { scaled: runs === null ? present : withNulls(present, runs.lengths, n), power, whole, hasNulls: runs !== null };
}

/** The numbers themselves; as {@link decodeScaled}. @throws {DamagedBlock | RangeError} */
export function decodeColumn(
  view: DataView<ArrayBufferLike>,
  at: number,
  n: number,
  scratch?: Float64Array<ArrayBuffer>,
): Float64Array<ArrayBuffer> {
  return divided(decodeScaled(view, at, n, scratch));
}

/** The numbers of a column, in the memory of their scaled ones. */
export function divided({ scaled, power }: ScaledColumn): Float64Array<ArrayBuffer> {
  if (power !== 1) for (let i = 0; i < scaled.length; i++) scaled[i] = (scaled[i] as number) / power;
  return scaled;
}

function isConstant(values: Float64Array): boolean {
  const first = values[0] as number;
  // -0 and 0 are told apart.
  return values.every((value) => Object.is(value, first));
}

/** Places that suit all of them, −1 when there are none. */
function placesOfAll(values: Float64Array): number {
  let places = 0;
  for (let i = 0; i < values.length; i++) {
    places = placesOf(values[i] as number, places);
    if (places < 0) return -1;
  }
  // More places make larger numbers: those before are looked at again.
  const power = POWERS_OF_TEN[places] as number;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (placesOf(value, places) !== places || Math.round(value * power) / power !== value) return -1;
  }
  return places;
}

/** Lengths of the runs of numbers and of nulls, in turns, numbers first. */
function writeRuns(out: ByteWriter, values: Float64Array): void {
  const lengths: number[] = [];
  let inNulls = false;
  let length = 0;
  for (let i = 0; i < values.length; i++) {
    const isNull = Number.isNaN(values[i]);
    if (isNull === inNulls) {
      length++;
      continue;
    }
    lengths.push(length);
    inNulls = isNull;
    length = 1;
  }
  lengths.push(length);
  out.varint(lengths.length);
  for (const each of lengths) out.varint(each);
}

function readRuns(bytes: ByteReader, n: number): { lengths: number[]; present: number } {
  const count = bytes.varint();
  if (count > n + 1) throw new DamagedBlock('more runs than numbers');
  const lengths = Array.from({ length: count }, () => bytes.varint());
  if (lengths.reduce((sum, length) => sum + length, 0) !== n) throw new DamagedBlock('runs that are not as long as their column');
  return { lengths, present: lengths.reduce((sum, length, i) => (i % 2 === 0 ? sum + length : sum), 0) };
}

function withNulls(present: Float64Array, lengths: readonly number[], n: number): Float64Array<ArrayBuffer> {
  const values = new Float64Array(n).fill(NaN);
  let at = 0;
  let taken = 0;
  lengths.forEach((length, i) => {
    if (i % 2 === 0) {
      values.set(present.subarray(taken, taken + length), at);
      taken += length;
    }
    at += length;
  });
  return values;
}

function encodeWhole(out: ByteWriter, present: Float64Array, places: number): void {
  const n = present.length;
  const power = POWERS_OF_TEN[places] as number;
  const whole = present.map((value) => Math.round(value * power));
  const base = whole[0] as number;
  let divisor = 0;
  for (let i = 1; i < n && divisor !== 1; i++) divisor = gcd(divisor, Math.abs((whole[i] as number) - base));
  const units = whole.map((value) => (value - base) / divisor);
  const { predictor, residuals } = bestPrediction(units);
  out.u8(places | (predictor << 4));
  out.varint(zigzag(base));
  out.varint(divisor);
  encodeResiduals(out, residuals, n - 1);
}

/** Puts the whole numbers into `into`; returns the power of ten that they are over. */
function decodeWhole(bytes: ByteReader, into: Float64Array): number {
  const head = bytes.u8();
  const places = head & 15;
  const predictor = head >> 4;
  if (places > MAX_PLACES || predictor >= PREDICTORS) throw new DamagedBlock('a column whose scale or prediction is unknown');
  const base = unzigzag(bytes.varint());
  const divisor = bytes.varint();
  const n = into.length;
  const residuals = n > 1 ? into.subarray(1) : into.subarray(0, 0);
  decodeResiduals(bytes.view, bytes.at, residuals, n - 1);
  into[0] = 0;
  undoPrediction(into, predictor);
  if (divisor !== 1 || base !== 0) for (let i = 0; i < n; i++) into[i] = base + (into[i] as number) * divisor;
  return POWERS_OF_TEN[places] as number;
}

/** The residuals of all numbers but the first, which is 0, zigzag. */
function residualsOf(units: Float64Array, predictor: number, into: Float64Array): void {
  const n = units.length;
  if (predictor === DELTA) {
    for (let i = 1; i < n; i++) into[i - 1] = zigzag((units[i] as number) - (units[i - 1] as number));
  } else if (predictor === SECOND_DIFFERENCE) {
    let delta = 0;
    for (let i = 1; i < n; i++) {
      const next = (units[i] as number) - (units[i - 1] as number);
      into[i - 1] = zigzag(next - delta);
      delta = next;
    }
  } else if (predictor === NONE) {
    for (let i = 1; i < n; i++) into[i - 1] = zigzag(units[i] as number);
  } else {
    const weight = 2 ** -(predictor - FIRST_MEAN + 1);
    let mean = 0;
    for (let i = 1; i < n; i++) {
      const value = units[i] as number;
      into[i - 1] = zigzag(value - Math.floor(mean + 0.5));
      mean += (value - mean) * weight;
    }
  }
}

/** Turns the zigzag residuals of all numbers but the first into the numbers. */
function undoPrediction(values: Float64Array, predictor: number): void {
  const n = values.length;
  if (predictor === DELTA) {
    let value = 0;
    for (let i = 1; i < n; i++) values[i] = value += unzigzag(values[i] as number);
  } else if (predictor === SECOND_DIFFERENCE) {
    let value = 0;
    let delta = 0;
    for (let i = 1; i < n; i++) values[i] = value += delta += unzigzag(values[i] as number);
  } else if (predictor === NONE) {
    for (let i = 1; i < n; i++) values[i] = unzigzag(values[i] as number);
  } else {
    const weight = 2 ** -(predictor - FIRST_MEAN + 1);
    let mean = 0;
    for (let i = 1; i < n; i++) {
      const value = unzigzag(values[i] as number) + Math.floor(mean + 0.5);
      values[i] = value;
      mean += (value - mean) * weight;
    }
  }
}

function bestPrediction(units: Float64Array): { predictor: number; residuals: Float64Array } {
  const residuals = new Float64Array(units.length - 1);
  let best = DELTA;
  let least = Infinity;
  for (let predictor = 0; predictor < MEANS_END; predictor++) {
    residualsOf(units, predictor, residuals);
    const bits = roughBits(residuals);
    if (bits < least) [least, best] = [bits, predictor];
    if (predictor === SECOND_DIFFERENCE && least < WORTH_A_MEAN * residuals.length) break;
  }
  residualsOf(units, best, residuals);
  const whole = new Float64Array(residuals.length);
  residualsOf(units, NONE, whole);
  return symbolBits(whole) < symbolBits(residuals) ? { predictor: NONE, residuals: whole } : { predictor: best, residuals };
}

/** log2(i + 1) of the first numbers; larger ones are halved into the table. */
const LOGS = Float64Array.from({ length: 1024 }, (_, i) => Math.log2(i + 1));

/** A sum that orders predictors as the sizes of what is coded would. */
function roughBits(residuals: Float64Array): number {
  let bits = 0;
  for (let i = 0; i < residuals.length; i++) {
    let value = residuals[i] as number;
    if (value >= 2 ** 31) {
      value = Math.floor(value / 2 ** 22);
      bits += 22;
    }
    const halved = Math.max(0, 22 - Math.clz32(value));
    bits += halved + (LOGS[value >>> halved] as number);
  }
  return bits;
}

function zigzag(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value;
}

function unzigzag(value: number): number {
  // Below 2³¹ in whole 32-bit steps, which is nearly always.
  if (value < 0x7fffffff) return (value >>> 1) ^ -(value & 1);
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}

function gcd(a: number, b: number): number {
  let [x, y] = [a, b];
  while (y !== 0) [x, y] = [y, x % y];
  return x;
}
