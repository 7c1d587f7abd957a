/** What stands in a line at one moment. */
export type LineListener = (text: string) => void;

/** Beyond so many characters of one line only the newest are kept: what a program says last tells where it is. */
const LINE_MAX = 16 * 1024;

/**
 * CSI sequences (colours, moves, erasing), OSC sequences (titles, links; ended by BEL or ESC \\) and the short ones. ECMA-48, 5.4
 * and 8.3.89.
 */
const ESCAPES = /\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[ -/]*[0-~])/g;

/** The cursor leaves the line: up, down, to another line, or to a place of the screen. */
const LEAVES_LINE = /\x1b\[[0-9;]*[ABEFHJf]/g;

/**
 * Text of a terminal as the lines one reads on it: what a carriage return or a move to another line replaces counts as a line of its
 * own, so that each state of a progress bar is told; backspaces and escape sequences are gone. Memory is bounded.
 */
export class TerminalLines {
  private held = '';
  /** What is held ended with a carriage return: a newline may still follow. */
  private returned = false;

  constructor(private readonly onLine: LineListener) {}

  push(text: string): void {
    let from = 0;
    if (this.returned && text !== '') {
      // "\r\n" ends one line; a bar that begins anew replaces it. Either way what stood there is told.
      this.returned = false;
      this.tell(this.held);
      this.held = '';
      if (text.startsWith('\n')) from = 1;
    }
    for (;;) {
      const newline = text.indexOf('\n', from);
      const end = newline < 0 ? text.length : newline;
      this.segment(text, from, end, newline >= 0);
      if (newline < 0) return;
      from = newline + 1;
    }
  }

  /** The program has ended: what stands without a newline is a line too. */
  end(): void {
    this.tell(this.held);
    this.held = '';
    this.returned = false;
  }

  private segment(text: string, from: number, end: number, ended: boolean): void {
    let at = from;
    for (let back = text.indexOf('\r', at); back >= 0 && back < end; back = text.indexOf('\r', at)) {
      if (back === end - 1 && !ended) {
        this.hold(text.slice(at, back));
        this.returned = true;
        return;
      }
      this.tell(this.held === '' ? text.slice(at, back) : this.held + text.slice(at, back));
      this.held = '';
      at = back + 1;
      // Without this a long text full of carriage returns is searched to its end for the newline of each.
      if (at >= end) return;
    }
    if (ended) {
      this.tell(this.held === '' ? text.slice(at, end) : this.held + text.slice(at, end));
      this.held = '';
    } else this.hold(text.slice(at, end));
  }

  private hold(piece: string): void {
    this.held += piece;
    if (this.held.length > LINE_MAX) this.held = this.held.slice(-LINE_MAX);
  }

  private tell(line: string): void {
    if (line === '') return;
    const text = line.length > LINE_MAX ? line.slice(-LINE_MAX) : line;
    if (!text.includes('\x1b')) return this.tellPlain(text);
    for (const part of text.replaceAll(LEAVES_LINE, '\n').replaceAll(ESCAPES, '').split('\n')) this.tellPlain(part);
  }

  private tellPlain(text: string): void {
    const clean = text.includes('\b') ? withoutBackspaces(text) : text;
    if (clean !== '') this.onLine(clean);
  }
}

/** Backspace moves the cursor left, and what follows overwrites. Time grows with the length alone, also for a megabyte of them. */
function withoutBackspaces(text: string): string {
  const cells: string[] = [];
  let cursor = 0;
  for (const char of text) {
    if (char === '\b') cursor = Math.max(0, cursor - 1);
    else cells[cursor++] = char;
  }
  return cells.join('');
}
