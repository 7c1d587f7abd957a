import type { OnListenerError } from '../base/emitter';
import { decodeMessage, encodeMessage } from './encode';
import { QueuePort } from './queue-port';
import type { Port } from './port';

/**
 * Two connected ports in memory, for a caller that lives in the core's own process and for tests.
 * Messages arrive in a later turn, in order, as copies: what would not survive the wire does not survive here.
 * What was posted before `close` still arrives, then the far side closes.
 */
export function createPortPair(onListenerError?: OnListenerError): [Port, Port] {
  const left: QueuePort = half(() => right, onListenerError);
  const right: QueuePort = half(() => left, onListenerError);
  return [left, right];
}

function half(other: () => QueuePort, onListenerError?: OnListenerError): QueuePort {
  const later = (step: () => void): void => void Promise.resolve().then(step);
  const carrier = {
    send(message: unknown): void {
      const data = encodeMessage(message);
      later(() => other().receive(decodeMessage(data)));
    },
    close: () => later(() => other().closed()),
  };
  return new QueuePort(carrier, onListenerError);
}
