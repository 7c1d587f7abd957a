import { spawn, type ChildProcess } from 'node:child_process';
import { childEnvironment } from '../../../../children/environment';
import { endGroup, endLeftBehind, inOwnGroup } from '../../../../children/group';
import { message, MessageError, type Message } from '@shared/text/message';

/** More than sixteen GPUs' reports; a program that prints without end is stopped there. */
const MAX_OUTPUT_BYTES = 32 * 1024 * 1024;
const EXIT_LIMIT_MS = 2_000;

/** nvidia-smi ended with an error: its exit code and its own words. */
export class NvidiaSmiError extends MessageError {
  constructor(
    localized: Message,
    /**
     * `missing` = no such program; `no-devices` = it runs and finds no GPU; `driver` = it cannot talk to the driver;
     * `lost-gpu` = one GPU that does not answer keeps it from telling of the others.
     */
    readonly kind: 'missing' | 'no-devices' | 'driver' | 'lost-gpu' | 'failed',
  ) {
    super(localized);
    this.name = 'NvidiaSmiError';
  }
}

interface Run {
  readonly child: ChildProcess;
  /** Kills the program and all it started, and rejects its run at once. */
  readonly stop: (error: NvidiaSmiError) => void;
}

/**
 * Runs one program at a time and never leaves one behind. A program that does not end when killed (a GPU driver that hangs
 * keeps it in the kernel) is remembered, and no other is started until it is gone.
 */
export class NvidiaSmiProgram {
  private current: Run | null = null;
  private closed = false;

  /** @param command program and leading arguments. */
  constructor(private readonly command: readonly [string, ...string[]]) {}

  /** Standard output of one run. Rejects with {@link NvidiaSmiError}, and at once when the signal aborts: the program is killed then. */
  async run(args: readonly string[], signal: AbortSignal): Promise<string> {
    if (this.current) await exitOf(this.current.child);
    if (this.closed || signal.aborted) throw new NvidiaSmiError(message('message.stopped'), 'failed');
    if (this.current) {
      throw new NvidiaSmiError(message('message.smi.stuck', { pid: this.current.child.pid ?? '?' }), 'failed');
    }
    return this.start(args, signal);
  }

  private start(args: readonly string[], signal: AbortSignal): Promise<string> {
    const [program, ...leading] = this.command;
    return new Promise((resolve, reject) => {
      // In a process group of its own, so that a wrapper script goes with the program it wraps.
      const child = spawn(program, [...leading, ...args], {
        stdio: ['ignore', 'pipe', 'pipe'],
        ...inOwnGroup,
        env: childEnvironment(['gpu']),
      });
      const stdout: Buffer[] = [];
      const stderr: Buffer[] = [];
      let size = 0;
      const stop = (error: NvidiaSmiError): void => {
        endGroup(child.pid, 'SIGKILL');
        child.stdout.destroy();
        child.stderr.destroy();
        reject(error);
      };
      const run: Run = { child, stop };
      this.current = run;
      const gone = (): void => {
        if (this.current === run) this.current = null;
      };
      const onAbort = (): void => stop(new NvidiaSmiError(message('message.smi.late'), 'failed'));
      signal.addEventListener('abort', onAbort, { once: true });
      const collect =
        (into: Buffer[]) =>
        (chunk: Buffer): void => {
          size += chunk.length;
          if (size > MAX_OUTPUT_BYTES) stop(new NvidiaSmiError(message('message.smi.endless'), 'failed'));
          else into.push(chunk);
        };
      child.stdout.on('data', collect(stdout));
      child.stderr.on('data', collect(stderr));
      child.on('error', (error: NodeJS.ErrnoException) => {
        signal.removeEventListener('abort', onAbort);
        if (child.pid === undefined) gone();
        reject(
          error.code === 'ENOENT'
            ? new NvidiaSmiError(message('message.smi.notInstalled', { program }), 'missing')
            : new NvidiaSmiError(error.message, 'failed'),
        );
      });
      child.on('exit', () => {
        endLeftBehind(child.pid);
        gone();
      });
      child.on('close', (code, killedBy) => {
        signal.removeEventListener('abort', onAbort);
        const text = Buffer.concat(stdout).toString('utf8');
        if (code === 0) resolve(text);
        else reject(failure(code, killedBy, `${text}\n${Buffer.concat(stderr).toString('utf8')}`));
      });
    });
  }

  /** Kills a program under way and waits for its end, at most 2 s. Safe twice; both calls wait. */
  async close(): Promise<void> {
    this.closed = true;
    const run = this.current;
    if (!run) return;
    const exit = exitOf(run.child);
    run.stop(new NvidiaSmiError(message('message.stopped'), 'failed'));
    await exit;
    run.child.unref();
  }
}

/** Waits for a program's end, at most {@link EXIT_LIMIT_MS}: a killed one takes a moment. */
export function exitOf(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      child.off('exit', end);
      resolve();
    };
    const timer = setTimeout(end, EXIT_LIMIT_MS);
    child.on('exit', end);
  });
}

/** What its end says, with its first words. */
export function failure(code: number | null, killedBy: NodeJS.Signals | null, output: string): NvidiaSmiError {
  const firstLine = output
    .split('\n')
    .find((line) => line.trim() !== '')
    ?.trim()
    .slice(0, 300);
  if (/no devices were found/i.test(output)) return new NvidiaSmiError(message('message.smi.noDevices'), 'no-devices');
  if (/couldn't communicate with the NVIDIA driver|driver\/library version mismatch/i.test(output))
    return new NvidiaSmiError(firstLine ?? '', 'driver');
  if (/unable to determine the device handle|gpu is lost/i.test(output)) {
    return new NvidiaSmiError(
      output
        .split('\n')
        .find((line) => /device handle|is lost/i.test(line))
        ?.trim()
        .slice(0, 300) ?? '',
      'lost-gpu',
    );
  }
  const end = killedBy ?? message('message.smi.code', { code: code ?? '?' });
  return new NvidiaSmiError(
    firstLine ? message('message.smi.endedSaying', { end, words: firstLine }) : message('message.smi.ended', { end }),
    'failed',
  );
}
