import { columnName } from './column-names';
import { fieldsOf } from './dialect';
import type { Column, Layout } from './layout';
import type { TimePlan } from './times';

/** Whether a file begins as InfluxDB's annotated CSV does. */
export function isAnnotated(text: string): boolean {
  return /^\ufeff?#(?:group|datatype|default)\b/.test(text);
}

/** The columns of one table of annotated CSV: what they hold is given, not to be guessed. */
export function annotatedLayout(
  header: readonly string[],
  types: readonly string[],
  time: Omit<TimePlan, 'columns' | 'kind' | 'unit'>,
): Layout | null {
  const columns = header.map((name, index): Column => ({
    index,
    name: columnName(name),
    key: name,
    path: null,
    cellUnit: null,
    digits: 2,
    distinct: 0,
    isCount: false,
    content: contentOf(name, types[index] ?? 'string'),
  }));
  const at = columns.find(({ key }) => key === '_time') ?? columns.find(({ content }) => content === 'stamp');
  if (at === undefined) return null;
  return {
    tool: 'influxdb',
    columns,
    time: { ...time, columns: [at.index], kind: 'stamp', unit: 's' },
    decimal: '.',
    decimalCertain: true,
    joined: true,
    rows: [],
  };
}

function contentOf(name: string, type: string): Column['content'] {
  if (name === '' || name === 'result' || name === 'table') return 'text';
  if (type.startsWith('dateTime')) return 'stamp';
  return /^(?:double|long|unsignedLong|boolean)$/.test(type) ? 'number' : 'text';
}

/** The kinds of the columns, when the record says them; null for any other. */
export function messageTypes(record: string): string[] | null {
  return record.startsWith('#datatype') ? fieldsOf(record, ',') : null;
}
