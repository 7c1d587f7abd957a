import { AppError } from '@shared/contract/errors';
import { placeholders } from '../mapping';
import { csvFields } from '../records';
import { ruledKey } from '../taking';
import { anyTime, cell } from '../values';
import type { FileHead, ReadOptions, RecordSink, TransferFormat } from './format';
import { RecordReader } from './records';

const TIME_NAMES = ['at_ms', 'time_utc', 'timestamp', 'time', 'datetime', 'date'];

/** The sign between the fields of a CSV file, by its first line. */
export function csvSeparator(header: string): string {
  return [',', ';', '\t'].find((sign) => header.includes(sign)) ?? ',';
}

/** The columns of a CSV file that was not exported here, and the one that is the time: the one named, or with a usual name. */
export function csvColumns(header: string, separator: string, timeColumn: string | null): { readonly columns: readonly string[]; readonly time: number } {
  const columns = csvFields(header, separator).map((name) => name.trim());
  return { columns, time: columns.findIndex((name) => (timeColumn === null ? TIME_NAMES.includes(name.toLowerCase()) : name === timeColumn)) };
}

/** A CSV file of a time column and columns of values, of which rules say what they are. */
export const table: TransferFormat = {
  id: 'csv',
  detect: () => 0.1,
  open(head: FileHead, { rules, timeColumn, from }: ReadOptions) {
    const header = head.lines[0] ?? '';
    const separator = csvSeparator(header);
    const { columns, time } = csvColumns(header, separator, timeColumn);
    const listed = `Its columns are: ${columns.slice(0, 40).join(', ')}.`;
    if (time === -1) throw new AppError('invalid-input', `${timeColumn === null ? 'It is not clear which column is the time: name it with --time.' : `There is no column "${timeColumn}" for the time.`} ${listed}`);
    const known = rules.filter((rule) => columns.includes(rule.name));
    if (known.length === 0) throw new AppError('invalid-input', `No column of values is mapped: say what they are with --map COLUMN=METRIC@DEVICE. ${listed}`);
    const named = [...new Set(['provenance', ...known.flatMap((rule) => [...placeholders(rule.device), ...placeholders(rule.label)])])].filter((name) => columns.includes(name));
    const used = new Set([...named, ...known.map(({ name }) => name)]);
    const unused = columns.flatMap((name, i) => (i === time || used.has(name) ? [] : [{ name, i }]));
    const handles = new Map<string, number>();
    const read = (text: string, sink: RecordSink): void => {
      if (text.trim() === '') return;
      const fields = csvFields(text, separator);
      if (fields.length !== columns.length) return sink.bad(`it has ${fields.length} fields instead of ${columns.length}`);
      const atMs = anyTime((fields[time] ?? '').trim());
      const labels = new Map(named.map((name) => [name, (fields[columns.indexOf(name)] ?? '').trim()]));
      const whose = [...labels.values()].join('\n');
      for (const [i, rule] of known.entries()) {
        const shown = (fields[columns.indexOf(rule.name)] ?? '').trim();
        const value = cell(shown);
        if (value === undefined) {
          sink.bad(`"${shown}" in ${rule.name} is not a number`);
          continue;
        }
        const id = `${i}\n${whose}`;
        let handle = handles.get(id);
        if (handle === undefined) {
          const key = ruledKey(rule, labels);
          if (typeof key === 'string') {
            sink.bad(key);
            continue;
          }
          handle = sink.series(key, { name: rule.name, labels });
          handles.set(id, handle);
        }
        sink.sample(handle, atMs, (value ?? NaN) * rule.scale);
      }
      for (const { name, i } of unused) if (fields[i] !== '') sink.unmapped(name);
    };
    return new RecordReader(separator.charCodeAt(0), from ?? { byte: 0, line: 1, state: null }, ({ text, line }, sink) => {
      if (line > 1) read(text, sink);
    });
  },
};
