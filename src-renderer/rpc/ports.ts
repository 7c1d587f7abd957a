import { decodeMessage, encodeMessage } from '@shared/rpc/encode';
import { QueuePort } from '@shared/rpc/queue-port';
import type { Port } from '@shared/rpc/port';

/** The page's end of a MessagePort from the desktop. Closes when the core's process ends. */
export function messagePort(channel: MessagePort): Port {
  const port: QueuePort = new QueuePort({ send: (message) => channel.postMessage(message), close: () => channel.close() });
  channel.onmessage = (event: MessageEvent<unknown>) => port.receive(event.data);
  channel.addEventListener('close', () => port.closed());
  channel.start();
  return port;
}

/** The page's end of an open WebSocket. What is no message ends the connection. */
export function socketPort(socket: WebSocket): Port {
  const port: QueuePort = new QueuePort({ send: (message) => socket.send(encodeMessage(message)), close: () => socket.close() });
  socket.binaryType = 'arraybuffer';
  socket.onmessage = (event: MessageEvent<unknown>) => {
    let message: unknown;
    try {
      message = decodeMessage(event.data instanceof ArrayBuffer ? new Uint8Array(event.data) : String(event.data));
    } catch {
      port.close();
      return;
    }
    port.receive(message);
  };
  socket.onclose = () => port.closed();
  return port;
}
