import { basename } from 'node:path';
import { foundOut, type CsvSettings } from '@shared/model/import';
import { isKeyedMessage, type KeyedMessage } from '@shared/text/message';
import { CsvFile, type CsvState } from '../csv/csv-file';
import type { CsvChoices } from '../csv/layout';
import type { CsvSink, WantedSeries } from '../csv/reader';
import { separators } from '../csv/dialect';
import { detectedSettings } from '../csv/detected-settings';
import { chosenStart, chosenZone } from '../csv/settings-messages';
import { terminalHints, type InputHints } from '../csv/input-hints';
import { keyOf } from '../taking';
import type { FileHead, ReadOptions, RecordSink, TransferFormat } from './format';
import { RecordReader } from './records';

/** A clock that is ahead by less is a clock, ms. */
const AHEAD_MS = 24 * 3_600_000;

/** CSV as other programs write it. */
export const table: TransferFormat = {
  id: 'csv',
  detect: ({ lines }) => (isTabular(lines) ? 0.5 : 0.1),
  open(head: FileHead, options: ReadOptions) {
    const file = csvFile(head, options);
    const rows = new Rows();
    const tables = file.reader<number>(
      rows,
      options.from === null || options.from.state === null ? null : (JSON.parse(options.from.state) as CsvState),
    );
    return new RecordReader(
      file.separator.charCodeAt(0),
      options.from ?? { byte: file.byte, line: file.line, state: null },
      ({ text }, sink) => {
        rows.to = sink;
        tables.read(text);
      },
      () => JSON.stringify(tables.state),
      detectedSettings(file.reading, tables.skippedColumns, options.csv ?? foundOut, file.options.choices.zone, head.encoding),
    );
  },
};

/** @throws {AppError} `invalid-input`: what cannot be told, and the way out */
export function csvFile(
  head: FileHead,
  { csv = foundOut, hints = terminalHints, device = 'file', machine, rules, timeColumn, nowMs }: ReadOptions,
): CsvFile {
  const choices = csvChoices(csv, timeColumn, hints);
  return new CsvFile(head.bytes, head.isWhole, { choices, rules, device, machine, latestMs: nowMs + AHEAD_MS });
}

/** @throws {AppError} `invalid-input` for a zone or a beginning that is none */
export function csvChoices(
  { separator, decimal, dates, skip, zone, start }: CsvSettings,
  timeColumn: string | null,
  hints: InputHints,
): CsvChoices {
  return { separator, decimal, dates, skip, timeColumn, hints, zone: chosenZone(zone), start: chosenStart(start) };
}

/** The device of values of which a file tells none: the file itself. */
export function fileDevice(name: string): string {
  const stem = basename(name)
    .replace(/\.gz$/i, '')
    .replace(/\.[a-z0-9]{1,8}$/i, '');
  return `file/${stem === '' ? 'import' : stem}`.slice(0, 120);
}

/** Whether most lines are cut alike by one sign, whatever stands above them. */
function isTabular(lines: readonly string[]): boolean {
  const filled = lines.filter((line) => line.trim() !== '');
  return separators.some((sign) => {
    const counts = filled.map((line) => line.split(sign).length - 1).filter((count) => count > 0);
    return counts.length > 1 && counts.length * 2 >= filled.length;
  });
}

/** Gives what the rows say to whoever takes it at the moment. */
class Rows implements CsvSink<number> {
  to: RecordSink | null = null;

  series({ provenance, definition, source, labels, ...named }: WantedSeries): number | KeyedMessage {
    const key = keyOf({ ...named, provenance, definition: definition ?? undefined });
    return isKeyedMessage(key) ? key : (this.to?.series(key, { name: source, labels }) ?? -1);
  }

  sample(handle: number, atMs: number, value: number | null): void {
    this.to?.sample(handle, atMs, value ?? NaN);
  }

  bad(problem: KeyedMessage): void {
    this.to?.bad(problem);
  }
}
