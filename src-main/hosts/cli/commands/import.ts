import { dateForms, encodings, type CsvSettings } from '@shared/model/import';
import { dataOption, defineCommand } from '../command';
import { withTransfer } from '../transfer';
import { UsageError } from '../usage';
import type { ImportRequest } from '../import';

export const importCommand = defineCommand({
  name: 'import',
  summary: 'take in measurements, OpenMetrics or CSV (or .gz); goes on where it was interrupted',
  missing: 'Which file? import FILE',
  define: (cli) =>
    cli
      .argument('<FILE...>')
      .option(
        '--map <RULES>',
        'what metrics or columns are, where the file does not say: NAME=METRIC@DEVICE*SCALE,… or a JSON file; ' +
          'NAME=- leaves it out, NAME#2 is the second of a name, #3 the third column',
      )
      .option('--time <COLUMN>', "a CSV file's time, or DATE+TIME; default: found out, as all that follows")
      .option('--zone <ZONE>', "of times that name none: Europe/Berlin or +01:00; default: this machine's")
      .option('--start <T>', 'where a clock without a date, or elapsed seconds, begin: 2026-11-20 or 2026-11-20T17:00')
      .option('--dates <FORM>', 'day-first, month-first or excel-1904')
      .option('--separator <SIGN>', 'or comma, semicolon, tab, bar')
      .option('--decimal <SIGN>', 'point or comma')
      .option('--skip <N>', 'lines before the header')
      .option('--encoding <NAME>', 'utf-8, utf-16le, utf-16be, windows-1252 or gb18030')
      .option('--machine <NAME>', "who recorded it, where the file does not say: local for this machine, or another's name")
      .option('--format <FORMAT>', 'openmetrics or csv, default: from the first line')
      .option('--report <FILE>', 'where skipped lines are listed, default: in the data folder')
      .addOption(dataOption()),
  check: (options, files): ImportRequest => {
    const { data, map, time, machine, format, report } = options;
    if (format !== undefined && format !== 'openmetrics' && format !== 'csv')
      throw new UsageError(`Unknown format "${format}". There are: openmetrics, csv.`);
    return {
      dataDir: data ?? null,
      files,
      map: map ?? null,
      time: time ?? null,
      csv: csvSettings(options),
      machine: machine ?? null,
      format: format ?? null,
      report: report ?? null,
    };
  },
  run: (request, context) =>
    withTransfer(request.dataDir, context, async (transfer) => (await import('../import')).importHere(request, transfer)),
});

const separatorNames: Readonly<Record<string, string>> = {
  comma: ',',
  semicolon: ';',
  tab: '\t',
  '\\t': '\t',
  pipe: '|',
  bar: '|',
  space: ' ',
};
const decimalNames: Readonly<Record<string, '.' | ','>> = { '.': '.', ',': ',', point: '.', dot: '.', comma: ',' };
const encodingNames: Readonly<Record<string, string>> = {
  utf8: 'utf-8',
  'utf-16': 'utf-16le',
  utf16: 'utf-16le',
  'latin-1': 'windows-1252',
  latin1: 'windows-1252',
  'iso-8859-1': 'windows-1252',
  gbk: 'gb18030',
  gb2312: 'gb18030',
};

type CsvOptions = Readonly<Partial<Record<keyof CsvSettings, string>>>;

/** @throws UsageError */
function csvSettings({ separator, decimal, skip, zone, start, dates, encoding }: CsvOptions): CsvSettings {
  const sign = separator === undefined ? null : (separatorNames[separator.toLowerCase()] ?? separator);
  if (sign !== null && sign.length !== 1)
    throw new UsageError(`--separator ${separator}: one sign is needed, or comma, semicolon, tab, bar.`);
  const mark = decimal === undefined ? null : decimalNames[decimal.toLowerCase()];
  if (mark === undefined) throw new UsageError(`--decimal ${decimal}: it is . or , (point or comma).`);
  if (skip !== undefined && !/^\d{1,5}$/.test(skip))
    throw new UsageError(`--skip ${skip}: the number of lines before the header is needed.`);
  const form = dates === undefined ? null : dateForms.find((each) => each === dates);
  if (form === undefined) throw new UsageError(`--dates ${dates}: it is ${dateForms.join(', ')}.`);
  const name = encoding?.toLowerCase();
  const letters = name === undefined ? null : encodings.find((each) => each === (encodingNames[name] ?? name));
  if (letters === undefined) throw new UsageError(`--encoding ${encoding}: it is ${encodings.join(', ')}.`);
  return {
    separator: sign,
    decimal: mark,
    skip: skip === undefined ? null : Number(skip),
    zone: zone ?? null,
    start: start ?? null,
    dates: form,
    encoding: letters,
  };
}
