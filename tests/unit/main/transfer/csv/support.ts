import { english, type Message } from '@shared/text/message';
import { LOCAL_NODE } from '@shared/model/device-tree';
import type { Encoding } from '@shared/model/import';
import { detectForm, decode } from '../../../../../src-main/core/transfer/csv/encoding';
import { CsvFile, type CsvReading, type CsvState } from '../../../../../src-main/core/transfer/csv/csv-file';
import type { CsvChoices } from '../../../../../src-main/core/transfer/csv/layout';
import { terminalHints } from '../../../../../src-main/core/transfer/csv/input-hints';
import { startMoment } from '../../../../../src-main/core/transfer/csv/times';
import type { WantedSeries } from '../../../../../src-main/core/transfer/csv/reader';
import { parseRules } from '../../../../../src-main/core/transfer/mapping';
import { SourceMachine } from '../../../../../src-main/core/transfer/source-machine';
import { RecordScanner } from '../../../../../src-main/core/transfer/records';

export interface Read {
  /** `device metric: value unit @ time`, in order. */
  readonly samples: readonly string[];
  readonly series: readonly WantedSeries[];
  readonly bad: readonly string[];
  readonly reading: CsvReading;
  readonly skippedColumns: readonly string[];
}

interface Choices extends Partial<Omit<CsvChoices, 'start'>> {
  readonly start?: string;
  readonly map?: string;
  readonly encoding?: Encoding;
  readonly device?: string;
  /** Default: recorded here. */
  readonly machine?: SourceMachine;
  /** Stops and goes on with what is kept after so many records. */
  readonly stopAfter?: number;
}

/** Tomorrow, seen from the files' day. */
const LATEST_MS = Date.UTC(2026, 10, 27);

/** Reads a file's text or bytes as an import does. */
export function readCsv(file: string | Buffer, said: Choices = {}): Read {
  const {
    start,
    map,
    encoding = null,
    device = 'file/it',
    stopAfter,
    machine = new SourceMachine({ machine: LOCAL_NODE, file: device, devices: [] }),
  } = said;
  const bytes = typeof file === 'string' ? Buffer.from(file) : file;
  const form = detectForm(bytes, encoding);
  const text = form.encoding === 'utf-8' ? bytes.toString('utf8') : decode(bytes, form.encoding);
  const head = Buffer.from(form.bareReturns ? text.replaceAll('\r', '\n') : text);
  const choices: CsvChoices = {
    separator: said.separator ?? null,
    decimal: said.decimal ?? null,
    skip: said.skip ?? null,
    timeColumn: said.timeColumn ?? null,
    zone: said.zone ?? 'UTC',
    start: start === undefined ? null : startMoment(start),
    dates: said.dates ?? null,
    hints: terminalHints,
  };
  const csv = new CsvFile(head, true, { choices, rules: map === undefined ? [] : parseRules(map), device, machine, latestMs: LATEST_MS });
  const samples: string[] = [];
  const series: WantedSeries[] = [];
  const bad: string[] = [];
  const sink = {
    series: (wanted: WantedSeries): WantedSeries => {
      series.push(wanted);
      return wanted;
    },
    sample: ({ device: of, metric, definition }: WantedSeries, atMs: number, value: number | null): void =>
      void samples.push(
        `${of} ${metric}: ${value === null ? 'missing' : round(value)}${definition === null || definition.unit === '' ? '' : ` ${definition.unit}`} @ ${new Date(atMs).toISOString()}`,
      ),
    bad: (problem: Message): void => void bad.push(english(problem)),
  };
  let tables = csv.reader(sink);
  const scanner = new RecordScanner({ separator: csv.separator.charCodeAt(0), fromByte: csv.byte, fromLine: csv.line });
  const records = [...scanner.push(head.subarray(csv.byte)), ...scanner.end()];
  for (const [i, { text: record, problem }] of records.entries()) {
    if (i === stopAfter) tables = csv.reader(sink, JSON.parse(JSON.stringify(tables.state)) as CsvState);
    if (problem === null) tables.read(record);
    else bad.push(english(problem));
  }
  return { samples, series, bad, reading: csv.reading, skippedColumns: tables.skippedColumns };
}

function round(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
