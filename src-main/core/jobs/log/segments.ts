import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { logSources, type LogLine } from '@shared/model/run-log';

/**
 * A log is a folder of segments, files of whole lines that are only ever appended to. The name of a segment tells the number
 * and the time of its first line: the names are the index, and nothing has to be rebuilt after a crash. A segment is small
 * enough to be read whole to find a line in it.
 *
 * A line is `number TAB time (ms) TAB source TAB text LF`. An empty segment that is not the last stands where lines were
 * dropped: from its first line to that of the next.
 */
export interface Segment {
  readonly path: string;
  readonly firstLine: number;
  readonly firstAtMs: number;
  readonly bytes: number;
}

const NAME = /^(\d{12})-(\d{1,15})\.log$/;

export function segmentName(firstLine: number, firstAtMs: number): string {
  return `${String(firstLine).padStart(12, '0')}-${Math.max(0, Math.round(firstAtMs))}.log`;
}

/** In their order; none where there is no such folder. */
export function listSegments(dir: string): Segment[] {
  let names: string[];
  try {
    names = readdirSync(dir);
  } catch {
    return [];
  }
  return names.sort().flatMap((name) => {
    const [, line, atMs] = NAME.exec(name) ?? [];
    if (line === undefined) return [];
    const path = join(dir, name);
    const stat = statSync(path, { throwIfNoEntry: false });
    return stat === undefined ? [] : [{ path, firstLine: Number(line), firstAtMs: Number(atMs), bytes: stat.size }];
  });
}

/** The text has no line break. */
export function formatLine({ seq, atMs, source, text }: LogLine): string {
  return `${seq}\t${Math.round(atMs)}\t${source}\t${text}\n`;
}

/** @returns null for what is none: torn by a crash, or overwritten */
function parseLine(line: string): LogLine | null {
  const [seq, atMs, source] = line.split('\t', 3);
  const known = logSources.find((one) => one === source);
  if (seq === undefined || atMs === undefined || known === undefined || !/^\d+$/.test(seq) || !/^\d+$/.test(atMs)) return null;
  return { seq: Number(seq), atMs: Number(atMs), source: known, text: line.slice(seq.length + atMs.length + known.length + 3) };
}

/** The lines of a segment's text; what has no end of line was torn and is none. */
export function* linesOf(text: string): Generator<LogLine> {
  let from = 0;
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
    const line = parseLine(text.slice(from, end));
    from = end + 1;
    if (line !== null) yield line;
  }
}

/** The lines that were dropped between head and tail; of a log of an earlier version, those before its first. */
export function droppedOf(segments: readonly Segment[]): { fromLine: number; toLine: number } | null {
  const at = segments.findIndex(({ bytes }, i) => bytes === 0 && i < segments.length - 1);
  const hole = segments[at];
  const next = segments[at + 1];
  const [first] = segments;
  if (at < 0 && first !== undefined && first.firstLine > 1) return { fromLine: 1, toLine: first.firstLine - 1 };
  return hole === undefined || next === undefined ? null : { fromLine: hole.firstLine, toLine: next.firstLine - 1 };
}
