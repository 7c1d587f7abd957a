import { open, readFile } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import type { LogLine, RunLogExtent, RunLogPage, RunLogQuery } from '@shared/model/run-log';
import { droppedOf, linesOf, listSegments, type Segment } from './segments';
import { TakenLines } from './taken-lines';

/** The end of a segment in which its last line is looked for; longer than any line. */
const END_BYTES = 64 * 1024;

/**
 * Reads any part of a log, also of one that is being written, by this process or another: what a line lacks of its end is not
 * there yet. A segment that is dropped meanwhile counts as dropped.
 *
 * @param unwritten lines that the log's writer holds, after those on the disk
 */
export async function readLog(
  dir: string,
  query: RunLogQuery,
  unwritten: readonly LogLine[] = [],
  signal?: AbortSignal,
): Promise<RunLogPage> {
  const segments = listSegments(dir);
  const extent = await extentOf(segments, unwritten);
  const taken = new TakenLines(query);
  // A writer whose disk takes lines again may write them while this reads: they are told once.
  const firstUnwritten = unwritten[0]?.seq ?? Infinity;
  const backward = query.fromLine === undefined && query.fromMs === undefined;
  const parts: (Segment | null)[] = [...segments.slice(firstPart(segments, query)), null];
  if (backward) parts.reverse();
  for (const part of parts) {
    signal?.throwIfAborted();
    if (part !== null && backward && part.firstLine >= (query.beforeLine ?? Infinity)) continue;
    const lines = part === null ? unwritten : (await linesIn(part)).filter(({ seq }) => seq < firstUnwritten);
    if (!taken.add(lines, backward)) break;
    await setImmediate();
  }
  return { ...extent, lines: taken.inOrder(backward), next: taken.next(backward) };
}

/** What there is of the log on the disk. */
export async function logExtent(dir: string): Promise<RunLogExtent> {
  return extentOf(listSegments(dir), []);
}

/** The first segment that may hold a line asked for. */
function firstPart(segments: readonly Segment[], { fromLine, fromMs }: RunLogQuery): number {
  if (fromLine !== undefined)
    return Math.max(
      0,
      segments.findLastIndex(({ firstLine }) => firstLine <= fromLine),
    );
  if (fromMs === undefined) return 0;
  // The clock may have been set: the first one after which time has come is searched, and all behind it.
  const after = segments.findIndex(({ firstAtMs }) => firstAtMs >= fromMs);
  return Math.max(0, (after < 0 ? segments.length : after) - 1);
}

async function extentOf(segments: readonly Segment[], unwritten: readonly LogLine[]): Promise<RunLogExtent> {
  const bytes = segments.reduce((sum, segment) => sum + segment.bytes, 0);
  const last = unwritten.at(-1)?.seq ?? (await lastLine(segments));
  return { lastLine: last, dropped: droppedOf(segments), bytes };
}

async function lastLine(segments: readonly Segment[]): Promise<number> {
  const last = segments.at(-1);
  if (last === undefined) return 0;
  let end = last.firstLine - 1;
  for (const { seq } of linesOf(await endOf(last))) end = seq;
  return end;
}

async function linesIn({ path }: Segment): Promise<LogLine[]> {
  try {
    return [...linesOf(await readFile(path, 'utf8'))];
  } catch {
    // Dropped meanwhile.
    return [];
  }
}

async function endOf({ path, bytes }: Segment): Promise<string> {
  try {
    const file = await open(path, 'r');
    try {
      const from = Math.max(0, bytes - END_BYTES);
      const { bytesRead, buffer } = await file.read(Buffer.alloc(END_BYTES), 0, END_BYTES, from);
      const text = buffer.toString('utf8', 0, bytesRead);
      return from === 0 ? text : text.slice(text.indexOf('\n') + 1);
    } finally {
      await file.close();
    }
  } catch {
    return '';
  }
}
