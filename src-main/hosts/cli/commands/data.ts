import { DataReadOptions, TelemetryQuery, textRows } from '@shared/model/dataset-import';
import { datasetFormats } from '@shared/model/dataset';
import type { DataRequest } from '../data';
import { dataOption, defineCommand } from '../command';
import { suggestion } from '../nearest';
import { withTransfer } from '../transfer';
import { UsageError } from '../usage';
import { moment, wholeNumber } from '../values';

const actions = ['list', 'import', 'record', 'show', 'derive', 'export', 'remove'] as const;
const DEFAULT_ROWS = 5;
const MAX_SHOWN_ROWS = 500;

export const dataCommand = defineCommand({
  name: 'data',
  summary: `data sets to train on: ${actions.join(', ')}`,
  define: (cli) =>
    cli
      .argument('[ACTION]', `one of ${actions.join(', ')}; default list`)
      .argument('[WHAT...]', 'import: a file or folder; record: series as gpu0/gpu.power; else a data set by its id or name')
      .option('--name <NAME>', "of the new data set; default: the file's")
      .option('--into <DATASET>', 'a new version of this data set, instead of a new one')
      .option('--origin <TEXT>', 'where the data is from')
      .option('--licence <TEXT>', 'the terms under which it may be used')
      .option('--format <FORMAT>', 'of what is taken in, default: from its name; of an export csv or json-lines, default csv')
      .option('--target <COLUMN>', 'the column to be predicted; of record the series')
      .option('--separator <SIGN>', 'of a table, default: found out')
      .option('--rows <N>', 'show: so many; import of a text: line, paragraph or file')
      .option('--image-size <HxW>', 'all images are scaled to it, as 32x32')
      .option('--stats', 'show: statistics of each column, and what speaks against the data')
      .option('--recipe <FILE>', 'derive: split, steps and augmentation as JSON (docs/datasets.md)')
      .option('--skip-bad', 'leave out lines and files that cannot be read, instead of taking in nothing')
      .option('--from <T>', 'record: as 2026-11-23T14:00, or 6h for six hours ago')
      .option('--to <T>', 'record: the same; default now')
      .option('--step <S>', 'record: seconds a row, default 1')
      .option('--window <N>', 'record: rows that each looks back, its own among them, default 1')
      .option('--horizon <N>', 'record: rows from each to its target, default 1')
      .option('--version-of <N>', 'the version; default the newest, for remove all of them')
      .option('--out <FILE>', 'export: where to, default: standard output')
      .option('--json', 'as JSON')
      .addOption(dataOption()),
  check: (options, typed, what): DataRequest => {
    const action = actions.find((one) => one === (typed ?? 'list'));
    if (action === undefined) throw new UsageError(`Unknown action "${typed}". ${suggestion(typed ?? '', actions)}`);
    const base = { dataDir: options.data ?? null, json: options.json === true };
    if (action === 'list') return { ...base, action };
    if (what.length === 0) throw new UsageError(missing[action]);
    if (what.length > 1 && action !== 'record') throw new UsageError(`"${what[1] ?? ''}" is one argument too many for "data ${action}".`);
    const [first = ''] = what;
    const version = options.versionOf === undefined ? null : wholeNumber('--version-of', options.versionOf, 1, 1_000_000);
    const label = { name: options.name ?? null, origin: options.origin ?? '', licence: options.licence ?? '', into: options.into ?? null };
    switch (action) {
      case 'import':
        return { ...base, action, path: first, ...label, options: readOptions(options) };
      case 'record':
        return { ...base, action, ...label, query: telemetryQuery(what, options) };
      case 'show':
        return {
          ...base,
          action,
          dataset: first,
          version,
          rows: wholeNumber('--rows', options.rows ?? String(DEFAULT_ROWS), 0, MAX_SHOWN_ROWS),
          stats: options.stats === true,
        };
      case 'derive':
        if (options.recipe === undefined) throw new UsageError('By which recipe? --recipe FILE');
        return { ...base, action, dataset: first, version, ...label, recipe: options.recipe };
      case 'export': {
        const format = options.format ?? 'csv';
        if (format !== 'csv' && format !== 'json-lines') throw new UsageError(`Unknown format "${format}". There are: csv, json-lines.`);
        return { ...base, action, dataset: first, version, format, out: options.out ?? null };
      }
      case 'remove':
        return { ...base, action, dataset: first, version };
    }
  },
  run: (request, context) =>
    withTransfer(request.dataDir, context, async ({ signal }) => (await import('../data')).dataSets(request, context, signal)),
});

const missing = {
  import: 'Which file or folder? data import PATH',
  record: 'Which series? data record gpu0/gpu.power --from 6h',
  show: 'Which data set? data show DATASET',
  derive: 'Of which data set? data derive DATASET --recipe FILE',
  export: 'Which data set? data export DATASET',
  remove: 'Which data set? data remove DATASET',
} as const;

interface Options {
  readonly format?: string;
  readonly target?: string;
  readonly separator?: string;
  readonly rows?: string;
  readonly imageSize?: string;
  readonly skipBad?: true;
  readonly from?: string;
  readonly to?: string;
  readonly step?: string;
  readonly window?: string;
  readonly horizon?: string;
}

/** @throws UsageError */
function readOptions({ format, target, separator, rows, imageSize, skipBad }: Options): DataReadOptions {
  const formats = datasetFormats.filter((id) => id !== 'telemetry' && id !== 'derived');
  const known = format === undefined ? null : formats.find((id) => id === format);
  if (known === undefined) throw new UsageError(`Unknown format "${format}". ${suggestion(format ?? '', formats)}`);
  const cut = rows === undefined ? null : textRows.find((one) => one === rows);
  if (cut === undefined) throw new UsageError(`--rows ${rows}: of a text it is ${textRows.join(', ')}.`);
  const [, height, width] = /^(\d+)[x×](\d+)$/.exec(imageSize ?? '') ?? [];
  if (imageSize !== undefined && width === undefined)
    throw new UsageError(`--image-size ${imageSize}: height and width are needed, as 32x32.`);
  const read = DataReadOptions.safeParse({
    format: known,
    target: target ?? null,
    separator: separator ?? null,
    textRows: cut,
    imageSize: imageSize === undefined ? null : [Number(height), Number(width)],
    skipBad: skipBad === true,
  });
  if (!read.success) throw new UsageError(`${read.error.issues[0]?.path.join('.') ?? ''}: ${read.error.issues[0]?.message ?? ''}`);
  return read.data;
}

/** @throws UsageError */
function telemetryQuery(series: readonly string[], { from, to, step, window, horizon, target }: Options): TelemetryQuery {
  const nowMs = Date.now();
  const fromMs = moment('--from', from, nowMs);
  if (fromMs === null) throw new UsageError('Since when? --from 6h');
  const read = TelemetryQuery.safeParse({
    range: { fromMs: Math.floor(fromMs), toMs: Math.ceil(moment('--to', to, nowMs) ?? nowMs) },
    stepMs: 1_000 * wholeNumber('--step', step ?? '1', 1, 86_400),
    series: series.map(named),
    window: wholeNumber('--window', window ?? '1', 1, 1_000),
    target: target === undefined ? null : named(target),
    horizon: wholeNumber('--horizon', horizon ?? '1', 0, 1_000),
  });
  if (!read.success) throw new UsageError(`${read.error.issues[0]?.path.join('.') ?? ''}: ${read.error.issues[0]?.message ?? ''}`);
  return read.data;
}

/** The device may hold a "/"; the metric does not. */
function named(typed: string): { readonly device: string; readonly metric: string } {
  const cut = typed.lastIndexOf('/');
  if (cut <= 0 || cut === typed.length - 1) throw new UsageError(`"${typed}" is no series: DEVICE/METRIC, as gpu0/gpu.power.`);
  return { device: typed.slice(0, cut), metric: typed.slice(cut + 1) };
}
