/**
 * Cuts a stream of text pieces into lines with bounded memory: of a line longer than `maxLength` only the first
 * `maxLength + 1` characters are kept (so that the receiver sees that it was too long) and the rest is thrown away.
 */
export class LineSplitter {
  private held = '';
  /** A carriage return came after what is held. */
  private returned = false;

  constructor(
    private readonly maxLength: number,
    private readonly onLine: (line: string) => void,
    /** What stands after a carriage return replaces what stood before it, as on a terminal: of a progress bar its newest state is kept. */
    private readonly overwrites = false,
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
    if (!this.overwrites) return this.keep(piece, from, to);
    let end = to;
    while (end > from && piece[end - 1] === '\r') end -= 1;
    if (end > from) {
      // Within the line alone: a search through all that came before it, for each of many short lines, takes seconds.
      const line = piece.slice(from, end);
      const back = line.lastIndexOf('\r');
      if (back >= 0 || this.returned) this.held = '';
      this.returned = false;
      this.keep(line, back + 1, line.length);
    }
    // Nothing follows it yet: it may belong to the end of the line.
    if (end < to) this.returned = true;
  }

  private keep(piece: string, from: number, to: number): void {
    const room = this.maxLength + 1 - this.held.length;
    if (room > 0) this.held += piece.slice(from, Math.min(to, from + room));
  }

  private release(): void {
    const line = this.held.endsWith('\r') ? this.held.slice(0, -1) : this.held;
    this.held = '';
    this.returned = false;
    this.onLine(line);
  }
}
