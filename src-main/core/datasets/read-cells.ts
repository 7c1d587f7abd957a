import { AppError } from '@shared/contract/errors';
import type { ColumnData } from '@shared/datasets/column';
import { MAX_COLUMNS, MAX_ROWS } from '@shared/model/dataset';
import { message, type KeyedMessage } from '@shared/text/message';
import type { Decimal } from '../transfer/csv/numbers';
import type { Cell, CellRow, CellSource } from './cells';
import { ColumnGuess, numberValue, textValue, timeValue, type FoundColumn } from './column-guess';
import type { ReadContext } from './formats/format';
import { fileError } from './problems';

/** Rows that are turned into columns at once. */
const PIECE_ROWS = 4_096;

/**
 * Stores rows of cells as columns. They are gone through twice: types are found by all values, not by the first; nothing is
 * written before each row was seen to be right.
 * @returns what was noted of its columns
 * @throws {AppError} `invalid-input`: lines that cannot be read, unless they are to be left out; no rows; too many
 */
export async function storeCells(source: CellSource, decimal: Decimal, context: ReadContext): Promise<KeyedMessage[]> {
  const { options, problems, sink } = context;
  if (source.names.length > MAX_COLUMNS)
    throw fileError(source.file, message('message.data.tooManyColumns', { columns: source.names.length, most: MAX_COLUMNS }));
  const guesses = source.names.map((name) => new ColumnGuess(name, decimal));
  let rows = 0;
  for await (const piece of source.rows()) {
    for (const row of piece.rows) {
      const problem = problemOf(row, source.names.length);
      if (problem !== null) {
        problems.add(source.file, row.line, problem);
        continue;
      }
      rows += 1;
      for (let i = 0; i < guesses.length; i++) guesses[i]?.add(row.cells[i] ?? null, row.line);
    }
    context.check();
    context.progress('look', rows, piece.doneBytes);
  }
  if (!options.skipBad) problems.refuse();
  if (rows === 0) throw fileError(source.file, message('message.data.empty'));
  if (rows > MAX_ROWS) throw fileError(source.file, message('message.data.tooManyRows', { most: MAX_ROWS }));
  const found = guesses.map((guess) => guess.found());
  const files: Awaited<ReturnType<ReadContext['sink']['column']>>[] = [];
  for (const [i, name] of source.names.entries()) files.push(await sink.column({ name, unit: found[i]?.unit ?? '' }));
  const makers = found.map((column) => maker(column, decimal));
  let written = 0;
  let waiting: (readonly Cell[])[] = [];
  const write = async (): Promise<void> => {
    for (const [i, file] of files.entries()) await file.append((makers[i] as Maker)(waiting.map((cells) => cells[i] ?? null)));
    written += waiting.length;
    waiting = [];
  };
  for await (const piece of source.rows()) {
    for (const row of piece.rows) if (problemOf(row, source.names.length) === null) waiting.push(row.cells);
    if (waiting.length >= PIECE_ROWS) await write();
    context.check();
    context.progress('write', written, piece.doneBytes);
  }
  if (waiting.length > 0) await write();
  if (written !== rows) throw new AppError('conflict', message('message.data.changed', { file: source.file }));
  return found.flatMap(({ notes }) => notes);
}

function problemOf({ cells, problem }: CellRow, wanted: number): KeyedMessage | string | null {
  if (problem !== null) return problem;
  return cells.length === wanted ? null : message('message.data.fields', { count: cells.length, wanted });
}

type Maker = (cells: readonly Cell[]) => ColumnData;

function maker({ type, categories, order }: FoundColumn, decimal: Decimal): Maker {
  switch (type) {
    case 'number':
      return (cells) => ({ type, values: Float64Array.from(cells, (cell) => numberValue(cell, decimal)) });
    case 'time':
      return (cells) => ({ type, values: Float64Array.from(cells, (cell) => timeValue(cell, order)) });
    case 'category': {
      const codes = new Map(categories.map((category, code) => [category, code]));
      return (cells) => ({ type, categories, codes: Int32Array.from(cells, (cell) => codes.get(textValue(cell) ?? '') ?? -1) });
    }
    case 'text':
      return (cells) => ({ type, values: cells.map(textValue) });
  }
}
