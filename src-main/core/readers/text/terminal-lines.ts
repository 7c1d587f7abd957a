/** What stands in a line at one moment. */
export type LineListener = (text: string) => void;

/** Beyond so many characters of one line only the newest are kept: what a program says last tells where it is. */
const LINE_MAX = 16 * 1024;

/**
 * Text of a terminal as the lines one reads on it: what a carriage return or a move to another line replaces counts as a line of its
 * own, so that each state of a progress bar is told; backspaces and escape sequences are gone. Memory is bounded.
 */
export class TerminalLines {
  private held = '';
  /** What is held ended with a carriage return: a newline may still follow. */
  private returned = false;
  /** Where the next carriage return of the text that is being read stands; beyond it = it has none further. */
  private back = 0;

  constructor(private readonly onLine: LineListener) {}

  /** What stands there and is not told yet. */
  get unfinished(): string {
    return this.returned ? `${this.held}\r` : this.held;
  }

  push(text: string): void {
    let from = 0;
    if (this.returned && text !== '') {
      // "\r\n" ends one line; a bar that begins anew replaces it. Either way what stood there is told.
      this.returned = false;
      this.tell(this.held);
      this.held = '';
      if (text.startsWith('\n')) from = 1;
    }
    // Searched for once each: a long text with few of them, or full of them, would else be searched to its end at each line.
    this.back = nextReturn(text, from);
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
    while (this.back < end) {
      const { back } = this;
      if (back === end - 1 && !ended) {
        this.hold(text.slice(at, back));
        this.returned = true;
        return;
      }
      this.back = nextReturn(text, back + 1);
      this.tell(this.held === '' ? text.slice(at, back) : this.held + text.slice(at, back));
      this.held = '';
      at = back + 1;
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
    for (const part of withoutEscapes(text)) this.tellPlain(part);
  }

  private tellPlain(text: string): void {
    const clean = text.includes('\b') ? withoutBackspaces(text) : text;
    if (clean !== '') this.onLine(clean);
  }
}

function nextReturn(text: string, from: number): number {
  const at = text.indexOf('\r', from);
  return at < 0 ? text.length : at;
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

/** CSI sequences that take the cursor off the line: up, down, to another line, or to a place of the screen. */
const LEAVES_LINE = 'ABEFHJf';
const ESC = 0x1b;
const BEL = 0x07;

/**
 * The text without CSI sequences (colours, moves, erasing), OSC sequences (titles, links; ended by BEL or ESC \\) and the short ones:
 * ECMA-48, 5.4 and 8.3.89. Written by hand: bars are full of them, and expressions took half of all reading.
 * @returns its parts, where the cursor left the line between them
 */
function withoutEscapes(text: string): string[] {
  const parts: string[] = [];
  let plain = '';
  let from = 0;
  for (let at = text.indexOf('\x1b'); at >= 0; at = text.indexOf('\x1b', from)) {
    plain += text.slice(from, at);
    const kind = text.charAt(at + 1);
    let end = at + 2;
    if (kind === '[') {
      while (end < text.length && isBetween(text.charCodeAt(end), 0x20, 0x3f)) end += 1;
      if (LEAVES_LINE.includes(text.charAt(end)) && end < text.length) {
        parts.push(plain);
        plain = '';
      }
      if (isBetween(text.charCodeAt(end), 0x40, 0x7e)) end += 1;
    } else if (kind === ']') {
      while (end < text.length && text.charCodeAt(end) !== BEL && text.charCodeAt(end) !== ESC) end += 1;
      if (text.charCodeAt(end) === BEL) end += 1;
      else if (text.charAt(end + 1) === '\\') end += 2;
    } else {
      end = at + 1;
      while (end < text.length && isBetween(text.charCodeAt(end), 0x20, 0x2f)) end += 1;
      if (isBetween(text.charCodeAt(end), 0x30, 0x7e)) end += 1;
    }
    from = end;
  }
  parts.push(plain + text.slice(from));
  return parts;
}

function isBetween(code: number, low: number, high: number): boolean {
  return code >= low && code <= high;
}
