import { numberAt } from './numbers';
import type { Line, LineReader, ReaderContext } from './line-reader';

/** What a person says of a program's lines: this number is that scalar. */
export interface MarkRule {
  readonly name: string;
  /**
   * The line, with `{value}` where the number stands, and `{step}` and `{epoch}` where the line tells them. Other numbers in it may be
   * any, and blanks any many.
   */
  readonly pattern: string;
}

const NUMBER = String.raw`[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?`;
const VALUE = String.raw`(?<value>[-+]?(?:(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|nan|inf(?:inity)?))`;
/** A place to be filled, a number, or blanks. */
const PIECE = new RegExp(String.raw`\{(?<place>value|step|epoch)\}|(?<number>(?<![\p{L}_])${NUMBER})|(?<blank>\s+)`, 'giu');
/** A pattern is found anywhere in a line of so many characters; longer ones are not searched. */
const MAX_LINE = 4096;

/** @throws RangeError naming what the pattern lacks */
export function compileMark({ name, pattern }: MarkRule): RegExp {
  let source = '';
  let from = 0;
  const places = new Set<string>();
  for (const found of pattern.matchAll(PIECE)) {
    source += escaped(pattern.slice(from, found.index));
    from = found.index + found[0].length;
    const { place, number } = found.groups ?? {};
    if (place !== undefined) {
      if (places.has(place)) throw new RangeError(`The pattern of ${name} has {${place}} twice`);
      places.add(place);
      source += place === 'value' ? VALUE : `(?<${place}>\\d+)`;
    } else source += number === undefined ? '\\s+' : NUMBER;
  }
  if (!places.has('value')) throw new RangeError(`The pattern of ${name} has no {value}: it says where the number stands`);
  return new RegExp(`${source}${escaped(pattern.slice(from))}`, 'iu');
}

/**
 * The rule that a mark in a line means: the number that stands at `at` is the scalar `name`.
 * @returns null = no number stands there
 */
export function ruleOfMark(line: string, at: number, name: string): MarkRule | null {
  let from = at;
  // The mark may lie anywhere within the number.
  while (from > 0 && /[-+.\deE]/.test(line.charAt(from - 1)) && numberAt(line, from - 1) !== null) from -= 1;
  const found = numberAt(line, from);
  if (found === null || found.end <= at) return null;
  return { name, pattern: `${line.slice(0, from).trimStart()}{value}${line.slice(found.end).trimEnd()}` };
}

/** Numbers that a person marked. They are read beside whatever another reader finds in the line. */
export class MarkedReader implements LineReader {
  private readonly rules: readonly { readonly name: string; readonly pattern: RegExp }[];

  /** @throws RangeError of a pattern without a place for the number */
  constructor(rules: readonly MarkRule[]) {
    this.rules = rules.map((rule) => ({ name: rule.name, pattern: compileMark(rule) }));
  }

  read({ text }: Line, context: ReaderContext): boolean {
    if (text.length > MAX_LINE) return false;
    for (const { name, pattern } of this.rules) {
      const { value, step, epoch } = pattern.exec(text)?.groups ?? {};
      const number = value === undefined ? null : numberAt(value, 0);
      if (number === null) continue;
      const { position } = context;
      const ofLine = epoch === undefined ? null : Number(epoch);
      const told = step === undefined ? null : position.clock.at(`mark ${name}`, 'global', Number(step), ofLine, null);
      const placed = told ?? position.placeOf(name, ofLine);
      const written = ofLine ?? position.epoch;
      context.tell({ name, step: placed, value: number.value, ...(written === null ? {} : { epoch: written }) });
    }
    return false;
  }
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, (char) => (char === '-' ? '\\x2d' : `\\${char}`));
}
