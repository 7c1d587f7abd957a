import { QueuePort } from '@shared/rpc/queue-port';
import type { MessagePortMain } from 'electron';
import type { Port } from '@shared/rpc/port';

/** Electron's MessagePort as a port. A page that reloads, crashes or closes lets go of its end, and this one closes. */
export function messagePort(carrier: MessagePortMain): Port {
  const port = new QueuePort({
    send: (message) => carrier.postMessage(message),
    close: () => carrier.close(),
  });
  carrier.on('message', (event) => port.receive(event.data));
  carrier.on('close', () => port.closed());
  carrier.start();
  return port;
}
