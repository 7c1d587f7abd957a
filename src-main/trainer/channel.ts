import { Socket } from 'node:net';
import { createInterface } from 'node:readline';

/** The trainer's way to its parent: whole lines out and in. */
export interface Channel {
  send(line: string): void;
  onLine(listener: (line: string) => void): void;
  /** Fires once when the parent is gone. */
  onClosed(listener: () => void): void;
  /** Resolves when what was sent has left, or can no longer leave. */
  drain(): Promise<void>;
}

/** File descriptor of the event lines under plain Node; stdout and stderr stay free for text. */
const EVENT_FD = 3;

/** What this program uses of Electron's `process.parentPort` and of a port handed over on it. */
interface MessageEventLike {
  readonly data: unknown;
  readonly ports?: readonly PortLike[];
}
interface PortLike {
  on(event: 'message', listener: (event: MessageEventLike) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  postMessage(message: unknown): void;
  start?(): void;
}

/** A child of plain Node: event lines on fd 3, requests as lines on stdin, whose end means that the parent is gone. */
function openPipes(): Channel {
  const out = new Socket({ fd: EVENT_FD, readable: false, writable: true });
  const requests = createInterface({ input: process.stdin, crlfDelay: Infinity });
  let gone: (() => void) | null = null;
  const announce = (): void => {
    gone?.();
    gone = null;
  };
  out.on('error', announce);
  // A closed stdout or stderr must not end a run that can still report.
  process.stdout.on('error', () => undefined);
  process.stderr.on('error', () => undefined);
  process.stdin.on('error', announce);
  requests.on('close', announce);
  return {
    send: (line) => {
      if (out.writable) out.write(`${line}\n`);
    },
    onLine: (listener) => void requests.on('line', listener),
    onClosed: (listener) => {
      gone = listener;
    },
    drain: () =>
      new Promise((resolve) => {
        if (!out.writable) return resolve();
        out.once('close', resolve);
        out.end(resolve);
      }),
  };
}

/** An Electron utility process: each message is one line; a port that comes with a message takes over as the channel, whatever the message. */
function openParentPort(parent: PortLike): Channel {
  let port = parent;
  const lines = new Set<(line: string) => void>();
  let gone: (() => void) | null = null;
  const listen = (to: PortLike): void => {
    to.on('message', (event) => {
      const handedOver = event.ports?.[0];
      if (handedOver) {
        port = handedOver;
        listen(handedOver);
        handedOver.start?.();
        return;
      }
      if (typeof event.data === 'string') for (const listener of lines) listener(event.data);
    });
    to.on('close', () => {
      gone?.();
      gone = null;
    });
  };
  listen(parent);
  return {
    send: (line) => port.postMessage(line),
    onLine: (listener) => void lines.add(listener),
    onClosed: (listener) => {
      gone = listener;
    },
    // Messages leave through another thread of the process; a turn of the loop hands them over.
    drain: () => new Promise((resolve) => setTimeout(resolve, 50)),
  };
}

export function openChannel(): Channel {
  const { parentPort } = process as NodeJS.Process & { parentPort?: PortLike };
  return parentPort ? openParentPort(parentPort) : openPipes();
}
