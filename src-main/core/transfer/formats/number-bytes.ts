const ZERO = 0x30;
const NINE = 0x39;
const DOT = 0x2e;
const MINUS = 0x2d;
/** Powers of ten that a double holds exactly. */
const POWERS = Float64Array.from({ length: 23 }, (_, i) => 10 ** i);
/** So many digits are below 2⁵³. */
const EXACT_DIGITS = 15;

/**
 * The decimal number in these bytes, as `Number` reads it: up to 15 digits make a whole number that a double holds, and one
 * division by a power of ten that it holds too is rounded correctly; whatever else it is, is left to `Number`. NaN for what
 * is no plain number (also for `NaN` and `Inf`).
 */
export function numberOf(bytes: Buffer, from: number, end: number): number {
  let at = from;
  const negative = bytes[at] === MINUS;
  if (negative) at++;
  let whole = 0;
  let digits = 0;
  let places = -1;
  for (; at < end; at++) {
    const byte = bytes[at] as number;
    if (byte >= ZERO && byte <= NINE) {
      whole = whole * 10 + (byte - ZERO);
      digits++;
      if (places >= 0) places++;
    } else if (byte === DOT && places < 0) places = 0;
    else return anyNumber(bytes, from, end);
  }
  if (digits === 0 || digits > EXACT_DIGITS) return anyNumber(bytes, from, end);
  const value = places > 0 ? whole / (POWERS[places] as number) : whole;
  return negative ? -value : value;
}

function anyNumber(bytes: Buffer, from: number, end: number): number {
  const text = bytes.toString('latin1', from, end);
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text) ? Number(text) : NaN;
}
