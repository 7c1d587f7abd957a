import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { isFinal, RunStatus } from '@shared/model/run';
import { LOG_PAGE_MAX, type LogLine, type RunLogPage, type RunLogQuery } from '@shared/model/run-log';
import { logExtent, readLog } from '../../core/jobs/log/log-reader';
import { logFolder, RUNS_FOLDER } from '../../core/jobs/run-folders';
import type { ReadHandle } from '../../core/store/file/open';
import type { CliContext } from './command';
import { findRun, openRuns } from './open-runs';
import { onStopSignal } from './signals';
import type { Terminal } from './terminal';

export interface LogsRequest {
  readonly dataDir: string | null;
  /** An id, or how it begins. */
  readonly run: string;
  /** At most one of these three; all null = from the first line. */
  readonly tail: number | null;
  readonly fromLine: number | null;
  readonly sinceMs: number | null;
  readonly text: string | null;
  readonly follow: boolean;
  readonly json: boolean;
}

/** About as often as a core writes what was added. */
const LOOK_EVERY_MS = 250;

/** Prints the log of a run from its files, beside whatever writes them. @returns the exit code */
export async function showLog(request: LogsRequest, { paths, terminal }: CliContext): Promise<number> {
  const { dataDir } = paths(request.dataDir);
  const db = openRuns(dataDir);
  const stop = new AbortController();
  const signals = onStopSignal(() => stop.abort());
  try {
    const id = findRun(db, request.run);
    const printer = new LogPrinter(logFolder(join(dataDir, RUNS_FOLDER), id), request, terminal, stop.signal);
    await printer.start();
    if (request.follow) await follow(db, id, printer, terminal, stop.signal);
    else if (printer.lines === 0) terminal.note(printer.isEmpty ? `Run ${id} has no log.` : 'No line fits.');
    return 0;
  } catch (error) {
    if (stop.signal.aborted) return 130;
    throw error;
  } finally {
    signals.dispose();
    db.close();
  }
}

/** Goes on until the run has ended, was deleted, or nobody reads any more. @throws when `signal` is aborted */
async function follow(db: ReadHandle, id: string, printer: LogPrinter, terminal: Terminal, signal: AbortSignal): Promise<void> {
  const status = db.query<{ status: string }>('SELECT status FROM run WHERE id = ?');
  while (!terminal.isLeft) {
    // Asked before the log is read: what the run said last may be written a little after its end.
    const known = RunStatus.safeParse(status.get(id)?.status);
    await pause(LOOK_EVERY_MS, undefined, { signal });
    await printer.more();
    if (!known.success || isFinal(known.data)) return;
  }
}

class LogPrinter {
  /** Printed so far. */
  lines = 0;
  isEmpty = true;
  /** The line to go on from. */
  private position = 1;

  constructor(
    private readonly dir: string,
    private readonly request: LogsRequest,
    private readonly terminal: Terminal,
    private readonly signal: AbortSignal,
  ) {}

  /** Prints what is asked for of what there is. */
  async start(): Promise<void> {
    const { tail, fromLine, sinceMs } = this.request;
    const { lastLine } = await logExtent(this.dir);
    this.isEmpty = lastLine === 0;
    if (tail !== null) return this.printLast(tail, lastLine + 1);
    this.position = sinceMs === null ? (fromLine ?? 1) : await this.firstSince(sinceMs, lastLine + 1);
    await this.more();
  }

  /** Prints what is new, up to the end as it is now. */
  async more(): Promise<void> {
    const { lastLine } = await logExtent(this.dir);
    for (let hasMore = lastLine >= this.position; hasMore && !this.terminal.isLeft;) {
      const { lines, dropped, next, lastLine: end } = await this.read({ fromLine: this.position });
      let previous = this.position - 1;
      for (const line of lines) {
        if (dropped !== null && previous < dropped.toLine && line.seq > dropped.toLine)
          this.terminal.note(`Lines ${dropped.fromLine} to ${dropped.toLine} made way for newer ones: the log has reached its limit.`);
        this.print(line);
        previous = line.seq;
      }
      hasMore = next !== null;
      this.position = next ?? Math.max(end, previous) + 1;
    }
  }

  private async printLast(count: number, beforeLine: number): Promise<void> {
    this.position = beforeLine;
    const pages: LogLine[][] = [];
    let before: number | null = beforeLine;
    for (let missing = count; missing > 0 && before !== null;) {
      const page: RunLogPage = await this.read({ beforeLine: before, limit: Math.min(missing, LOG_PAGE_MAX) });
      pages.unshift(page.lines);
      missing -= page.lines.length;
      before = page.next;
    }
    for (const line of pages.flat()) this.print(line);
  }

  /** The first line of a time and after; `otherwise` where there is none yet. */
  private async firstSince(fromMs: number, otherwise: number): Promise<number> {
    const { lines } = await readLog(this.dir, { fromMs, limit: 1 }, [], this.signal);
    return lines[0]?.seq ?? otherwise;
  }

  private read(from: Partial<RunLogQuery>): Promise<RunLogPage> {
    const { text } = this.request;
    return readLog(this.dir, { limit: LOG_PAGE_MAX, ...from, ...(text === null ? {} : { text }) }, [], this.signal);
  }

  private print(line: LogLine): void {
    this.lines++;
    const { seq, atMs, source, text } = line;
    if (this.request.json) this.terminal.line(JSON.stringify(line));
    else this.terminal.line(`${String(seq).padStart(6)}  ${new Date(atMs).toISOString()}  ${source.padEnd(7)}  ${text}`);
  }
}
