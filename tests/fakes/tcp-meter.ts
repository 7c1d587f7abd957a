import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net';
import { z } from 'zod';
import type { Reading } from '@shared/model/series';
import type { Collector } from '../../src-main/core/telemetry/collector';
import { settableKind } from '../../src-main/core/telemetry/collector-kind';
import { sensorItem } from '../../src-main/core/telemetry/collectors/items';

/** A meter on the network: each line that comes is answered by what it draws, "123.4\n". */
export class TcpMeter {
  powerW = 100;
  readonly open = new Set<Socket>();
  port = 0;
  private readonly server: Server;

  private constructor() {
    this.server = createServer((socket) => {
      this.open.add(socket);
      socket.on('data', () => socket.write(`${this.powerW}\n`));
      socket.on('error', () => undefined);
      socket.on('close', () => this.open.delete(socket));
    });
  }

  static async listen(): Promise<TcpMeter> {
    const meter = new TcpMeter();
    await new Promise<void>((done) => meter.server.listen(0, '127.0.0.1', done));
    meter.port = (meter.server.address() as AddressInfo).port;
    return meter;
  }

  close(): Promise<void> {
    for (const socket of this.open) socket.destroy();
    return new Promise((done) => this.server.close(() => done()));
  }
}

const Settings = z
  .object({ port: z.number(), device: z.string(), factor: z.number() })
  .refine(({ device }) => !device.startsWith('gpu'), { path: ['device'], message: 'a meter is no GPU' });
type Settings = z.infer<typeof Settings>;

/** One question on a connection that is kept open until it is ended. */
class Peer {
  private socket: Socket | null = null;

  constructor(private readonly port: number) {}

  ask(signal: AbortSignal): Promise<number> {
    return new Promise((resolve, reject) => {
      const socket = (this.socket ??= connect(this.port, '127.0.0.1'));
      const fail = (error: unknown): void => {
        this.end();
        reject(error instanceof Error ? error : new Error(String(error)));
      };
      socket.once('error', fail);
      socket.once('data', (data) => {
        socket.removeAllListeners('error');
        resolve(Number(String(data)));
      });
      signal.addEventListener('abort', () => fail(signal.reason), { once: true });
      socket.write('power?\n');
    });
  }

  end(): void {
    this.socket?.on('error', () => undefined).destroy();
    this.socket = null;
  }
}

const reading = ({ device, factor }: Settings, value: number): Reading => ({
  device,
  label: 'Meter',
  metric: 'tcp.power',
  definition: { name: 'Power', unit: 'W', kind: 'gauge', digits: 1, range: null },
  provenance: 'measured',
  value: value * factor,
});

/** A feed as they come with each protocol: one file. */
export const tcpKind = settableKind({
  id: 'tcp',
  name: 'TCP meter',
  isFeed: true,
  params: [
    { name: 'port', label: 'Port', type: 'integer', min: 1, max: 65_535, default: null },
    { name: 'device', label: 'Device', type: 'text', default: 'sensor/power/tcp' },
    { name: 'factor', label: 'Factor', type: 'number', above: 0, default: 1 },
  ],
  schema: Settings,
  create({ id, settings: first }) {
    let settings = first;
    const peer = new Peer(first.port);
    const collector: Collector = {
      id,
      periodMs: 1000,
      read: async (signal) => [reading(settings, await peer.ask(signal))],
      doctor: async () => [sensorItem(id, 'works', `port ${settings.port}`)],
      close: async () => peer.end(),
    };
    return {
      collectors: [collector],
      change(next) {
        if (next.port !== settings.port || next.device !== settings.device) return false;
        settings = next;
        return true;
      },
    };
  },
  async test({ settings }, _, signal) {
    const peer = new Peer(settings.port);
    try {
      return [reading(settings, await peer.ask(signal))];
    } finally {
      peer.end();
    }
  },
});
