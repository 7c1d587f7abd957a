import { timingSafeEqual } from 'node:crypto';
import { chmodSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Log } from '@shared/base/log';
import type { Port } from '@shared/rpc/port';
import { WebSocketServer, type WebSocket } from 'ws';
import { socketPort } from '../serve/socket-port';
import { newAddress, removeAddress, TOKEN_HEADER, writeAddress } from './address';

const MAX_MESSAGE_BYTES = 1024 * 1024;
const MAX_CONNECTIONS = 64;

export interface TerminalLink {
  close(): Promise<void>;
}

/**
 * Lets the terminal of the same user speak to this core, by a socket in the data folder that is for its owner alone: whoever can
 * open it could start programs as that person anyway. Never fails: without it a command of the terminal is refused as long as the
 * core runs.
 */
export async function listenForTerminals(dataDir: string, connect: (port: Port) => void, log: Log): Promise<TerminalLink> {
  const address = newAddress(dataDir);
  const expected = Buffer.from(address.token);
  const http = createServer((_, response) => void response.writeHead(426).end());
  const gate = new WebSocketServer({ noServer: true, clientTracking: false, maxPayload: MAX_MESSAGE_BYTES, perMessageDeflate: false });
  const sockets = new Set<WebSocket>();
  http.on('upgrade', (request, stream, head) => {
    stream.on('error', () => stream.destroy());
    const given = Buffer.from(String(request.headers[TOKEN_HEADER] ?? ''));
    if (given.length !== expected.length || !timingSafeEqual(given, expected) || sockets.size >= MAX_CONNECTIONS) {
      stream.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    gate.handleUpgrade(request, stream, head, (socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
      connect(socketPort(socket, (text) => log('warn', text)));
    });
  });
  try {
    // What a core before this one left; this one owns the folder.
    if (process.platform !== 'win32') rmSync(address.path, { force: true });
    await new Promise<void>((resolve, reject) => {
      http.once('error', reject);
      http.listen(address.path, () => {
        http.off('error', reject);
        resolve();
      });
    });
    http.on('error', (error) => log('warn', `the terminal cannot reach this core: ${error.message}`));
    if (process.platform !== 'win32') chmodSync(address.path, 0o600);
    writeAddress(dataDir, address);
  } catch (error) {
    log('warn', `the terminal cannot reach this core: ${error instanceof Error ? error.message : String(error)}`);
  }
  return {
    async close() {
      removeAddress(dataDir, address);
      gate.close();
      for (const socket of sockets) socket.terminate();
      http.closeAllConnections();
      if (http.listening) await new Promise<void>((resolve) => http.close(() => resolve()));
    },
  };
}
