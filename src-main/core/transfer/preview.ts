import { statSync } from 'node:fs';
import { AppError, isAppError } from '@shared/contract/errors';
import { foundOut, type CsvReading, type ImportPlan, type ImportPreview } from '@shared/model/import';
import type { StoredDevice } from '@shared/model/device-record';
import { metricOf, saneValue } from '@shared/model/metrics';
import type { SeriesKey } from '@shared/model/series';
import { isKeyedMessage, message, type Message } from '@shared/text/message';
import { folderError } from '../store/file/errors';
import type { TextBytes } from './csv/encoding';
import { namesOf } from './csv/csv-file';
import { chosenZone } from './csv/settings-messages';
import { shownIn, systemZone } from './csv/zones';
import { windowHints } from './csv/input-hints';
import { detectFormat } from './formats';
import type { FileHead, FormatReader, ReadOptions, RecordSink } from './formats/format';
import { csvChoices, csvFile, fileDevice, table } from './formats/table';
import { fileHead, openText } from './import';
import { AHEAD_MS, EARLIEST_MS, timeProblem, valueProblem } from './import-batcher';
import { metricOfFamily } from './names';
import { parseSample } from './openmetrics-text';
import { SourceMachine } from './source-machine';
import { readRecords } from './records';

/** More names than these nobody maps by hand. */
const MAX_NAMES = 100;
/** Chunks of the file that are looked at, of a quarter of a megabyte each. */
const MAX_CHUNKS = 4;
const SHOWN_SAMPLES = 16;
const SHOWN_BAD_LINES = 3;

const AS_FOUND: ImportPlan = { timeColumn: null, rules: [], csv: foundOut, machine: null };

/**
 * What a file is, by its beginning, how it would be read by a plan, and the first values of it. What cannot be told of a
 * CSV file is its `problem`.
 * @param name what a person calls the file
 * @param devices the hardware of this machine
 * @throws {AppError} `not-found`, `invalid-input` (empty, or damaged as a gzip file), `storage-failed`
 */
export async function previewImport(
  path: string,
  name: string,
  devices: readonly StoredDevice[],
  plan: ImportPlan = AS_FOUND,
): Promise<ImportPreview> {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat?.isFile()) throw new AppError('not-found', message('message.file.none', { path }));
  const { bytes, form } = await openText(path, plan.csv.encoding);
  const head = await fileHead(bytes, form.encoding);
  if (head === null) throw new AppError('invalid-input', message('message.file.empty', { path }));
  const format = detectFormat(head);
  const rules = plan.rules.map((rule) => ({ ...rule, label: '', provenance: null }));
  const device = fileDevice(name);
  const machine = new SourceMachine({ machine: plan.machine, file: device, devices });
  const options: ReadOptions = {
    rules,
    timeColumn: plan.timeColumn,
    csv: plan.csv,
    hints: windowHints,
    device,
    machine,
    from: null,
    modifiedMs: Math.round(stat.mtimeMs),
    nowMs: Date.now(),
  };
  const base: ImportPreview = {
    format: format.id,
    packed: bytes.isPacked,
    columns: [],
    timeColumn: null,
    foreign: [],
    reading: null,
    samples: [],
    apart: null,
    skippedColumns: [],
    badLines: [],
    problem: null,
  };
  if (format !== table) {
    const first = firstValues(format.open(head, options), head, systemZone());
    return { ...base, ...first, apart: machine.apart, foreign: format.id === 'openmetrics' ? await foreignMetrics(bytes) : [] };
  }
  try {
    const shown = tablePreview(head, options, form.encoding, plan.csv.zone);
    return { ...base, ...shown, apart: machine.apart };
  } catch (error) {
    if (!isAppError(error, 'invalid-input')) throw error;
    return { ...base, ...namedColumns(head, options), problem: error.localized };
  }
}

function tablePreview(
  head: FileHead,
  options: ReadOptions,
  encoding: CsvReading['encoding'],
  given: string | null,
): Partial<ImportPreview> {
  const file = csvFile(head, options);
  const { reading } = file;
  const zone = chosenZone(given);
  const names = reading.columns.filter((name) => name !== '').slice(0, MAX_NAMES);
  const tables = file.reader<number>({ series: () => -1, sample: () => undefined, bad: () => undefined });
  return {
    columns: names,
    timeColumn: reading.timeColumns.join('+'),
    foreign: names.filter((name) => !reading.timeColumns.includes(name)).map((name) => ({ name, labels: [] })),
    reading: {
      tool: reading.tool,
      encoding,
      separator: reading.separator,
      decimal: reading.decimal,
      decimalCertain: reading.decimalCertain,
      dates: reading.dates,
      zone: reading.usesZone ? zone : null,
      skippedLines: reading.skippedLines,
      hasHeader: reading.hasHeader,
    },
    skippedColumns: tables.skippedColumns.slice(0, MAX_NAMES),
    ...firstValues(table.open(head, options), head, zone),
  };
}

/** The columns of a file that cannot be read yet, from which to choose. */
function namedColumns(head: FileHead, { csv = foundOut, timeColumn }: ReadOptions): Partial<ImportPreview> {
  const names = namesOf(head.bytes, head.isWhole, csvChoices({ ...csv, zone: null, start: null }, timeColumn, windowHints)).slice(
    0,
    MAX_NAMES,
  );
  return { columns: names, foreign: names.map((name) => ({ name, labels: [] })) };
}

/** Reads the beginning of a file, and stores nothing of it. */
function firstValues(reader: FormatReader, head: FileHead, zone: string): Pick<ImportPreview, 'samples' | 'badLines'> {
  const sink = new FirstValues(reader, zone);
  reader.push(head.bytes.subarray(reader.byte), sink);
  if (head.isWhole) reader.end(sink);
  return { samples: sink.samples, badLines: sink.badLines };
}

class FirstValues implements RecordSink {
  readonly samples: ImportPreview['samples'] = [];
  readonly badLines: ImportPreview['badLines'] = [];
  private readonly keys: SeriesKey[] = [];
  private readonly nowMs = Date.now();

  constructor(
    private readonly reader: FormatReader,
    private readonly zone: string,
  ) {}

  series(key: SeriesKey): number {
    return this.keys.push(key) - 1;
  }

  sample(handle: number, atMs: number, value: number): void {
    const key = this.keys[handle];
    if (key === undefined || this.samples.length >= SHOWN_SAMPLES) return;
    if (!(atMs >= EARLIEST_MS && atMs <= this.nowMs + AHEAD_MS)) return this.bad(timeProblem(atMs));
    const { device, metric, definition } = key;
    const isMissing = Number.isNaN(value);
    if (!isMissing && saneValue(metricOf(key), value) === null) return this.bad(valueProblem({ key }, value));
    this.samples.push({
      at: shownIn(this.zone, atMs),
      device,
      metric,
      ...(definition ? { definition } : {}),
      value: isMissing ? null : value,
    });
  }

  bad(problem: Message): void {
    const { line } = this.reader.at;
    if (this.badLines.length < SHOWN_BAD_LINES && this.badLines.at(-1)?.line !== line) this.badLines.push({ line, problem });
  }

  unmapped(): void {
    // Told by the names of the file.
  }
}

async function foreignMetrics(bytes: TextBytes): Promise<ImportPreview['foreign']> {
  const found = new Map<string, Set<string>>();
  let chunks = 0;
  try {
    for await (const records of readRecords(bytes, { separator: null, fromByte: 0, fromLine: 1 })) {
      for (const { text, problem } of records) {
        const line = text.trim();
        if (problem !== null || line === '' || line.startsWith('#')) continue;
        const sample = parseSample(line);
        if (isKeyedMessage(sample) || metricOfFamily(sample.name) !== null) continue;
        const labels = found.get(sample.name) ?? new Set();
        if (found.size < MAX_NAMES) found.set(sample.name, labels);
        for (const label of sample.labels.keys()) labels.add(label);
      }
      chunks += 1;
      if (chunks === MAX_CHUNKS) break;
    }
  } catch (error) {
    throw folderError(error, bytes.path);
  }
  return [...found].map(([name, labels]) => ({ name, labels: [...labels] }));
}
