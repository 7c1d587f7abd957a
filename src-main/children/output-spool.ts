import { closeSync, fstatSync, ftruncateSync, mkdirSync, openSync, readFileSync, readSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { ProcessIdentity } from './identity';

export type SpoolSource = 'stdout' | 'stderr';

export interface SpoolListener {
  text(source: SpoolSource, text: string): void;
  /** Output that nobody read. Null = nobody counted. */
  cut(amount: { readonly bytes: number | null; readonly lines: number | null }): void;
  /** What was told so far will not be told again. */
  delivered(): void;
}

const SOURCES: readonly SpoolSource[] = ['stdout', 'stderr'];
const LOOK_EVERY_MS = 250;
/** While there is more than one look takes. */
const BUSY_EVERY_MS = 100;
/** Read of one file at one look. */
const READ_MAX = 256 * 1024;
/** Beyond that much unread the middle is skipped. */
const BEHIND_MAX = 16 * 1024 * 1024;
/** The newest that is read of what was skipped. */
const NEWEST = READ_MAX;
/** Skipped bytes that are read to count their lines; beyond, only bytes are known. */
const COUNTED_MAX = 64 * 1024 * 1024;
/** A file that was read to its end is emptied beyond that. */
const EMPTY_BEYOND = 1024 * 1024;
/** A text without an end of line is passed on when it is that long. */
const UNENDED_MAX = 64 * 1024;
const LF = 0x0a;
const CR = 0x0d;

/**
 * How far each file was read, each number in a place of its own width, so that it is overwritten as a whole. What was told
 * and not noted yet is told twice after a crash, never lost.
 */
const POSITION = 'read-to';
const POSITION_WIDTH = 16;

interface Source {
  readonly name: SpoolSource;
  readonly file: number;
  offset: number;
}

/**
 * The output of a program as files that it appends to, read here as they grow. So a program lives on when its reader dies,
 * and the next reader goes on where that one was. The files stay small while they are read: what was read is dropped, and of
 * a flood the middle.
 */
export class OutputSpool {
  private readonly sources: readonly Source[];
  private readonly position: number;
  private timer: NodeJS.Timeout | null = null;
  private closed = false;

  /** @param dir made by {@link prepareSpool}, by this process or one before */
  constructor(
    dir: string,
    private readonly listener: SpoolListener,
  ) {
    this.position = openSync(join(dir, POSITION), 'a+', 0o600);
    closeSync(this.position);
    this.position = openSync(join(dir, POSITION), 'r+');
    const from = readFileSync(join(dir, POSITION), 'latin1');
    this.sources = SOURCES.map((name, i) => ({
      name,
      file: openSync(join(dir, name), 'r+'),
      offset: Number(from.slice(i * POSITION_WIDTH, (i + 1) * POSITION_WIDTH).trim()) || 0,
    }));
    this.lookSoon(false);
  }

  /** The program has ended: passes on all that is left. */
  finish(): void {
    if (this.closed) return;
    while (this.look(true)) continue;
    this.close();
  }

  /** Reads no more. Safe twice. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    if (this.timer) clearTimeout(this.timer);
    for (const { file } of this.sources) closeSync(file);
    closeSync(this.position);
  }

  private lookSoon(busy: boolean): void {
    this.timer = setTimeout(
      () => {
        const more = this.look(false);
        if (!this.closed) this.lookSoon(more);
      },
      busy ? BUSY_EVERY_MS : LOOK_EVERY_MS,
    );
  }

  /** @returns whether there is more */
  private look(last: boolean): boolean {
    let more = false;
    let moved = false;
    for (const source of this.sources) {
      const before = source.offset;
      if (this.read(source, last)) more = true;
      if (source.offset !== before) moved = true;
    }
    if (!moved) return false;
    this.listener.delivered();
    for (const source of this.sources) this.emptyWhenRead(source);
    this.note();
    return more;
  }

  private read(source: Source, last: boolean): boolean {
    let { size } = fstatSync(source.file);
    if (size < source.offset) {
      // Emptied by the program's own guard, while nobody read.
      source.offset = 0;
      this.listener.cut({ bytes: null, lines: null });
    }
    if (size - source.offset > BEHIND_MAX) this.skip(source, size - NEWEST);
    const buffer = Buffer.allocUnsafe(Math.min(READ_MAX, size - source.offset));
    const got = readSync(source.file, buffer, 0, buffer.length, source.offset);
    if (got === 0) return false;
    const chunk = buffer.subarray(0, got);
    const ended = Math.max(chunk.lastIndexOf(LF), chunk.lastIndexOf(CR)) + 1;
    let whole = ended;
    if (last && got < READ_MAX) whole = got;
    else if (ended === 0 && got >= UNENDED_MAX) whole = got - unendedCharacter(chunk);
    if (whole === 0) return false;
    source.offset += whole;
    this.listener.text(source.name, chunk.toString('utf8', 0, whole));
    size = fstatSync(source.file).size;
    return size > source.offset && whole > 0 && (last || got === READ_MAX);
  }

  /** Goes on at the first line after `to`, or there where none ends. */
  private skip(source: Source, to: number): void {
    const from = source.offset;
    const buffer = Buffer.allocUnsafe(READ_MAX);
    const start = readSync(source.file, buffer, 0, NEWEST, to);
    const end = buffer.subarray(0, start).indexOf(LF) + 1;
    const until = to + end;
    let lines: number | null = 0;
    if (until - from > COUNTED_MAX) lines = null;
    else
      for (let at = from; at < until;) {
        const got = readSync(source.file, buffer, 0, Math.min(READ_MAX, until - at), at);
        if (got === 0) break;
        // Not by indexOf: of very short lines its calls alone would hold this process up for half a second.
        for (let i = 0; i < got; i++) if (buffer[i] === LF) lines += 1;
        at += got;
      }
    source.offset = until;
    this.listener.cut({ bytes: until - from, lines });
  }

  private emptyWhenRead(source: Source): void {
    if (source.offset < EMPTY_BEYOND || fstatSync(source.file).size !== source.offset) return;
    ftruncateSync(source.file, 0);
    source.offset = 0;
  }

  private note(): void {
    try {
      const text = this.sources.map(({ offset }) => String(offset).padEnd(POSITION_WIDTH)).join('');
      writeSync(this.position, text, 0, 'latin1');
    } catch {
      // A full disk: whoever goes on from here is told some lines twice.
    }
  }
}

/** Bytes at the end that begin a character (UTF-8) whose rest is to come. */
function unendedCharacter(chunk: Buffer): number {
  for (let back = 1; back <= Math.min(3, chunk.length); back++) {
    const byte = chunk[chunk.length - back] as number;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0;
  }
  return 0;
}

/** Makes the files; the program's stdout and stderr are to be these. Both are to be closed once it has them. */
export function prepareSpool(dir: string): { readonly stdout: number; readonly stderr: number } {
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const stdout = openSync(join(dir, 'stdout'), 'a', 0o600);
  return { stdout, stderr: openSync(join(dir, 'stderr'), 'a', 0o600) };
}

/** Where a supervised program's shell writes its exit code. */
export const exitFile = (dir: string): string => join(dir, 'exit');

/** How a program ended while nobody watched; null = it did not, or nobody wrote it down. */
export function readExitFile(dir: string): { readonly status: number; readonly atMs: number } | null {
  try {
    const text = readFileSync(exitFile(dir), 'latin1');
    return /^\d{1,3}\n$/.test(text) ? { status: Number(text), atMs: Math.round(statSync(exitFile(dir)).mtimeMs) } : null;
  } catch {
    return null;
  }
}

/** Which process the program's shell says it is, from before the program began; null = it did not say, or not yet. */
export function readIdentityFile(dir: string): ProcessIdentity | null {
  try {
    const [pid = '', startedAt = '', boot = ''] = readFileSync(join(dir, 'process'), 'utf8').split('\n');
    return /^\d+$/.test(pid) && startedAt.trim() !== '' ? { pid: Number(pid), startedAt: startedAt.trim(), bootId: boot.trim() } : null;
  } catch {
    return null;
  }
}
