import { accessSync, constants as fsConstants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join, resolve } from 'node:path';

/**
 * The program's file, so that a shell takes it for nothing else.
 * @throws Error when there is none that can be run
 */
export function findProgram(command: string, cwd: string, env: Readonly<Record<string, string | undefined>>): string {
  if (!statSync(cwd, { throwIfNoEntry: false })?.isDirectory()) throw new Error(`There is no folder ${cwd}`);
  // Windows finds programs by more than their name: it says itself when there is none.
  if (process.platform === 'win32') return command;
  const named = command.includes('/');
  const places = named
    ? [resolve(cwd, command)]
    : (env['PATH'] ?? '')
        .split(delimiter)
        .filter(isAbsolute)
        .map((dir) => join(dir, command));
  const found = command === '' ? undefined : places.find(isExecutable);
  if (found !== undefined) return found;
  throw new Error(named ? `${resolve(cwd, command)} cannot be run` : `There is no program ${command} in PATH`);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, fsConstants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
