import { prefixFor } from '@shared/model/display-unit';
import type { Quantity } from '@shared/model/provenance';
import { assertNever } from '@shared/base/assert-never';

const SUPERSCRIPTS: Record<string, string> = {
  '-': '⁻',
  '0': '⁰',
  '1': '¹',
  '2': '²',
  '3': '³',
  '4': '⁴',
  '5': '⁵',
  '6': '⁶',
  '7': '⁷',
  '8': '⁸',
  '9': '⁹',
};

/** A number of about `digits` significant digits in plain writing with a thin grouping; very small ones as 1.2 × 10⁻⁷. */
export function formatNumber(value: number, digits = 4): string {
  if (value === 0) return '0';
  const size = Math.floor(Math.log10(Math.abs(value)));
  if (size < -5) {
    const mantissa = (value / 10 ** size).toFixed(Math.max(0, digits - 1));
    return `${mantissa} × 10${[...String(size)].map((sign) => SUPERSCRIPTS[sign] ?? sign).join('')}`;
  }
  return value.toLocaleString('en-US', { maximumFractionDigits: Math.max(0, digits - 1 - size), minimumFractionDigits: 0 });
}

/** Value and unit for a person, with the prefixes that the window has. */
export function formatValue(value: number, unit: string): { value: string; unit: string } {
  const prefix = prefixFor(unit, Math.abs(value));
  return { value: formatNumber(value / prefix.factor), unit: prefix.unit };
}

/** Why a figure is not shown, in words. */
export function withheldReason(reason: NonNullable<Quantity['withheld']>): string {
  switch (reason) {
    case 'no-sensor':
      return 'no sensor';
    case 'stale':
      return 'stale readings';
    case 'missing':
      return 'missing since the start';
    case 'it-load-near-zero':
      return 'IT load near zero';
    case 'inconsistent-meters':
      return 'the facility is metered below the IT it feeds';
    case 'ambiguous-meters':
      return 'several meters of one machine; leave out those that measure the same twice';
    case 'skewed':
      return 'meters read at moments too far apart';
    case 'not-started':
      return 'not started';
    case 'no-samples':
      return 'no samples in its span';
    case 'low-coverage':
      return 'samples cover too little of its span';
    case 'simulated-room':
      return 'the room is simulated, the run is not';
    case 'no-price':
      return 'no price set';
    case 'several-currencies':
      return 'prices of several currencies make no sum';
    case 'no-gpu':
      return 'it used no GPU';
    case 'not-told':
      return 'the run did not tell of it';
    case 'compressors-rest':
      return 'the compressors rest';
    case 'no-improvement':
      return 'not better than at first';
    case 'out-of-range':
      return 'beyond the loads or temperatures its curve was fitted to';
    default:
      return assertNever(reason);
  }
}

/** "46.3 W (modelled)", or "— (no sensor)". */
export function formatQuantity(quantity: Quantity): string {
  if (quantity.value === null) return `— (${quantity.withheld === null ? 'no value' : withheldReason(quantity.withheld)})`;
  const { value, unit } = formatValue(quantity.value, quantity.unit);
  return `${value}${unit === '1' ? '' : ` ${unit}`} (${quantity.provenance})`;
}

/** "1 h 02 min", "3 min 05 s", "12.3 s". @param ms not negative */
export function formatDuration(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  const two = (value: number): string => String(value).padStart(2, '0');
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  return `${Math.floor(whole / 3600)} h ${two(Math.floor((whole % 3600) / 60))} min`;
}

export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
}

/** Of the last column that is wrapped, however narrow the terminal. */
const MIN_WRAPPED = 24;
const MAX_LAST_RULE = 60;

/**
 * A plain table with a rule under its head. Cells must not hold line breaks.
 * @param width of a terminal: the last column is wrapped into it
 */
export function formatTable(columns: readonly Column[], rows: readonly (readonly string[])[], width = Infinity): string[] {
  const before = widthsOf(columns, rows)
    .slice(0, -1)
    .reduce((sum, column) => sum + column + 2, 0);
  const all = rows.flatMap((row) => wrapLast(row, Math.max(MIN_WRAPPED, width - before)));
  const widths = widthsOf(columns, all);
  const write = (cells: readonly string[]): string =>
    columns
      .map((column, i) => {
        const cell = cells[i] ?? '';
        const space = ' '.repeat((widths[i] ?? 0) - [...cell].length);
        return column.align === 'right' ? space + cell : cell + space;
      })
      .join('  ')
      .trimEnd();
  // Of a last column as long as a command line nobody needs the whole rule.
  const rules = widths.map((column, i) => '─'.repeat(i === widths.length - 1 ? Math.min(column, MAX_LAST_RULE) : column));
  return [write(columns.map((column) => column.title)), rules.join('  '), ...all.map(write)];
}

const widthsOf = (columns: readonly Column[], rows: readonly (readonly string[])[]): number[] =>
  columns.map((column, i) => Math.max(...[column.title, ...rows.map((row) => row[i] ?? '')].map((cell) => [...cell].length)));

/** The row, and under it what its last cell has beyond `width`, broken between words. */
function wrapLast(row: readonly string[], width: number): readonly (readonly string[])[] {
  const lines: string[] = [];
  for (const word of (row.at(-1) ?? '').split(' ')) {
    const line = lines.at(-1);
    if (line !== undefined && [...line].length + 1 + [...word].length <= width) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  const indent = row.slice(0, -1).map(() => '');
  return lines.map((line, i) => [...(i === 0 ? row.slice(0, -1) : indent), line]);
}

/** "███████░░░░░", `width` cells. @param share 0 … 1 */
export function formatBar(share: number, width: number): string {
  const full = Math.round(Math.min(1, Math.max(0, share)) * width);
  return '█'.repeat(full) + '░'.repeat(width - full);
}
