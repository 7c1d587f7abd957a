/**
 * Cuts a stream of text pieces into lines with bounded memory: of a line longer than `maxLength` only the first
 * `maxLength + 1` characters are kept (so that the receiver sees that it was too long) and the rest is thrown away.
 */
export class LineSplitter {
  private held = '';

  constructor(
    private readonly maxLength: number,
    private readonly onLine: (line: string) => void,
  ) {}

  push(piece: string): void {
    let from = 0;
    for (let end = piece.indexOf('\n'); end >= 0; end = piece.indexOf('\n', from)) {
      this.hold(piece, from, end);
      from = end + 1;
      this.release();
    }
    this.hold(piece, from, piece.length);
  }

  /** The stream has ended: what is left without a newline is a line too. */
  end(): void {
    if (this.held !== '') this.release();
  }

  private hold(piece: string, from: number, to: number): void {
    const room = this.maxLength + 1 - this.held.length;
    if (room > 0) this.held += piece.slice(from, Math.min(to, from + room));
  }

  private release(): void {
    const line = this.held.endsWith('\r') ? this.held.slice(0, -1) : this.held;
    this.held = '';
    this.onLine(line);
  }
}
