import { spawn, type ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { DisposableStore } from '@shared/base/disposable';
import { Emitter } from '@shared/base/emitter';
import { TRAINER_LINE_MAX } from '@shared/contract/trainer';
import { childEnvironment } from '../children/environment';
import { endGroup, endLeftBehind, inOwnGroup } from '../children/group';
import type { TrainerLauncher, TrainerProcess } from '../core/jobs/launcher';
import { LineSplitter } from '../core/jobs/line-splitter';

export interface ChildLauncherOptions {
  /** The bundled trainer program (out/main/trainer.js). */
  readonly program: string;
  /** The Node to run it with. Default: this one. */
  readonly execPath?: string;
  readonly execArgv?: readonly string[];
  /** Added to what a trainer gets of this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** How long after its end a trainer's pipes may stay open (held by a process it left behind), ms. */
const PIPES_AFTER_EXIT_MS = 500;

type Exit = Parameters<Parameters<TrainerProcess['onExit']>[0]>[0];

/** Starts trainers as children of this Node process, each as the leader of a process group of its own. */
export function createChildLauncher(options: ChildLauncherOptions): TrainerLauncher {
  return {
    launch(onListenerError) {
      const child = spawn(options.execPath ?? process.execPath, [...(options.execArgv ?? []), options.program], {
        stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
        ...inOwnGroup,
        env: { ...childEnvironment(['gpu', 'python']), ...options.env, COLDAISLE_PARENT_PID: String(process.pid) },
      });
      return superintend(child, onListenerError);
    },
  };
}

function superintend(child: ChildProcess, onListenerError: (error: unknown) => void): TrainerProcess {
  const lines = new Emitter<string>(onListenerError);
  const text = new Emitter<{ source: 'stdout' | 'stderr'; text: string }>(onListenerError);
  const exits = new Emitter<Exit>(onListenerError);
  const own = new DisposableStore();
  const splitter = new LineSplitter(TRAINER_LINE_MAX, (line) => lines.emit(line));
  const pipes: Readable[] = [];
  let ended = false;

  const read = (stream: Readable | null | undefined, take: (piece: string) => void): void => {
    if (!stream) return;
    pipes.push(stream);
    stream.setEncoding('utf8');
    stream.on('data', take);
    // A broken pipe means that the trainer is ending; its exit tells the rest.
    stream.on('error', () => undefined);
  };
  read(child.stdio[3] as Readable | null | undefined, (piece) => splitter.push(piece));
  read(child.stdout, (piece) => text.emit({ source: 'stdout', text: piece }));
  read(child.stderr, (piece) => text.emit({ source: 'stderr', text: piece }));
  child.stdin?.on('error', () => undefined);

  const finish = (exit: Exit): void => {
    if (ended) return;
    ended = true;
    own.dispose();
    for (const pipe of pipes) pipe.destroy();
    child.stdin?.destroy();
    splitter.end();
    exits.emit(exit);
    lines.clear();
    text.clear();
    exits.clear();
  };

  // If this process ends without closing, by process.exit or an uncaught error, no trainer stays behind.
  const lastResort = (): void => void endGroup(child.pid, 'SIGKILL');
  process.on('exit', lastResort);
  own.defer(() => process.off('exit', lastResort));

  child.once('error', (error) => {
    // Also emitted when a kill fails; only a child that never started ends here.
    if (child.pid === undefined) finish({ code: null, signal: null, error: error.message });
  });
  child.once('exit', (code, signal) => {
    // Whatever the trainer itself started and left behind ends with it.
    endLeftBehind(child.pid);
    const exit = { code, signal, error: null };
    const timer = setTimeout(() => finish(exit), PIPES_AFTER_EXIT_MS);
    own.defer(() => clearTimeout(timer));
    child.once('close', () => finish(exit));
  });

  return {
    pid: child.pid,
    onLine: (listener) => lines.on(listener),
    onText: (listener) => text.on((piece) => listener(piece.source, piece.text)),
    onExit: (listener) => exits.on(listener),
    send(line) {
      if (!ended && child.stdin?.writable) child.stdin.write(`${line}\n`);
    },
    kill(signal) {
      if (!ended) endGroup(child.pid, signal);
    },
  };
}
