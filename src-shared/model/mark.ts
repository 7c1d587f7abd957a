import { z } from 'zod';
import { message, type KeyedMessage } from '../text/message';
import { ScalarName } from './curve';
import { RunId } from './run-id';

/** What a number of a line can be marked as. */
export const markPlaces = ['value', 'step', 'epoch'] as const;
export type MarkPlace = (typeof markPlaces)[number];

/** Characters of a pattern, and of a line that one is looked for in; longer lines are not searched. */
const PATTERN_MAX = 2_000;
export const MARKED_LINE_MAX = 4_096;

/** What a person says of a program's lines: this number is that scalar. */
export const MarkRule = z.object({
  name: ScalarName,
  /**
   * The line, with `{value}` where the number stands, and `{step}` and `{epoch}` where the line tells them. Other numbers in it may be
   * any, and blanks any many.
   */
  pattern: z.string().min(1).max(PATTERN_MAX),
});
export type MarkRule = z.infer<typeof MarkRule>;

/** The program that rules are of: what is run, and where. */
export const MarkedProgram = z.object({ command: z.string(), cwd: z.string() });
export type MarkedProgram = z.infer<typeof MarkedProgram>;

export const ProgramMarks = z.object({ program: MarkedProgram, rules: z.array(MarkRule) });
export type ProgramMarks = z.infer<typeof ProgramMarks>;

/** A rule that takes the place of another one, of whatever name; null = it is a new one. */
export const MarkChange = z.object({ runId: RunId, rule: MarkRule, replaces: ScalarName.nullable().default(null) });
export type MarkChange = z.infer<typeof MarkChange>;

/** Rules of one program. */
export const MARKS_MAX = 100;
/** Lines that a trial shows, and points of its curve. */
export const TRIAL_LINES_MAX = 5;
export const TRIAL_POINTS_MAX = 400;

/** What a rule finds in the log that is kept so far. */
export const MarkTrial = z.object({
  /** Lines looked at, and numbers found in them. */
  lines: z.number().int(),
  found: z.number().int(),
  /** The first and the last of them, and how many lines in between are not shown. */
  examples: z.array(z.object({ seq: z.number().int(), text: z.string(), value: z.number().nullable(), step: z.number().int().nullable() })),
  /** A curve of them, thinned evenly: what is no finite number is null. */
  curve: z.array(z.object({ step: z.number(), value: z.number().nullable() })),
  min: z.number().nullable(),
  max: z.number().nullable(),
  /** The file in which they were found, by its place below the program's folder; null = in what the program printed, or nowhere. */
  file: z.string().nullable(),
  /** The program tells a curve of this name by itself. */
  isTaken: z.boolean(),
});
export type MarkTrial = z.infer<typeof MarkTrial>;

const DIGITS = String.raw`(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?`;
const NUMBER = `[-+]?${DIGITS}`;
const VALUE = `(?<value>[-+]?(?:${DIGITS}|nan|inf(?:inity)?))`;
/** A place to be filled, a number, or blanks. A sign right after a number parts two of them: "2026-11-27". */
const PIECE = new RegExp(
  String.raw`\{(?<place>value|step|epoch)\}|(?<number>(?<![\p{L}_])(?:(?<![\d.])[-+])?${DIGITS})|(?<blank>\s+)`,
  'giu',
);
/** Numbers of a line as a person sees them, also right behind a word: "loss0.5", "Iter-100". */
const SEEN = new RegExp(String.raw`(?:(?<![\p{L}\d_.)\]])[-+])?${DIGITS}|(?<![\p{L}\d_])[-+]?(?:nan|inf(?:inity)?)(?![\p{L}\d_])`, 'giu');

/** What is wrong with a pattern; null = nothing is. */
export function patternFault(pattern: string): KeyedMessage | null {
  const places = [...pattern.matchAll(PIECE)].flatMap(({ groups }) => groups?.['place']?.toLowerCase() ?? []);
  for (const place of markPlaces)
    if (places.filter((each) => each === place).length > 1) return message('message.mark.twice', { place: `{${place}}` });
  return places.includes('value') ? null : message('message.mark.noValue', { place: '{value}' });
}

/** As an expression with the groups `value`, `step` and `epoch`. Of a pattern without a fault. */
export function compilePattern(pattern: string): RegExp {
  let source = '';
  let from = 0;
  for (const found of pattern.matchAll(PIECE)) {
    const { place, number } = found.groups ?? {};
    // A number that the pattern begins with begins at its first digit: a line of thousands of digits is passed once, not once for each.
    source += found.index === 0 && (place ?? number) !== undefined ? '(?<![\\d.])' : escaped(pattern.slice(from, found.index));
    from = found.index + found[0].length;
    if (place !== undefined) source += place.toLowerCase() === 'value' ? VALUE : `(?<${place.toLowerCase()}>\\d+)`;
    else source += number === undefined ? '\\s+' : NUMBER;
  }
  return new RegExp(source + escaped(pattern.slice(from)), 'iu');
}

/** Where a number stands in a line. */
export interface LineNumber {
  readonly from: number;
  readonly to: number;
}

/** The numbers of a line, in order. */
export function numbersIn(line: string): LineNumber[] {
  return [...line.slice(0, MARKED_LINE_MAX).matchAll(SEEN)].map(({ index, 0: text }) => ({ from: index, to: index + text.length }));
}

/** The pattern that a line is an example of, whose numbers are marked so. */
export function patternOf(line: string, marked: readonly (LineNumber & { readonly place: MarkPlace })[]): string {
  let pattern = '';
  let from = 0;
  for (const { from: start, to, place } of [...marked].sort((a, b) => a.from - b.from)) {
    pattern += `${line.slice(from, start)}{${place}}`;
    from = to;
  }
  return (pattern + line.slice(from)).trim();
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, (char) => (char === '-' ? '\\x2d' : `\\${char}`));
}
