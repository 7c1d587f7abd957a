import { readFileSync } from 'node:fs';
import type { Disposable } from '@shared/base/disposable';
import { Emitter } from '@shared/base/emitter';
import type { LogLine, RunLogExtent, RunLogPage, RunLogQuery } from '@shared/model/run-log';
import { readLog } from './log-reader';
import { deleteRunFolder, logFolder } from '../run-folders';
import { tidyText } from './log-text';
import { LogWriter } from './log-writer';
import { listSegments, linesOf } from './segments';

const FLUSH_EVERY_MS = 250;
/** The newest lines of a flush that listeners are told; the others they read. */
const TOLD_MAX = 500;

export interface RunLogsOptions {
  /** The folder with a folder for each run. */
  readonly runsDir: string;
  /** What the log of one run may take. */
  readonly maxBytes: () => number;
  /** Wall clock, whole ms. */
  readonly now: () => number;
  /** Leaves the values of secrets out. */
  readonly redact?: (text: string) => string;
  readonly log: (level: 'info' | 'warn' | 'error', text: string) => void;
}

export interface LogNews {
  readonly runId: string;
  readonly lines: readonly LogLine[];
  readonly extent: RunLogExtent;
}

interface Open {
  readonly writer: LogWriter;
  fresh: LogLine[];
  timer: NodeJS.Timeout | null;
}

/** The logs of all runs: those that are being written, and those that lie there. */
export class RunLogs {
  private readonly open = new Map<string, Open>();
  private readonly news: Emitter<LogNews>;

  constructor(private readonly options: RunLogsOptions) {
    this.news = new Emitter((error) => options.log('error', `a listener of a run's log failed: ${String(error)}`));
  }

  /** Adds a line; it is on the disk, and told, a quarter of a second later at the latest. */
  append(runId: string, source: LogLine['source'], text: string): void {
    const open = this.openFor(runId);
    open.fresh.push(open.writer.append(source, this.shown(text)));
    // In blocks, so that a flood does not shift the array at every line.
    if (open.fresh.length >= 2 * TOLD_MAX) open.fresh.splice(0, open.fresh.length - TOLD_MAX);
    open.timer ??= setTimeout(() => this.flush(runId), FLUSH_EVERY_MS);
  }

  /** A line as it may be shown: on one line, without what is secret. */
  readonly shown = (text: string): string => tidyText(this.options.redact?.(text) ?? text);

  /** Writes and tells what was added. Never throws. */
  flush(runId: string): void {
    const open = this.open.get(runId);
    if (open === undefined) return;
    if (open.timer) clearTimeout(open.timer);
    open.timer = null;
    open.writer.flush();
    const lines = open.fresh.slice(-TOLD_MAX);
    open.fresh = [];
    if (lines.length > 0) this.news.emit({ runId, lines, extent: open.writer.extent });
    // What the disk refused is tried again, also when the run says nothing more.
    if (open.writer.unwritten.length > 0) open.timer = setTimeout(() => this.flush(runId), FLUSH_EVERY_MS);
  }

  /** No more lines come, for now: the file is let go of. */
  end(runId: string): void {
    this.flush(runId);
    const open = this.open.get(runId);
    if (open === undefined) return;
    open.writer.close();
    // Lines that the disk does not take stay readable as long as this core lives.
    if (open.writer.unwritten.length > 0) return;
    if (open.timer) clearTimeout(open.timer);
    this.open.delete(runId);
  }

  async read(runId: string, query: RunLogQuery, signal?: AbortSignal): Promise<RunLogPage> {
    this.flush(runId);
    return readLog(logFolder(this.options.runsDir, runId), query, this.open.get(runId)?.writer.unwritten, signal);
  }

  /** The newest line of a log that is being written; 0 = none is. */
  lastLine(runId: string): number {
    return this.open.get(runId)?.writer.extent.lastLine ?? 0;
  }

  /** When the run logged something last, ms; null = it never did. Of a file that cannot be read, when its first line came. */
  lastAtMs(runId: string): number | null {
    const last = listSegments(logFolder(this.options.runsDir, runId)).at(-1);
    if (last === undefined) return null;
    let atMs = last.firstAtMs;
    try {
      for (const line of linesOf(readFileSync(last.path, 'utf8'))) atMs = line.atMs;
    } catch (error) {
      this.options.log('warn', `the end of the log of run ${runId} could not be read: ${String(error)}`);
    }
    return atMs;
  }

  /** Takes away all that is kept of a run in files. */
  delete(runId: string): void {
    const open = this.open.get(runId);
    if (open?.timer) clearTimeout(open.timer);
    open?.writer.close();
    this.open.delete(runId);
    deleteRunFolder(this.options.runsDir, runId).catch((error: unknown) =>
      this.options.log('warn', `the files of run ${runId} could not all be deleted: ${String(error)}`),
    );
  }

  onNews(listener: (news: LogNews) => void): Disposable {
    return this.news.on(listener);
  }

  /** Writes what is left. Safe twice. */
  close(): void {
    for (const [runId, open] of this.open) {
      this.flush(runId);
      if (open.timer) clearTimeout(open.timer);
      open.writer.close();
      const lost = open.writer.unwritten.length;
      if (lost > 0) this.options.log('error', `${lost} lines of the log of run ${runId} could not be stored`);
    }
    this.open.clear();
    this.news.clear();
  }

  private openFor(runId: string): Open {
    const known = this.open.get(runId);
    if (known !== undefined) return known;
    const writer = new LogWriter({
      dir: logFolder(this.options.runsDir, runId),
      maxBytes: this.options.maxBytes,
      now: this.options.now,
      onTrouble: (message) =>
        message === null
          ? this.options.log('info', `The log of run ${runId} is stored again`)
          : this.options.log('error', `Run ${runId} goes on but its log cannot be stored: ${message}`),
    });
    const open: Open = { writer, fresh: [], timer: null };
    this.open.set(runId, open);
    return open;
  }
}
