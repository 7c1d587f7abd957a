import { dateForms, encodings, type CsvSettings } from '@shared/model/import';
import { UsageError } from './usage';

/** Words that move measurements and whole databases in and out, checked. `dataDir` null = the platform's place. */
export type TransferRequest =
  | {
      readonly word: 'import';
      readonly dataDir: string | null;
      readonly files: readonly string[];
      /** As typed: rules, or the name of a JSON file of them. */
      readonly map: string | null;
      readonly time: string | null;
      /** How a CSV file is read, where it is not as its first lines show. */
      readonly csv: CsvSettings;
      /** Whose values they are; null = as the file tells. */
      readonly machine: string | null;
      readonly format: 'openmetrics' | 'csv' | null;
      readonly report: string | null;
    }
  | {
      readonly word: 'export';
      readonly dataDir: string | null;
      readonly file: string;
      readonly format: 'csv' | 'openmetrics' | 'parquet';
      /** ms since the epoch; null = from the first, to the last sample. */
      readonly fromMs: number | null;
      readonly toMs: number | null;
      readonly series: readonly number[];
      readonly devices: readonly string[];
      readonly metrics: readonly string[];
    }
  | { readonly word: 'backup'; readonly dataDir: string | null; readonly file: string }
  | { readonly word: 'restore'; readonly dataDir: string | null; readonly file: string };

export const transferWords = ['import', 'export', 'backup', 'restore'] as const;

export const transferOptions: Record<TransferRequest['word'], readonly string[]> = {
  import: ['data', 'map', 'time', 'zone', 'start', 'dates', 'separator', 'decimal', 'skip', 'encoding', 'machine', 'format', 'report'],
  export: ['data', 'format', 'from', 'to', 'series', 'device', 'metric'],
  backup: ['data'],
  restore: ['data'],
};

const endings: Readonly<Record<string, 'csv' | 'openmetrics' | 'parquet'>> = {
  '.csv': 'csv',
  '.parquet': 'parquet',
  '.om': 'openmetrics',
  '.prom': 'openmetrics',
  '.txt': 'openmetrics',
  '.openmetrics': 'openmetrics',
};

/** @throws UsageError */
export function transferRequest(
  word: TransferRequest['word'],
  rest: readonly string[],
  values: ReadonlyMap<string, string>,
  nowMs: number,
): TransferRequest {
  const dataDir = values.get('data') ?? null;
  const text = (option: string): string | null => values.get(option) ?? null;
  const [file] = rest;
  if (file === undefined) throw new UsageError(`Which file? ${word} FILE`);
  if (word === 'import') {
    const typed = text('format');
    if (typed !== null && typed !== 'openmetrics' && typed !== 'csv')
      throw new UsageError(`Unknown format "${typed}". There are: openmetrics, csv.`);
    return {
      word,
      dataDir,
      files: rest,
      map: text('map'),
      time: text('time'),
      csv: csvSettings(text),
      machine: text('machine'),
      format: typed,
      report: text('report'),
    };
  }
  if (rest[1] !== undefined) throw new UsageError(`"${rest[1]}" is one word too many after "${word}".`);
  if (word !== 'export') return { word, dataDir, file };
  const fromMs = moment('--from', text('from'), nowMs);
  const toMs = moment('--to', text('to'), nowMs);
  if (fromMs !== null && toMs !== null && toMs <= fromMs) throw new UsageError('--to must be after --from.');
  const series = list(text('series')).map((id) => {
    if (!/^[1-9]\d{0,8}$/.test(id)) throw new UsageError(`--series ${id}: a series has a whole number from 1.`);
    return Number(id);
  });
  return {
    word,
    dataDir,
    file,
    format: exportFormat(text('format'), file),
    fromMs,
    toMs,
    series,
    devices: list(text('device')),
    metrics: list(text('metric')),
  };
}

const separatorWords: Readonly<Record<string, string>> = {
  comma: ',',
  semicolon: ';',
  tab: '\t',
  '\\t': '\t',
  pipe: '|',
  bar: '|',
  space: ' ',
};
const decimalWords: Readonly<Record<string, '.' | ','>> = { '.': '.', ',': ',', point: '.', dot: '.', comma: ',' };

/** @throws UsageError */
function csvSettings(text: (option: string) => string | null): CsvSettings {
  const separator = text('separator');
  const sign = separator === null ? null : (separatorWords[separator.toLowerCase()] ?? separator);
  if (sign !== null && sign.length !== 1)
    throw new UsageError(`--separator ${separator ?? ''}: one sign is needed, or comma, semicolon, tab, bar.`);
  const decimal = text('decimal');
  const mark = decimal === null ? null : decimalWords[decimal.toLowerCase()];
  if (mark === undefined) throw new UsageError(`--decimal ${decimal ?? ''}: it is . or , (point or comma).`);
  const skip = text('skip');
  if (skip !== null && !/^\d{1,5}$/.test(skip)) throw new UsageError(`--skip ${skip}: the number of lines before the header is needed.`);
  const dates = text('dates');
  const form = dates === null ? null : dateForms.find((each) => each === dates);
  if (form === undefined) throw new UsageError(`--dates ${dates ?? ''}: it is ${dateForms.join(', ')}.`);
  const encoding = text('encoding');
  const letters =
    encoding === null ? null : encodings.find((each) => each === (encodingWords[encoding.toLowerCase()] ?? encoding.toLowerCase()));
  if (letters === undefined) throw new UsageError(`--encoding ${encoding ?? ''}: it is ${encodings.join(', ')}.`);
  return {
    separator: sign,
    decimal: mark,
    skip: skip === null ? null : Number(skip),
    zone: text('zone'),
    start: text('start'),
    dates: form,
    encoding: letters,
  };
}

const encodingWords: Readonly<Record<string, string>> = {
  utf8: 'utf-8',
  'utf-16': 'utf-16le',
  utf16: 'utf-16le',
  'latin-1': 'windows-1252',
  latin1: 'windows-1252',
  'iso-8859-1': 'windows-1252',
  gbk: 'gb18030',
  gb2312: 'gb18030',
};

function exportFormat(typed: string | null, file: string): 'csv' | 'openmetrics' | 'parquet' {
  if (typed === 'csv' || typed === 'openmetrics' || typed === 'parquet') return typed;
  if (typed !== null) throw new UsageError(`Unknown format "${typed}". There are: csv, openmetrics, parquet.`);
  const format = endings[/\.[a-z]+$/i.exec(file)?.[0].toLowerCase() ?? ''];
  if (format === undefined) throw new UsageError('Which format? --format csv, openmetrics or parquet.');
  return format;
}

const list = (text: string | null): string[] =>
  text === null
    ? []
    : text
        .split(',')
        .map((part) => part.trim())
        .filter((part) => part !== '');

const UNITS_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** `now`, `6h` (so long ago; s, m, h, d, w), ms since the epoch, or ISO 8601, in local time where no zone is given. */
function moment(option: string, typed: string | null, nowMs: number): number | null {
  if (typed === null) return null;
  if (typed === 'now') return nowMs;
  const ago = /^(\d+)([smhdw])$/.exec(typed);
  const ms = ago
    ? nowMs - Number(ago[1]) * (UNITS_MS[ago[2] ?? ''] ?? NaN)
    : /^\d{10,15}$/.test(typed)
      ? Number(typed)
      : /^\d{4}-\d{2}-\d{2}/.test(typed)
        ? Date.parse(typed)
        : NaN;
  if (!Number.isFinite(ms)) throw new UsageError(`${option} ${typed}: a time as 2026-11-23T14:00, or as 6h for six hours ago, is needed.`);
  return Math.max(0, ms);
}
