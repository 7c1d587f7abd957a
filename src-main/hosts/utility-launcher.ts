import { Emitter } from '@shared/base/emitter';
import type { MessagePortMain } from 'electron';
import type { TrainerLauncher, TrainerProcess } from '../core/jobs/launcher';
import type { CoreMessage, DesktopMessage } from './desktop-protocol';

/** How long after a trainer's end its last lines may still be on their way, ms. */
const LINES_AFTER_EXIT_MS = 1_000;

type Exit = Parameters<Parameters<TrainerProcess['onExit']>[0]>[0];
type TrainerMessage = Extract<DesktopMessage, { t: 'trainer-channel' | 'trainer-spawned' | 'trainer-text' | 'trainer-exit' }>;

/**
 * Starts trainers through the desktop: in a packaged app only Electron's main process can start this program's own
 * executable. The lines of a trainer come over a port of its own; the desktop tells of its text and its end.
 */
export class UtilityLauncher implements TrainerLauncher {
  private readonly trainers = new Map<number, RemoteTrainer>();
  private nextId = 1;

  constructor(private readonly post: (message: CoreMessage) => void) {}

  launch(onListenerError: (error: unknown) => void): TrainerProcess {
    const id = this.nextId++;
    const trainer = new RemoteTrainer((signal) => this.post({ t: 'trainer-kill', id, signal }), onListenerError);
    this.trainers.set(id, trainer);
    this.post({ t: 'trainer-fork', id });
    return trainer;
  }

  /** What the desktop said about a trainer. `port` comes with `trainer-channel`. */
  receive(message: TrainerMessage, port: MessagePortMain | undefined): void {
    const trainer = this.trainers.get(message.id);
    if (!trainer) {
      port?.close();
      return;
    }
    if (message.t === 'trainer-channel' && port) trainer.open(port);
    else if (message.t === 'trainer-spawned') trainer.pid = message.pid;
    else if (message.t === 'trainer-text') trainer.text.emit({ source: message.source, text: message.text });
    else if (message.t === 'trainer-exit') {
      this.trainers.delete(message.id);
      trainer.exited({ code: message.code, signal: message.signal, error: message.error });
    }
  }
}

class RemoteTrainer implements TrainerProcess {
  /** Told by the desktop; the core ends a trainer by asking it to. */
  pid: number | undefined = undefined;
  readonly text: Emitter<{ source: 'stdout' | 'stderr'; text: string }>;
  private readonly lines: Emitter<string>;
  private readonly exits: Emitter<Exit>;
  private port: MessagePortMain | null = null;
  private portClosed = false;
  /** Lines sent before the port was there. */
  private outbox: string[] = [];
  private ended = false;

  constructor(
    private readonly askKill: (signal: 'SIGTERM' | 'SIGKILL') => void,
    onListenerError: (error: unknown) => void,
  ) {
    this.text = new Emitter(onListenerError);
    this.lines = new Emitter(onListenerError);
    this.exits = new Emitter(onListenerError);
  }

  onLine(listener: (line: string) => void) {
    return this.lines.on(listener);
  }

  onText(listener: (source: 'stdout' | 'stderr', text: string) => void) {
    return this.text.on((piece) => listener(piece.source, piece.text));
  }

  onExit(listener: (exit: Exit) => void) {
    return this.exits.on(listener);
  }

  send(line: string): void {
    if (this.ended) return;
    if (this.port) this.port.postMessage(line);
    else this.outbox.push(line);
  }

  kill(signal: 'SIGTERM' | 'SIGKILL'): void {
    if (!this.ended) this.askKill(signal);
  }

  open(port: MessagePortMain): void {
    this.port = port;
    port.on('message', ({ data }: { data: unknown }) => {
      if (typeof data === 'string') this.lines.emit(data);
    });
    port.on('close', () => {
      this.portClosed = true;
    });
    port.start();
    for (const line of this.outbox) port.postMessage(line);
    this.outbox = [];
  }

  /** The end is told on another way than the lines; they come first here, however they raced. */
  exited(exit: Exit): void {
    const finish = (): void => {
      if (this.ended) return;
      this.ended = true;
      clearTimeout(limit);
      this.port?.close();
      this.exits.emit(exit);
      for (const emitter of [this.lines, this.text, this.exits]) emitter.clear();
    };
    const limit = setTimeout(finish, LINES_AFTER_EXIT_MS);
    if (!this.port || this.portClosed) finish();
    else this.port.on('close', finish);
  }
}
