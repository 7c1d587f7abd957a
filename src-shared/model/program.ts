import { z } from 'zod';
import { message } from '../text/message';
import { ParamSpec, type ParamDeclaration, type ParamValues } from './param';
import { RUN_NAME_MAX } from './run';

/** The kind of a run that is any program of this machine. */
export const PROGRAM_KIND = 'program';

/** A program as a person types it, and the folder it runs in, an absolute path. */
export const Program = z.object({
  command: z.string().min(1).max(4_000),
  args: z.array(z.string().max(100_000)).max(10_000),
  cwd: z.string().min(1).max(4_000),
});
export type Program = z.infer<typeof Program>;

const declared = (name: keyof Program): ParamSpec =>
  ParamSpec.parse({
    name,
    label: message(`message.param.name.${name}`),
    help: message(`message.param.help.${name}`),
    type: 'text',
    default: null,
  } satisfies ParamDeclaration);

/** What a program's run is started with, as its parameters. */
export const programParams: readonly ParamSpec[] = [declared('command'), declared('args'), declared('cwd')];

/** The arguments are kept as JSON: by it alone each stays what it was. */
export function paramsOfProgram({ command, args, cwd }: Program): ParamValues {
  return { command, args: JSON.stringify(args), cwd };
}

/** @returns null for parameters that are none of a program's */
export function programOf({ command, args, cwd }: ParamValues): Program | null {
  try {
    return Program.safeParse({ command, args: JSON.parse(String(args)), cwd }).data ?? null;
  } catch {
    return null;
  }
}

/** Words as a person types them in a terminal: one with a space or another sign of the shell stands in quotes. */
export function commandLine(words: readonly string[]): string {
  return words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : JSON.stringify(word))).join(' ');
}

/** What stands for what between double quotes, as {@link commandLine} writes it. */
const ESCAPED: Readonly<Record<string, string>> = { '"': '"', '\\': '\\', n: '\n', r: '\r', t: '\t' };

/** The words of a line as they stand in a terminal, where nothing is put in for them; null = a quote is open. */
export function wordsOf(line: string): string[] | null {
  const words: string[] = [];
  let word: string | null = null;
  let quote = '';
  for (let i = 0; i < line.length; i++) {
    const sign = line.charAt(i);
    if (quote === '' && /\s/.test(sign)) {
      if (word !== null) words.push(word);
      word = null;
    } else if (quote === '' && (sign === '"' || sign === "'")) {
      quote = sign;
      word ??= '';
    } else if (sign === quote) quote = '';
    else if (sign === '\\' && quote === '"' && ESCAPED[line.charAt(i + 1)] !== undefined) word = (word ?? '') + ESCAPED[line.charAt(++i)];
    else word = (word ?? '') + sign;
  }
  if (quote !== '') return null;
  return word === null ? words : [...words, word];
}

/** What a run is called that nobody gave a name: its command line. */
export function nameOfProgram({ command, args }: Program): string {
  const line = commandLine([command, ...args]).trim();
  return line.length > RUN_NAME_MAX ? `${line.slice(0, RUN_NAME_MAX - 1)}…` : line;
}
