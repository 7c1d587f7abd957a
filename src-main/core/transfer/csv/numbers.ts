import { message, type KeyedMessage } from '@shared/text/message';

export type Decimal = '.' | ',';

/** A cell's number, with the unit behind it where one stands there. */
export interface CellNumber {
  readonly value: number;
  readonly unit: string;
}

/** Words of drivers, spreadsheets, databases and languages for "there is no value". */
const MISSING = new Set([
  '',
  '-',
  '--',
  '—',
  '–',
  '?',
  'n/a',
  'na',
  '#n/a',
  'n.a.',
  'nan',
  '-nan',
  '+nan',
  '-nan(ind)',
  'nan(ind)',
  '1.#qnan',
  '-1.#ind',
  'null',
  '(null)',
  'nil',
  'none',
  'undefined',
  'unknown',
  'missing',
  'no data',
  'no reading',
  'not available',
  'not supported',
  'unavailable',
  '\\n',
  '#value!',
  '#div/0!',
]);
/** Words that mean 0 and 1 in loggers: HWiNFO's Yes and No, nvidia-smi's Active, Enabled and their opposites. */
const WORDS = new Map([
  ['yes', 1],
  ['no', 0],
  ['true', 1],
  ['false', 0],
  ['active', 1],
  ['not active', 0],
  ['enabled', 1],
  ['disabled', 0],
]);

const GROUPS_POINT = "[,'’ _]";
const GROUPS_COMMA = "[.'’ _]";
const numberPattern = (decimal: string, groups: string): RegExp =>
  new RegExp(
    `^([+-]?)(?:(\\d{1,3}(?:(${groups})\\d{3})(?:\\3\\d{3})*|\\d+)(?:${decimal}(\\d*))?|${decimal}(\\d+))(e[+-]?\\d+)?\\s*(.*)$`,
    'i',
  );
const numberPatterns: Readonly<Record<Decimal, RegExp>> = {
  '.': numberPattern('\\.', GROUPS_POINT),
  ',': numberPattern(',', GROUPS_COMMA),
};
const PLAIN = /^-?\d+(?:\.\d+)?$/;
/** A unit begins with a letter or sign, never with what could belong to the number. */
const UNIT = /^[^\d\s.,:;'’+\-][^\d,;]{0,23}\d?$/;

export function isMissing(text: string): boolean {
  const word = text.trim().toLowerCase();
  // "[N/A]", "[Not Supported]", "[GPU is lost]", "[Unknown Error]": whatever nvidia-smi puts into brackets is no reading.
  return MISSING.has(word) || (word.startsWith('[') && word.endsWith(']'));
}

/**
 * The number in a cell.
 * @returns null for a word that says there is none, a message for what is neither
 */
export function cellNumber(text: string, decimal: Decimal): CellNumber | null | KeyedMessage {
  // The most frequent case by far.
  if (PLAIN.test(text) && (decimal === '.' || !text.includes('.'))) return { value: Number(text), unit: '' };
  const tidy = tidied(text);
  if (isMissing(tidy)) return null;
  const word = WORDS.get(tidy.toLowerCase());
  if (word !== undefined) return { value: word, unit: '' };
  if (/^[+-]?(?:inf|infinity|∞|1\.#inf)$/i.test(tidy)) return message('message.csv.infinite', { text: tidy });
  if (/^0x[\da-f]{1,16}$/i.test(tidy)) return { value: Number(tidy), unit: '' };
  const found = numberPatterns[decimal].exec(tidy);
  if (found === null) return message('message.csv.noNumber', { text: shortened(tidy) });
  const [, sign = '', whole = '0', , fraction = '', bare = '', power = '', unit = ''] = found;
  if (unit !== '' && !UNIT.test(unit)) return message('message.csv.noNumber', { text: shortened(tidy) });
  const value = Number(`${sign}${whole.replaceAll(/\D/g, '')}.${fraction}${bare}0${power.toLowerCase()}`);
  return Number.isFinite(value) ? { value, unit: unit.trim() } : message('message.csv.noNumber', { text: shortened(tidy) });
}

/** All blanks as plain ones, also those that keep digits together; a minus as typed on a keyboard. */
export function tidied(text: string): string {
  return text
    .replaceAll(/[\s\u00a0\u2007\u2009\u202f\u3000]+/g, ' ')
    .replaceAll('\u2212', '-')
    .trim();
}

export function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

/** What one cell says about the sign before its decimals: '.' or ',' for certain, null where it may be either. */
function evidence(text: string): Decimal | null {
  const [number = ''] = /^[+-]?[\d.,'’ ]*\d(?:e[+-]?\d+)?/i.exec(tidied(text)) ?? [];
  const points = count(number, '.');
  const commas = count(number, ',');
  if (points > 0 && commas > 0) return number.lastIndexOf('.') > number.lastIndexOf(',') ? '.' : ',';
  if (points > 1) return ',';
  if (commas > 1) return '.';
  const single = points === 1 ? '.' : commas === 1 ? ',' : null;
  if (single === null) return null;
  const [before = '', after = ''] = number.split(single);
  // "1,234" may be thousands; "0,234", "1234,5" and "71,5" may not.
  return /^[+-]?[1-9]\d{0,2}$/.test(before) && /^\d{3}$/.test(after) ? null : single;
}

export interface DetectedDecimal {
  readonly decimal: Decimal;
  /** False where only numbers were seen that can be read either way, as 1.234. */
  readonly certain: boolean;
}

/**
 * Which sign stands before decimals in a whole file. Where nothing is certain it is the point, except that a file separated
 * by semicolons whose numbers hold commas is one of a place where the comma is the decimal sign.
 */
export function detectDecimal(cells: readonly string[], separator: string): DetectedDecimal {
  const seen = { '.': 0, ',': 0 };
  let either: Decimal | null = null;
  for (const cell of cells) {
    const given = evidence(cell);
    if (given !== null) seen[given] += 1;
    else if (/^[+-]?\d{1,3}[.,]\d{3}(?!\d)/.test(tidied(cell))) either = cell.includes(',') ? ',' : '.';
  }
  if (seen[','] !== seen['.']) return { decimal: seen[','] > seen['.'] ? ',' : '.', certain: true };
  return { decimal: either === ',' && separator !== ',' ? ',' : '.', certain: either === null };
}

function count(text: string, sign: string): number {
  return text.split(sign).length - 1;
}
