import type { Disposable } from '@shared/base/disposable';

/**
 * A running trainer, whichever way it was started. Lines are whole NDJSON lines of its own channel, without the newline;
 * text is free output, in pieces. `onExit` fires once, after the last line. Listeners attached in the same turn as `launch` miss nothing.
 */
export interface TrainerProcess {
  /** Undefined until it has one; where another process starts it, until that has told. */
  readonly pid: number | undefined;
  onLine(listener: (line: string) => void): Disposable;
  onText(listener: (source: 'stdout' | 'stderr', text: string) => void): Disposable;
  onExit(listener: (exit: { code: number | null; signal: string | null; error: string | null }) => void): Disposable;
  /** Sends one line (without newline). Dropped silently after exit. */
  send(line: string): void;
  /** SIGTERM asks, SIGKILL ends the whole process group. */
  kill(signal: 'SIGTERM' | 'SIGKILL'): void;
}

/** How the host starts the trainer program: child_process under plain Node, a utility process through the desktop. */
export interface TrainerLauncher {
  /** @param onListenerError told what a listener of the process threw; the others hear all the same */
  launch(onListenerError: (error: unknown) => void): TrainerProcess;
}
