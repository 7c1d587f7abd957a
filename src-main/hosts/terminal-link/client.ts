import { connect } from 'node:net';
import { RpcClient } from '@shared/rpc/client';
import { WebSocket } from 'ws';
import { socketPort } from '../serve/socket-port';
import { readAddress, TOKEN_HEADER } from './address';

const CONNECT_MS = 5_000;

export interface LinkedCore {
  readonly client: RpcClient;
  /** Resolves when the connection is lost, as the core ends. */
  readonly lost: Promise<void>;
  close(): void;
}

/** A core that runs on this data folder; null = none does, or it cannot be reached from here. */
export function linkToCore(dataDir: string): Promise<LinkedCore | null> {
  const address = readAddress(dataDir);
  if (address === null) return Promise.resolve(null);
  return new Promise((resolve) => {
    const socket = new WebSocket('ws://localhost/', {
      headers: { [TOKEN_HEADER]: address.token },
      handshakeTimeout: CONNECT_MS,
      perMessageDeflate: false,
      createConnection: () => connect(address.path),
    });
    socket.once('error', () => resolve(null));
    socket.once('open', () => {
      const client = new RpcClient();
      const lost = new Promise<void>((told) => socket.once('close', () => told()));
      client.attach(socketPort(socket, () => undefined));
      resolve({
        client,
        lost,
        close: () => {
          client.dispose();
          socket.close();
        },
      });
    });
  });
}
