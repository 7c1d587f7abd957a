import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** Starts the headless console and resolves with the address that opens it, token included, once it has told it. */
export async function startConsole(program: string, words: readonly string[]): Promise<{ child: ChildProcess; url: URL }> {
  const tokenFile = join(tmpdir(), `coldaisle-token-${randomUUID()}`);
  const child = spawn(process.execPath, [program, 'serve', '--token-file', tokenFile, ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
  const url = await new Promise<URL>((resolve, reject) => {
    child.once('exit', (code) => {
      // The console removes it, unless it is killed.
      rmSync(tokenFile, { force: true });
      reject(new Error(`the console ended with ${code}`));
    });
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
      const found = /Console: (\S+)#token=/.exec(line);
      if (found?.[1]) resolve(new URL(`${found[1]}#token=${readFileSync(tokenFile, 'utf8').trim()}`));
    });
  });
  return { child, url };
}
