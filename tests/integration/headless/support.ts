import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { RpcClient } from '@shared/rpc/client';
import { WebSocket, type ClientOptions } from 'ws';
import { socketPort } from '../../../src-renderer/rpc/ports';

export const repo = resolve(import.meta.dirname, '../../..');
export const program = join(repo, 'out', 'main', 'headless.js');
if (!existsSync(program)) throw new Error('out/ is not built: npm run build');

export async function temporaryFolder(): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'coldaisle-headless-'));
  return { path, remove: () => rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }) };
}

export interface Finished {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

/** A running program of ours with all it has said so far. */
export class Running {
  out = '';
  err = '';
  readonly finished: Promise<Finished>;
  private readonly waiting = new Set<() => void>();

  constructor(readonly child: ChildProcess) {
    const hear = (stream: 'out' | 'err') => (text: string) => {
      this[stream] += text;
      for (const check of this.waiting) check();
    };
    child.stdout?.setEncoding('utf8').on('data', hear('out'));
    child.stderr?.setEncoding('utf8').on('data', hear('err'));
    this.finished = new Promise((done) => {
      child.once('close', (code, signal) => {
        done({ code, signal, out: this.out, err: this.err });
        for (const check of this.waiting) check();
      });
    });
  }

  /** Resolves when the pattern shows; rejects when the program ends without it. */
  says(pattern: RegExp, stream: 'out' | 'err' = 'out'): Promise<RegExpMatchArray> {
    return new Promise((done, fail) => {
      const check = (): void => {
        const match = this[stream].match(pattern);
        const ended = this.child.exitCode !== null || this.child.signalCode !== null;
        if (!match && !ended) return;
        this.waiting.delete(check);
        if (match) done(match);
        else fail(new Error(`ended without saying ${pattern}:\n${this.out}${this.err}`));
      };
      this.waiting.add(check);
      check();
    });
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }
}

export function start(words: readonly string[], command: readonly [string, ...string[]] = [process.execPath, program]): Running {
  const [executable, ...leading] = command;
  return new Running(spawn(executable, [...leading, ...words], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env } }));
}

export const runToEnd = (words: readonly string[]): Promise<Finished> => start(words).finished;

/** With this on standard input, as `echo TOKEN | …`. */
export function runWithInput(input: string, words: readonly string[]): Promise<Finished> {
  const child = spawn(process.execPath, [program, ...words], { stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.end(input);
  return new Running(child).finished;
}

export interface Served {
  readonly running: Running;
  readonly port: number;
  readonly token: string;
  readonly origin: string;
  stop(): Promise<Finished>;
}

export async function serve(dataDir: string, words: readonly string[] = []): Promise<Served> {
  const tokenFile = join(tmpdir(), `coldaisle-token-${randomUUID()}`);
  const running = start(['serve', '--data', dataDir, '--token-file', tokenFile, ...words]);
  // Removed by the console at its end, but not when it is killed.
  void running.finished.then(() => rm(tokenFile, { force: true }));
  const [, port = ''] = await running.says(/^Console: http:\/\/127\.0\.0\.1:(\d+)\/#token=…, the token is in /m);
  const token = readFileSync(tokenFile, 'utf8').trim();
  return {
    running,
    port: Number(port),
    token,
    origin: `http://127.0.0.1:${port}`,
    stop: () => {
      running.kill('SIGTERM');
      return running.finished;
    },
  };
}

export interface Dial {
  readonly protocols?: string[];
  readonly path?: string;
  readonly options?: ClientOptions;
}

export function dial(served: Served, { protocols, path = '/rpc', options }: Dial = {}): WebSocket {
  return new WebSocket(`ws://127.0.0.1:${served.port}${path}`, protocols ?? ['coldaisle.v2', `token.${served.token}`], {
    origin: served.origin,
    ...options,
  });
}

/** How an attempt to connect ended: 'open', or the status it was refused with. */
export function outcome(socket: WebSocket): Promise<'open' | number> {
  return new Promise((done, fail) => {
    socket.once('open', () => done('open'));
    socket.once('unexpected-response', (request, response) => {
      done(response.statusCode ?? 0);
      response.resume();
      request.destroy();
    });
    socket.once('error', fail);
  });
}

export const closing = (socket: WebSocket): Promise<number> => new Promise((done) => socket.once('close', (code) => done(code)));

/** A page as far as the console can tell. */
export async function openPage(served: Served): Promise<{ client: RpcClient; socket: WebSocket }> {
  const socket = dial(served);
  await outcome(socket);
  const client = new RpcClient();
  client.attach(socketPort(socket as unknown as globalThis.WebSocket));
  return { client, socket };
}
