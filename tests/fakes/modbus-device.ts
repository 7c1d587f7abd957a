import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

export interface ModbusRequest {
  readonly transaction: number;
  readonly unit: number;
  readonly code: number;
  readonly address: number;
  readonly count: number;
}

type Answer = (request: ModbusRequest, socket: Socket, device: ModbusDevice) => void;

/** A device on Modbus TCP that can also answer late, in pieces, for another, or not at all. */
export class ModbusDevice {
  readonly holding = new Map<number, number>();
  readonly input = new Map<number, number>();
  readonly requests: ModbusRequest[] = [];
  readonly open = new Set<Socket>();
  /** How the next requests are answered; the last stays. Default: as a device does. */
  answers: Answer[] = [];
  port = 0;
  private readonly server: Server;

  private constructor() {
    this.server = createServer((socket) => {
      this.open.add(socket);
      let received = Buffer.alloc(0);
      socket.on('data', (part) => {
        received = Buffer.concat([received, part]);
        while (received.length >= 12) {
          const request = {
            transaction: received.readUInt16BE(0),
            unit: received.readUInt8(6),
            code: received.readUInt8(7),
            address: received.readUInt16BE(8),
            count: received.readUInt16BE(10),
          };
          received = received.subarray(12);
          this.requests.push(request);
          (this.answers.length > 1 ? this.answers.shift() : this.answers[0])?.(request, socket, this);
          if (this.answers.length === 0) this.reply(request, socket);
        }
      });
      socket.on('error', () => undefined);
      socket.on('close', () => this.open.delete(socket));
    });
  }

  static async listen(port = 0): Promise<ModbusDevice> {
    const device = new ModbusDevice();
    await new Promise<void>((done) => device.server.listen(port, '127.0.0.1', done));
    device.port = (device.server.address() as AddressInfo).port;
    return device;
  }

  set(address: number, words: readonly number[], into: 'holding' | 'input' = 'holding'): void {
    words.forEach((word, i) => this[into].set(address + i, word));
  }

  /** What a device answers: its registers, or exception 2 where one of them is not there. */
  frame({ transaction, unit, code, address, count }: ModbusRequest): Buffer {
    const table = code === 4 ? this.input : this.holding;
    const words = Array.from({ length: count }, (_, i) => table.get(address + i));
    if (words.includes(undefined)) return exceptionFrame({ transaction, unit, code }, 2);
    const frame = Buffer.alloc(9 + count * 2);
    frame.writeUInt16BE(transaction, 0);
    frame.writeUInt16BE(3 + count * 2, 4);
    frame.writeUInt8(unit, 6);
    frame.writeUInt8(code, 7);
    frame.writeUInt8(count * 2, 8);
    words.forEach((word, i) => frame.writeUInt16BE(word ?? 0, 9 + i * 2));
    return frame;
  }

  reply(request: ModbusRequest, socket: Socket): void {
    socket.write(this.frame(request));
  }

  async close(): Promise<void> {
    for (const socket of this.open) socket.destroy();
    await new Promise<void>((done) => this.server.close(() => done()));
  }
}

export function exceptionFrame(
  { transaction, unit, code }: Pick<ModbusRequest, 'transaction' | 'unit' | 'code'>,
  exception: number,
): Buffer {
  const frame = Buffer.from([0, 0, 0, 0, 0, 3, unit, code | 0x80, exception]);
  frame.writeUInt16BE(transaction, 0);
  return frame;
}
