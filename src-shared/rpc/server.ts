import { assertNever } from '../base/assert-never';
import type { Log } from '../base/log';
import { DisposableStore, type Disposable } from '../base/disposable';
import { commands, isCommandName, isStreamName, streams, type CommandName, type StreamName } from '../contract';
import { AppError, isAppError } from '../contract/errors';
import { message, type Message } from '../text/message';
import { CancellationSource } from './cancellation';
import { sizeOf } from './encode';
import { Subscription } from './subscription';
import { ClientMessage, type ServerMessage } from './wire';
import type { Api, Cancellation, FrameSink } from './api';
import type { Port } from './port';
import type { z } from 'zod';

export interface ServeOptions {
  /** One line an entry. Never receives message contents, only what was wrong with them. */
  readonly log: Log;
  /** Takes out of what a caller is told of a failure what it must not know. Default: nothing. */
  readonly redact?: (message: Message) => Message;
  /** Calls not yet settled plus subscriptions, per port; beyond it both are refused with `too-large`. Default 1,000. */
  readonly maxPending?: number;
  /** What may be on its way to the page unread, bytes: of one stream, of all. Default {@link flowLimits}. */
  readonly limits?: FlowLimits;
  /** Messages that break the protocol before the port is closed. Default 100. */
  readonly maxBadMessages?: number;
}

export interface FlowLimits {
  /** A stream that has sent this much since the page last read waits; one frame may go beyond it. */
  readonly stream: number;
  /** Of all streams and large answers together. Beyond it no call is begun. */
  readonly port: number;
}

export const flowLimits: FlowLimits = { stream: 4 * 1024 * 1024, port: 32 * 1024 * 1024 };
/** Of a smaller answer no account is kept: the page has sent a message for each. */
const LARGE_ANSWER = 16 * 1024;

/**
 * Answers one port from the api until the port closes or the handle is disposed (which closes the port).
 * Then every running call is told of its cancellation and every stream is stopped.
 */
export function serve(port: Port, api: Api, options: ServeOptions): Disposable {
  const session = new Session(port, api, options);
  return { dispose: () => session.dispose() };
}

/**
 * Handlers as the session sees them: one shape for all names. What goes in has passed its schema here, where it enters; what
 * comes out passes its own where that enters, at the page.
 */
type AnyCommand = (input: unknown, cancellation: Cancellation) => unknown;
type AnyStream = (params: unknown, sink: FrameSink<unknown>) => Disposable;

class Session {
  private readonly calls = new Map<number, CancellationSource>();
  /** Calls that begin once the page has read more. */
  private readonly held = new Map<number, () => void>();
  /** Size of each large answer on its way. */
  private readonly answers = new Map<number, number>();
  private readonly subscriptions = new Map<number, Subscription>();
  private readonly stops = new DisposableStore();
  private readonly maxPending: number;
  private readonly maxBadMessages: number;
  private readonly limits: FlowLimits;
  private badMessages = 0;
  /** What is on its way to the page, bytes. */
  private unread = 0;
  private goingOn = false;

  constructor(
    private readonly port: Port,
    private readonly api: Api,
    private readonly options: ServeOptions,
  ) {
    this.maxPending = options.maxPending ?? 1000;
    this.maxBadMessages = options.maxBadMessages ?? 100;
    this.limits = options.limits ?? flowLimits;
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
    this.held.clear();
    this.answers.clear();
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
          this.begin(message.id, message.name, message.input);
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
      case 'read':
        this.read(message.id, message.bytes);
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
    if (this.calls.has(id) || this.answers.has(id) || this.subscriptions.has(id)) {
      this.refuse(`id ${id} is in use`);
      return false;
    }
    if (this.calls.size + this.subscriptions.size < this.maxPending) return true;
    this.options.log('warn', `refused a request: ${this.maxPending} are pending on this connection`);
    reject({ code: 'too-large', message: `more than ${this.maxPending} requests are pending` });
    return false;
  }

  private get hasCredit(): boolean {
    return this.unread < this.limits.port;
  }

  /** A page that reads nothing has its calls wait: an answer that nobody takes would fill this process's memory. */
  private begin(id: number, name: string, input: unknown): void {
    const source = new CancellationSource();
    this.calls.set(id, source);
    if (this.hasCredit) void this.call(id, source, name, input);
    else this.held.set(id, () => void this.call(id, source, name, input));
  }

  private read(id: number, bytes: number): void {
    const answer = this.answers.get(id);
    if (answer === undefined) this.subscriptions.get(id)?.read(bytes);
    else {
      this.answers.delete(id);
      this.sent(-answer);
    }
  }

  /** What goes on its way, and (negative) what was read or given up; then those that waited for it go on. */
  private sent(bytes: number): void {
    this.unread += bytes;
    if (bytes >= 0 || this.goingOn) return;
    this.goingOn = true;
    void Promise.resolve().then(() => this.goOn());
  }

  private goOn(): void {
    this.goingOn = false;
    for (const subscription of [...this.subscriptions.values()]) subscription.goOn();
    for (const [heldId, start] of [...this.held]) {
      if (!this.hasCredit) return;
      this.held.delete(heldId);
      start();
    }
  }

  private async call(id: number, source: CancellationSource, name: string, input: unknown): Promise<void> {
    const answer = await this.run(name, input, source.token).then(
      (output) => () => this.answer(id, output),
      (error: unknown) => () => this.send({ t: 'err', id, error: this.toWire(error, name) }),
    );
    // Until here it counts as pending even when cancelled: the work may still be going on.
    if (!this.calls.delete(id) || source.token.cancelled) return;
    try {
      answer();
    } catch (error) {
      this.send({ t: 'err', id, error: this.toWire(error, name) });
    }
  }

  /** Throws when the transport cannot carry it. */
  private answer(id: number, output: unknown): void {
    const size = sizeOf(output);
    const bytes = size < LARGE_ANSWER ? 0 : size;
    this.send({ t: 'ok', id, bytes, output });
    if (bytes === 0) return;
    this.answers.set(id, bytes);
    this.sent(bytes);
  }

  private async run(name: string, input: unknown, cancellation: Cancellation): Promise<unknown> {
    if (!isCommandName(name)) throw new AppError('unknown-command', `no command is called ${JSON.stringify(name)}`);
    const parsed = commands[name].input.safeParse(input);
    if (!parsed.success) throw new AppError('invalid-input', firstIssue(parsed.error));
    const handler = this.api.commands[name satisfies CommandName] as AnyCommand;
    return await handler(parsed.data, cancellation);
  }

  private cancel(id: number): void {
    const source = this.calls.get(id);
    if (!source || source.token.cancelled) return;
    this.guard('cancelling a call', () => source.cancel());
    if (this.held.delete(id)) this.calls.delete(id);
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
      limit: this.limits.stream,
      hasCredit: () => this.hasCredit,
      sent: (bytes) => this.sent(bytes),
      frame: (seq, bytes, frame) => this.send({ t: 'frame', id, seq, bytes, frame }),
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
    if (isAppError(error)) return { code: error.code, message: this.options.redact?.(error.localized) ?? error.localized };
    this.options.log('error', `${name} failed: ${describe(error)}`);
    return { code: 'internal', message: message('message.core.failed') };
  }
}

type WireErrorBody = Extract<ServerMessage, { t: 'err' }>['error'];

function firstIssue(error: z.ZodError): string {
  const issue = error.issues[0];
  if (!issue) return 'not as its schema says';
  const path = issue.path.join('.');
  return (path === '' ? issue.message : `${path}: ${issue.message}`).slice(0, 300);
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
