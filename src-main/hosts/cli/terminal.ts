/** What a command writes to: standard output and standard error, or a test's own. */
export interface TerminalStreams {
  readonly out: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number; readonly writableNeedDrain?: boolean };
  readonly err: NodeJS.WritableStream & { readonly isTTY?: boolean };
}

const CLEAR_LINE = '\r\u001b[2K';

/**
 * Lines, and on a terminal one live line under them that is rewritten in place. Elsewhere the live line does not exist;
 * who has one writes plain lines instead.
 */
export class Terminal {
  private live = '';
  private isRead = true;

  /** @param redact takes out what nobody who reads along may learn */
  constructor(
    private readonly streams: TerminalStreams = { out: process.stdout, err: process.stderr },
    private readonly redact: (text: string) => string = (text) => text,
  ) {
    // Whoever read us (head, a closed pager) has gone: not a failure of ours.
    for (const stream of [streams.out, streams.err]) stream.on('error', () => undefined);
    streams.out.on('error', () => (this.isRead = false));
  }

  /** Nobody reads the answer any more: who has much more to say may stop. */
  get isLeft(): boolean {
    return !this.isRead;
  }

  get isInteractive(): boolean {
    return this.streams.out.isTTY === true;
  }

  /** Columns of the terminal; 80 where it tells none (a serial line says 0). */
  get width(): number {
    return this.streams.out.columns || 80;
  }

  /** Lines of the answer, on standard output. */
  line(text: string): void {
    this.hideLive();
    this.streams.out.write(`${this.redact(text)}\n`);
    this.showLive();
  }

  /** Whoever reads the answer has caught up, or has gone. */
  async drained(): Promise<void> {
    const { out } = this.streams;
    if (out.writableNeedDrain !== true || this.isLeft) return;
    await new Promise<void>((resolve) => {
      const caughtUp = (): void => {
        for (const event of ['drain', 'close', 'error']) out.off(event, caughtUp);
        resolve();
      };
      for (const event of ['drain', 'close', 'error']) out.on(event, caughtUp);
    });
  }

  /** Lines about the work, on standard error. */
  note(text: string): void {
    this.hideLive();
    this.streams.err.write(`${this.redact(text)}\n`);
    this.showLive();
  }

  /** Replaces the live line (cut to the terminal's width); empty = none. Does nothing where there is no terminal. */
  setLive(text: string): void {
    if (!this.isInteractive) return;
    this.hideLive();
    this.live = [...this.redact(text)].slice(0, Math.max(1, this.width - 1)).join('');
    this.showLive();
  }

  private hideLive(): void {
    if (this.live !== '') this.streams.out.write(CLEAR_LINE);
  }

  private showLive(): void {
    if (this.live !== '') this.streams.out.write(this.live);
  }
}
