import { Socket } from 'node:net';
import { message, MessageError, type Message } from '@shared/text/message';

/** An answer that takes longer is given up, ms. A gateway waits for the meter behind it. */
const ANSWER_MS = 3_000;
const CONNECT_MS = 5_000;
/** After so many answers given up in a row the connection is made anew: it may be half open. */
const MISSES_MAX = 3;
/** "Busy" is asked again after so long, ms, so often. */
const BUSY_MS = 250;
const BUSY_TRIES = 3;
/** Bytes of unit and PDU: Modbus Application Protocol V1.1b3, section 4.1. */
const LENGTH_MAX = 254;
const HEADER_BYTES = 7;
const BUSY = 6;

export type RegisterKind = 'holding' | 'input';
const FUNCTIONS: Readonly<Record<RegisterKind, number>> = { holding: 3, input: 4 };

/** A device's own refusal, by the number that it gives. */
export class ModbusRefusal extends MessageError {
  constructor(
    readonly code: number,
    what: Message,
  ) {
    super(what);
  }

  /** Such registers are not there, or not together. */
  get isAddress(): boolean {
    return this.code === 2 || this.code === 3;
  }
}

interface Waiting {
  readonly transaction: number;
  readonly unit: number;
  readonly code: number;
  readonly resolve: (data: Buffer) => void;
  readonly reject: (error: Error) => void;
}

/**
 * One connection to a device or a gateway. Requests go out one after another, whatever unit they are for: many meters answer one at a
 * time, and a gateway's line carries one. An answer that comes after it was given up is passed by, and the next is waited for.
 */
export class ModbusConnection {
  private socket: Socket | null = null;
  private received: Buffer = Buffer.alloc(0);
  private waiting: Waiting | null = null;
  private transaction = 0;
  private misses = 0;
  private queue: Promise<unknown> = Promise.resolve();
  private closed = false;

  constructor(
    private readonly host: string,
    private readonly port: number,
  ) {}

  /**
   * @param address of the first register, as it goes over the wire: 0 is the first
   * @throws {ModbusRefusal} what the device says; {MessageError} what became of the connection
   */
  readRegisters(unit: number, kind: RegisterKind, address: number, count: number, signal: AbortSignal): Promise<number[]> {
    const pdu = Buffer.alloc(5);
    pdu.writeUInt8(FUNCTIONS[kind], 0);
    pdu.writeUInt16BE(address, 1);
    pdu.writeUInt16BE(count, 3);
    return this.inTurn(async () => {
      const data = await this.patient(unit, pdu, signal);
      if (data.length !== 1 + count * 2 || data[0] !== count * 2) {
        this.drop();
        throw new MessageError(message('message.modbus.garbage', { host: this.address }));
      }
      return Array.from({ length: count }, (_, i) => data.readUInt16BE(1 + i * 2));
    }, signal);
  }

  close(): void {
    this.closed = true;
    this.drop();
  }

  private get address(): string {
    return `${this.host}:${this.port}`;
  }

  private inTurn<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    const done = this.queue.then(() => {
      signal.throwIfAborted();
      return work();
    });
    this.queue = done.catch(() => undefined);
    return done;
  }

  private async patient(unit: number, pdu: Buffer, signal: AbortSignal): Promise<Buffer> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.fresh(unit, pdu, signal);
      } catch (error) {
        if (!(error instanceof ModbusRefusal && error.code === BUSY && tries < BUSY_TRIES)) throw error;
        await new Promise((resolve) => setTimeout(resolve, BUSY_MS * tries));
      }
    }
  }

  /** Devices end idle connections: of one that was there before, a failure is no answer, and it is asked once more on a new one. */
  private async fresh(unit: number, pdu: Buffer, signal: AbortSignal): Promise<Buffer> {
    const wasOpen = this.socket !== null;
    try {
      return await this.exchange(await this.connected(signal), unit, pdu, signal);
    } catch (error) {
      if (!(wasOpen && error instanceof ConnectionLost) || signal.aborted) throw error;
      return this.exchange(await this.connected(signal), unit, pdu, signal);
    }
  }

  private connected(signal: AbortSignal): Promise<Socket> {
    if (this.closed) return Promise.reject(new MessageError(message('message.modbus.closed', { host: this.address })));
    if (this.socket) return Promise.resolve(this.socket);
    return new Promise((resolve, reject) => {
      const socket = new Socket();
      const fail = (what: Message): void => {
        settled();
        socket.destroy();
        reject(new MessageError(what));
      };
      const timer = setTimeout(() => fail(message('message.modbus.silent', { host: this.address })), CONNECT_MS);
      const onAbort = (): void => fail(message('message.modbus.closed', { host: this.address }));
      const onError = (error: NodeJS.ErrnoException): void => fail(connectFailure(error, this.host, this.address));
      const settled = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
        socket.off('error', onError);
        // Whatever it says from here on is heard at its close.
        socket.on('error', () => undefined);
      };
      signal.addEventListener('abort', onAbort, { once: true });
      socket.on('error', onError);
      socket.connect({ host: this.host, port: this.port, noDelay: true, keepAlive: true }, () => {
        settled();
        this.socket = socket;
        this.received = Buffer.alloc(0);
        this.misses = 0;
        socket.on('data', (part) => this.take(socket, part));
        socket.on('close', () => this.lose(socket));
        resolve(socket);
      });
    });
  }

  private exchange(socket: Socket, unit: number, pdu: Buffer, signal: AbortSignal): Promise<Buffer> {
    this.transaction = (this.transaction + 1) & 0xffff;
    const { transaction } = this;
    const frame = Buffer.alloc(HEADER_BYTES);
    frame.writeUInt16BE(transaction, 0);
    frame.writeUInt16BE(pdu.length + 1, 4);
    frame.writeUInt8(unit, 6);
    return new Promise<Buffer>((resolve, reject) => {
      const end = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
        this.waiting = null;
      };
      const giveUp = (): void => {
        end();
        this.misses += 1;
        if (this.misses >= MISSES_MAX) this.drop();
        reject(new MessageError(message('message.modbus.noAnswer', { host: this.address, unit })));
      };
      const timer = setTimeout(giveUp, ANSWER_MS);
      const onAbort = (): void => giveUp();
      signal.addEventListener('abort', onAbort, { once: true });
      this.waiting = {
        transaction,
        unit,
        code: pdu[0] ?? 0,
        resolve: (data) => {
          end();
          this.misses = 0;
          resolve(data);
        },
        reject: (error) => {
          end();
          reject(error);
        },
      };
      socket.write(Buffer.concat([frame, pdu]));
    });
  }

  private take(socket: Socket, part: Buffer): void {
    if (socket !== this.socket) return;
    this.received = this.received.length === 0 ? part : Buffer.concat([this.received, part]);
    while (this.received.length >= HEADER_BYTES + 1) {
      const length = this.received.readUInt16BE(4);
      if (this.received.readUInt16BE(2) !== 0 || length < 2 || length > LENGTH_MAX) {
        // Whatever follows cannot be told apart any more.
        const { waiting } = this;
        this.drop();
        waiting?.reject(new MessageError(message('message.modbus.garbage', { host: this.address })));
        return;
      }
      if (this.received.length < 6 + length) return;
      const frame = this.received.subarray(0, 6 + length);
      this.received = this.received.subarray(6 + length);
      this.hear(frame);
    }
  }

  private hear(frame: Buffer): void {
    const { waiting } = this;
    // The answer to a request that was given up.
    if (waiting === null || frame.readUInt16BE(0) !== waiting.transaction) return;
    const code = frame.readUInt8(7);
    if ((code & 0x7f) !== waiting.code || (frame.readUInt8(6) !== waiting.unit && waiting.unit !== 0 && waiting.unit !== 255)) {
      this.drop();
      waiting.reject(new MessageError(message('message.modbus.garbage', { host: this.address })));
    } else if (code & 0x80) waiting.reject(refusal(frame.length > 8 ? frame.readUInt8(8) : 0, this.address, waiting.unit));
    else waiting.resolve(frame.subarray(8));
  }

  private lose(socket: Socket): void {
    if (socket !== this.socket) return;
    this.socket = null;
    this.waiting?.reject(new ConnectionLost(message('message.modbus.lost', { host: this.address })));
  }

  private drop(): void {
    const { socket } = this;
    this.socket = null;
    this.misses = 0;
    socket?.destroy();
  }
}

class ConnectionLost extends MessageError {}

function refusal(code: number, host: string, unit: number): ModbusRefusal {
  if (code === 0x0a || code === 0x0b) return new ModbusRefusal(code, message('message.modbus.behind', { host, unit, code }));
  if (code === 1) return new ModbusRefusal(code, message('message.modbus.function', { host, unit }));
  if (code === 2 || code === 3) return new ModbusRefusal(code, message('message.modbus.address', { host, unit, code }));
  if (code === BUSY) return new ModbusRefusal(code, message('message.modbus.busy', { host, unit }));
  return new ModbusRefusal(code, message('message.modbus.refused', { host, unit, code }));
}

function connectFailure({ code, message: why }: NodeJS.ErrnoException, host: string, address: string): Message {
  if (code === 'ECONNREFUSED') return message('message.modbus.noServer', { host: address });
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return message('message.http.noHost', { host });
  return message('message.http.failed', { host: address, why });
}

const shared = new Map<string, { readonly connection: ModbusConnection; users: number }>();

export interface SharedConnection {
  readonly connection: ModbusConnection;
  /** The last user closes it. */
  release(): void;
}

/** The connection to a device, shared by all that read from it: many take only one. */
export function sharedConnection(host: string, port: number): SharedConnection {
  const key = `${host.toLowerCase()}:${port}`;
  let entry = shared.get(key);
  if (entry === undefined) shared.set(key, (entry = { connection: new ModbusConnection(host, port), users: 0 }));
  const own = entry;
  own.users += 1;
  let isReleased = false;
  return {
    connection: own.connection,
    release() {
      if (isReleased) return;
      isReleased = true;
      own.users -= 1;
      if (own.users > 0) return;
      if (shared.get(key) === own) shared.delete(key);
      own.connection.close();
    },
  };
}
