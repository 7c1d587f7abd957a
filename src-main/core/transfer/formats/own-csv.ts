import { csvFields } from '@shared/base/csv-fields';
import { isMetricId, metricDef } from '@shared/model/metrics';
import { isKeyedMessage, message } from '@shared/text/message';
import { CSV_HEADER } from '../../store/samples/csv';
import { shortened } from '../csv/numbers';
import { keyOf, definitionInUnit } from '../taking';
import { cell } from '../values';
import type { RecordSink, TransferFormat } from './format';
import { RecordReader } from './records';

const HEADER = CSV_HEADER.trimEnd();
const NO_LABELS: ReadonlyMap<string, string> = new Map();

/** What this app exports as CSV (store/samples/csv.ts). */
export const ownCsv: TransferFormat = {
  id: 'csv',
  detect: ({ lines }) => (lines[0] === HEADER ? 1 : 0),
  open(_, { from, machine }) {
    const handles = new Map<string, number>();
    const read = (text: string, line: number, sink: RecordSink): void => {
      if (text === '' || (line === 1 && text === HEADER)) return;
      const fields = csvFields(text, ',');
      if (fields.length !== 8) return sink.bad(message('message.csv.fields', { count: fields.length, wanted: 8 }));
      const [, time = '', ...named] = fields;
      const value = cell(named.pop() ?? '');
      if (value === undefined) return sink.bad(message('message.csv.noNumber', { text: shortened(fields[7] ?? '') }));
      const atMs = /^\d{1,16}$/.test(time) ? Number(time) : NaN;
      const id = named.join('\n');
      let handle = handles.get(id);
      if (handle === undefined) {
        const [device = '', label = '', metric = '', unit = '', provenance = ''] = named.map(unguarded);
        if (isMetricId(metric) && metricDef(metric).unit !== unit)
          return sink.bad(message('message.record.otherUnit', { unit, wanted: metricDef(metric).unit }));
        const key = keyOf({ device: machine.exported(device), label, metric, provenance, definition: definitionInUnit(metric, unit) });
        if (isKeyedMessage(key)) return sink.bad(key);
        handle = sink.series(key, { name: `${metric} of ${device}`, labels: NO_LABELS });
        handles.set(id, handle);
      }
      sink.sample(handle, atMs, value ?? NaN);
    };
    return new RecordReader(','.charCodeAt(0), from ?? { byte: 0, line: 1, state: null }, ({ text, line }, sink) => read(text, line, sink));
  },
};

/** Takes off the apostrophe that the export puts before what a spreadsheet would run. */
function unguarded(text: string): string {
  return /^'[=+\-@\t\r]/.test(text) ? text.slice(1) : text;
}
