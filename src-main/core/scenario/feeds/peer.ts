import type { AddressInfo, Server, Socket } from 'node:net';
import type { CollectorSettings } from '@shared/model/collector';
import { AppError } from '@shared/contract/errors';
import type { MeteredRoom } from './room';

/** Nothing simulated is heard outside this machine. */
export const LOOPBACK = '127.0.0.1';

/** A feed as a file, ready for `feed add`. */
export interface ServedFeed {
  readonly kind: string;
  readonly name: string;
  readonly settings: CollectorSettings;
}

/** What speaks one protocol for the room's meters. */
export interface Peer {
  readonly feeds: readonly ServedFeed[];
  /** What the feeds' passwords are, by the names that they are to be kept under. */
  readonly passwords?: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** @param port 0 = a free one @throws {AppError} `conflict` when another program has it */
export type OpenPeer = (room: MeteredRoom, port: number) => Promise<Peer>;

/** What a port that cannot be had is said with. */
export function portRefusal(error: NodeJS.ErrnoException, port: number): Error {
  if (error.code === 'EADDRINUSE')
    return new AppError(
      'conflict',
      `Port ${port} of the served feeds is in use by another program: --serve-feeds takes another first port.`,
    );
  if (error.code === 'EACCES')
    return new AppError('conflict', `Port ${port} of the served feeds may not be used by you: --serve-feeds takes one above 1023.`);
  return error;
}

/** A server on loopback whose connections end with it. */
export class LoopbackServer {
  private readonly open = new Set<Socket>();

  private constructor(private readonly server: Server) {
    server.on('connection', (socket: Socket) => {
      this.open.add(socket);
      // Whoever reads goes away as they like.
      socket.on('error', () => undefined);
      socket.on('close', () => this.open.delete(socket));
    });
  }

  static async listen(server: Server, port: number): Promise<LoopbackServer> {
    const own = new LoopbackServer(server);
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error) => reject(portRefusal(error, port)));
      server.listen(port, LOOPBACK, resolve);
    });
    return own;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  close(): Promise<void> {
    for (const socket of this.open) socket.destroy();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }
}
