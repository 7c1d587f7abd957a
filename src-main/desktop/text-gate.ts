const EVERY_MS = 100;
const AT_MOST = 64 * 1024;

/**
 * Passes free text on in pieces, ten a second of at most 64 Ki characters. A flood loses its oldest part, and says so:
 * what a program printed last tells the most about its end.
 */
export class TextGate {
  private held = '';
  private dropped = 0;
  private timer: NodeJS.Timeout | null = null;

  constructor(private readonly pass: (text: string) => void) {}

  push(text: string): void {
    this.held += text;
    if (this.held.length > AT_MOST) {
      this.dropped += this.held.length - AT_MOST;
      this.held = this.held.slice(-AT_MOST);
    }
    this.timer ??= setTimeout(() => this.flush(), EVERY_MS);
  }

  /** Passes on what is held. */
  dispose(): void {
    this.flush();
  }

  private flush(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    if (this.held === '') return;
    const text = this.dropped > 0 ? `\n[${this.dropped} characters left out]\n${this.held}` : this.held;
    this.held = '';
    this.dropped = 0;
    this.pass(text);
  }
}
