const EVERY_MS = 100;
const AT_MOST = 256 * 1024;

/**
 * Passes a trainer's free text on in pieces, ten a second of about 256 Ki characters at most. Beyond that it stops
 * reading: the pipe fills and the flooding program waits, instead of this process working for it.
 */
export class TextValve {
  private held = '';
  private timer: NodeJS.Timeout | null = null;
  private limited = true;

  constructor(
    private readonly source: NodeJS.ReadableStream,
    private readonly pass: (text: string) => void,
  ) {
    source.setEncoding('utf8');
    source.on('data', (text: string) => this.take(text));
  }

  /** For when the program has ended: what its pipe still holds is little, and the most telling. */
  open(): void {
    this.limited = false;
    this.source.resume();
  }

  /** Passes on what is held and reads no more. */
  dispose(): void {
    this.source.pause();
    this.flush();
  }

  private take(text: string): void {
    this.held += text;
    if (this.limited && this.held.length >= AT_MOST) this.source.pause();
    this.timer ??= setTimeout(() => {
      this.flush();
      this.source.resume();
    }, EVERY_MS);
  }

  private flush(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    if (this.held === '') return;
    const text = this.held;
    this.held = '';
    this.pass(text);
  }
}
