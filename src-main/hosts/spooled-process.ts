import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, rmSync } from 'node:fs';
import { endGroup, endLeftBehind, type EndSignal } from '../children/group';
import { isAlive } from '../children/identity';
import { endMarked } from '../children/marked';
import { OutputSpool, prepareSpool, readExitFile } from '../children/output-spool';
import type { LaunchedProcess, LeftProcess, ProcessExit, ProcessSpec } from '../core/jobs/launcher';
import { ProcessEvents } from './process-events';
import { exitOfStatus, supervisedCommand, terminalCommand } from './program-shell';

export interface SpooledCommand extends Pick<ProcessSpec, 'stdin' | 'runId'> {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string | undefined;
  readonly env: Readonly<Record<string, string>>;
  readonly outputDir: string;
  readonly terminal?: boolean | undefined;
}

/** How often an adopted process, whose end the system tells to nobody here, is looked for, ms. */
const LOOK_EVERY_MS = 500;

/** Starts a program that lives on when this process ends: it prints into files, and belongs to no job or session of ours. */
export function launchSpooled(spec: SpooledCommand, onListenerError: (error: unknown) => void): LaunchedProcess {
  const { command, args } = supervisedCommand(spec.terminal === true ? terminalCommand(spec, spec.env) : spec, spec.outputDir);
  const files = prepareSpool(spec.outputDir);
  try {
    // Before there is a program: none may run whose output nobody can read.
    const spooled = new Spooled(spec, onListenerError);
    try {
      const child = spawn(command, args, {
        stdio: [spec.stdin, files.stdout, files.stderr],
        // Also on Windows, which else ends it with this process.
        detached: true,
        windowsHide: true,
        ...(spec.cwd === undefined ? {} : { cwd: spec.cwd }),
        env: spec.env,
      });
      return watch(child, spooled);
    } catch (error) {
      spooled.close();
      throw error;
    }
  } finally {
    for (const file of Object.values(files)) closeSync(file);
  }
}

function watch(child: ChildProcess, spooled: Spooled): LaunchedProcess {
  spooled.pid = child.pid;
  child.stdin?.on('error', () => undefined);
  child.once('error', (error) => {
    // Also emitted when a kill fails; only a child that never started ends here.
    if (child.pid === undefined) spooled.end({ code: null, signal: null, error: error.message });
  });
  child.once('exit', (code, signal) => {
    child.stdin?.destroy();
    // What the shell says of a signal it says in a number.
    spooled.end({ ...(code !== null && process.platform !== 'win32' ? exitOfStatus(code) : { code, signal }), error: null });
  });
  return spooled.handle(
    (line) => {
      if (child.stdin?.writable) child.stdin.write(`${line}\n`);
    },
    (signal) => endGroup(child.pid, signal),
  );
}

/** Goes on with a process of an earlier core. */
export function adoptSpooled(left: LeftProcess, onListenerError: (error: unknown) => void): LaunchedProcess {
  const spooled = new Spooled(left, onListenerError, left.identity.pid);
  const look = async (): Promise<void> => {
    if (await isAlive(left.identity)) {
      spooled.later(() => void look(), LOOK_EVERY_MS);
      return;
    }
    const told = readExitFile(left.outputDir);
    const exit = { code: null, signal: null, error: null };
    if (told === null) spooled.end(exit, false);
    else spooled.end({ ...exit, ...exitOfStatus(told.status), atMs: told.atMs }, false);
  };
  spooled.later(() => void look(), 0);
  return spooled.handle(
    // Its stdin ended with the core before.
    () => undefined,
    // Since it was looked for it may have ended, and its number be another's.
    (signal) => void isAlive(left.identity).then((alive) => alive && endGroup(left.identity.pid, signal)),
  );
}

class Spooled {
  private readonly events: ProcessEvents;
  private readonly spool: OutputSpool;
  private timer: NodeJS.Timeout | null = null;
  /** One signal after another, though those that left the group are only found in a while. */
  private signalling: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly of: { readonly runId: string | null; readonly outputDir: string; readonly terminal?: boolean | undefined },
    onListenerError: (error: unknown) => void,
    public pid?: number,
  ) {
    const events = new ProcessEvents(onListenerError);
    this.events = events;
    this.spool = new OutputSpool(of.outputDir, {
      text: (source, text) => events.text.emit({ source, text }),
      cut: (cut) => events.cuts.emit(cut),
      delivered: () => events.delivered.emit(undefined),
    });
  }

  /** Nobody is told anything any more. */
  close(): void {
    this.spool.close();
  }

  later(act: () => void, ms: number): void {
    this.timer = setTimeout(act, ms);
  }

  /** @param watched whether its end was told at once: later its group's number may be another's */
  end(exit: ProcessExit, watched = true): void {
    if (this.events.ended) return;
    if (this.timer) clearTimeout(this.timer);
    if (watched) endLeftBehind(this.pid);
    void endMarked(this.of.runId, 'SIGKILL');
    this.spool.finish();
    this.events.end(exit);
    // Only now: whoever listens has kept how it ended, which else nobody could tell after a crash.
    rmSync(this.of.outputDir, { recursive: true, force: true });
  }

  handle(send: (line: string) => void, kill: (signal: EndSignal) => void): LaunchedProcess {
    const { events, pid } = this;
    return {
      pid,
      spawned: Promise.resolve(pid ?? null),
      ...events.listening,
      send: (line) => {
        if (!events.ended) send(line);
      },
      kill: (signal) => {
        if (events.ended) return;
        // The terminal would be gone before the program had its time: whatever is in it has a session of its own, and is found by its mark.
        if (!this.of.terminal || signal === 'SIGKILL' || process.platform !== 'linux') kill(signal);
        this.signalling = this.signalling.then(() => endMarked(this.of.runId, signal, pid));
      },
    };
  }
}
