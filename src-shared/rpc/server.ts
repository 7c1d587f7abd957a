import { assertNever } from '../base/assert-never';
import { DisposableStore, type Disposable } from '../base/disposable';
import { commands, isCommandName, isStreamName, streams, type CommandName, type StreamName } from '../contract';
import { AppError, isAppError } from '../contract/errors';
import { message } from '../text/message';
import { CancellationSource } from './cancellation';
import { ClientMessage, type ServerMessage } from './wire';
import type { Api, Cancellation, FrameSink } from './api';
import type { Port } from './port';
import type { z } from 'zod';

export interface ServeOptions {
  /** One line an entry. Never receives message contents, only what was wrong with them. */
  readonly log: (level: 'info' | 'warn' | 'error', text: string) => void;
  /** Calls not yet settled plus subscriptions, per port; beyond it both are refused with `too-large`. Default 1,000. */
  readonly maxPending?: number;
  /** Messages that break the protocol before the port is closed. Default 100. */
  readonly maxBadMessages?: number;
}

/**
 * Answers one port from the api until the port closes or the handle is disposed (which closes the port).
 * Then every running call is told of its cancellation and every stream is stopped.
 */
export function serve(port: Port, api: Api, options: ServeOptions): Disposable {
  const session = new Session(port, api, options);
  return { dispose: () => session.dispose() };
}

/** Handlers as the session sees them: one shape for all names, since the schemas have checked what goes in and comes out. */
type AnyCommand = (input: unknown, cancellation: Cancellation) => unknown;
type AnyStream = (params: unknown, sink: FrameSink<unknown>) => Disposable;

class Session {
  private readonly calls = new Map<number, CancellationSource>();
  private readonly subscriptions = new Map<number, Subscription>();
  private readonly stops = new DisposableStore();
  private readonly maxPending: number;
  private readonly maxBadMessages: number;
  private badMessages = 0;

  constructor(
    private readonly port: Port,
    private readonly api: Api,
    private readonly options: ServeOptions,
  ) {
    this.maxPending = options.maxPending ?? 1000;
    this.maxBadMessages = options.maxBadMessages ?? 100;
    this.stops.add(port.onClose(() => this.dispose()));
    this.stops.add(port.onMessage((message) => this.receive(message)));
  }

  dispose(): void {
    if (this.stops.isDisposed) return;
    this.stops.dispose();
    this.port.close();
    const running = [...this.calls.values()];
    const listening = [...this.subscriptions.values()];
    this.calls.clear();
    this.subscriptions.clear();
    for (const source of running) this.guard('cancelling a call', () => source.cancel());
    for (const subscription of listening) subscription.stop();
  }

  private receive(raw: unknown): void {
    const parsed = ClientMessage.safeParse(raw);
    if (!parsed.success) {
      this.refuse(firstIssue(parsed.error));
      return;
    }
    const message = parsed.data;
    switch (message.t) {
      case 'call':
        if (this.admit(message.id, (error) => this.send({ t: 'err', id: message.id, error })))
          void this.call(message.id, message.name, message.input);
        break;
      case 'cancel':
        this.cancel(message.id);
        break;
      case 'subscribe':
        if (this.admit(message.id, (error) => this.send({ t: 'end', id: message.id, frames: 0, error })))
          this.subscribe(message.id, message.name, message.params);
        break;
      case 'unsubscribe':
        this.subscriptions.get(message.id)?.stop();
        break;
      default:
        assertNever(message);
    }
  }

  /** A message that is not one: nobody can be answered. Who sends many of them is not one of our pages. */
  private refuse(why: string): void {
    this.badMessages += 1;
    this.options.log('warn', `refused a message from a page: ${why}`);
    if (this.badMessages < this.maxBadMessages) return;
    this.options.log('warn', `closed a page's connection after ${this.badMessages} refused messages`);
    this.dispose();
  }

  private admit(id: number, reject: (error: WireErrorBody) => void): boolean {
    if (this.calls.has(id) || this.subscriptions.has(id)) {
      this.refuse(`id ${id} is in use`);
      return false;
    }
    if (this.calls.size + this.subscriptions.size < this.maxPending) return true;
    this.options.log('warn', `refused a request: ${this.maxPending} are pending on this connection`);
    reject({ code: 'too-large', message: `more than ${this.maxPending} requests are pending` });
    return false;
  }

  private async call(id: number, name: string, input: unknown): Promise<void> {
    const source = new CancellationSource();
    this.calls.set(id, source);
    let answer: ServerMessage;
    try {
      answer = { t: 'ok', id, output: await this.run(name, input, source.token) };
    } catch (error) {
      answer = { t: 'err', id, error: this.toWire(error, name) };
    }
    // Until here it counts as pending even when cancelled: the work may still be going on.
    if (this.calls.delete(id) && !source.token.cancelled) this.send(answer);
  }

  private async run(name: string, input: unknown, cancellation: Cancellation): Promise<unknown> {
    if (!isCommandName(name)) throw new AppError('unknown-command', `no command is called ${JSON.stringify(name)}`);
    const parsed = commands[name].input.safeParse(input);
    if (!parsed.success) throw new AppError('invalid-input', firstIssue(parsed.error));
    const handler = this.api.commands[name satisfies CommandName] as AnyCommand;
    const output = commands[name].output.safeParse(await handler(parsed.data, cancellation));
    if (!output.success) throw new Error(`the output breaks its schema: ${firstIssue(output.error)}`);
    return output.data;
  }

  private cancel(id: number): void {
    const source = this.calls.get(id);
    if (!source || source.token.cancelled) return;
    this.guard('cancelling a call', () => source.cancel());
    this.send({ t: 'err', id, error: { code: 'cancelled', message: 'cancelled by the caller' } });
  }

  private subscribe(id: number, name: string, params: unknown): void {
    const end = (frames: number, error: unknown): void =>
      this.send({ t: 'end', id, frames, error: error === null ? null : this.toWire(error, name) });
    if (!isStreamName(name)) {
      end(0, new AppError('unknown-command', `no stream is called ${JSON.stringify(name)}`));
      return;
    }
    const parsed = streams[name].params.safeParse(params);
    if (!parsed.success) {
      end(0, new AppError('invalid-input', firstIssue(parsed.error)));
      return;
    }
    const handler = this.api.streams[name satisfies StreamName] as AnyStream;
    const subscription = new Subscription({
      start: (sink) => handler(parsed.data, sink),
      frame: (seq, frame) => {
        const checked = streams[name].frame.safeParse(frame);
        if (!checked.success) throw new Error(`a frame breaks its schema: ${firstIssue(checked.error)}`);
        this.send({ t: 'frame', id, seq, frame: checked.data });
      },
      ready: () => this.port.ready(),
      ended: end,
      stopped: () => this.subscriptions.delete(id),
      guard: (step) => this.guard(`stopping ${name}`, step),
    });
    this.subscriptions.set(id, subscription);
    subscription.run();
  }

  private send(message: ServerMessage): void {
    if (!this.stops.isDisposed) this.port.post(message);
  }

  private guard(what: string, step: () => void): void {
    try {
      step();
    } catch (error) {
      this.options.log('error', `${what} failed: ${describe(error)}`);
    }
  }

  /** What a caller may know. The words of an unexpected failure stay in the log: they can hold paths and contents. */
  private toWire(error: unknown, name: string): WireErrorBody {
    if (isAppError(error)) return { code: error.code, message: error.localized };
    this.options.log('error', `${name} failed: ${describe(error)}`);
    return { code: 'internal', message: message('message.core.failed') };
  }
}

type WireErrorBody = Extract<ServerMessage, { t: 'err' }>['error'];

interface SubscriptionParts {
  start(sink: FrameSink<unknown>): Disposable;
  /** Throws when the frame breaks its schema. */
  frame(seq: number, frame: unknown): void;
  ready(): Promise<void>;
  ended(frames: number, error: unknown): void;
  stopped(): void;
  guard(step: () => void): void;
}

/** One stream of one page. It is over after `stop` or the first `end`, whichever comes first. */
class Subscription {
  private handle: Disposable | null = null;
  private over = false;
  private frames = 0;

  constructor(private readonly parts: SubscriptionParts) {}

  run(): void {
    let handle: Disposable;
    try {
      handle = this.parts.start({
        push: (frame) => this.push(frame),
        ready: () => (this.over ? Promise.resolve() : this.parts.ready()),
        end: (error) => this.end(error ?? null),
      });
    } catch (error) {
      this.end(error);
      return;
    }
    // The handler may have ended it before returning.
    if (this.over) this.parts.guard(() => handle.dispose());
    else this.handle = handle;
  }

  stop(): void {
    if (this.over) return;
    this.over = true;
    this.parts.stopped();
    this.parts.guard(() => this.handle?.dispose());
  }

  private push(frame: unknown): void {
    if (this.over) return;
    try {
      this.parts.frame(this.frames + 1, frame);
      this.frames += 1;
    } catch (error) {
      this.end(error);
    }
  }

  private end(error: unknown): void {
    if (this.over) return;
    this.stop();
    this.parts.ended(this.frames, error);
  }
}

function firstIssue(error: z.ZodError): string {
  const issue = error.issues[0];
  if (!issue) return 'not as its schema says';
  const path = issue.path.join('.');
  return (path === '' ? issue.message : `${path}: ${issue.message}`).slice(0, 300);
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
