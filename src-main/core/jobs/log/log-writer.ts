import { closeSync, ftruncateSync, mkdirSync, openSync, readFileSync, rmSync, truncateSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { LogLine, RunLogExtent } from '@shared/model/run-log';
import { droppedOf, formatLine, linesOf, listSegments, segmentName, type Segment } from './segments';

/** A segment is this part of what a log may take, within bounds. */
const SEGMENTS = 32;
const SEGMENT_MIN = 16 * 1024;
const SEGMENT_MAX = 1024 * 1024;
/** The first part of a log is kept: how the run was started, what it found. */
const HEAD_SHARE = 1 / 8;
/** Held back while the disk refuses, characters; beyond, the oldest are lost. */
const HELD_MAX = 1024 * 1024;
/** So much is not gathered for long. */
const WRITTEN_BEYOND = 256 * 1024;
const RETRY_EVERY_MS = 5000;

export interface LogWriterOptions {
  readonly dir: string;
  /** What the log may take on the disk. */
  readonly maxBytes: () => number;
  /** Wall clock, whole ms. */
  readonly now: () => number;
  /** Told once when the disk refuses, and once when it takes lines again. */
  readonly onTrouble?: (message: string | null) => void;
}

/**
 * The one that appends to a run's log. Lines are gathered by {@link append} and written by {@link flush}; what a crash leaves
 * torn at the end is cut off at the next opening.
 */
export class LogWriter {
  private readonly segments: Segment[];
  private file: number | null = null;
  private held: { readonly line: LogLine; readonly text: string }[] = [];
  private heldLength = 0;
  private lost = 0;
  /** The next line begins a new segment: the last one could not be read. */
  private sealed = false;
  /** By the monotonic clock; null = the disk took the last lines. */
  private refusedAt: number | null = null;
  private nextLine: number;

  constructor(private readonly options: LogWriterOptions) {
    this.segments = listSegments(options.dir);
    const last = this.segments.at(-1);
    this.nextLine = last === undefined ? 1 : this.mended(last);
  }

  get extent(): RunLogExtent {
    const bytes = this.segments.reduce((sum, segment) => sum + segment.bytes, 0);
    return { lastLine: this.nextLine - 1, dropped: droppedOf(this.segments), bytes };
  }

  /** Lines that are not on the disk, because it refuses them, or not yet. Oldest first. */
  get unwritten(): LogLine[] {
    return this.held.map(({ line }) => line);
  }

  /** @param text without a line break */
  append(source: LogLine['source'], text: string): LogLine {
    const line = { seq: this.nextLine++, atMs: this.options.now(), source, text };
    const stored = formatLine(line);
    this.held.push({ line, text: stored });
    this.heldLength += stored.length;
    if (this.heldLength > WRITTEN_BEYOND) this.flush();
    if (this.heldLength > HELD_MAX) this.loseOldest();
    return line;
  }

  /** Writes what is gathered. Never throws: what the disk refuses is held back within bounds, and tried again. */
  flush(): void {
    if (this.held.length === 0) return;
    if (this.refusedAt !== null && performance.now() - this.refusedAt < RETRY_EVERY_MS) return;
    try {
      while (this.held.length > 0) this.writePart();
    } catch (error) {
      if (this.refusedAt === null) this.options.onTrouble?.(error instanceof Error ? error.message : String(error));
      this.refusedAt = performance.now();
      return;
    }
    if (this.refusedAt === null) return;
    this.refusedAt = null;
    this.options.onTrouble?.(null);
  }

  /** Writes what is left and lets go of the file. Safe twice. */
  close(): void {
    this.refusedAt = this.refusedAt === null ? null : -Infinity;
    this.flush();
    if (this.file !== null) closeSync(this.file);
    this.file = null;
  }

  /** As many lines as fit into the segment, in one write: all of them are on the disk, or none. */
  private writePart(): void {
    const first = this.held[0];
    if (first === undefined) return;
    const segment = this.segmentFor(first.line);
    const told = this.lost === 0 ? '' : formatLine(this.lostLine(first.line));
    const room = this.segmentBytes() - segment.bytes;
    let count = 0;
    const texts: string[] = [];
    for (let length = 0; count < this.held.length; count++) {
      const text = this.held[count]?.text ?? '';
      if (count > 0 && length + text.length > room) break;
      length += text.length;
      texts.push(text);
    }
    const data = Buffer.from(told + texts.join(''));
    const file = this.open(segment);
    try {
      for (let at = 0; at < data.length;) at += writeSync(file, data, at);
    } catch (error) {
      // Half a line must not stay; a disk that refuses even that leaves it to whoever reads: it has no end of line.
      this.undo(file, segment.bytes);
      throw error;
    }
    this.lost = 0;
    this.replaceLast({ ...segment, bytes: segment.bytes + data.length });
    for (const { text } of this.held.splice(0, count)) this.heldLength -= text.length;
    this.makeRoom();
  }

  /** In blocks, so that a flood does not shift the array at every line. */
  private loseOldest(): void {
    let count = 0;
    for (; this.heldLength > HELD_MAX / 2 && count < this.held.length - 1; count++) this.heldLength -= this.held[count]?.text.length ?? 0;
    this.held.splice(0, count);
    this.lost += count;
  }

  /** In the place of the last line that was lost. */
  private lostLine(next: LogLine): LogLine {
    return { seq: next.seq - 1, atMs: next.atMs, source: 'core', text: `… ${this.lost} lines were lost here: the disk did not take them` };
  }

  private segmentFor(line: LogLine): Segment {
    const last = this.segments.at(-1);
    if (last !== undefined && !this.sealed && last.bytes < this.segmentBytes()) return last;
    mkdirSync(this.options.dir, { recursive: true, mode: 0o700 });
    if (this.file !== null) closeSync(this.file);
    this.file = null;
    const path = join(this.options.dir, segmentName(line.seq, line.atMs));
    const segment = { path, firstLine: line.seq, firstAtMs: line.atMs, bytes: 0 };
    this.file = openSync(path, 'a', 0o600);
    this.segments.push(segment);
    this.sealed = false;
    return segment;
  }

  private open({ path }: Segment): number {
    this.file ??= openSync(path, 'a', 0o600);
    return this.file;
  }

  private undo(file: number, bytes: number): void {
    try {
      ftruncateSync(file, bytes);
    } catch {
      closeSync(file);
      this.file = null;
    }
  }

  private replaceLast(segment: Segment): void {
    this.segments[this.segments.length - 1] = segment;
  }

  /** Drops the oldest segments behind the head until the log is within its limit again. */
  private makeRoom(): void {
    const max = this.options.maxBytes();
    let total = this.segments.reduce((sum, { bytes }) => sum + bytes, 0);
    let head = 0;
    let headBytes = 0;
    for (const { bytes } of this.segments) {
      if (bytes === 0 || headBytes + bytes > max * HEAD_SHARE) break;
      headBytes += bytes;
      head += 1;
    }
    while (total > max && this.segments.length > head + 1) {
      const hole = this.segments[head];
      // The segment after the hole's mark goes; without a mark yet, the first one becomes it.
      const at = hole?.bytes === 0 ? head + 1 : head;
      const segment = this.segments[at];
      if (segment === undefined || at >= this.segments.length - 1) return;
      if (at === head) {
        truncateSync(segment.path, 0);
        this.segments[at] = { ...segment, bytes: 0 };
      } else {
        rmSync(segment.path, { force: true });
        this.segments.splice(at, 1);
      }
      total -= segment.bytes;
    }
  }

  private segmentBytes(): number {
    return Math.min(SEGMENT_MAX, Math.max(SEGMENT_MIN, Math.floor(this.options.maxBytes() / SEGMENTS)));
  }

  /** @returns the number of the next line */
  private mended(last: Segment): number {
    try {
      return this.mend(last);
    } catch {
      // It cannot be read: the next line has a number that none in it can have, and a segment of its own.
      this.sealed = true;
      return last.firstLine + Math.max(1, last.bytes);
    }
  }

  /** Cuts off what a crash left torn. @returns the number of the next line */
  private mend(last: Segment): number {
    const content = readFileSync(last.path);
    const sound = content.lastIndexOf('\n') + 1;
    let next = last.firstLine;
    // What is no line among them is passed over, as by every reader: the lines behind it are sound.
    for (const { seq } of linesOf(content.toString('latin1', 0, sound))) next = seq + 1;
    if (sound < content.length) truncateSync(last.path, sound);
    this.replaceLast({ ...last, bytes: sound });
    return next;
  }
}
