import { decodeMessage, encodeMessage } from '@shared/rpc/encode';
import { QueuePort } from '@shared/rpc/queue-port';
import type { Port } from '@shared/rpc/port';
import type { WebSocket } from 'ws';

/**
 * A page may have this many bytes on its way before its connection is closed; it connects anew. Far more than what flow control
 * lets it have, so only one that says it read what it did not gets here.
 */
const CLOSE_ABOVE = 96 * 1024 * 1024;

/** RFC 6455 close codes. */
const NOT_A_MESSAGE = 1007;
const TOO_SLOW = 1013;
const GOING = 1000;

/** A WebSocket as a port. What is no message closes it; so does a page that does not read what it said it had read. */
export function socketPort(socket: WebSocket, log: (text: string) => void, closeAbove = CLOSE_ABOVE): Port {
  const refuse = (code: number, reason: string): void => {
    log(`closed a page's connection: ${reason}`);
    socket.close(code, reason);
    port.closed();
  };
  const carrier = {
    send(message: unknown): void {
      const data = encodeMessage(message);
      if (socket.readyState !== socket.OPEN) return;
      if (socket.bufferedAmount > closeAbove) {
        // A closing handshake would wait in the very queue that is full.
        refuse(TOO_SLOW, 'it does not read what it asked for');
        socket.terminate();
        return;
      }
      socket.send(data);
    },
    close: () => socket.close(GOING),
  };
  const port = new QueuePort(carrier, (error) => log(`a page's message was not taken: ${String(error)}`));

  socket.binaryType = 'nodebuffer';
  socket.on('message', (data, isBinary) => {
    let message: unknown;
    try {
      message = decodeMessage(isBinary ? (data as Buffer) : String(data));
    } catch {
      refuse(NOT_A_MESSAGE, 'what it sent is no message');
      return;
    }
    port.receive(message);
  });
  // Oversize and broken frames arrive here; the socket closes itself with the right code.
  socket.on('error', (error) => log(`a page's connection failed: ${error.message}`));
  socket.on('close', () => port.closed());
  return port;
}
