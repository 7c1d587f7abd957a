import type { MessagePortMain } from 'electron';
import type { EndSignal } from '../children/group';
import { LeakyBucket } from '../core/jobs/leaky-bucket';
import type { LaunchedProcess, LeftProcess, ProcessExit, ProcessLauncher, ProcessSpec } from '../core/jobs/launcher';
import { createChildLauncher } from './child-launcher';
import type { CoreMessage, DesktopMessage } from './desktop-protocol';
import { ProcessEvents } from './process-events';
import { LINES_AT_ONCE, LINES_PER_SECOND } from './throttled-lines';

/** How long after a trainer's end its last lines may still be on their way, ms. */
const LINES_AFTER_EXIT_MS = 1_000;
/** What a trainer repeats; one of them more or less is no loss. A port, unlike a pipe, cannot be left unread. */
const REPEATED = /^\{"t":"(?:scalars|log)"/;

type TrainerMessage = Extract<DesktopMessage, { t: 'trainer-channel' | 'trainer-spawned' | 'trainer-text' | 'trainer-exit' }>;

/**
 * Starts trainers through the desktop: in a packaged app only Electron's main process can start this program's own
 * executable. The lines of a trainer come over a port of its own; the desktop tells of its text and its end. Any other
 * program is a child of this process, as under plain Node.
 */
export class UtilityLauncher implements ProcessLauncher {
  private readonly trainers = new Map<number, RemoteTrainer>();
  private readonly programs = createChildLauncher({ program: null });
  private nextId = 1;

  constructor(private readonly post: (message: CoreMessage) => void) {}

  launch(spec: ProcessSpec, onListenerError: (error: unknown) => void): LaunchedProcess {
    if (spec.program !== 'trainer') return this.programs.launch(spec, onListenerError);
    const id = this.nextId++;
    const trainer = new RemoteTrainer((signal) => this.post({ t: 'trainer-kill', id, signal }), onListenerError);
    this.trainers.set(id, trainer);
    this.post({ t: 'trainer-fork', id, runId: spec.runId });
    return trainer;
  }

  adopt(left: LeftProcess, onListenerError: (error: unknown) => void): LaunchedProcess {
    return this.programs.adopt(left, onListenerError);
  }

  /** What the desktop said about a trainer. `port` comes with `trainer-channel`. */
  receive(message: TrainerMessage, port: MessagePortMain | undefined): void {
    const trainer = this.trainers.get(message.id);
    if (!trainer) {
      port?.close();
      return;
    }
    if (message.t === 'trainer-channel' && port) trainer.open(port);
    else if (message.t === 'trainer-spawned') trainer.hasPid(message.pid);
    else if (message.t === 'trainer-text') trainer.says(message.source, message.text);
    else if (message.t === 'trainer-exit') {
      this.trainers.delete(message.id);
      trainer.handleExit({ code: message.code, signal: message.signal, error: message.error });
    }
  }
}

class RemoteTrainer implements LaunchedProcess {
  /** Told by the desktop; the core ends a trainer by asking it to. */
  pid: number | undefined = undefined;
  readonly spawned: Promise<number | null>;
  private readonly events: ProcessEvents;
  private readonly bucket = new LeakyBucket(LINES_AT_ONCE, LINES_PER_SECOND);
  private announcePid: (pid: number | null) => void = () => undefined;
  private port: MessagePortMain | null = null;
  private portClosed = false;
  /** Lines sent before the port was there. */
  private outbox: string[] = [];

  constructor(
    private readonly askKill: (signal: 'SIGTERM' | 'SIGKILL') => void,
    onListenerError: (error: unknown) => void,
  ) {
    this.events = new ProcessEvents(onListenerError);
    this.spawned = new Promise((resolve) => {
      this.announcePid = resolve;
    });
  }

  get onLine() {
    return this.events.listening.onLine;
  }

  get onText() {
    return this.events.listening.onText;
  }

  get onCut() {
    return this.events.listening.onCut;
  }

  get onDelivered() {
    return this.events.listening.onDelivered;
  }

  get onExit() {
    return this.events.listening.onExit;
  }

  hasPid(pid: number): void {
    this.pid = pid;
    this.announcePid(pid);
  }

  says(source: 'stdout' | 'stderr', text: string): void {
    this.events.text.emit({ source, text });
  }

  send(line: string): void {
    if (this.events.ended) return;
    if (this.port) this.port.postMessage(line);
    else this.outbox.push(line);
  }

  kill(signal: EndSignal): void {
    if (!this.events.ended && (signal === 'SIGTERM' || signal === 'SIGKILL')) this.askKill(signal);
  }

  open(port: MessagePortMain): void {
    this.port = port;
    port.on('message', ({ data }: { data: unknown }) => {
      if (typeof data !== 'string') return;
      if (this.bucket.admit(1) || !REPEATED.test(data)) this.events.lines.emit(data);
      else this.events.cuts.emit({ bytes: data.length, lines: 1 });
    });
    port.on('close', () => {
      this.portClosed = true;
    });
    port.start();
    for (const line of this.outbox) port.postMessage(line);
    this.outbox = [];
  }

  /** The end is told on another way than the lines; they come first here, however they raced. */
  handleExit(exit: ProcessExit): void {
    const finish = (): void => {
      if (this.events.ended) return;
      clearTimeout(limit);
      this.port?.close();
      this.announcePid(null);
      this.events.end(exit);
    };
    const limit = setTimeout(finish, LINES_AFTER_EXIT_MS);
    if (!this.port || this.portClosed) finish();
    else this.port.on('close', finish);
  }
}
