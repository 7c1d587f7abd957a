import { basename } from 'node:path';
import type { MarkedProgram } from '@shared/model/mark';
import { commandLine, type Program } from '@shared/model/program';
import { maskArguments } from '../../processes/mask-command';

/** A file with a program's text: "train.py", "run.sh"; no number such as "0.1". */
const SCRIPT = /\.[a-z]\w{0,4}$/i;
/** What comes after one of these is the program: a module of Python, a line of a shell. */
const GIVES_PROGRAM = new Set(['-m', '-c', '-e']);

/**
 * What of a command stays the same from one start to the next: the program and, where it runs one, its script. The rest are its
 * settings. The folder counts too: every project has a train.py.
 */
export function markedProgram({ command, args, cwd }: Program): MarkedProgram {
  const [shown = command, ...rest] = maskArguments([command, ...args]);
  const script = rest.findIndex((word, i) => GIVES_PROGRAM.has(rest[i - 1] ?? '') || (!word.startsWith('-') && SCRIPT.test(word)));
  const head = script < 0 ? [] : GIVES_PROGRAM.has(rest[script - 1] ?? '') ? rest.slice(script - 1, script + 1) : [rest[script] ?? ''];
  return { command: commandLine([basename(shown), ...head]), cwd };
}
