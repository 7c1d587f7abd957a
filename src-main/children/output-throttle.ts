const EVERY_MS = 100;
const HELD_MAX = 256 * 1024;

export type TextSource = 'stdout' | 'stderr';

/**
 * Passes on what a trainer prints, both streams in the order they came, ten times a second and about 256 Ki characters
 * at most. Beyond that it stops reading: the pipes fill and the flooding program waits, instead of this process working
 * for it.
 */
export class OutputThrottle {
  /** Resolves when both pipes have come to their end and all was passed on. */
  readonly ended: Promise<void>;
  private readonly open = new Map<TextSource, NodeJS.ReadableStream>();
  private held: { readonly source: TextSource; text: string }[] = [];
  private heldLength = 0;
  private timer: NodeJS.Timeout | null = null;
  private limited = true;
  private announceEnd: () => void = () => undefined;

  /** @param streams a utility process's, those it has */
  constructor(
    streams: Readonly<Record<TextSource, NodeJS.ReadableStream | null>>,
    private readonly pass: (source: TextSource, text: string) => void,
  ) {
    this.ended = new Promise((resolve) => {
      this.announceEnd = resolve;
    });
    for (const source of ['stdout', 'stderr'] as const) {
      const stream = streams[source];
      if (!stream) continue;
      this.read(source, stream);
      // Electron feeds this stream from the pipe's own socket and forgets it when the process ends, whatever is still in
      // the pipe: a crash's last words. So the socket itself is read, to its end.
      stream.once('pipe', (socket: NodeJS.ReadableStream) => {
        socket.unpipe();
        stream.removeAllListeners('data');
        stream.removeAllListeners('end');
        this.read(source, socket);
      });
    }
    if (this.open.size === 0) this.announceEnd();
  }

  /** For when the program has ended: what its pipes still hold is little, and the most telling. */
  release(): void {
    this.limited = false;
    this.resume();
  }

  /** Passes on what is held and reads no more. */
  dispose(): void {
    for (const pipe of this.open.values()) pipe.pause();
    this.flush();
  }

  private read(source: TextSource, pipe: NodeJS.ReadableStream): void {
    this.open.set(source, pipe);
    const end = (): void => {
      this.open.delete(source);
      if (this.open.size > 0) return;
      this.flush();
      this.announceEnd();
    };
    pipe.setEncoding('utf8');
    pipe.on('data', (text: string) => this.hold(source, text));
    pipe.on('end', end);
    // A broken pipe is the end of one.
    pipe.on('error', end);
  }

  private hold(source: TextSource, text: string): void {
    const last = this.held.at(-1);
    if (last?.source === source) last.text += text;
    else this.held.push({ source, text });
    this.heldLength += text.length;
    if (this.limited && this.heldLength >= HELD_MAX) for (const pipe of this.open.values()) pipe.pause();
    this.timer ??= setTimeout(() => {
      this.flush();
      this.resume();
    }, EVERY_MS);
  }

  private resume(): void {
    for (const pipe of this.open.values()) pipe.resume();
  }

  private flush(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    const chunks = this.held;
    this.held = [];
    this.heldLength = 0;
    for (const { source, text } of chunks) this.pass(source, text);
  }
}
