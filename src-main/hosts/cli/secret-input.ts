import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { Terminal } from './terminal';
import { UsageError } from './usage';

/** A secret from standard input: all of it, or on a terminal one line that is not shown while it is typed. Never an argument, which every user sees. */
export async function readSecret(terminal: Terminal, name: string, input: NodeJS.ReadStream = process.stdin): Promise<string> {
  if (!input.isTTY) {
    const given = await text(input);
    // What `echo` and files end with is none of it; a key of many lines keeps its own.
    return /^[^\n]*\r?\n$/.test(given) ? given.trimEnd() : given;
  }
  terminal.note(`Secret ${name} (not shown):`);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input, output: nowhere, terminal: true });
  return new Promise((resolve, reject) => {
    lines.once('line', (line) => {
      resolve(line);
      lines.close();
    });
    lines.once('close', () => reject(new UsageError('No secret was typed; nothing is changed.')));
    lines.once('SIGINT', () => lines.close());
  });
}
