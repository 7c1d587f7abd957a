import type { Disposable } from '../base/disposable';

/**
 * One end of a two-way pipe of messages, in order, each whole. MessagePort, WebSocket and the in-memory pair all become one.
 * Messages are JSON-shaped values, in which Float64Arrays and Uint8Arrays may stand, which cross as bytes.
 * `onClose` fires once, whichever side closed; posting to a closed port is silently dropped.
 * A port holds incoming messages until the first `onMessage` listener is there.
 */
export interface Port {
  post(message: unknown): void;
  onMessage(listener: (message: unknown) => void): Disposable;
  onClose(listener: () => void): Disposable;
  close(): void;
}
