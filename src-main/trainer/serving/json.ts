import { invalid, type ServingError } from './serving-error';

/** A number that was written with a fraction, an exponent or as a token (`1.0`, `1e3`, `NaN`): none for an input of whole numbers. */
export class Decimal {
  constructor(readonly value: number) {}
}

export type Json = null | boolean | number | string | Decimal | Json[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: Json;
}

/** Lists within lists of a request; no tensor has as many dimensions. */
const MOST_DEPTH = 64;
/** Characters of a value that an error quotes. */
const QUOTED = 200;

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Decimal);
export const isNumber = (value: Json | undefined): value is number | Decimal => typeof value === 'number' || value instanceof Decimal;

/** What kind of value it is, as TensorFlow Serving names it. */
export function typeName(value: Json): string {
  if (value === null) return 'Null';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (isNumber(value)) return 'Number';
  if (typeof value === 'string') return 'String';
  return Array.isArray(value) ? 'Array' : 'Object';
}

/** The value as an error quotes it, cut where it is long. */
export function quoted(value: Json): string {
  const text = written(value, QUOTED);
  return text.length > QUOTED ? `${text.slice(0, QUOTED)}…` : text;
}

/** JSON of a value, or of its beginning once it has so many characters. */
function written(value: Json, most: number): string {
  if (value instanceof Decimal) return decimalText(value.value);
  if (typeof value !== 'object' || value === null)
    return typeof value === 'string' ? JSON.stringify(value.slice(0, most + 1)) : String(value);
  const parts: string[] = [];
  let length = 0;
  const isList = Array.isArray(value);
  for (const [name, item] of isList ? value.map((each): [string, Json] => ['', each]) : Object.entries(value)) {
    const part = `${isList ? '' : `${JSON.stringify(name)}: `}${written(item, most - length)}`;
    parts.push(part);
    length += part.length + 2;
    if (length > most) break;
  }
  return isList ? `[${parts.join(', ')}]` : `{${parts.join(', ')}}`;
}

/** A number of 64 bits as JSON with a fraction or an exponent, or one of the tokens that JSON does not have. */
export function decimalText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value < 0 ? '-Infinity' : 'Infinity';
  const text = String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

/**
 * Reads a body as TensorFlow Serving's parser does. Plain JSON is read by the runtime, which does not tell `1.0` from `1`; a body
 * with the tokens `NaN` and `Infinity`, or one that is wrong, is read here.
 *
 * @param tokens whether `NaN`, `Infinity` and `-Infinity` are numbers
 * @throws ServingError with that parser's words
 */
export function readBody(text: string, tokens: boolean): Json {
  if (text === '') throw invalid('JSON Parse error: The document is empty');
  try {
    return checkedDepth(JSON.parse(text) as Json);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return readExactly(text, tokens);
  }
}

function checkedDepth(value: Json): Json {
  let level: Json[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MOST_DEPTH) throw tooDeep();
    // Of a list the first tells: one that holds lists is no list of numbers.
    level = level.flatMap((each) => (isObject(each) ? Object.values(each) : Array.isArray(each) && each.some(isNested) ? each : []));
    level = level.filter(isNested);
  }
  return value;
}

const isNested = (value: Json): boolean => typeof value === 'object' && value !== null && !(value instanceof Decimal);
const tooDeep = (): ServingError => invalid(`JSON Parse error: lists are nested deeper than ${MOST_DEPTH}`);

/** The same, number by number: each that was not written as a whole one is a {@link Decimal}. */
export function readExactly(text: string, tokens: boolean): Json {
  return new Reader(text, tokens).document();
}

const NUMBER = /-?(?:0|[1-9]\d*)/y;
const TOKEN = /-?(?:NaN|Inf(?:inity)?)/y;
const ESCAPES: Readonly<Record<string, string>> = { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

/** Recursive descent over RFC 8259, with RapidJSON's words for what is wrong and where, in bytes of UTF-8. */
class Reader {
  private at = 0;

  constructor(
    private readonly text: string,
    private readonly tokens: boolean,
  ) {}

  document(): Json {
    if (this.text.charCodeAt(0) === 0xfeff) this.at = 1;
    this.space();
    if (this.at === this.text.length) throw this.fail('The document is empty.');
    const value = this.value(0);
    this.space();
    if (this.at < this.text.length) throw this.fail('The document root must not be followed by other values.');
    return value;
  }

  private fail(why: string, at = this.at): ServingError {
    return invalid(`JSON Parse error: ${why} at offset: ${Buffer.byteLength(this.text.slice(0, at))}`);
  }

  private space(): void {
    while (this.at < this.text.length && ' \t\r\n'.includes(this.text.charAt(this.at))) this.at += 1;
  }

  private takes(sign: string): boolean {
    if (this.text.charAt(this.at) !== sign) return false;
    this.at += 1;
    return true;
  }

  private value(depth: number): Json {
    if (depth > MOST_DEPTH) throw tooDeep();
    switch (this.text.charAt(this.at)) {
      case '{':
        return this.object(depth);
      case '[':
        return this.list(depth);
      case '"':
        return this.string();
      case 't':
        return this.word('true', true);
      case 'f':
        return this.word('false', false);
      case 'n':
        return this.word('null', null);
      default:
        return this.number();
    }
  }

  private word<T>(word: string, value: T): T {
    if (!this.text.startsWith(word, this.at)) throw this.fail('Invalid value.');
    this.at += word.length;
    return value;
  }

  private object(depth: number): JsonObject {
    // Without a prototype: no name of a body means anything but itself.
    const object = Object.create(null) as Record<string, Json>;
    this.at += 1;
    this.space();
    if (this.takes('}')) return object;
    for (;;) {
      if (this.text.charAt(this.at) !== '"') throw this.fail('Missing a name for object member.');
      const name = this.string();
      this.space();
      if (!this.takes(':')) throw this.fail('Missing a colon after a name of object member.');
      this.space();
      object[name] = this.value(depth + 1);
      this.space();
      if (this.takes('}')) return object;
      if (!this.takes(',')) throw this.fail('Missing a comma or } after an object member.');
      this.space();
    }
  }

  private list(depth: number): Json[] {
    const list: Json[] = [];
    this.at += 1;
    this.space();
    if (this.takes(']')) return list;
    for (;;) {
      list.push(this.value(depth + 1));
      this.space();
      if (this.takes(']')) return list;
      if (!this.takes(',')) throw this.fail('Missing a comma or ] after an array element.');
      this.space();
    }
  }

  private string(): string {
    const from = this.at;
    let text = '';
    for (let i = from + 1; ; i++) {
      const sign = this.text.charAt(i);
      if (sign === '') throw this.fail('Missing a closing quotation mark in string.', from);
      if (sign === '"') {
        this.at = i + 1;
        return text;
      }
      if (sign < ' ') throw this.fail('Invalid encoding in string.', i);
      if (sign !== '\\') text += sign;
      else if (this.text.charAt(i + 1) === 'u') {
        const digits = this.text.slice(i + 2, i + 6);
        if (!/^[0-9a-fA-F]{4}$/.test(digits)) throw this.fail('Incorrect hex digit after \\u escape in string.', i);
        text += String.fromCharCode(parseInt(digits, 16));
        i += 5;
      } else {
        const meant = ESCAPES[this.text.charAt(i + 1)];
        if (meant === undefined) throw this.fail('Invalid escape character in string.', i);
        text += meant;
        i += 1;
      }
    }
  }

  private match(pattern: RegExp): string | null {
    pattern.lastIndex = this.at;
    return pattern.exec(this.text)?.[0] ?? null;
  }

  private number(): number | Decimal {
    const from = this.at;
    const whole = this.match(NUMBER);
    if (whole === null) {
      const token = this.tokens ? this.match(TOKEN) : null;
      if (token === null) throw this.fail('Invalid value.');
      this.at += token.length;
      const size = token.endsWith('NaN') ? NaN : Infinity;
      return new Decimal(token.startsWith('-') ? -size : size);
    }
    this.at += whole.length;
    let isDecimal = false;
    if (this.takes('.')) {
      isDecimal = true;
      if (!this.digits()) throw this.fail('Miss fraction part in number.');
    }
    if (this.takes('e') || this.takes('E')) {
      isDecimal = true;
      if (!this.takes('+')) this.takes('-');
      if (!this.digits()) throw this.fail('Miss exponent in number.');
    }
    const value = Number(this.text.slice(from, this.at));
    if (!Number.isFinite(value)) throw this.fail('Number too big to be stored in double.', from);
    return isDecimal ? new Decimal(value) : value;
  }

  private digits(): boolean {
    const from = this.at;
    while (/[0-9]/.test(this.text.charAt(this.at))) this.at += 1;
    return this.at > from;
  }
}
