import { Emitter, type OnListenerError } from '../base/emitter';
import { toDisposable, type Disposable } from '../base/disposable';
import type { Port } from './port';

/** What carries a {@link QueuePort}'s messages away: a MessagePort, a socket, the other end of a pair. */
export interface PortCarrier {
  /** Called only while the port is open. */
  send(message: unknown): void;
  /** Called once, when this side closes. */
  close(): void;
}

/**
 * The bookkeeping every {@link Port} shares: messages are held until somebody listens, closing happens once.
 * The transport calls `receive` for what arrives and `closed` when the far side is gone.
 */
export class QueuePort implements Port {
  private readonly messages: Emitter<unknown>;
  private readonly closes: Emitter<void>;
  private readonly held: unknown[] = [];
  private listening = false;
  private open = true;

  /** @param onListenerError default: thrown on to whoever hands the message in */
  constructor(
    private readonly carrier: PortCarrier,
    onListenerError: OnListenerError = 'rethrow',
  ) {
    this.messages = new Emitter(onListenerError);
    this.closes = new Emitter(onListenerError);
  }

  post(message: unknown): void {
    if (this.open) this.carrier.send(message);
  }

  onMessage(listener: (message: unknown) => void): Disposable {
    const entry = this.messages.on(listener);
    if (!this.listening) {
      this.listening = true;
      this.drain();
    }
    return entry;
  }

  /** On a port that is closed already, the listener hears in a later turn. */
  onClose(listener: () => void): Disposable {
    if (this.open) return this.closes.on(listener);
    let wanted = true;
    void Promise.resolve().then(() => {
      if (wanted) listener();
    });
    return toDisposable(() => {
      wanted = false;
    });
  }

  close(): void {
    if (!this.open) return;
    this.carrier.close();
    this.closed();
  }

  /** Hands in one message from the far side. Ignored once closed. */
  receive(message: unknown): void {
    if (!this.open) return;
    if (!this.listening || this.held.length > 0) this.held.push(message);
    else this.messages.emit(message);
  }

  /** Says that the far side is gone. Safe twice. */
  closed(): void {
    if (!this.open) return;
    this.open = false;
    this.held.length = 0;
    try {
      this.closes.emit();
    } finally {
      this.messages.clear();
      this.closes.clear();
    }
  }

  /** Held messages leave one a turn: the listener's owner finishes its set-up first, and a listener that throws loses none. */
  private drain(): void {
    if (this.held.length === 0) return;
    void Promise.resolve().then(() => {
      if (!this.open) return;
      try {
        this.messages.emit(this.held[0]);
      } finally {
        this.held.shift();
        this.drain();
      }
    });
  }
}
