import { constants } from 'node:os';
import { MessageChannelMain, utilityProcess, type MessagePortMain, type UtilityProcess } from 'electron';
import { childEnvironment } from '../children/environment';
import { endGroup, endLeftBehind } from '../children/group';
import { endMarked, RUN_MARK } from '../children/marked';
import { TRAINER_HANDOVER, type DesktopMessage } from '../hosts/desktop-protocol';
import { OutputThrottle } from '../children/output-throttle';

/** How long a trainer's pipes may stay open after its end (held by a process it left behind), ms. */
const TEXT_AFTER_EXIT_MS = 500;
/** How long a trainer that lost its core may take to end by itself, ms. */
const ORPHAN_MS = 5_000;

export interface TrainerForkerOptions {
  readonly program: string;
  /** The core whose end ends its trainers. */
  readonly corePid: () => number | undefined;
  readonly post: (message: DesktopMessage, ports?: MessagePortMain[]) => void;
}

interface Running {
  readonly child: UtilityProcess;
  readonly ended: Promise<void>;
}

/**
 * Starts trainers for one core. Their event lines go to the core over a port of their own; only what they print, bounded,
 * and their end pass through here.
 */
export class TrainerForker {
  private readonly running = new Map<number, Running>();

  constructor(private readonly options: TrainerForkerOptions) {}

  /** @param runId the run it is for, which it is marked with; null = none */
  fork(id: number, runId: string | null): void {
    const env = {
      ...childEnvironment(['gpu', 'python']),
      ...(runId === null ? {} : { [RUN_MARK]: runId }),
      COLDAISLE_PARENT_PID: String(this.options.corePid() ?? process.pid),
    };
    const child = utilityProcess.fork(this.options.program, [], { serviceName: 'Coldaisle trainer', stdio: 'pipe', env });
    const lines = new MessageChannelMain();
    child.postMessage(TRAINER_HANDOVER, [lines.port1]);
    this.options.post({ t: 'trainer-channel', id }, [lines.port2]);

    const throttle = new OutputThrottle({ stdout: child.stdout, stderr: child.stderr }, (source, text) =>
      this.options.post({ t: 'trainer-text', id, source, text }),
    );
    child.on('error', (type, location) => this.options.post({ t: 'trainer-text', id, source: 'stderr', text: `${type} at ${location}\n` }));
    // Forgotten by the object once it has exited.
    let pid: number | undefined;
    child.once('spawn', () => {
      pid = child.pid;
      if (pid !== undefined) this.options.post({ t: 'trainer-spawned', id, pid });
    });
    const ended = new Promise<void>((resolve) => {
      child.once('exit', (code) => {
        endLeftBehind(pid);
        void endMarked(runId, 'SIGKILL');
        this.running.delete(id);
        resolve();
        throttle.release();
        void atMost(TEXT_AFTER_EXIT_MS, throttle.ended).then(() => {
          throttle.dispose();
          this.options.post({ t: 'trainer-exit', id, ...readExit(code), error: null });
        });
      });
    });
    this.running.set(id, { child, ended });
  }

  kill(id: number, signal: 'SIGTERM' | 'SIGKILL'): void {
    const child = this.running.get(id)?.child;
    if (!child) return;
    if (child.pid === undefined) {
      child.once('spawn', () => this.kill(id, signal));
      return;
    }
    if (endGroup(child.pid, signal)) return;
    try {
      // It has only just begun and leads no group yet.
      process.kill(child.pid, signal);
    } catch {
      // ESRCH: it has just ended by itself.
    }
  }

  /** For when the core is gone: waits for the trainers, which notice, then kills those that stay. */
  async end(): Promise<void> {
    const left = [...this.running.keys()];
    if (left.length === 0) return;
    const all = Promise.all([...this.running.values()].map(({ ended }) => ended));
    const limit = setTimeout(() => {
      for (const id of left) this.kill(id, 'SIGKILL');
    }, ORPHAN_MS);
    await all;
    clearTimeout(limit);
  }
}

async function atMost(limitMs: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limitMs);
  });
  await Promise.race([work, limit]);
  clearTimeout(timer);
}

/** On POSIX Electron gives the bare signal number as exit code. A trainer itself exits with 0 or 1 only, so these are signals. */
function readExit(code: number): { code: number | null; signal: string | null } {
  const deadly = ['SIGILL', 'SIGTRAP', 'SIGABRT', 'SIGBUS', 'SIGFPE', 'SIGKILL', 'SIGSEGV', 'SIGPIPE', 'SIGTERM'] as const;
  const signal = process.platform === 'win32' ? undefined : deadly.find((name) => constants.signals[name] === code);
  return signal ? { code: null, signal } : { code, signal: null };
}
