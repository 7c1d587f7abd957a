import { dataPart, isMetricName, nameAt, QUALIFIERS, remembered } from './names';
import { groupedNumberAt, numberAt } from './numbers';

/** "iter 250: loss 2.4": without a sign between. */
const SPOKEN =
  /\b(?:(train|training|val|valid|validation|test|eval)[ _])?(loss|acc|accuracy|ppl|perplexity|lr|mfu|error|f1|auc)\s+(?=[-+.\dni])/gi;
/** Letters that a name of `SPOKEN` ends with. */
const SPOKEN_ENDS = new Set(['ss', 'cc', 'cy', 'pl', 'ty', 'lr', 'fu', 'or', 'f1', 'uc']);
/** Letters with which a word for a part of the data begins. */
const DATA_PART = /train|val|dev|test/i;
const MAY_BE_UNIT = /[musthkMKGTb]/;
/** Units of times and sizes, which no scalar has. */
const TIME_OR_SIZE = /^\s?(?:m?s|us|secs?|seconds?|min(?:utes?)?|h|hours?|[kKMGT]i?B|bytes)\b/;

const COMMA = 0x2c;
const isDigit = (code: number): boolean => code >= 48 && code <= 57;

/** Most lines have none of its names before a number, and searching for them takes longer than all else. */
function mayBeSpoken(text: string): boolean {
  for (let i = 2; i < text.length - 1; i++) {
    const code = text.charCodeAt(i);
    // Beyond ASCII there are blanks too.
    if (code > 32 && code < 160) continue;
    const next = text.charCodeAt(i + 1);
    const isNumber = (next >= 48 && next <= 57) || next <= 32 || next >= 160 || '-+.niNI'.includes(text.charAt(i + 1));
    if (isNumber && SPOKEN_ENDS.has(text.slice(i - 2, i).toLowerCase())) return true;
  }
  return false;
}

/** A name and its number, as a line says them. */
export interface Pair {
  readonly name: string;
  /** Without the part of the data it is of. */
  readonly base: string;
  readonly value: number;
  readonly unit: string | null;
}

/** `key=value`, `key: value`, and "loss 2.4". Times, dates, versions, addresses and sizes are none. */
export function pairsOf(text: string): Pair[] {
  const pairs: Pair[] = [];
  /** Where each name begins, and where the pair before it ends. */
  const places: number[] = [];
  let part: string | null = null;
  let from = 0;
  let equals = text.indexOf('=', 1);
  let colon = text.indexOf(':', 1);
  for (;;) {
    const i = equals < 0 || (colon >= 0 && colon < equals) ? colon : equals;
    if (i < 0) break;
    if (i === equals) equals = text.indexOf('=', i + 1);
    else colon = text.indexOf(':', i + 1);
    let at = i + 1;
    while (at < text.length && at - i < 4 && text.charCodeAt(at) === 32) at += 1;
    const name = nameBefore(text, i, from);
    if (name === null) continue;
    part = partOf(text.slice(from, name.from)) ?? part;
    const number = valueAt(text, at);
    if (number === null) {
      // "Test set: Average loss: 0.05": what a heading says holds for what follows it.
      part = partOf(name.text) ?? part;
      from = i + 1;
      continue;
    }
    const blank = name.text.indexOf(' ');
    const of = blank < 0 ? null : dataPart(name.text.slice(0, blank));
    part = of ?? part;
    const base = of === null ? name.text : name.text.slice(blank + 1);
    pairs.push({ name: part === null || tellsPart(base) ? base : `${part}/${base}`, base, value: number.value, unit: number.unit });
    places.push(name.from, from);
    from = number.end;
    // "9837/10000:" has its sign behind it.
    if (equals >= 0 && equals < from) equals = text.indexOf('=', from);
    if (colon >= 0 && colon < from) colon = text.indexOf(':', from);
  }
  if (isAnyTwice(pairs)) tellApart(text, pairs, places);
  if (!mayBeSpoken(text) || pairs.some(({ base }) => isMetricName(base))) return pairs;
  for (const found of text.matchAll(SPOKEN)) {
    const [all, of, base = ''] = found;
    const number = valueAt(text, found.index + all.length);
    if (number === null) continue;
    const ofData = of === undefined ? null : dataPart(of);
    pairs.push({ name: ofData === null ? base : `${ofData}/${base}`, base, value: number.value, unit: number.unit });
  }
  return pairs;
}

interface Name {
  readonly text: string;
  readonly from: number;
}

/** The name that ends before `end`, with the words that belong to it. */
function nameBefore(text: string, end: number, limit: number): Name | null {
  let to = end;
  while (to > limit && text.charCodeAt(to - 1) === 32) to -= 1;
  let from = to;
  while (from > limit && isNameCode(text.charCodeAt(from - 1))) from -= 1;
  if (from === to || !isFirstOfName(text.charCodeAt(from))) return null;
  for (;;) {
    // One word more, while it qualifies: "train", "Average", "learning".
    let gap = from;
    while (gap > limit && text.charCodeAt(gap - 1) === 32) gap -= 1;
    if (gap === from) break;
    let word = gap;
    while (word > limit && isNameCode(text.charCodeAt(word - 1))) word -= 1;
    const before = text.slice(word, gap).toLowerCase();
    if (!QUALIFIERS.has(before) && dataPart(before) === null) break;
    from = word;
  }
  return { text: nameAt(text, from, to), from };
}

/** A line has few pairs, and each line is looked at: nothing is made for it. */
function isAnyTwice(pairs: readonly Pair[]): boolean {
  for (let i = 1; i < pairs.length; i++) {
    const name = pairs[i]?.name;
    for (let before = 0; before < i; before++) if (pairs[before]?.name === name) return true;
  }
  return false;
}

/** "[D loss: 0.5] [G loss: 1.2]": the words before them tell pairs of one name apart. */
function tellApart(text: string, pairs: Pair[], places: readonly number[]): void {
  const told = pairs.map(({ name }) => name);
  for (const [i, pair] of pairs.entries()) {
    if (told.filter((name) => name === pair.name).length < 2) continue;
    const word = wordBefore(text, places[2 * i] ?? 0, places[2 * i + 1] ?? 0);
    if (word !== '') pairs[i] = { ...pair, name: `${word} ${pair.name}` };
  }
}

/** The word that ends before `end`, with nothing but blanks between; empty = none does. */
function wordBefore(text: string, end: number, limit: number): string {
  let to = end;
  while (to > limit && text.charCodeAt(to - 1) === 32) to -= 1;
  let from = to;
  while (from > limit && isNameCode(text.charCodeAt(from - 1))) from -= 1;
  return from < to && isFirstOfName(text.charCodeAt(from)) ? text.slice(from, to) : '';
}

/** A letter of any alphabet, or "_". */
function isFirstOfName(code: number): boolean {
  return (
    (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95 || (code > 127 && /\p{L}/u.test(String.fromCharCode(code)))
  );
}

function isNameCode(code: number): boolean {
  // Letters of any alphabet, digits, "_", ".", "/", "@", "-".
  return (
    (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 45 && code <= 57) || code === 95 || code === 64 || code > 127
  );
}

/** `val_loss` says itself of which part it is; "Training loss" becomes `train/loss`, and `loss` under "val:" `val/loss`. */
const tellsPart = remembered((name) => name.split(/[/_.\-\s]/).some((word) => dataPart(word) !== null));

function partOf(between: string): string | null {
  // Mostly there is a blank between two pairs, or a comma.
  if (between.length < 3 || !DATA_PART.test(between)) return null;
  let found: string | null = null;
  for (const word of between.split(/[^\p{L}]+/u)) found = (word === '' ? null : dataPart(word)) ?? found;
  return found;
}

interface ValueAt {
  readonly value: number;
  readonly unit: string | null;
  readonly end: number;
}

/** A number of its own: nothing stands at its end that makes it a time, a date, a version, an address or a size. */
function valueAt(text: string, from: number): ValueAt | null {
  const first = numberAt(text, from);
  if (first === null) return null;
  const isGrouped = text.charCodeAt(first.end) === COMMA && isDigit(text.charCodeAt(first.end + 1));
  const { value, end } = (isGrouped ? groupedNumberAt(text, from) : null) ?? first;
  const next = text.charAt(end);
  if (next === '%') return { value, unit: '%', end: end + 1 };
  if (next === '/') {
    // "9837/10000" is a share.
    const total = numberAt(text, end + 1);
    const isShare =
      total !== null &&
      Number.isInteger(total.value) &&
      total.value > 0 &&
      value <= total.value &&
      !/[\w/.:-]/.test(text.charAt(total.end));
    return isShare ? { value: value / total.value, unit: null, end: total.end } : null;
  }
  // A comma or the end, mostly.
  if (next === '' || next === ',') return { value, unit: null, end };
  // "0.5." ends a sentence; "1.2.3" is a version.
  if (/[\p{L}\d_:@\\]/u.test(next) || ((next === '.' || next === '-') && /[\p{L}\d]/u.test(text.charAt(end + 1)))) return null;
  if (MAY_BE_UNIT.test(text.charAt(end + 1)) && TIME_OR_SIZE.test(text.slice(end, end + 10))) return null;
  return { value, unit: null, end };
}
