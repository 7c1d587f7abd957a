import { createHash } from 'node:crypto';
import { AppError } from '@shared/contract/errors';
import type { ColumnData } from '@shared/datasets/column';
import { windowRows } from '@shared/datasets/windows';
import type { DatasetSource } from '@shared/model/dataset';
import type { TelemetryQuery } from '@shared/model/dataset-import';
import { metricOf } from '@shared/model/metrics';
import type { Series } from '@shared/model/series';
import { provenances } from '@shared/model/provenance';
import { message, type KeyedMessage } from '@shared/text/message';
import type { StoreReader } from '../store/types';
import type { ReadContext, ReadSource } from './formats/format';

/** Samples that are asked for at once. */
const PAGE_SAMPLES = 8_192;

type Named = TelemetryQuery['series'][number];

/** A series' column is called by its metric, and where several devices have it by both. */
const columnName = (one: Named, all: readonly Named[]): string =>
  all.filter(({ metric }) => metric === one.metric).length > 1 ? `${one.device} ${one.metric}` : one.metric;

/**
 * Recorded series as rows of one width in time. What was not recorded in a step is missing there.
 * @throws {AppError} `not-found` for a series that is not recorded, `invalid-input` where nothing was recorded in that time
 */
export async function readTelemetry(
  query: TelemetryQuery,
  reader: Pick<StoreReader, 'samples'>,
  context: ReadContext,
): Promise<ReadSource & { readonly source: DatasetSource }> {
  const { range, stepMs, target } = query;
  const wanted = [...query.series];
  if (target !== null && !wanted.some((one) => sameSeries(one, target))) wanted.push(target);
  const all = await reader.samples.series();
  const steps = Math.ceil((range.toMs - range.fromMs) / stepMs);
  const hash = createHash('sha256').update(JSON.stringify(query));
  const notes: KeyedMessage[] = [];
  const courses: { readonly name: string; readonly unit: string; readonly values: Float64Array }[] = [];
  for (const [i, one] of wanted.entries()) {
    const told = all.filter((entry) => sameSeries(entry, one)).sort((a, b) => rank(a) - rank(b));
    if (told.length === 0) throw new AppError('not-found', message('message.data.noSeries', { ...one }));
    const { series, values } = await bestOf(told, query, steps, reader, context);
    hash.update(values);
    const name = columnName(one, wanted);
    courses.push({ name, unit: metricOf(series).unit, values });
    notes.push(message(`message.data.provenance.${series.provenance}`, { column: name }));
    context.progress('look', 0, i + 1);
  }
  if (courses.every(({ values }) => values.every(Number.isNaN))) throw new AppError('invalid-input', message('message.data.noSamples'));
  const inputs = courses.slice(0, query.series.length);
  const aimed = target === null ? null : courses[wanted.findIndex((one) => sameSeries(one, target))];
  const { sink } = context;
  const write = async (name: string, unit: string, data: ColumnData): Promise<void> => (await sink.column({ name, unit })).append(data);
  const times = Float64Array.from({ length: steps }, (_, i) => range.fromMs + i * stepMs);
  let rows = steps;
  let leftOut = 0;
  if (query.window === 1 && aimed === null) {
    await write('time', '', { type: 'time', values: times });
    for (const { name, unit, values } of inputs) await write(name, unit, { type: 'number', values });
  } else {
    const made = windowRows(
      inputs.map(({ values }) => values),
      aimed?.values ?? null,
      { window: query.window, horizon: query.horizon },
    );
    rows = made.rows.length;
    leftOut = made.leftOut;
    if (rows === 0) throw new AppError('invalid-input', message('message.data.noSamples'));
    await write('time', '', { type: 'time', values: Float64Array.from(made.rows, (row) => times[row] ?? NaN) });
    if (query.window === 1) {
      for (const { name, unit, values } of inputs)
        await write(name, unit, { type: 'number', values: Float64Array.from(made.rows, (row) => values[row] ?? NaN) });
    } else await write('history', '', { type: 'vector', shape: [query.window, inputs.length], values: made.inputs });
    if (aimed !== undefined && aimed !== null) await write('target', aimed.unit, { type: 'number', values: made.targets });
  }
  context.progress('write', rows, wanted.length);
  return {
    kind: 'series',
    parts: null,
    target: aimed === null ? null : 'target',
    notes: leftOut === 0 ? notes : [message('message.data.gaps', { count: leftOut }), ...notes],
    source: {
      name: courses
        .map(({ name }) => name)
        .join(', ')
        .slice(0, 400),
      format: 'telemetry',
      files: 0,
      bytes: 0,
      sha256: hash.digest('hex'),
    },
  };
}

const sameSeries = (one: Named, other: Named): boolean => one.device === other.device && one.metric === other.metric;

const rank = ({ provenance }: Series): number => provenances.indexOf(provenance);

/** What is measured and what is modelled never mix: of several that tell the same, the surest one that was recorded in that time. */
async function bestOf(
  told: readonly Series[],
  query: TelemetryQuery,
  steps: number,
  reader: Pick<StoreReader, 'samples'>,
  context: ReadContext,
): Promise<{ readonly series: Series; readonly values: Float64Array }> {
  let best: { readonly series: Series; readonly values: Float64Array } | null = null;
  for (const series of told) {
    const values = await meansOf(series, query, steps, reader, context);
    if (!values.every(Number.isNaN)) return { series, values };
    best ??= { series, values };
  }
  if (best === null) throw new RangeError('no series');
  return best;
}

/** The mean of the samples of each step; NaN where there are none. */
async function meansOf(
  { id }: Series,
  { range: { fromMs, toMs }, stepMs }: TelemetryQuery,
  steps: number,
  reader: Pick<StoreReader, 'samples'>,
  { check }: ReadContext,
): Promise<Float64Array> {
  const sums = new Float64Array(steps);
  const counts = new Uint32Array(steps);
  for (let nextMs = fromMs; nextMs < toMs;) {
    check();
    const page = await reader.samples.page({ seriesId: id, fromMs: nextMs, toMs: toMs - 1, limit: PAGE_SAMPLES });
    for (let i = 0; i < page.atMs.length; i++) {
      const value = page.value[i] as number;
      if (Number.isNaN(value)) continue;
      const step = Math.floor(((page.atMs[i] as number) - fromMs) / stepMs);
      sums[step] = (sums[step] ?? 0) + value;
      counts[step] = (counts[step] ?? 0) + 1;
    }
    if (page.atMs.length < PAGE_SAMPLES) break;
    nextMs = (page.atMs.at(-1) as number) + 1;
  }
  return sums.map((sum, step) => (counts[step] === 0 ? NaN : sum / (counts[step] as number)));
}
