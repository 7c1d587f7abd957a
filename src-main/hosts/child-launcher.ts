import { spawn, type ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { DisposableStore } from '@shared/base/disposable';
import { TRAINER_LINE_MAX } from '@shared/contract/trainer';
import { programEnvironment } from '../children/environment';
import { findProgram } from '../children/find-program';
import { endGroup, endLeftBehind, inOwnGroup } from '../children/group';
import { endMarked } from '../children/marked';
import { OutputThrottle } from '../children/output-throttle';
import type { LaunchedProcess, ProcessExit, ProcessLauncher, ProcessSpec } from '../core/jobs/launcher';
import { ProcessEvents } from './process-events';
import { adoptSpooled, launchSpooled } from './spooled-process';
import { ThrottledLines } from './throttled-lines';

export interface ChildLauncherOptions {
  /** The bundled trainer program (out/main/trainer.js); null = this runtime starts the trainer another way. */
  readonly program: string | null;
  /** The Node to run it with. Default: this one. */
  readonly execPath?: string;
  readonly execArgv?: readonly string[];
  /** Added to what every program gets of this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** How long after its end a program's pipes may stay open (held by a process it left behind), ms. */
const PIPES_AFTER_EXIT_MS = 500;

/** Starts programs as children of this Node process, each as the leader of a process group of its own. */
export function createChildLauncher(options: ChildLauncherOptions): ProcessLauncher {
  return {
    launch(spec, onListenerError) {
      const env = environmentOf(spec, options.env);
      const { command, args, cwd } = commandOf(spec, options, env);
      if (spec.outputDir !== null) return launchSpooled({ ...spec, outputDir: spec.outputDir, command, args, cwd, env }, onListenerError);
      const child = spawn(command, args, {
        stdio: [spec.stdin, 'pipe', 'pipe', spec.channel === 'ndjson' ? 'pipe' : 'ignore'],
        ...inOwnGroup,
        ...(cwd === undefined ? {} : { cwd }),
        env,
      });
      return superintend(child, spec, onListenerError);
    },
    adopt: adoptSpooled,
  };
}

function environmentOf(spec: ProcessSpec, added: ChildLauncherOptions['env']): Record<string, string> {
  return {
    ...programEnvironment(spec.runId, { ...added, ...spec.env }),
    // Whose end ends the trainer; a program has no business with it.
    ...(spec.program === 'trainer' ? { COLDAISLE_PARENT_PID: String(process.pid) } : {}),
  };
}

interface CommandLine {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string;
}

function commandOf({ program }: ProcessSpec, options: ChildLauncherOptions, env: Readonly<Record<string, string>>): CommandLine {
  if (program !== 'trainer') return { command: findProgram(program.command, program.cwd, env), args: program.args, cwd: program.cwd };
  if (options.program === null) throw new Error('This runtime does not start the trainer');
  return { command: options.execPath ?? process.execPath, args: [...(options.execArgv ?? []), options.program] };
}

function superintend(child: ChildProcess, { runId }: ProcessSpec, onListenerError: (error: unknown) => void): LaunchedProcess {
  const events = new ProcessEvents(onListenerError);
  const own = new DisposableStore();
  const channel = child.stdio[3] as Readable | null | undefined;
  const lines = channel ? new ThrottledLines(channel, TRAINER_LINE_MAX, (line) => events.lines.emit(line)) : null;
  const throttle = new OutputThrottle({ stdout: child.stdout, stderr: child.stderr }, (source, text) => events.text.emit({ source, text }));
  // A broken pipe means that the program is ending; its exit tells the rest.
  channel?.on('error', () => undefined);
  child.stdin?.on('error', () => undefined);

  const finish = (exit: ProcessExit): void => {
    if (events.ended) return;
    own.dispose();
    throttle.dispose();
    for (const pipe of [channel, child.stdout, child.stderr, child.stdin]) pipe?.destroy();
    lines?.end();
    events.end(exit);
  };

  // If this process ends without closing, by process.exit or an uncaught error, nothing that is tied to it stays behind.
  const lastResort = (): void => void endGroup(child.pid, 'SIGKILL');
  process.on('exit', lastResort);
  own.defer(() => process.off('exit', lastResort));

  child.once('error', (error) => {
    // Also emitted when a kill fails; only a child that never started ends here.
    if (child.pid === undefined) finish({ code: null, signal: null, error: error.message });
  });
  child.once('exit', (code, signal) => {
    // Whatever the program itself started and left behind ends with it.
    endLeftBehind(child.pid);
    void endMarked(runId, 'SIGKILL');
    lines?.release();
    throttle.release();
    const exit = { code, signal, error: null };
    const timer = setTimeout(() => finish(exit), PIPES_AFTER_EXIT_MS);
    own.defer(() => clearTimeout(timer));
    child.once('close', () => finish(exit));
  });

  return {
    pid: child.pid,
    spawned: Promise.resolve(child.pid ?? null),
    ...events.listening,
    send(line) {
      if (!events.ended && child.stdin?.writable) child.stdin.write(`${line}\n`);
    },
    kill(signal) {
      if (events.ended) return;
      endGroup(child.pid, signal);
      void endMarked(runId, signal, child.pid);
    },
  };
}
