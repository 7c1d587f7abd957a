import { fromJson, toJson } from '@shared/rpc/json';
import { QueuePort } from '@shared/rpc/queue-port';
import type { Port } from '@shared/rpc/port';
import type { WebSocket } from 'ws';

export interface SocketLimits {
  /** Above this many bytes not yet taken by the page, frames of streams are left out (the page notices and subscribes anew). */
  readonly dropFramesAbove: number;
  /** Above this many, the connection is closed; the page connects anew when it has caught up. */
  readonly closeAbove: number;
}

export const socketLimits: SocketLimits = { dropFramesAbove: 4 * 1024 * 1024, closeAbove: 32 * 1024 * 1024 };

/** RFC 6455 close codes. */
const NOT_TEXT = 1003;
const NOT_JSON = 1007;
const TOO_SLOW = 1013;
const GOING = 1000;

/** A WebSocket as a port. What is not JSON text closes it; so does a page that does not read what it asked for. */
export function socketPort(socket: WebSocket, log: (text: string) => void, limits: SocketLimits = socketLimits): Port {
  let waiting: (() => void)[] = [];
  const wake = (): void => {
    const woken = waiting;
    waiting = [];
    for (const resolve of woken) resolve();
  };
  const refuse = (code: number, reason: string): void => {
    log(`closed a page's connection: ${reason}`);
    socket.close(code, reason);
    port.closed();
    wake();
  };
  const roomy = (): boolean => socket.bufferedAmount <= limits.dropFramesAbove / 2;
  const carrier = {
    send(message: unknown): void {
      if (socket.readyState !== socket.OPEN) return;
      if (socket.bufferedAmount > limits.closeAbove) {
        // A closing handshake would wait in the very queue that is full.
        refuse(TOO_SLOW, 'it does not read what it asked for');
        socket.terminate();
        return;
      }
      if (socket.bufferedAmount > limits.dropFramesAbove && isFrame(message)) return;
      socket.send(toJson(message), () => {
        if (waiting.length > 0 && roomy()) wake();
      });
    },
    close: () => {
      socket.close(GOING);
      wake();
    },
    ready: () => (roomy() || socket.readyState !== socket.OPEN ? Promise.resolve() : new Promise<void>((resolve) => waiting.push(resolve))),
  };
  const port = new QueuePort(carrier, (error) => log(`a page's message was not taken: ${String(error)}`));

  socket.on('message', (data, isBinary) => {
    if (isBinary) {
      refuse(NOT_TEXT, 'a binary message');
      return;
    }
    let message: unknown;
    try {
      message = fromJson(String(data));
    } catch {
      refuse(NOT_JSON, 'a message that is not JSON');
      return;
    }
    port.receive(message);
  });
  // Oversize and broken frames arrive here; the socket closes itself with the right code.
  socket.on('error', (error) => log(`a page's connection failed: ${error.message}`));
  socket.on('close', () => {
    port.closed();
    wake();
  });
  return port;
}

function isFrame(message: unknown): boolean {
  return typeof message === 'object' && message !== null && 't' in message && message.t === 'frame';
}
