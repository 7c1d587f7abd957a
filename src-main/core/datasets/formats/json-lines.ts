import { isKeyedMessage, message, type KeyedMessage } from '@shared/text/message';
import { FileBytes } from '../../transfer/file-bytes';
import { readRecords, type TextRecord } from '../../transfer/records';
import type { Cell, CellRow, CellSource } from '../cells';
import { fileError } from '../problems';
import { storeCells } from '../read-cells';
import { endsWith, type DataFormat, type ReadContext, type SourceFile } from './format';
import { singleFile } from './single-file';

const MAX_RECORD_BYTES = 16 * 1024 * 1024;

/** One JSON object a line: its keys are the columns; one that a line lacks is missing there. */
export const jsonLines: DataFormat = {
  id: 'json-lines',
  detect: ({ files, isFolder }) => (!isFolder && files.some(({ name }) => endsWith(name, '.jsonl', '.ndjson')) ? 0.95 : 0),
  async read(source, context) {
    const cells = await openLines(singleFile(source, ['.jsonl', '.ndjson']), context);
    const notes = await storeCells(cells.source, '.', context);
    return { kind: 'table', parts: null, target: null, notes: [...cells.notes, ...notes] };
  },
};

async function openLines(
  file: SourceFile,
  context: ReadContext,
): Promise<{ readonly source: CellSource; readonly notes: readonly KeyedMessage[] }> {
  const bytes = new FileBytes(file.path);
  const records = (): AsyncGenerator<TextRecord[], void> =>
    readRecords(bytes, { separator: null, fromByte: 0, fromLine: 1, maxBytes: MAX_RECORD_BYTES });
  // A key may come first in the last line.
  const keys = new Map<string, boolean>();
  for await (const piece of records()) {
    for (const { text } of piece) {
      const read = parseLine(text);
      if (isKeyedMessage(read)) continue;
      for (const [key, value] of Object.entries(read.object)) keys.set(key, (keys.get(key) ?? true) && isNested(value));
    }
    context.check();
    context.progress('look', 0, bytes.position);
  }
  const nested = [...keys].filter(([, isNestedAlways]) => isNestedAlways).map(([key]) => key);
  const names = [...keys.keys()].filter((key) => !nested.includes(key));
  if (names.length === 0) throw fileError(file.name, message('message.data.empty'));
  return {
    notes: nested.map((column) => message('message.data.badFile', { file: file.name, why: message('message.data.nested', { column }) })),
    source: {
      file: file.name,
      names,
      async *rows() {
        for await (const piece of records()) {
          const rows: CellRow[] = [];
          for (const { text, line, problem } of piece) {
            if (text.trim() === '') continue;
            const read = problem ?? parseLine(text);
            if (isKeyedMessage(read)) rows.push({ line, cells: [], problem: read });
            else rows.push({ line, cells: names.map((name) => cellOf(read.object[name])), problem: null });
          }
          yield { rows, doneBytes: bytes.position };
        }
      },
    },
  };
}

/** The object of a line, or why it is none. */
function parseLine(text: string): { readonly object: Readonly<Record<string, unknown>> } | KeyedMessage {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { object: value as Record<string, unknown> };
    return message('message.data.noObject');
  } catch (error) {
    return message('message.data.noJson', { why: error instanceof Error ? error.message : String(error) });
  }
}

const isNested = (value: unknown): boolean => typeof value === 'object' && value !== null;

function cellOf(value: unknown): Cell {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  return isNested(value) ? JSON.stringify(value) : null;
}
