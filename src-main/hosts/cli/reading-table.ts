import { betterOf } from '@shared/model/scalar-better';
import type { ScalarReading } from '../../core/readers/reading';
import { formatTable, type Column } from './format';

interface Row {
  readonly source: string | null;
  readonly name: string;
  unit: string | undefined;
  points: number;
  first: number;
  last: number;
  min: number;
  max: number;
  fromStep: number;
  toStep: number;
}

/** Digits of which a figure is read, not copied. */
const DIGITS = 5;

/** What each scalar of some files came to. NaN counts as a point and is neither the lowest nor the highest. */
export class ReadingTable {
  private readonly rows = new Map<string, Row>();

  /** @param source the file or folder, where there are several */
  add(source: string | null, { name, step, value, unit }: ScalarReading): void {
    const key = `${source ?? ''}\0${name}`;
    let row = this.rows.get(key);
    if (row === undefined) {
      row = {
        source,
        name,
        unit,
        points: 0,
        first: value,
        last: value,
        min: Infinity,
        max: -Infinity,
        fromStep: Infinity,
        toStep: -Infinity,
      };
      this.rows.set(key, row);
    }
    row.points++;
    row.last = value;
    if (value < row.min) row.min = value;
    if (value > row.max) row.max = value;
    if (step !== null && step < row.fromStep) row.fromStep = step;
    if (step !== null && step > row.toStep) row.toStep = step;
  }

  lines(): string[] {
    if (this.rows.size === 0) return [];
    const rows = [...this.rows.values()];
    const hasSource = rows.some(({ source }) => source !== null);
    const right = (title: string): Column => ({ title, align: 'right' });
    return formatTable(
      [
        ...(hasSource ? [{ title: 'File' }] : []),
        { title: 'Scalar' },
        right('Points'),
        right('First'),
        right('Last'),
        right('Lowest'),
        right('Highest'),
        right('Best'),
        right('Steps'),
      ],
      rows.map((row) => [
        ...(hasSource ? [row.source ?? ''] : []),
        row.unit === undefined ? row.name : `${row.name} (${row.unit})`,
        row.points.toLocaleString('en-US'),
        number(row.first),
        number(row.last),
        row.min > row.max ? '—' : number(row.min),
        row.min > row.max ? '—' : number(row.max),
        best(row),
        row.fromStep > row.toStep ? '—' : `${row.fromStep}–${row.toStep}`,
      ]),
    );
  }
}

function best({ name, min, max }: Row): string {
  const better = betterOf(name, {});
  if (better === null || min > max) return '—';
  return number(better === 'lower' ? min : max);
}

function number(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(DIGITS))) : String(value);
}
