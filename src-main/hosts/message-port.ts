import { QueuePort } from '@shared/rpc/queue-port';
import type { MessagePortMain } from 'electron';
import type { Port } from '@shared/rpc/port';

/** Electron's MessagePort as a port. A page that reloads, crashes or closes lets go of its end, and this one closes. */
export function messagePort(carrier: MessagePortMain, log: (text: string) => void): Port {
  const port = new QueuePort({ send: (message) => carrier.postMessage(message), close: () => carrier.close() }, (error) => {
    log(`a page's message was not taken: ${String(error)}`);
  });
  carrier.on('message', (event) => port.receive(event.data));
  carrier.on('close', () => port.closed());
  carrier.start();
  return port;
}
