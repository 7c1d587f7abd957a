/** A number as programs print it: `-1.5e-05`, `.5`, `nan`, `inf`, `1_000` is none. */
const NUMBER = /[-+]?(?:(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|nan|inf(?:inity)?)/iy;

/** Python's and NumPy's ways to print a number that has a type, and PyTorch's. */
const TYPED = /^(?:np\.|numpy\.)?(?:float|int|uint)\d*\((.*)\)$|^(?:tensor|array)\(([^,\][]*)(?:,.*)?\)$/;

export interface NumberAt {
  readonly value: number;
  /** Where the text goes on. */
  readonly end: number;
}

/** Powers of ten that are exact, and digits that always make an exact whole number: their quotient is the nearest number there is. */
const POWERS = Array.from({ length: 23 }, (_, i) => Number(`1e${i}`));
const EXACT_DIGITS = 15;
const EXACT_POWER = 22;

/** The number that begins at `from`; null = none does. */
export function numberAt(text: string, from: number): NumberAt | null {
  return plainNumberAt(text, from) ?? anyNumberAt(text, from);
}

/** A number of few digits, as nearly all are: worked out without cutting it out of the text. Null = it is another, or none. */
function plainNumberAt(text: string, from: number): NumberAt | null {
  const isNegative = text.charCodeAt(from) === 45;
  const start = isNegative ? from + 1 : from;
  let whole = 0;
  let at = start;
  let code = text.charCodeAt(at);
  for (; code >= 48 && code <= 57; code = text.charCodeAt(++at)) whole = whole * 10 + (code - 48);
  let digits = at - start;
  if (digits === 0 || digits > EXACT_DIGITS) return null;
  let places = 0;
  if (code === 46) {
    const point = at;
    for (code = text.charCodeAt(++at); code >= 48 && code <= 57; code = text.charCodeAt(++at)) whole = whole * 10 + (code - 48);
    places = at - point - 1;
    digits += places;
  }
  if (digits > EXACT_DIGITS) return null;
  let power = -places;
  // "e" and "E"
  if (code === 101 || code === 69) {
    const sign = text.charCodeAt(at + 1);
    const first = sign === 45 || sign === 43 ? at + 2 : at + 1;
    let exponent = 0;
    let end = first;
    for (code = text.charCodeAt(end); code >= 48 && code <= 57 && exponent <= EXACT_POWER; code = text.charCodeAt(++end))
      exponent = exponent * 10 + (code - 48);
    // "2epochs" is a number with a word behind it.
    if (end > first) {
      at = end;
      power += sign === 45 ? -exponent : exponent;
    }
    if (exponent > EXACT_POWER) return null;
  }
  if (power < -EXACT_POWER || power > EXACT_POWER) return null;
  const value = power < 0 ? whole / (POWERS[-power] ?? 1) : whole * (POWERS[power] ?? 1);
  return { value: isNegative ? -value : value, end: at };
}

/** `12,345.6`, as Python's "," prints it. */
const GROUPED = /[-+]?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?(?![\d,])/y;

/** A number whose thousands are parted by commas that begins at `from`; null = none does. */
export function groupedNumberAt(text: string, from: number): NumberAt | null {
  GROUPED.lastIndex = from;
  const found = GROUPED.exec(text)?.[0];
  return found === undefined ? null : { value: Number(found.replaceAll(',', '')), end: from + found.length };
}

function anyNumberAt(text: string, from: number): NumberAt | null {
  const first = text.charCodeAt(from);
  // Most places hold no number: a digit, sign, point, or the n and i of nan and inf.
  if (!(first >= 48 && first <= 57) && !'+-.nNiI'.includes(text.charAt(from))) return null;
  NUMBER.lastIndex = from;
  const found = NUMBER.exec(text)?.[0];
  return found === undefined ? null : { value: toNumber(found), end: from + found.length };
}

/** The whole text as a number, also as `np.float64(0.5)`, `tensor(0.5, device='cuda:0')` or in quotes; null = it is none. */
export function wholeNumberText(text: string): number | null {
  let bare = text.trim();
  const quote = bare.charAt(0);
  if ((quote === "'" || quote === '"') && bare.length > 1 && bare.endsWith(quote)) bare = bare.slice(1, -1).trim();
  // Only these letters begin such a word.
  const typed = 'nfiuta'.includes(bare.charAt(0)) ? TYPED.exec(bare) : null;
  if (typed) bare = (typed[1] ?? typed[2] ?? '').trim();
  if (bare === '') return null;
  const found = numberAt(bare, 0);
  return found !== null && found.end === bare.length ? found.value : null;
}

/** `1.50k` of `60.0k` (tqdm's unit_scale): powers of 1,000. */
export function scaledNumber(text: string): number {
  const factor = { k: 1e3, M: 1e6, G: 1e9, T: 1e12 }[text.slice(-1)];
  return factor === undefined ? Number(text) : Math.round(Number(text.slice(0, -1)) * factor);
}

function toNumber(text: string): number {
  const value = Number(text);
  if (!Number.isNaN(value)) return value;
  const word = text.toLowerCase();
  if (word.endsWith('nan')) return NaN;
  return word.startsWith('-') ? -Infinity : Infinity;
}
