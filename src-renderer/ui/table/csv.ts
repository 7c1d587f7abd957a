import type { Format } from '../../i18n/format';
import { textOfCell, valueOfCell, type DataColumn } from './columns';

/** What a spreadsheet takes for the beginning of a formula. */
const FORMULA = /^[=+\-@\t\r]/;
const QUOTED = /[",\r\n]/;

/**
 * What a table shows, for a spreadsheet: numbers unrounded with a point, their units in the head, missing ones empty. Texts that
 * would be taken for formulas get an apostrophe before them. Begins with a byte order mark, or Excel reads no Chinese.
 */
export function tableCsv<T>(columns: readonly DataColumn<T>[], rows: readonly T[], format: Format): string {
  const written = columns.filter(({ role }) => role !== 'actions');
  const lines = [
    written.map(({ name, unit, valueUnit = unit }) => field(valueUnit === undefined || valueUnit === '' ? name : `${name} (${valueUnit})`)),
    ...rows.map((row) => written.map((column) => cell(column, row, format))),
  ];
  return `\uFEFF${lines.map((line) => `${line.join(',')}\r\n`).join('')}`;
}

function cell<T>(column: DataColumn<T>, row: T, format: Format): string {
  const value = valueOfCell(column, row);
  if (value === undefined) return '';
  return typeof value === 'number' ? String(value) : field(column.isNumber === true ? value : textOfCell(column, row, format));
}

function field(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return QUOTED.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
