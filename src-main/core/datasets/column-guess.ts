import { MAX_CATEGORIES, type ColumnType } from '@shared/model/dataset';
import { message, type KeyedMessage } from '@shared/text/message';
import { cellNumber, isMissing, shortened, type Decimal } from '../transfer/csv/numbers';
import { dateFigures, readStamp, type DateOrder } from '../transfer/csv/stamps';
import { detectOrder } from '../transfer/csv/times';
import type { Cell } from './cells';

/** Words for "there is no value" that are hardly ever one of a column of words. */
const NO_WORD = new Set(['', '?', 'na', 'n/a', '#n/a', 'nan', 'null', '-', '--', '[n/a]']);
/** Dates in figures by which the order of day and month is found. */
const LOOKED_AT_DATES = 2_000;
/** Of so many values, one that is no number is likely a mistake in the file, and is told. */
const ALMOST = 0.95;
const LEADING_ZERO = /^0\d+$/;

/** How a column is stored. */
export interface FoundColumn {
  readonly type: Extract<ColumnType, 'number' | 'time' | 'category' | 'text'>;
  readonly unit: string;
  readonly categories: readonly string[];
  readonly order: DateOrder | null;
  readonly notes: readonly KeyedMessage[];
}

/** The number that a cell is; null = it is none. @param unit takes the unit behind it */
function numberOf(cell: string, decimal: Decimal): { readonly value: number; readonly unit: string } | null {
  if (!/\d/.test(cell)) return null;
  const read = cellNumber(cell, decimal);
  return read !== null && 'value' in read ? read : null;
}

/** Ms since the epoch of a cell that tells a date; null for any other. A wall clock without a zone is taken as UTC. */
export function momentOf(cell: string, order: DateOrder | null): { readonly ms: number; readonly hasZone: boolean } | null {
  const stamp = readStamp(cell, order, null);
  if (stamp === null || stamp.is === 'number' || stamp.is === 'clock') return null;
  // A bare number of digits is a number to learn from, whatever it may count.
  if (stamp.is === 'moment') return null;
  const offset = offsetMs(stamp.zone);
  return offset === null ? null : { ms: stamp.wall - offset, hasZone: stamp.zone !== '' };
}

/** 0 for UTC and for no zone, null for a name that is not read here. */
function offsetMs(zone: string): number | null {
  if (zone === '' || /^(?:z|utc|gmt)$/i.test(zone)) return 0;
  const [, sign, hours, minutes = '0'] = /^(?:utc|gmt)?([+-])(\d{1,2}):?(\d{2})?$/i.exec(zone) ?? [];
  if (sign === undefined) return null;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}

/** Looks at all values of a column, and says what it is. */
export class ColumnGuess {
  private present = 0;
  private numbers = 0;
  private booleans = 0;
  private dates = 0;
  private moments = 0;
  private withZone = 0;
  private firstOdd: { readonly text: string; readonly line: number } | null = null;
  private leadingZero: string | null = null;
  private unit: string | null = null;
  private hasUnits = false;
  private readonly figures: string[] = [];
  private distinct: Set<string> | null = new Set();

  constructor(
    private readonly name: string,
    private readonly decimal: Decimal,
  ) {}

  add(cell: Cell, line: number): void {
    if (cell === null) return;
    if (typeof cell === 'number') {
      if (Number.isNaN(cell)) return;
      this.present += 1;
      this.numbers += 1;
      this.count(String(cell));
    } else if (typeof cell === 'boolean') {
      this.present += 1;
      this.booleans += 1;
      this.count(String(cell));
    } else if (cell instanceof Date) {
      this.present += 1;
      this.moments += 1;
      this.withZone += 1;
    } else this.addText(cell, line);
  }

  /** To be asked once all cells were given. */
  found(): FoundColumn {
    const { present, numbers, leadingZero, name } = this;
    const notes: KeyedMessage[] = [];
    const of = (type: FoundColumn['type'], more: Partial<FoundColumn> = {}): FoundColumn => ({
      type,
      unit: '',
      categories: [],
      order: null,
      notes,
      ...more,
    });
    if (present === 0) {
      notes.push(message('message.data.noValues', { column: name }));
      return of('number');
    }
    if (numbers === present && leadingZero === null) return of('number', { unit: this.unit ?? '' });
    if (this.moments + this.dates === present) {
      const order = this.figures.length === 0 ? null : detectOrder(this.figures, Infinity).order;
      if (this.figures.length === 0 || order !== null) {
        if (this.withZone < present) notes.push(message('message.data.noZone', { column: name }));
        return of('time', { order });
      }
      notes.push(message('message.data.dayOrMonth', { column: name }));
    }
    if (leadingZero !== null && numbers === present)
      notes.push(message('message.data.leadingZeros', { column: name, text: shortened(leadingZero) }));
    if (this.firstOdd !== null && numbers >= present * ALMOST && numbers < present) {
      const { text, line } = this.firstOdd;
      const where = message('message.data.at', { line });
      notes.push(message('message.data.almostNumbers', { column: name, count: present - numbers, text: shortened(text), where }));
    }
    const { distinct } = this;
    if (distinct === null || distinct.size * 2 > present) return of('text');
    return of('category', { categories: [...distinct].sort((a, b) => a.localeCompare(b, 'en', { numeric: true })) });
  }

  private addText(cell: string, line: number): void {
    const isWordless = isMissing(cell);
    if (isWordless && NO_WORD.has(cell.trim().toLowerCase())) return;
    this.present += 1;
    this.count(cell);
    const number = numberOf(cell, this.decimal);
    if (number !== null && this.takesUnit(number.unit)) {
      this.numbers += 1;
      if (this.leadingZero === null && LEADING_ZERO.test(cell)) this.leadingZero = cell;
      // 20261120 is a date as well as a number: it stays a number.
      return;
    }
    this.firstOdd ??= { text: cell, line };
    // Once there is a text that is no date, none of the others makes it a column of dates.
    if (this.dates + this.moments < this.present - 1) return;
    const isFigures = dateFigures(cell) !== null;
    const moment = momentOf(cell, null) ?? (isFigures ? (momentOf(cell, 'day-first') ?? momentOf(cell, 'month-first')) : null);
    if (moment === null) return;
    this.dates += 1;
    if (moment.hasZone) this.withZone += 1;
    if (isFigures && this.figures.length < LOOKED_AT_DATES) this.figures.push(cell);
  }

  /** Numbers of one column have one unit, or none. */
  private takesUnit(unit: string): boolean {
    if (unit !== '') this.hasUnits = true;
    if (!this.hasUnits) return true;
    if (this.unit === null && this.numbers === 0) this.unit = unit;
    return (this.unit ?? '') === unit;
  }

  private count(text: string): void {
    if (this.distinct === null) return;
    this.distinct.add(text);
    if (this.distinct.size > MAX_CATEGORIES) this.distinct = null;
  }
}

/** What the cells of a column of numbers are worth; NaN = no value. */
export function numberValue(cell: Cell, decimal: Decimal): number {
  if (typeof cell === 'number') return cell;
  return typeof cell === 'string' ? (numberOf(cell, decimal)?.value ?? NaN) : NaN;
}

/** Ms since the epoch; NaN = no value. */
export function timeValue(cell: Cell, order: DateOrder | null): number {
  if (cell instanceof Date) return cell.getTime();
  return typeof cell === 'string' ? (momentOf(cell, order)?.ms ?? NaN) : NaN;
}

/** The text of a cell; null = no value. */
export function textValue(cell: Cell): string | null {
  if (cell === null || (typeof cell === 'number' && Number.isNaN(cell))) return null;
  if (cell instanceof Date) return cell.toISOString();
  if (typeof cell !== 'string') return String(cell);
  return NO_WORD.has(cell.trim().toLowerCase()) ? null : cell;
}
