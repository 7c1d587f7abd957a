import { AppError } from '@shared/contract/errors';
import { foundOut } from '@shared/model/import';
import { isMetricId, metricDef } from '@shared/model/metrics';
import { english, message } from '@shared/text/message';
import { CsvFile } from '../transfer/csv/csv-file';
import { terminalHints } from '../transfer/csv/input-hints';
import type { CsvSink, WantedSeries } from '../transfer/csv/reader';
import { csvChoices } from '../transfer/formats/table';
import { fileHead, openText } from '../transfer/import';
import { readRecords } from '../transfer/records';
import { SourceMachine } from '../transfer/source-machine';

/** A column of numbers over time. */
export interface TimedColumn {
  /** As the file calls it. */
  readonly name: string;
  /** The unit that its values are in; '' = the file tells none. */
  readonly unit: string;
  /** In the order of the file; null = nothing stands there. */
  readonly samples: { readonly atMs: number; readonly value: number | null }[];
}

export interface TimedColumns {
  readonly columns: readonly TimedColumn[];
  /** Lines that cannot be read, and why; the first of them. */
  readonly bad: readonly { readonly line: number; readonly why: string }[];
  readonly badCount: number;
}

const BAD_KEPT = 20;
/** A load or a price may well be of a time to come, ms. */
const LATEST_MS = Date.UTC(2200, 0, 1);

/**
 * All columns of numbers of a CSV file, as an import understands it.
 * @param timeZone of times without one
 * @throws {AppError} `not-found`, `invalid-input` with what cannot be told of the file
 */
export async function readColumns(path: string, timeZone: string, timeColumn: string | null = null): Promise<TimedColumns> {
  const { bytes, form } = await openText(path, null);
  const head = await fileHead(bytes, form.encoding);
  if (head === null) throw new AppError('invalid-input', message('message.file.empty', { path }));
  const file = new CsvFile(head.bytes, head.isWhole, {
    choices: csvChoices({ ...foundOut, zone: timeZone }, timeColumn, terminalHints),
    rules: [],
    device: 'file',
    machine: new SourceMachine({ machine: 'local', file: 'file', devices: [] }),
    latestMs: LATEST_MS,
  });
  const found = new Map<string, TimedColumn>();
  const bad: { line: number; why: string }[] = [];
  let badCount = 0;
  let line = 0;
  const sink: CsvSink<TimedColumn> = {
    series: (wanted) => {
      const column = found.get(wanted.source) ?? { name: wanted.source, unit: unitOf(wanted), samples: [] };
      found.set(wanted.source, column);
      return column;
    },
    sample: ({ samples }, atMs, value) => samples.push({ atMs, value }),
    bad: (problem) => {
      badCount += 1;
      if (bad.length < BAD_KEPT) bad.push({ line, why: english(problem) });
    },
  };
  const tables = file.reader(sink);
  const from = { separator: file.separator.charCodeAt(0), fromByte: file.byte, fromLine: file.line };
  for await (const records of readRecords(bytes, from))
    for (const record of records) {
      line = record.line;
      if (record.problem !== null) sink.bad(record.problem);
      else tables.read(record.text);
    }
  return { columns: [...found.values()], bad, badCount };
}

function unitOf({ metric, definition }: WantedSeries): string {
  return definition?.unit ?? (isMetricId(metric) ? metricDef(metric).unit : '');
}
