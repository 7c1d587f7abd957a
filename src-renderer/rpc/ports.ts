import { fromJson, toJson } from '@shared/rpc/json';
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

/** The page's end of an open WebSocket: one JSON text a message. What is no JSON ends the connection. */
export function socketPort(socket: WebSocket): Port {
  const port: QueuePort = new QueuePort({ send: (message) => socket.send(toJson(message)), close: () => socket.close() });
  socket.onmessage = (event: MessageEvent<unknown>) => {
    if (typeof event.data !== 'string') return;
    let message: unknown;
    try {
      message = fromJson(event.data);
    } catch {
      port.close();
      return;
    }
    port.receive(message);
  };
  socket.onclose = () => port.closed();
  return port;
}
