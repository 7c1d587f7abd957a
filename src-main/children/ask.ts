import { spawn } from 'node:child_process';
import type { SnapshotPart } from '@shared/model/run-snapshot';
import { message, type Message } from '@shared/text/message';
import { endGroup, inOwnGroup } from './group';

interface Question {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Longest that it may take. */
  readonly ms: number;
  /** More than that of its answer is not read. */
  readonly maxBytes: number;
  /** Nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

export interface Answer {
  readonly code: number | null;
  readonly text: string;
  readonly stderr: string;
  readonly isCut: boolean;
}

/** Of what it complains about. */
const STDERR_MAX = 2_000;

/** Asks a program, which is ended with all that it started when it takes too long. Never throws. */
export function ask({ command, args, cwd, env, ms, maxBytes, signal }: Question): Promise<SnapshotPart<Answer>> {
  return new Promise((resolve) => {
    const late = message('message.snapshot.late', { program: command, seconds: ms / 1000 });
    if (signal.aborted) return resolve(missing(late));
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], ...inOwnGroup });
    const read: Buffer[] = [];
    let bytes = 0;
    let stderr = '';
    const settle = (answer: SnapshotPart<Answer>): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', giveUp);
      resolve(answer);
    };
    const answered = (code: number | null, isCut: boolean): SnapshotPart<Answer> =>
      found({ code, text: Buffer.concat(read).subarray(0, maxBytes).toString('utf8'), stderr: stderr.trim(), isCut });
    const end = (): void => {
      endGroup(child.pid, 'SIGKILL');
      child.stdout.destroy();
      child.stderr.destroy();
    };
    const giveUp = (): void => {
      end();
      settle(missing(late));
    };
    const timer = setTimeout(giveUp, ms);
    signal.addEventListener('abort', giveUp, { once: true });
    child.stdout.on('data', (piece: Buffer) => {
      read.push(piece);
      bytes += piece.length;
      if (bytes <= maxBytes) return;
      end();
      settle(answered(null, true));
    });
    child.stderr.on('data', (piece: Buffer) => {
      stderr = (stderr + piece.toString('utf8')).slice(0, STDERR_MAX);
    });
    child.once('error', (error) => settle(missing(error.message)));
    child.once('close', (code) => settle(answered(code, false)));
  });
}

export const found = <T>(value: T): SnapshotPart<T> => ({ value, why: null });
export const missing = (why: Message): SnapshotPart<never> => ({ value: null, why });
