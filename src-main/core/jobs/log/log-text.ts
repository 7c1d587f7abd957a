import { stripVTControlCharacters } from 'node:util';

/** Characters of one line that are kept. */
export const LOG_TEXT_MAX = 8000;

/** A line as it can be stored and shown: no colour codes, nothing invisible, bounded. */
export function tidyText(text: string): string {
  // What a carriage return overwrote is not to be seen on a terminal either.
  const newest = text.trimEnd().lastIndexOf('\r') + 1;
  const visible = stripVTControlCharacters(text.slice(newest, newest + LOG_TEXT_MAX * 2)).replaceAll(/[\p{Cc}\u2028\u2029]/gu, ' ');
  return visible.length > LOG_TEXT_MAX ? `${visible.slice(0, LOG_TEXT_MAX)}…` : visible;
}
