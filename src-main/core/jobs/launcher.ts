import type { Disposable } from '@shared/base/disposable';
import type { EndSignal } from '../../children/group';
import type { ProcessIdentity } from '../../children/identity';

/** What is to be started, and how it is tied to the core. */
export interface ProcessSpec {
  /** The app's own trainer, which each runtime starts its own way; or any program of this machine, found in PATH. */
  readonly program: 'trainer' | { readonly command: string; readonly args: readonly string[]; readonly cwd: string };
  /** The run it belongs to: told to it, and to all it starts, as COLDAISLE_RUN_ID. Null = none. */
  readonly runId: string | null;
  /** Added to what a child process gets of this one's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** The trainer's requests come by stdin. */
  readonly stdin: 'ignore' | 'pipe';
  /** `ndjson`: event lines on a channel of their own (fd 3 under plain Node), apart from its text. */
  readonly channel: 'none' | 'ndjson';
  /**
   * A folder: the program prints into files there, so that it lives on when the core ends, and whoever comes next can
   * {@link ProcessLauncher.adopt} it. Null: pipes, which break when the core ends; also for the trainer, which ends then.
   */
  readonly outputDir: string | null;
  /** Its output is a terminal. Default false. */
  readonly terminal?: boolean;
}

/** `code` and `signal` both null, without an error: it ended while nobody watched, and left no exit code. */
export interface ProcessExit {
  readonly code: number | null;
  readonly signal: string | null;
  /** Why it could not be started or watched. */
  readonly error: string | null;
  /** Wall clock, ms, where it ended earlier than it is told. */
  readonly atMs?: number;
}

/** Output that was not read, because there was too much of it. Null = nobody counted. */
export interface OutputCut {
  readonly bytes: number | null;
  readonly lines: number | null;
}

/** A process of an earlier core, as that wrote it down. */
export interface LeftProcess {
  readonly identity: ProcessIdentity;
  readonly runId: string | null;
  readonly outputDir: string;
  /** Its output is a terminal. */
  readonly terminal?: boolean;
}

/**
 * A running program, whichever way it was started. Lines are whole NDJSON lines of its own channel, without the newline;
 * text is free output, in pieces. `onExit` fires once, after the last line. Listeners attached in the same turn as `launch` miss nothing.
 *
 * A program that says more than is read waits (its pipe is full), or what it said too much is cut; it is never ended for it.
 */
export interface LaunchedProcess {
  /** Undefined until it has one; where another process starts it, until that has told. */
  readonly pid: number | undefined;
  /** Once it has a pid; null = it never got one. */
  readonly spawned: Promise<number | null>;
  onLine(listener: (line: string) => void): Disposable;
  onText(listener: (source: 'stdout' | 'stderr', text: string) => void): Disposable;
  onCut(listener: (cut: OutputCut) => void): Disposable;
  /** What was told until then is not told again to whoever adopts this process later: it is to be kept now. */
  onDelivered(listener: () => void): Disposable;
  onExit(listener: (exit: ProcessExit) => void): Disposable;
  /** Sends one line (without newline). Dropped silently after exit. */
  send(line: string): void;
  /**
   * Sends it to the whole process group and to whatever else of the run can be found. A trainer behind the desktop gets SIGTERM
   * and SIGKILL only; on Windows every signal but those that halt ends it.
   */
  kill(signal: EndSignal): void;
}

/** How the runtime starts programs: child_process under plain Node; behind the desktop the trainer is a utility process. */
export interface ProcessLauncher {
  /**
   * @param onListenerError told what a listener of the process threw; the others hear all the same
   * @throws Error when there is no such program
   */
  launch(spec: ProcessSpec, onListenerError: (error: unknown) => void): LaunchedProcess;
  /** Goes on with a process that printed into files; of one that has ended meanwhile it tells the rest, and the end. */
  adopt(left: LeftProcess, onListenerError: (error: unknown) => void): LaunchedProcess;
}

/** The trainer as a spec. It ends by itself when its channel closes. */
export function trainerSpec(runId: string | null): ProcessSpec {
  return { program: 'trainer', runId, stdin: 'pipe', channel: 'ndjson', outputDir: null };
}
