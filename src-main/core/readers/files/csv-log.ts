import { csvFields } from '@shared/base/csv-fields';
import { RecordScanner, type TextRecord } from '../../transfer/records';
import type { FileContext, FileFormat, OpenFormat } from './file-format';

/** Columns that say where a row stands, by their names in lower case without signs: of the whole run, of one epoch, and the epoch. */
const stepColumns = [
  'step',
  'globalstep',
  'trainerglobalstep',
  'iteration',
  'iter',
  'iterations',
  'it',
  'batch',
  'numupdates',
  'update',
  'timesteps',
  'totaltimesteps',
  'timetotaltimesteps',
];
const epochColumns = ['epoch', 'epochs'];
const timeColumns = ['timestamp', 'walltime', 'time', 'datetime', 'date', 'createdat'];
/** Numbers about the program's clock and not about what it learns. */
const passedColumns = new Set(['', 'unnamed0', 'index']);

const separators = [',', ';', '\t', '|'];
/** A log has few columns; a file with more is a data set. */
const MAX_COLUMNS = 2_000;
const MAX_HEADER_BYTES = 64 * 1024;
const BOM = '\ufeff';
/** As long as no line of a log is; a longer one is passed by the scanner. */
const MAX_LINE_BYTES = 128 * 1024;
const LF = 0x0a;
/** Seconds since 1970 of a time that can be: 2001 to 2286. */
const [SECONDS_FROM, SECONDS_TO] = [1e9, 1e10];

interface Header {
  readonly fields: readonly string[];
  readonly separator: string;
  readonly step: number;
  readonly epoch: number;
  readonly time: number;
}

/** The log that a program keeps as a growing CSV file: Lightning's metrics.csv, Keras's CSVLogger, and others with a step or an epoch. */
export const csvLogs: FileFormat = {
  id: 'csv',
  matches: ({ name }) => /\.(?:csv|tsv)$/i.test(name),
  recognizes: (head) => headerOf(head.toString('utf8').split(/\r?\n/, 1)[0] ?? '') !== null,
  open: (context, file) => new CsvLog(context, file.isNamed === true),
};

class CsvLog implements OpenFormat {
  private header: Header | null = null;
  isForeign = false;
  private scanner: RecordScanner | null = null;
  private first = NaN;
  private last = -Infinity;
  private lastEpoch = -Infinity;
  /** Added to the steps told: what came before the steps began anew. */
  private base = 0;
  private isBackTold = false;
  private badRows = 0;
  private readonly skipped = new Set<number>();

  constructor(
    private readonly context: FileContext,
    private readonly isNamed: boolean,
  ) {}

  restart(): void {
    this.header = null;
    this.isForeign = false;
    this.scanner = null;
    this.first = NaN;
    this.last = this.lastEpoch = -Infinity;
    this.base = this.badRows = 0;
    this.skipped.clear();
  }

  take(bytes: Buffer, from: number, to: number, isEnd: boolean): number {
    if (this.isForeign) return to - from;
    let end = bytes.subarray(from, to).lastIndexOf(LF) + from + 1;
    if (isEnd && end < to) {
      // What its writer did not end may be half a number.
      this.context.sink.notice(`${this.context.label}: its last line is not complete and is left out.`);
    } else if (end === from) {
      // A line without an end: the scanner bounds it.
      if (to - from < MAX_LINE_BYTES) return 0;
      end = to;
    }
    if (end === from) return 0;
    let at = from;
    if (this.header === null) {
      const lineEnd = bytes.indexOf(LF, from);
      const headerEnd = lineEnd === -1 || lineEnd >= end ? end : lineEnd + 1;
      const line = bytes.toString('utf8', from, Math.min(headerEnd, from + MAX_HEADER_BYTES)).replace(/\r?\n$/, '');
      this.header = headerOf(line);
      if (this.header === null) {
        this.isForeign = true;
        if (this.isNamed)
          this.context.sink.notice(`${this.context.label}: no column of it is a step, an iteration or an epoch; it is not read.`);
        return to - from;
      }
      this.scanner = new RecordScanner({ separator: this.header.separator.charCodeAt(0), fromByte: headerEnd - from, fromLine: 2 });
      at = headerEnd;
    }
    const { scanner, header } = this;
    if (scanner === null) return end - from;
    // Copied: the scanner keeps what is not whole yet, and the buffer is used again.
    for (const record of scanner.push(Buffer.from(bytes.subarray(at, end)))) this.row(record, header);
    return end - from;
  }

  flush(): void {
    const { header, scanner } = this;
    if (header !== null && scanner !== null) for (const record of scanner.end()) this.row(record, header);
    if (this.badRows > 0)
      this.context.sink.notice(`${this.context.label}: ${this.badRows.toLocaleString('en-US')} lines could not be read.`);
    this.badRows = 0;
  }

  private row({ text, problem }: TextRecord, header: Header): void {
    if (text.trim() === '') return;
    const fields = csvFields(text, header.separator);
    // A program that was started again may write its header again.
    if (fields.every((value, i) => value.trim() === header.fields[i])) return;
    const epoch = header.epoch === -1 ? null : numberOf(fields[header.epoch], header.separator);
    const place = header.step === -1 ? epoch : numberOf(fields[header.step]);
    if (problem !== null || fields.length !== header.fields.length || (place !== null && !(Math.abs(place) <= Number.MAX_SAFE_INTEGER))) {
      this.badRows++;
      return;
    }
    const step = this.stepOf(place, epoch, header);
    const atMs = header.time === -1 ? null : timeOf(fields[header.time] ?? '');
    const isEpoch = header.step === -1 ? ({ isEpoch: true } as const) : {};
    for (let i = 0; i < fields.length; i++) {
      const name = header.fields[i] ?? '';
      if (i === header.step || i === header.epoch || i === header.time || passedColumns.has(plain(name))) continue;
      const value = numberOf(fields[i], header.separator);
      if (value !== null)
        this.context.sink.scalar({ name: this.context.prefix + name, step, ...(epoch === null ? {} : { epoch }), value, atMs, ...isEpoch });
      else if (!isGap(fields[i]) && !this.skipped.has(i)) {
        this.skipped.add(i);
        this.context.sink.other(this.context.prefix + name, /^[[(]/.test(fields[i] ?? '') ? 'array' : 'text');
      }
    }
  }

  /**
   * A log that is appended to begins at its first step again: another training, whose points follow those before. One that goes
   * back by less was resumed from a checkpoint: whoever shows the curve lets the later points hold.
   */
  private stepOf(place: number | null, epoch: number | null, header: Header): number | null {
    // Parts of epochs are no steps; whoever takes them counts.
    if (place === null || !Number.isInteger(place)) return null;
    if (Number.isNaN(this.first)) this.first = place;
    if (place < this.last) {
      const column = header.fields[header.step === -1 ? header.epoch : header.step] ?? '';
      const isNewEpoch = header.step !== -1 && epoch !== null && epoch > this.lastEpoch;
      const isAnew = place <= this.first;
      if (isAnew) this.base += this.last - place + 1;
      if (!isNewEpoch && !this.isBackTold) {
        const what = isAnew ? 'what follows is another training and is put behind it' : 'it was resumed from there';
        this.context.sink.notice(`${this.context.label}: "${column}" goes back from ${this.last} to ${place}: ${what}.`);
        this.isBackTold = true;
      }
    }
    this.last = place;
    this.lastEpoch = epoch ?? this.lastEpoch;
    return this.base + place;
  }
}

function headerOf(line: string): Header | null {
  const text = line.startsWith(BOM) ? line.slice(1) : line;
  const separator = separators.map((sign) => [sign, csvFields(text, sign).length] as const).sort((a, b) => b[1] - a[1])[0]?.[0] ?? ',';
  const fields = csvFields(text, separator).map((name) => name.trim());
  if (fields.length < 2 || fields.length > MAX_COLUMNS) return null;
  const plainNames = fields.map(plain);
  const find = (names: readonly string[]): number => names.map((name) => plainNames.indexOf(name)).find((index) => index !== -1) ?? -1;
  const [step, epoch, time] = [find(stepColumns), find(epochColumns), find(timeColumns)];
  return step === -1 && epoch === -1 ? null : { fields, separator, step, epoch, time };
}

const plain = (name: string): string => name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');

const isGap = (text: string | undefined): boolean => text === undefined || /^\s*(?:NA|N\/A|null|None|-)?\s*$/i.test(text);

/**
 * @param separator of the fields: `;` is what spreadsheets write where the comma is the decimal sign
 * @returns null where it is no number
 */
function numberOf(text: string | undefined, separator = ','): number | null {
  if (text === undefined || isGap(text)) return null;
  const trimmed = text.trim();
  const known = /^([+-]?)(?:inf|infinity)$/i.exec(trimmed);
  if (known !== null) return known[1] === '-' ? -Infinity : Infinity;
  if (/^[+-]?nan$/i.test(trimmed)) return NaN;
  if (/^(?:true|false)$/i.test(trimmed)) return null;
  const pointed = separator !== ';' ? trimmed : trimmed.replace(/^([+-]?\d*),(\d+)(?=e|$)/i, '$1.$2');
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(pointed) ? Number(pointed) : null;
}

/** Wall clock; seconds since a program's start are none. */
function timeOf(text: string): number | null {
  const number = numberOf(text);
  if (number !== null) {
    if (number >= SECONDS_FROM && number < SECONDS_TO) return Math.round(number * 1000);
    return number >= SECONDS_FROM * 1000 && number < SECONDS_TO * 1000 ? Math.round(number) : null;
  }
  const at = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/.test(text.trim()) ? Date.parse(text.trim().replace(' ', 'T')) : NaN;
  return Number.isFinite(at) ? at : null;
}
