import type { Disposable } from '../base/disposable';

/**
 * One end of a two-way pipe of messages, in order, each whole. MessagePort, WebSocket and the in-memory pair all become one.
 * Messages are JSON-shaped values. `onClose` fires once, whichever side closed; posting to a closed port is silently dropped.
 * A port holds incoming messages until the first `onMessage` listener is there.
 */
export interface Port {
  post(message: unknown): void;
  /**
   * Resolves when the far side has taken in enough of what was posted for more to make sense (at once where the transport
   * cannot tell), and when the port closes. Who sends much at a stretch waits for it between pieces.
   */
  ready(): Promise<void>;
  onMessage(listener: (message: unknown) => void): Disposable;
  onClose(listener: () => void): Disposable;
  close(): void;
}
