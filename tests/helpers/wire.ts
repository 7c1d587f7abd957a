import type { Disposable } from '@shared/base/disposable';
import { Emitter } from '@shared/base/emitter';
import type { CommandInput, CommandName, CommandOutput, StreamName, StreamParams } from '@shared/contract';
import type { AppError } from '@shared/contract/errors';
import { createPortPair } from '@shared/rpc/pair';
import type { Port } from '@shared/rpc/port';
import { ClientMessage, ServerMessage } from '@shared/rpc/wire';

/** A call that went over the wire. */
export interface TappedCall<N extends CommandName = CommandName> {
  readonly name: N;
  readonly input: CommandInput<N>;
  /** The page has said that it wants no answer any more. */
  cancelled: boolean;
  /** What the core answered, once it has; it may not have reached the page yet. */
  output: CommandOutput<N> | null;
}

/** One that the wire keeps back. */
export interface HeldCall<N extends CommandName = CommandName> extends TappedCall<N> {
  /** Lets the call go on to the core, and its answer to the page. */
  release(): void;
}

/** A subscription that went over the wire. */
export interface TappedStream<N extends StreamName = StreamName> {
  readonly name: N;
  readonly params: StreamParams<N>;
  /** Frames that the core has sent. */
  frames: number;
  /** The page unsubscribed, or the core ended it. */
  over: boolean;
}

type Forward = () => void;

/**
 * The wire between a page and its core, with a hand on it: it sees what goes over, and can cut it, keep a call back, or put a
 * failure in place of an answer. All else passes as it is; both halves encode and decode as a connection does.
 */
export class Wire {
  readonly calls: TappedCall[] = [];
  readonly streams: TappedStream[] = [];
  private readonly refusals = new Map<CommandName, AppError[]>();
  private readonly holding = new Map<CommandName, HeldCall[]>();
  private readonly messages = new Emitter<void>('rethrow');
  private open: { readonly page: Port; readonly core: Port; readonly byId: Map<number, TappedStream> } | null = null;

  /** @param connect has the core serve a port */
  constructor(private readonly connect: (port: Port) => Disposable) {}

  /** The page's end of a new connection. */
  plug(): Port {
    this.cut();
    const [page, near] = createPortPair();
    const [far, core] = createPortPair();
    const calls = new Map<number, TappedCall>();
    const byId = new Map<number, TappedStream>();
    const own = { page: near, core: far, byId };
    this.open = own;
    near.onMessage((raw) => this.fromPage(ClientMessage.parse(raw), own, calls));
    far.onMessage((raw) => {
      const message = ServerMessage.parse(raw);
      const call = calls.get(message.t === 'ok' ? message.id : -1);
      if (call && message.t === 'ok') call.output = message.output as CommandOutput<CommandName>;
      const stream = byId.get(message.id);
      if (stream && message.t === 'frame') stream.frames += 1;
      if (stream && message.t === 'end') stream.over = true;
      near.post(raw);
      this.messages.emit();
    });
    near.onClose(() => far.close());
    far.onClose(() => near.close());
    this.connect(core);
    return page;
  }

  /** The connection is lost, as when a core ends. */
  cut(): void {
    this.open?.page.close();
    this.open?.core.close();
    this.open = null;
  }

  /** The next call of this name is refused before it reaches the core. */
  refuse(name: CommandName, error: AppError): void {
    this.refusals.set(name, [...(this.refusals.get(name) ?? []), error]);
  }

  /** Keeps back all calls of this name from now on. @returns them, as they come */
  hold<N extends CommandName>(name: N): readonly HeldCall<N>[] {
    const held: HeldCall[] = [];
    this.holding.set(name, held);
    return held as unknown as readonly HeldCall<N>[];
  }

  /** Ends a stream with an error, as a core does whose source of it failed. */
  fail(name: StreamName, error: AppError): void {
    for (const [id, stream] of this.open?.byId ?? []) {
      if (stream.name !== name || stream.over) continue;
      stream.over = true;
      this.open?.core.post({ t: 'unsubscribe', id });
      this.open?.page.post({ t: 'end', id, frames: stream.frames, error: { code: error.code, message: error.localized } });
    }
  }

  callsOf<N extends CommandName>(name: N): readonly TappedCall<N>[] {
    return this.calls.filter((call) => call.name === name) as unknown as readonly TappedCall<N>[];
  }

  streamsOf<N extends StreamName>(name: N): readonly TappedStream<N>[] {
    return this.streams.filter((stream) => stream.name === name) as unknown as readonly TappedStream<N>[];
  }

  /** Resolves once what went over the wire makes it true. */
  until(holds: () => boolean): Promise<void> {
    return new Promise((done) => {
      if (holds()) return done();
      const listening = this.messages.on(() => {
        // The page deals with the message first.
        setImmediate(() => {
          if (!holds()) return;
          listening.dispose();
          done();
        });
      });
    });
  }

  private fromPage(message: ClientMessage, own: NonNullable<Wire['open']>, calls: Map<number, TappedCall>): void {
    const forward: Forward = () => own.core.post(message);
    switch (message.t) {
      case 'call': {
        const name = message.name as CommandName;
        const call: TappedCall = { name, input: message.input as CommandInput<CommandName>, cancelled: false, output: null };
        this.calls.push(call);
        calls.set(message.id, call);
        const refusal = this.refusals.get(name)?.shift();
        if (refusal) own.page.post({ t: 'err', id: message.id, error: { code: refusal.code, message: refusal.localized } });
        else this.passOrHold(call, forward);
        break;
      }
      case 'cancel': {
        const call = calls.get(message.id);
        if (call) call.cancelled = true;
        forward();
        break;
      }
      case 'subscribe': {
        const stream: TappedStream = {
          name: message.name as StreamName,
          params: message.params as StreamParams<StreamName>,
          frames: 0,
          over: false,
        };
        this.streams.push(stream);
        own.byId.set(message.id, stream);
        forward();
        break;
      }
      case 'unsubscribe': {
        const stream = own.byId.get(message.id);
        if (stream) stream.over = true;
        forward();
        break;
      }
      case 'read':
        forward();
    }
    this.messages.emit();
  }

  private passOrHold(call: TappedCall, forward: Forward): void {
    const held = this.holding.get(call.name);
    if (held === undefined) return forward();
    held.push(Object.assign(call, { release: forward }));
  }
}

/** Lets every message that is on its way over a port pair arrive. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 4; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
