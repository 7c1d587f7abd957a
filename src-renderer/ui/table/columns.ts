import type { ReactNode } from 'react';
import type { Format } from '../../i18n/format';

/** What a cell is sorted by and written to a file as; null = there is none, which is never zero and always comes last. */
export type CellValue = string | number | null;

export interface DataColumn<T> {
  readonly id: string;
  /** Of the head, without the unit. */
  readonly name: string;
  /** Before the name in the head: the swatch of its line. */
  readonly mark?: ReactNode;
  /** Stands in the head where all cells have it. */
  readonly unit?: string;
  /** Of the values as they are, where the cells show another (GiB) or each its own. */
  readonly valueUnit?: string;
  /** What it means, for those who point at the head. */
  readonly hint?: string;
  readonly value: (row: T) => CellValue;
  /** What it is sorted by where the order of the values means nothing: a state's urgency. */
  readonly rank?: (row: T) => number;
  /** Right-aligned, sorted as a number, the largest first. */
  readonly isNumber?: boolean;
  /** What is shown and searched; default: the value. */
  readonly text?: (row: T) => string;
  /** Where it is more than text. */
  readonly cell?: (row: T) => ReactNode;
  readonly title?: (row: T) => string | undefined;
  /** The order of the first press; default: names begin with A, numbers with the largest. */
  readonly first?: SortDirection;
  readonly canSort?: boolean;
  /** Not shown until someone chooses it. */
  readonly isHidden?: boolean;
  /** Never shown, only written to a file: a unit that differs from row to row. */
  readonly isFileOnly?: boolean;
  /** Under which heading it stands in the choice of columns. */
  readonly group?: string;
  /** `head` names the row and cannot be hidden; `actions` are buttons: neither sorted, searched nor written to a file. */
  readonly role?: 'head' | 'actions';
  /** Takes the room that is left, and is cut where there is none: its whole text shows on hover. */
  readonly grows?: boolean;
  /** A longer text breaks into lines. */
  readonly wraps?: boolean;
  /** The longest text that it ever shows, where looking for it among the rows costs too much. */
  readonly widest?: string;
  readonly className?: string;
  readonly cellProps?: (row: T) => Readonly<Record<`data-${string}`, string | undefined>>;
}

export type SortDirection = 'ascending' | 'descending';

export interface TableSort {
  readonly by: string;
  readonly direction: SortDirection;
}

/** A value that is not there, not known or not a number sorts, searches and exports as missing. */
export function valueOfCell<T>(column: DataColumn<T>, row: T): string | number | undefined {
  const value = column.value(row);
  return value === null || Number.isNaN(value) ? undefined : value;
}

export function textOfCell<T>(column: DataColumn<T>, row: T, format: Format): string {
  if (column.text) return column.text(row);
  const value = valueOfCell(column, row);
  return typeof value === 'string' ? value : format.plain(value ?? null);
}

export function rankOfCell<T>(column: DataColumn<T>, row: T): string | number | undefined {
  return column.rank ? column.rank(row) : valueOfCell(column, row);
}

/** Of two values that are there. Names that are mixed with numbers come after them. */
export function compareValues(a: string | number, b: string | number, format: Pick<Format, 'compare'>): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'string' && typeof b === 'string') return format.compare(a, b);
  return typeof a === 'number' ? -1 : 1;
}

/** Whether each of the words stands somewhere in what the row shows. */
export function rowFits<T>(columns: readonly DataColumn<T>[], row: T, words: readonly string[], format: Format): boolean {
  if (words.length === 0) return true;
  const text = columns
    .filter(({ role, isFileOnly }) => role !== 'actions' && isFileOnly !== true)
    .map((column) => `${textOfCell(column, row, format)} ${column.title?.(row) ?? ''}`)
    .join('\n')
    .toLocaleLowerCase(format.locale);
  return words.every((word) => text.includes(word));
}

export function wordsOf(text: string, locale: string): string[] {
  return text.toLocaleLowerCase(locale).split(/\s+/).filter(Boolean);
}

/**
 * Per column the longest text of any row, so that a table of which only the rows in sight are drawn keeps its widths. Of numbers
 * it is that of the smallest or the largest: writing thousands of them costs more than a frame.
 */
export function widestTexts<T>(columns: readonly DataColumn<T>[], rows: readonly T[], format: Format): string[] {
  return columns.map((column) => {
    if (column.widest !== undefined) return column.widest;
    if (column.role === 'actions' || column.wraps === true) return '';
    let [low, high, longest]: [T | null, T | null, T | null] = [null, null, null];
    let [least, most, length] = [Infinity, -Infinity, -1];
    for (const row of rows) {
      const value = valueOfCell(column, row);
      if (typeof value === 'number') {
        if (value < least) [least, low] = [value, row];
        if (value > most) [most, high] = [value, row];
      } else if (value !== undefined && value.length > length) [length, longest] = [value.length, row];
    }
    return [low, high, longest]
      .map((row) => (row === null ? '' : textOfCell(column, row, format)))
      .reduce((a, b) => (b.length > a.length ? b : a));
  });
}
