import { message, type Message } from '@shared/text/message';
import { fieldsOf, isComment, readDialect } from '../../transfer/csv/dialect';
import { detectForm, TextBytes } from '../../transfer/csv/encoding';
import { keysOf } from '../../transfer/csv/layout';
import { detectDecimal, type Decimal } from '../../transfer/csv/numbers';
import { FileBytes } from '../../transfer/file-bytes';
import { headOf } from '../../transfer/file-head';
import { readRecords } from '../../transfer/records';
import type { CellRow, CellSource } from '../cells';
import { fileError } from '../problems';
import { storeCells } from '../read-cells';
import { endsWith, type DataFormat, type SourceFile } from './format';
import { singleFile } from './single-file';

/** Longest record, bytes: a cell may hold a document. */
const MAX_RECORD_BYTES = 16 * 1024 * 1024;

/** Tables of text, cut by commas, tabs or other signs. */
export const csv: DataFormat = {
  id: 'csv',
  detect: ({ files, isFolder }) => (!isFolder && files.some(({ name }) => endsWith(name, '.csv', '.tsv', '.tab', '.data')) ? 0.9 : 0),
  async read(source, context) {
    const file = singleFile(source, ['.csv', '.tsv']);
    const { cells, decimal } = await openCsv(file, context.options.separator);
    const notes = await storeCells(cells, decimal, context);
    return { kind: 'table', parts: null, target: null, notes };
  },
};

async function openCsv(file: SourceFile, chosen: string | null): Promise<{ readonly cells: CellSource; readonly decimal: Decimal }> {
  const raw = new FileBytes(file.path);
  const bytes = new TextBytes(raw, detectForm((await headOf(raw)).bytes));
  const head = await headOf(bytes);
  if (head.bytes.length === 0) throw fileError(file.name, message('message.data.empty'));
  const dialect = readDialect(head.bytes, head.isWhole, chosen ?? (endsWith(file.name, '.tsv', '.tab') ? '\t' : null), null);
  const { separator, rows: first } = dialect;
  const width = dialect.header?.length ?? first[0]?.length ?? 0;
  const names = keysOf(unnamed(dialect.header ?? Array.from({ length: width }, () => '')));
  const { decimal } = detectDecimal(
    first.flat().filter((cell) => /^[+-]?[\d.,'’ ]*\d/.test(cell)),
    separator,
  );
  return {
    decimal,
    cells: {
      file: file.name,
      names,
      async *rows() {
        const options = { separator: separator.charCodeAt(0), fromByte: dialect.byte, fromLine: dialect.line, maxBytes: MAX_RECORD_BYTES };
        for await (const records of readRecords(bytes, options)) {
          const rows: CellRow[] = [];
          for (const { text, line, problem } of records) {
            if (text.trim() === '' || (isComment(text) && fieldsOf(text, separator).length !== names.length)) continue;
            rows.push({ line, cells: problem === null ? fieldsOf(text, separator) : [], problem: problem satisfies Message | null });
          }
          yield { rows, doneBytes: raw.position };
        }
      },
    },
  };
}

/** A column without a name is called by its place, as #3. */
const unnamed = (names: readonly string[]): string[] => names.map((name, i) => (name === '' ? `#${i + 1}` : name));
