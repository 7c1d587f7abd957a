import { AppError } from '@shared/contract/errors';
import type { CsvTool } from '@shared/model/import';
import { message } from '@shared/text/message';
import type { MappingRule } from '../mapping';
import type { SourceMachine } from '../source-machine';
import { annotatedLayout, isAnnotated, messageTypes } from './annotated';
import { fieldsOf, firstRecords, isComment, readDialect, type Dialect } from './dialect';
import { keysOf, readLayout, toolOf, type CsvChoices, type Layout } from './layout';
import { CsvReader, type CsvSink, type ReaderState } from './reader';
import { dateFigures, readStamp } from './stamps';
import type { TimePlan } from './times';

/** How a file is read, as found out or as a person said. */
export interface CsvReading {
  readonly tool: CsvTool | null;
  readonly separator: string;
  readonly decimal: '.' | ',';
  /** False where the numbers can be read either way. */
  readonly decimalCertain: boolean;
  /** Of dates in figures; null where there are none. */
  readonly dates: 'day-first' | 'month-first' | null;
  /** Whether times without a zone were seen, which are taken as of the zone chosen. */
  readonly usesZone: boolean;
  /** Lines before the header, but comments and blank ones. */
  readonly skippedLines: number;
  readonly hasHeader: boolean;
  /** All columns, and the ones of the time. */
  readonly columns: readonly string[];
  readonly timeColumns: readonly string[];
}

export interface CsvFileOptions {
  readonly choices: CsvChoices;
  readonly rules: readonly MappingRule[];
  /** The device of values of which the file tells none. */
  readonly device: string;
  readonly machine: SourceMachine;
  /** Later times are mistakes, ms. */
  readonly latestMs: number;
}

/** What has to be known to go on in the middle of a file; kept as JSON. */
export interface CsvState {
  readonly table: { readonly header: readonly string[]; readonly first: readonly string[] } | null;
  /** Names of columns whose first row is still to come. */
  readonly waiting: readonly string[] | null;
  readonly types: readonly string[];
  readonly reader: ReaderState | null;
}

/** A CSV file of others, understood by its beginning. */
export class CsvFile {
  readonly reading: CsvReading;
  /** Where its rows begin. */
  readonly byte: number;
  readonly line: number;
  readonly separator: string;
  readonly isAnnotated: boolean;
  readonly layout: Layout;
  private readonly dialect: Dialect;

  /** @throws {AppError} `invalid-input`: what cannot be told, and the way out */
  constructor(
    head: Buffer,
    isWhole: boolean,
    readonly options: CsvFileOptions,
  ) {
    const { choices, latestMs } = options;
    const [first] = firstRecords(head, null, isWhole);
    this.isAnnotated = first !== undefined && isAnnotated(first.text);
    const dialect = this.isAnnotated
      ? annotatedDialect(head, isWhole)
      : withNames(readDialect(head, isWhole, choices.separator, choices.skip));
    this.dialect = dialect;
    this.separator = dialect.separator;
    // Annotated CSV says its columns anew for each table: it is read from its first line.
    this.byte = this.isAnnotated ? 0 : dialect.byte;
    this.line = this.isAnnotated ? 1 : dialect.line;
    this.layout = this.isAnnotated
      ? annotated(dialect.header ?? [], head, this.timeDefaults, isWhole)
      : readLayout(dialect, choices, latestMs);
    const { tool, decimal, decimalCertain, columns, time } = this.layout;
    const cells = dialect.rows.map((row) => time.columns.map((index) => row[index] ?? '').join(' '));
    this.reading = {
      tool,
      separator: dialect.separator,
      decimal,
      decimalCertain,
      dates: cells.some((cell) => dateFigures(cell) !== null) ? time.order : null,
      usesZone: time.kind !== 'stamp' || cells.some((cell) => isZoneless(cell, time)),
      skippedLines: choices.skip ?? dialect.preamble.length,
      hasHeader: dialect.header !== null,
      columns: columns.map(({ key }) => key),
      timeColumns: time.columns.map((index) => columns[index]?.key ?? ''),
    };
  }

  private get timeDefaults(): Omit<TimePlan, 'columns' | 'kind' | 'unit'> {
    const { zone, start, hints } = this.options.choices;
    return { order: null, epoch: null, zone, start, hints };
  }

  /** A reader of its rows. @param state where an earlier one stopped; null = at the beginning */
  reader<S>(sink: CsvSink<S>, state: CsvState | null = null): CsvTables<S> {
    return new CsvTables(this, sink, state);
  }

  /** The layout of a table further down, whose columns are others. */
  layoutOf(header: readonly string[], first: readonly string[], types: readonly string[]): Layout | null {
    if (this.isAnnotated) return annotatedLayout(header, types, this.timeDefaults);
    const { choices, latestMs } = this.options;
    const made = readLayout(
      { ...this.dialect, header, rows: [first] },
      { ...choices, decimal: choices.decimal ?? this.layout.decimal, dates: choices.dates ?? this.layout.time.order },
      latestMs,
    );
    return { ...made, tool: toolOf({ ...this.dialect, header }, this.separator), joined: this.layout.joined };
  }
}

/** The names of a file's columns, as a mapping calls them, though it may not be clear yet which is the time. */
export function namesOf(head: Buffer, isWhole: boolean, { separator, skip }: Pick<CsvChoices, 'separator' | 'skip'>): string[] {
  const { header, rows } = readDialect(head, isWhole, separator, skip);
  const names = header ?? Array.from({ length: rows[0]?.length ?? 0 }, (_, i) => `#${i + 1}`);
  return keysOf(names).filter((name) => name !== '');
}

/** Reads the rows of a file, table after table: loggers write another header where what they see changes. */
class CsvTables<S> {
  private current: CsvReader<S> | null = null;
  private table: CsvState['table'] = null;
  private types: readonly string[];
  private waiting: readonly string[] | null;

  constructor(
    private readonly file: CsvFile,
    private readonly sink: CsvSink<S>,
    state: CsvState | null,
  ) {
    this.types = state?.types ?? [];
    this.waiting = state?.waiting ?? null;
    this.table = state?.table ?? null;
    const layout =
      this.table === null ? (file.isAnnotated ? null : file.layout) : file.layoutOf(this.table.header, this.table.first, this.types);
    if (layout !== null) this.current = this.reader(layout, state?.reader ?? null);
  }

  get state(): CsvState {
    return { table: this.table, waiting: this.waiting, types: this.types, reader: this.current?.state ?? null };
  }

  get skippedColumns(): readonly string[] {
    return this.current?.skippedColumns ?? [];
  }

  read(record: string): void {
    if (this.file.isAnnotated) return this.readAnnotated(record);
    if (this.file.layout.tool === 'sadf' && /^# hostname/.test(record)) {
      this.waiting = fieldsOf(record.replace(/^#\s*/, ''), this.file.separator);
      return;
    }
    if (this.waiting !== null && record.trim() !== '' && !isComment(record))
      this.change(this.waiting, fieldsOf(record, this.file.separator));
    const header = this.current?.read(record) ?? null;
    if (header !== null) this.waiting = header;
  }

  private readAnnotated(record: string): void {
    if (isAnnotated(record)) {
      const types = messageTypes(record);
      if (types !== null) this.types = types;
      this.waiting = [];
      return;
    }
    if (record.trim() === '') return;
    if (this.waiting !== null) {
      this.change(fieldsOf(record, this.file.separator), []);
      return;
    }
    this.current?.read(record);
  }

  private change(header: readonly string[], first: readonly string[]): void {
    this.waiting = null;
    this.table = { header, first };
    const before = this.current?.state ?? null;
    try {
      const layout = this.file.layoutOf(header, first, this.types);
      this.current = layout === null ? null : this.reader(layout, before);
      if (layout === null) this.sink.bad(message('message.csv.noTime'));
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      this.current = null;
      this.sink.bad(message('message.csv.tableUnread', { why: error.localized }));
    }
  }

  private reader(layout: Layout, state: ReaderState | null): CsvReader<S> {
    const { separator, options } = this.file;
    const { rules, device, machine } = options;
    return new CsvReader({ layout, separator, rules, device, machine }, this.sink, state);
  }
}

function isZoneless(cell: string, { order, epoch }: TimePlan): boolean {
  const stamp = readStamp(cell, order, epoch);
  return stamp === null || (stamp.is === 'wall' && stamp.zone === '') || stamp.is === 'clock';
}

/** The first table of annotated CSV. */
function annotatedDialect(head: Buffer, isWhole: boolean): Dialect {
  const records = firstRecords(head, ',', isWhole).filter(({ text }) => text.trim() !== '');
  const at = records.findIndex(({ text }) => !isAnnotated(text));
  const rows = records.slice(at + 1).map(({ text }) => fieldsOf(text, ','));
  const end = rows.findIndex(([one = '']) => one.startsWith('#'));
  return {
    separator: ',',
    header: at === -1 ? [] : fieldsOf(records[at]?.text ?? '', ','),
    preamble: [],
    isCommentHeader: false,
    byte: 0,
    line: 1,
    rows: end === -1 ? rows : rows.slice(0, end),
  };
}

function annotated(header: readonly string[], head: Buffer, time: Omit<TimePlan, 'columns' | 'kind' | 'unit'>, isWhole: boolean): Layout {
  const types =
    firstRecords(head, ',', isWhole)
      .map(({ text }) => messageTypes(text))
      .find((found) => found !== null) ?? [];
  const layout = annotatedLayout(header, types, time);
  if (layout === null)
    throw new AppError('invalid-input', message('message.csv.noTimeColumn', { columns: header.join(', '), option: time.hints.time }));
  return layout;
}

const UUID = /^(?:GPU|MIG)-[\da-f-]{8,}$/i;
const BUS = /^[\da-f]{4,8}:[\da-f]{2}:[\da-f]{2}\.\d$/i;

/** Names for the columns of `nvidia-smi --format=csv,noheader`, where what stands in them is plain; the others keep their place. */
function withNames(dialect: Dialect): Dialect {
  const { rows } = dialect;
  if (dialect.header !== null || toolOf(dialect, dialect.separator) !== 'nvidia-smi') return dialect;
  const cells = (index: number): string[] => rows.map((row) => row[index] ?? '');
  const every = (index: number, pattern: RegExp): boolean => cells(index).every((cell) => pattern.test(cell));
  const width = rows[0]?.length ?? 0;
  const isRepeating = new Set(cells(0)).size < rows.length;
  const isNumber = (i: number): boolean =>
    every(i, /^\d{1,3}$/) && new Set(rows.map((row) => `${row[0] ?? ''} ${row[i] ?? ''}`)).size === rows.length;
  const numbers = Array.from({ length: width }, (_, i) => i).filter((i) => i > 0 && isRepeating && isNumber(i));
  const watts = Array.from({ length: width }, (_, i) => i).filter((i) => cells(i).some((cell) => / W$/.test(cell)));
  const moving = watts.filter((i) => new Set(cells(i)).size > 1);
  const draw = watts.length === 1 ? watts[0] : moving.length === 1 ? moving[0] : undefined;
  const header = Array.from({ length: width }, (_, i): string => {
    if (i === 0) return 'timestamp';
    if (every(i, UUID)) return 'uuid';
    if (every(i, BUS)) return 'pci.bus_id';
    if (i === draw) return 'power.draw [W]';
    if (every(i, /^[A-Z][\w-]* .*\D/) && !every(i, /^\d/)) return 'name';
    return i === numbers[0] || (i === 1 && !isRepeating && every(i, /^0$/)) ? 'index' : `#${i + 1}`;
  });
  return { ...dialect, header };
}
