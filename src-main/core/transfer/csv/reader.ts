import type { CsvTool } from '@shared/model/import';
import type { MetricDefinition } from '@shared/model/metric';
import { Provenance } from '@shared/model/provenance';
import { isKeyedMessage, message, type KeyedMessage } from '@shared/text/message';
import { fill, OWN_DEVICE, placeholders, type MappingRule } from '../mapping';
import { joinSigns, NO_SIGNS, signsIn, type SourceMachine } from '../source-machine';
import { columnName } from './column-names';
import { deviceOf, partOf, type Part, type RowIdentity } from './devices';
import { fieldsOf, isComment } from './dialect';
import { columnNamed, noColumn, type Column, type Layout } from './layout';
import { cellNumber, isMissing, shortened, type Decimal } from './numbers';
import { TimeReader, type TimeState } from './times';
import { keptValue, meaningOf, ruledMeaning, valuesOf, type Meaning, type Value } from './values';

/** A series as a file of others tells it. */
export interface WantedSeries {
  readonly device: string;
  readonly metric: string;
  readonly label: string;
  readonly provenance: string;
  /** Of a metric that is not in the catalogue. */
  readonly definition: MetricDefinition | null;
  /** What it is called in the file. */
  readonly source: string;
  /** The cells that tell it from others of its column. */
  readonly labels: ReadonlyMap<string, string>;
}

/** Told while a record is read. `S` stands for a series. */
export interface CsvSink<S> {
  series(wanted: WantedSeries): S | KeyedMessage;
  sample(series: S, atMs: number, value: number | null): void;
  /** Something of this record cannot be taken. */
  bad(problem: KeyedMessage): void;
}

export interface ReaderOptions {
  readonly layout: Layout;
  readonly separator: string;
  readonly rules: readonly MappingRule[];
  /** The device of values of which nothing tells one. */
  readonly device: string;
  readonly machine: SourceMachine;
}

interface Entry<S> {
  readonly value: Value;
  readonly series: S | KeyedMessage | null;
}

/** Different rows' identities whose series are kept in mind. */
const KEPT_ROWS = 10_000;
const MAX_LABEL = 200;
const SERIES_NAMES = /^(?:series|metric|metric[ _]?name|_field|field|__name__|variable|name)$/i;
const VALUE_NAMES = /^(?:value|_value|val|wert|值)$/i;
const BETWEEN = '\u001f';

/** What a reader has to know to go on in the middle of a file. */
export interface ReaderState {
  readonly time: TimeState;
  readonly isFooter: boolean;
}

/** Reads the rows of a CSV file of others. */
export class CsvReader<S> {
  private readonly time: TimeReader;
  private readonly values: readonly Value[];
  private readonly long: { readonly series: number; readonly value: number; readonly unit: number | null } | null;
  /** Places of the columns that decide whose values a row holds. */
  private readonly identity: readonly (readonly [number, Part])[];
  private readonly keyed: readonly number[];
  private readonly header: readonly string[];
  private readonly entries = new Map<string, readonly Entry<S>[]>();
  private lastKey: string | null = null;
  private lastEntries: readonly Entry<S>[] = [];
  private isFooter: boolean;
  private readonly decimal: Decimal;
  private readonly tool: CsvTool | null;

  /** @throws {AppError} `invalid-input` for columns that nothing tells apart */
  constructor(
    private readonly options: ReaderOptions,
    private readonly sink: CsvSink<S>,
    state: ReaderState | null = null,
  ) {
    const { layout, rules } = options;
    const { columns } = layout;
    this.decimal = layout.decimal;
    this.tool = layout.tool;
    this.time = new TimeReader(layout.time, state?.time ?? null);
    this.isFooter = state?.isFooter ?? false;
    this.header = columns.map(({ name }) => name.text);
    this.long = longForm(layout, rules);
    this.identity = identityColumns(layout, this.long);
    if (this.long === null && rules.length > 0 && rules.every(({ name }) => columnNamed(columns, name) === null))
      throw noColumn(columns, rules[0]?.name ?? '');
    const wanted = new Set(['provenance', ...rules.flatMap(({ device, label }) => [...placeholders(device), ...placeholders(label)])]);
    const named = columns.filter(({ key, name }) => wanted.has(key) || wanted.has(name.text)).map(({ index }) => index);
    this.values = this.long === null ? valuesOf(layout, rules, new Set([...this.identity.map(([index]) => index), ...named])) : [];
    this.keyed = [
      ...new Set([
        ...this.identity.map(([index]) => index),
        ...named,
        ...(this.long === null ? [] : [this.long.series, ...(this.long.unit === null ? [] : [this.long.unit])]),
      ]),
    ];
  }

  get state(): ReaderState {
    return { time: this.time.state, isFooter: this.isFooter };
  }

  /** Columns that hold no values and tell nothing of the device, by name. */
  get skippedColumns(): string[] {
    const used = new Set([
      ...this.values.map(({ index }) => index),
      ...this.keyed,
      ...this.options.layout.time.columns,
      ...(this.long === null ? [] : [this.long.value]),
    ]);
    return this.options.layout.columns
      .filter(({ index, name, content }) => !used.has(index) && content !== 'empty' && name.text !== '')
      .map(({ key }) => key);
  }

  /** @returns the names of the columns from here on, when the record is another header */
  read(record: string): readonly string[] | null {
    if (record.trim() === '' || isComment(record)) return null;
    const fields = fieldsOf(record, this.options.separator);
    const width = this.header.length;
    if (fields.every((field) => field === '')) return null;
    if (fields.length < width || fields.slice(width).some((field) => field !== '')) {
      // sadf says so when a machine was started anew.
      if (this.tool === 'sadf' && record.includes('LINUX-RESTART')) return null;
      if (this.isHeader(fields)) return fields;
      this.sink.bad(message('message.csv.fields', { count: fields.length, wanted: width }));
      return null;
    }
    const [first = 0, second] = this.options.layout.time.columns;
    const atMs = this.time.read(fields[first] ?? '', second === undefined ? null : (fields[second] ?? ''));
    if (typeof atMs !== 'number') {
      if (this.isRepeated(fields)) return null;
      if (this.isHeader(fields)) return fields;
      this.sink.bad(atMs);
      return null;
    }
    for (const entry of this.entriesOf(fields)) this.take(entry, fields, atMs);
    return null;
  }

  /** Whether the names of other columns stand there: that of the time is one of them, and none is a number. */
  private isHeader(fields: readonly string[]): boolean {
    const [first = 0] = this.options.layout.time.columns;
    return fields.includes(this.header[first] ?? '') && fields.every((field) => !/^[\d.,+-]+$/.test(field));
  }

  /** A header again in the middle or at the end, and what stands below it at the end of a log of HWiNFO. */
  private isRepeated(fields: readonly string[]): boolean {
    const isHeader = this.header.every((name, i) => columnName(fields[i] ?? '').text === name);
    const [first = 0] = this.options.layout.time.columns;
    const isBelow = this.isFooter && (fields[first] === '' || this.tool === 'hwinfo');
    this.isFooter = isHeader;
    return isHeader || isBelow;
  }

  private take({ value, series }: Entry<S>, fields: readonly string[], atMs: number): void {
    const cell = fields[value.index] ?? '';
    if (cell === '' && this.options.layout.joined) return;
    const read = cellNumber(cell, this.decimal);
    if (read === null && value.isEmpty) return;
    if (read !== null && !('value' in read)) return this.bad(value, read);
    if (series === null) return;
    if (isKeyedMessage(series)) return this.bad(value, series);
    if (read === null) return this.sink.sample(series, atMs, null);
    const kept = keptValue(value, read.value, read.unit);
    if (kept === null) return this.bad(value, message('message.csv.otherUnit', { text: shortened(cell), unit: value.kept }));
    this.sink.sample(series, atMs, kept);
  }

  private bad({ key }: Value, problem: KeyedMessage): void {
    this.sink.bad(message('message.csv.cell', { column: key, why: problem }));
  }

  private entriesOf(fields: readonly string[]): readonly Entry<S>[] {
    const key = this.keyed.map((index) => fields[index] ?? '').join(BETWEEN);
    if (key === this.lastKey) return this.lastEntries;
    let found = this.entries.get(key);
    if (found === undefined) {
      if (this.entries.size >= KEPT_ROWS) this.entries.clear();
      this.entries.set(key, (found = this.made(fields)));
    }
    this.lastKey = key;
    this.lastEntries = found;
    return found;
  }

  private made(fields: readonly string[]): readonly Entry<S>[] {
    const { columns } = this.options.layout;
    const row = new Map(
      columns.flatMap(({ key, name, index }) => [
        [key, fields[index] ?? ''] as const,
        [name.text, fields[index] ?? ''] as const,
        [name.base, fields[index] ?? ''] as const,
      ]),
    );
    const tags = this.tagsOf(fields);
    const values = this.long === null ? this.values : this.longValues(fields, this.long);
    return values.map((value): Entry<S> => {
      const all = new Map([...row, ...tags, ...value.labels]);
      const wanted = this.wanted(value, fields, all, tags);
      return { value, series: isKeyedMessage(wanted) ? wanted : this.sink.series(wanted) };
    });
  }

  private longValues(
    fields: readonly string[],
    long: { readonly series: number; readonly value: number; readonly unit: number | null },
  ): Value[] {
    const text = fields[long.series] ?? '';
    const name = columnName(text === '' ? 'value' : text);
    const column = this.options.layout.columns[long.value];
    const cell = {
      unit: (long.unit === null ? null : fields[long.unit] || null) ?? column?.cellUnit ?? column?.name.unit ?? null,
      digits: column?.digits ?? 0,
    };
    const rules = this.options.rules.filter((rule) => rule.name === name.text || rule.name === name.base);
    const meanings: Meaning[] =
      rules.length > 0
        ? rules.flatMap((rule) => ruledMeaning(rule, name, cell, this.tool) ?? [])
        : [meaningOf(name, cell, this.tool, null)];
    return meanings.map((meaning) => ({ index: long.value, key: name.text, isEmpty: false, ...meaning }));
  }

  private wanted(
    value: Value,
    fields: readonly string[],
    row: ReadonlyMap<string, string>,
    tags: ReadonlyMap<string, string>,
  ): WantedSeries | KeyedMessage {
    const { rule } = value;
    const given = Provenance.safeParse(row.get('provenance'));
    const provenance = rule?.provenance ?? (given.success ? given.data : 'measured');
    const label = rule === null ? this.labelOf(fields) : filled(rule.label, row, rule.name);
    const own = rule === null || (rule.device === OWN_DEVICE && !row.has('device'));
    const device = own
      ? deviceOf(
          this.identityOf(fields, new Map([...tags, ...value.labels])),
          value.device,
          this.tool === 'nvidia-smi' ? 'gpu0' : this.options.device,
          this.options.machine,
        )
      : filled(rule.device, row, rule.name);
    if (typeof device !== 'string') return device;
    if (typeof label !== 'string') return label;
    return {
      device,
      metric: value.metric,
      label,
      provenance,
      definition: value.definition,
      source: value.key,
      labels: this.labelsOf(fields),
    };
  }

  private labelsOf(fields: readonly string[]): ReadonlyMap<string, string> {
    return new Map(this.identity.map(([index]) => [this.header[index] ?? '', fields[index] ?? '']));
  }

  private labelOf(fields: readonly string[]): string {
    const texts = this.identity.flatMap(([index, part]) =>
      part === 'label' && !isMissing(fields[index] ?? '') ? [fields[index] ?? ''] : [],
    );
    return texts.join(' · ').slice(0, MAX_LABEL);
  }

  private identityOf(fields: readonly string[], named: ReadonlyMap<string, string>): RowIdentity {
    const found = { node: null as string | null, gpu: null as string | null, device: null as string | null, parts: [] as string[] };
    let signs = NO_SIGNS;
    const put = (part: Part, name: string, text: string): void => {
      // A mean of all CPUs is sadf's -1: the machine itself.
      if (isMissing(text) || part === 'label' || (this.tool === 'sadf' && text === '-1')) return;
      if (part === 'part') found.parts.push(/^\d+$/.test(text) ? `${name.toLowerCase()}/${text}` : text.replace(/^\/+/, '') || 'root');
      else if (part === 'serial') signs = joinSigns(signs, signsIn(text, true));
      else found[part] ??= text;
      if (part === 'gpu') signs = joinSigns(signs, signsIn(text));
    };
    for (const [index, part] of this.identity)
      put(part === 'gpu' && !this.isOfGpus(fields) ? 'part' : part, this.header[index] ?? '', fields[index] ?? '');
    for (const [name, text] of named) {
      const part = partOf(name);
      if (part !== null) put(part === 'gpu' && !this.isOfGpus(fields) ? 'part' : part, name, text);
      else if (!/^(?:__name__|job|le|quantile|unit|provenance)$/.test(name)) found.parts.push(text);
    }
    return { ...found, signs, parts: this.tool === 'influxdb' && found.gpu !== null ? [] : found.parts };
  }

  /** InfluxDB's tag `index` numbers whatever its measurement is of. */
  private isOfGpus(fields: readonly string[]): boolean {
    if (this.tool !== 'influxdb') return true;
    return this.options.layout.columns.some(
      ({ name, index }) => /^(?:_measurement|name)$/.test(name.base) && /nvidia|gpu|amd|rocm/i.test(fields[index] ?? ''),
    );
  }

  /** InfluxDB's "host=a,index=0" in one column. */
  private tagsOf(fields: readonly string[]): ReadonlyMap<string, string> {
    const column = this.tool === 'influxdb' ? this.options.layout.columns.find(({ name }) => name.base === 'tags') : undefined;
    const text = column === undefined ? '' : (fields[column.index] ?? '');
    return new Map(
      text
        .split(',')
        .flatMap((pair) =>
          pair.includes('=') ? [[pair.slice(0, pair.indexOf('=')).trim(), pair.slice(pair.indexOf('=') + 1).trim()] as const] : [],
        ),
    );
  }
}

function filled(template: string, row: ReadonlyMap<string, string>, rule: string): string | KeyedMessage {
  const made = fill(template, row);
  return 'text' in made ? made.text : message('message.csv.noLabel', { label: made.missing, rule });
}

/** A row is one value of one series, whose name stands in a column. */
function longForm(
  { columns, tool }: Layout,
  rules: readonly MappingRule[],
): { readonly series: number; readonly value: number; readonly unit: number | null } | null {
  const value = columns.find(({ name, content }) => VALUE_NAMES.test(name.base) && content !== 'text');
  const series = columns.find(({ name, content }) => SERIES_NAMES.test(name.base) && content === 'text');
  if (value === undefined || series === undefined || rules.some((rule) => rule.name === value.key)) return null;
  const unit = columns.find(({ name, content }) => /^units?$/i.test(name.base) && content === 'text');
  return tool !== 'influxdb' && series.name.base === 'name' && columns.filter(({ content }) => content === 'number').length > 2
    ? null
    : { series: series.index, value: value.index, unit: unit?.index ?? null };
}

/**
 * Columns that tell whose values a row holds. A number is one only where it, or its time, comes again: one that is different
 * in every row counts the rows.
 */
function identityColumns(
  layout: Layout,
  long: { readonly series: number; readonly value: number; readonly unit: number | null } | null,
): (readonly [number, Part])[] {
  const { columns, time, tool, rows } = layout;
  const at = rows.map((row) => time.columns.map((index) => row[index] ?? '').join(' '));
  const isRepeating = new Set(at).size < at.length;
  const isFree = ({ index }: Column): boolean =>
    !time.columns.includes(index) && index !== long?.series && index !== long?.value && index !== long?.unit;
  return columns.filter(isFree).flatMap((column): (readonly [number, Part])[] => {
    const { index, name, content, distinct, isCount: countsRows } = column;
    const part = tool === 'influxdb' ? tagPart(column) : tool === 'nvidia-smi' && name.base === 'serial' ? 'serial' : partOf(name.text);
    if (part === null || content === 'empty') return [];
    if (content !== 'number') return [[index, part]];
    const isCount = tool === null && (countsRows || (distinct > 1 && distinct === rows.length && !isRepeating));
    return name.unit !== null || part === 'label' || isCount || (tool === null && column.digits > 0) ? [] : [[index, part]];
  });
}

/** All of InfluxDB's columns of text are tags, but those that it adds to tell its tables apart. */
function tagPart({ name, content }: Column): Part | null {
  if (/^(?:result|table|_start|_stop|_time|_field)$/.test(name.base)) return null;
  if (name.base === 'tags') return 'label';
  if (/^(?:_measurement|name)$/.test(name.base)) return 'part';
  return partOf(name.text) ?? (content === 'text' ? 'part' : null);
}
