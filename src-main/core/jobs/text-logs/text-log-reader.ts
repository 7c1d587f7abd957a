import { open, type FileHandle } from 'node:fs/promises';
import { StringDecoder } from 'node:string_decoder';
import type { LogLine, RunLogPage, RunLogQuery } from '@shared/model/run-log';
import { LineSplitter } from '../line-splitter';
import { TakenLines } from '../log/taken-lines';
import type { TextLog } from './text-log-list';

const CHUNK_BYTES = 256 * 1024;
/** Lines that are read together, at least to so many bytes of them. */
const BLOCK_LINES = 500;
const BLOCK_BYTES = 256 * 1024;
/** Characters kept of one line. */
const LINE_MAX = 16 * 1024;
const LF = 0x0a;

interface Block {
  readonly firstLine: number;
  readonly fromByte: number;
}

/**
 * Reads any part of a text log by its lines, which are numbered from the first that is the run's. Where lines begin is noted once, as far
 * as the file was read; of one that grows only what is new is looked through.
 */
export class TextLogReader {
  private blocks: Block[] = [];
  /** Whole lines so far, and where the next begins. */
  private lines = 0;
  private scannedTo = 0;
  private identity = '';
  private turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly path: string) {}

  /**
   * @param isOver nobody writes any more: what stands at the end without a line break is a line too
   * @param shown makes of a line what may be shown of it
   * @throws what the disk refuses
   */
  read(
    { from, to }: Pick<TextLog, 'from' | 'to'>,
    query: RunLogQuery,
    isOver: boolean,
    shown: (text: string) => string,
    signal?: AbortSignal,
  ): Promise<RunLogPage> {
    const own = this.turn.then(async () => {
      const file = await open(this.path, 'r');
      try {
        await this.scan(file, from, to, signal);
        return await this.page(file, to, query, isOver, shown, signal);
      } finally {
        await file.close();
      }
    });
    this.turn = own.catch(() => undefined);
    return own;
  }

  private async scan(file: FileHandle, from: number, to: number, signal?: AbortSignal): Promise<void> {
    const { dev, ino } = await file.stat();
    const identity = `${dev}/${ino}/${from}`;
    if (identity !== this.identity || to < this.scannedTo) {
      this.identity = identity;
      this.lines = 0;
      this.scannedTo = from;
      this.blocks = [{ firstLine: 1, fromByte: from }];
    }
    const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
    for (let at = this.scannedTo; at < to;) {
      signal?.throwIfAborted();
      const { bytesRead } = await file.read(buffer, 0, Math.min(CHUNK_BYTES, to - at), at);
      if (bytesRead === 0) return;
      for (let end = buffer.indexOf(LF); end >= 0 && end < bytesRead; end = buffer.indexOf(LF, end + 1)) this.lineEnds(at + end + 1);
      at += bytesRead;
    }
  }

  private lineEnds(next: number): void {
    this.lines += 1;
    this.scannedTo = next;
    const { firstLine, fromByte } = this.blocks.at(-1) ?? { firstLine: 1, fromByte: 0 };
    if (this.lines - firstLine + 1 >= BLOCK_LINES || next - fromByte >= BLOCK_BYTES)
      this.blocks.push({ firstLine: this.lines + 1, fromByte: next });
  }

  private async page(
    file: FileHandle,
    to: number,
    query: RunLogQuery,
    isOver: boolean,
    shown: (text: string) => string,
    signal?: AbortSignal,
  ): Promise<RunLogPage> {
    const isOpen = isOver && this.scannedTo < to;
    const end = isOver ? to : this.scannedTo;
    const atMs = Math.round((await file.stat()).mtimeMs);
    const taken = new TakenLines(query);
    const isBackward = query.fromLine === undefined && query.fromMs === undefined;
    const first = query.fromLine === undefined ? 0 : this.blockOf(query.fromLine);
    const last = query.beforeLine === undefined ? this.blocks.length - 1 : this.blockOf(query.beforeLine - 1);
    for (let i = isBackward ? last : first; i >= 0 && i < this.blocks.length; i += isBackward ? -1 : 1) {
      signal?.throwIfAborted();
      const { firstLine, fromByte } = this.blocks[i] ?? { firstLine: 1, fromByte: end };
      const texts = await linesBetween(file, fromByte, this.blocks[i + 1]?.fromByte ?? end);
      const lines = texts.map((text, at): LogLine => ({ seq: firstLine + at, atMs, source: 'stdout', text: shown(text) }));
      if (!taken.add(lines, isBackward)) break;
    }
    return {
      lastLine: this.lines + (isOpen ? 1 : 0),
      dropped: null,
      bytes: end - (this.blocks[0]?.fromByte ?? end),
      lines: taken.inOrder(isBackward),
      next: taken.next(isBackward),
    };
  }

  private blockOf(line: number): number {
    return Math.max(
      0,
      this.blocks.findLastIndex(({ firstLine }) => firstLine <= line),
    );
  }
}

async function linesBetween(file: FileHandle, from: number, to: number): Promise<string[]> {
  const lines: string[] = [];
  const splitter = new LineSplitter(LINE_MAX, (line) => lines.push(line), true);
  const decoder = new StringDecoder('utf8');
  const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  for (let at = from; at < to;) {
    const { bytesRead } = await file.read(buffer, 0, Math.min(CHUNK_BYTES, to - at), at);
    if (bytesRead === 0) break;
    splitter.push(decoder.write(buffer.subarray(0, bytesRead)));
    at += bytesRead;
  }
  splitter.end();
  return lines;
}
