import { assertNever } from '../base/assert-never';
import { DisposableStore, toDisposable, type Disposable } from '../base/disposable';
import { Emitter } from '../base/emitter';
import {
  commands,
  streams,
  type CommandInput,
  type CommandName,
  type CommandOutput,
  type StreamFrame,
  type StreamName,
  type StreamParams,
} from '../contract';
import { AppError } from '../contract/errors';
import { message } from '../text/message';
import { ServerMessage, type ClientMessage } from './wire';
import type { Cancellation } from './api';
import type { Port } from './port';

export interface StreamListener<N extends StreamName> {
  /**
   * `first`: the first frame since (re)subscribing, which holds all that is needed to be whole again.
   * Who takes long over a frame returns a promise: the core sends only so much as has been dealt with.
   */
  onFrame(frame: StreamFrame<N>, first: boolean): unknown;
  /** The core ended the stream; it is not subscribed again. Never called for a lost connection. */
  onEnd?(error: AppError | null): void;
}

interface PendingCall {
  settle(message: Extract<ServerMessage, { t: 'ok' | 'err' }>): void;
  fail(error: AppError): void;
}

interface Listening {
  /** Id on the present port; null while there is none. */
  id: number | null;
  /** Number of the last frame under that id. */
  seq: number;
  readonly name: StreamName;
  readonly params: () => unknown;
  readonly frame: (frame: unknown, first: boolean) => unknown;
  readonly end: (error: AppError | null) => void;
}

/** The core hears of what was read in steps of so many bytes, all streams together. */
const READ_STEP = 256 * 1024;

/**
 * The calling side of the contract. It outlives its ports: calls without one fail as `disconnected`,
 * subscriptions wait and are made anew on the next port.
 */
export class RpcClient {
  private port: Port | null = null;
  private portStops = new DisposableStore();
  private nextId = 1;
  private disposed = false;
  private readonly calls = new Map<number, PendingCall>();
  private readonly listening = new Set<Listening>();
  private readonly byId = new Map<number, Listening>();
  /** What was read of each stream and the core has not heard of, bytes, and their sum. */
  private readonly readBytes = new Map<number, number>();
  private readSum = 0;
  private readonly connection = new Emitter<boolean>('rethrow');

  get connected(): boolean {
    return this.port !== null;
  }

  /** Hears true and false as the port comes and goes; not called for the present state. */
  onConnected(listener: (connected: boolean) => void): Disposable {
    return this.connection.on(listener);
  }

  /** Takes the port over (an earlier one is closed) and subscribes all that waits. The handle detaches and closes it. */
  attach(port: Port): Disposable {
    if (this.disposed) {
      port.close();
      return toDisposable(() => undefined);
    }
    this.detach();
    this.port = port;
    this.portStops = new DisposableStore();
    const detach = toDisposable(() => {
      if (this.port === port) this.detach();
    });
    this.portStops.add(port.onClose(() => detach.dispose()));
    this.portStops.add(port.onMessage((message) => this.receive(message)));
    for (const entry of this.listening) this.open(entry);
    this.connection.emit(true);
    return detach;
  }

  /**
   * Asks the core. Rejects with an AppError only: what the core answered, `disconnected` without a port or when it closes
   * before the answer, `cancelled` at once when the cancellation fires, `internal` when the answer breaks its schema.
   */
  call<N extends CommandName>(name: N, input: CommandInput<N>, cancellation?: Cancellation): Promise<CommandOutput<N>> {
    return new Promise((resolve, reject) => {
      if (!this.port) {
        reject(new AppError('disconnected', message('message.core.notConnected', { name })));
        return;
      }
      if (cancellation?.cancelled) {
        reject(new AppError('cancelled', message('message.core.cancelledUnsent', { name })));
        return;
      }
      const id = this.nextId++;
      const finish = (): void => {
        this.calls.delete(id);
        onCancel?.dispose();
      };
      const fail = (error: AppError): void => {
        finish();
        reject(error);
      };
      const settle = (answer: Extract<ServerMessage, { t: 'ok' | 'err' }>): void => {
        if (answer.t === 'err') {
          fail(new AppError(answer.error.code, answer.error.message));
          return;
        }
        const output = commands[name].output.safeParse(answer.output);
        if (!output.success) {
          fail(new AppError('internal', message('message.core.badAnswer', { name }), { cause: output.error }));
          return;
        }
        finish();
        // The schema found under this very name has just passed it.
        resolve(output.data as CommandOutput<N>);
      };
      this.calls.set(id, { settle, fail });
      const onCancel = cancellation?.onCancel(() => {
        this.send({ t: 'cancel', id });
        fail(new AppError('cancelled', message('message.core.cancelled', { name })));
      });
      this.send({ t: 'call', id, name, input });
    });
  }

  /**
   * Listens to a stream until the handle is disposed or the core ends it, across lost connections.
   * @param params evaluated at each (re)subscription when a function, e.g. to ask only for what is new.
   */
  subscribe<N extends StreamName>(name: N, params: StreamParams<N> | (() => StreamParams<N>), listener: StreamListener<N>): Disposable {
    const entry: Listening = {
      id: null,
      seq: 0,
      name,
      params: typeof params === 'function' ? params : () => params,
      frame: (frame, first) => listener.onFrame(frame as StreamFrame<N>, first),
      end: (error) => listener.onEnd?.(error),
    };
    if (!this.disposed) {
      this.listening.add(entry);
      this.open(entry);
    }
    return toDisposable(() => {
      this.listening.delete(entry);
      this.abandon(entry);
    });
  }

  /** Closes the port, rejects what is pending, forgets every subscription. Safe twice. */
  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    this.detach();
    this.listening.clear();
    this.connection.clear();
  }

  private detach(): void {
    const port = this.port;
    if (!port) return;
    this.port = null;
    this.portStops.dispose();
    port.close();
    this.byId.clear();
    this.readBytes.clear();
    this.readSum = 0;
    for (const entry of this.listening) entry.id = null;
    for (const call of [...this.calls.values()]) call.fail(new AppError('disconnected', message('message.core.lost')));
    this.connection.emit(false);
  }

  private send(message: ClientMessage): void {
    this.port?.post(message);
  }

  private open(entry: Listening): void {
    if (!this.port) return;
    const id = this.nextId++;
    entry.id = id;
    entry.seq = 0;
    this.byId.set(id, entry);
    this.send({ t: 'subscribe', id, name: entry.name, params: entry.params() });
  }

  private abandon(entry: Listening): void {
    if (entry.id === null) return;
    this.byId.delete(entry.id);
    this.send({ t: 'unsubscribe', id: entry.id });
    entry.id = null;
  }

  private receive(raw: unknown): void {
    const parsed = ServerMessage.safeParse(raw);
    if (!parsed.success) {
      this.receiveBroken(raw);
      return;
    }
    const message = parsed.data;
    switch (message.t) {
      case 'ok':
        // Also of one that nobody waits for any more.
        if (message.bytes > 0) this.send({ t: 'read', id: message.id, bytes: message.bytes });
        this.calls.get(message.id)?.settle(message);
        break;
      case 'err':
        this.calls.get(message.id)?.settle(message);
        break;
      case 'frame':
        this.receiveFrame(message);
        break;
      case 'end':
        this.receiveEnd(message);
        break;
      default:
        assertNever(message);
    }
  }

  private receiveFrame(received: Extract<ServerMessage, { t: 'frame' }>): void {
    const entry = this.byId.get(received.id);
    if (!entry) return;
    if (received.seq !== entry.seq + 1) {
      this.abandon(entry);
      this.open(entry);
      return;
    }
    const frame = streams[entry.name].frame.safeParse(received.frame);
    if (!frame.success) {
      this.abandon(entry);
      this.finish(entry, new AppError('internal', message('message.core.badFrame', { name: entry.name }), { cause: frame.error }));
      return;
    }
    entry.seq = received.seq;
    const { port } = this;
    const read = (): void => {
      if (this.port === port && entry.id === received.id) this.haveRead(received.id, received.bytes);
    };
    let done: unknown = null;
    try {
      done = entry.frame(frame.data, received.seq === 1);
    } finally {
      if (done instanceof Promise) void done.finally(read);
      else read();
    }
  }

  private haveRead(id: number, bytes: number): void {
    this.readBytes.set(id, (this.readBytes.get(id) ?? 0) + bytes);
    this.readSum += bytes;
    if (this.readSum < READ_STEP) return;
    for (const [read, sum] of this.readBytes) this.send({ t: 'read', id: read, bytes: sum });
    this.readBytes.clear();
    this.readSum = 0;
  }

  private receiveEnd(message: Extract<ServerMessage, { t: 'end' }>): void {
    const entry = this.byId.get(message.id);
    if (!entry) return;
    this.byId.delete(message.id);
    entry.id = null;
    if (message.error === null && message.frames !== entry.seq) this.open(entry);
    else this.finish(entry, message.error && new AppError(message.error.code, message.error.message));
  }

  /** A message this side cannot read must not leave its caller waiting for ever. */
  private receiveBroken(raw: unknown): void {
    const id = typeof raw === 'object' && raw !== null && 'id' in raw && typeof raw.id === 'number' ? raw.id : null;
    if (id === null) return;
    const error = new AppError('internal', message('message.core.unreadable'));
    this.calls.get(id)?.fail(error);
    const entry = this.byId.get(id);
    if (!entry) return;
    this.abandon(entry);
    this.finish(entry, error);
  }

  private finish(entry: Listening, error: AppError | null): void {
    this.listening.delete(entry);
    entry.end(error);
  }
}
