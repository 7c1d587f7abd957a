import { isMetricId } from '@shared/model/metrics';
import { english, isKeyedMessage, message, MessageError, messageOf, type Message } from '@shared/text/message';
import { z } from 'zod';
import { namedTarget, NO_METADATA } from '../../../transfer/formats/prometheus-names';
import { SourceMachine } from '../../../transfer/source-machine';
import type { Collector, TimedReadings } from '../../collector';
import type { CollectorContext } from '../../collector-context';
import { settableKind, type CollectorInstance, type CollectorSource, type TestReading } from '../../collector-kind';
import { refuseSetting } from '../../setting-refusal';
import { sensorItem } from '../items';
import { httpText } from '../meters/http-text';
import { meterParams, meterReadings, meterSettings, type MeterValue } from '../meters/readings';
import { signedIn, signInParams, signInSettings } from '../meters/sign-in';
import { staleAfterS, staleParam } from '../meters/told-stale';
import { parseToldPoint, toldValue, type ToldPoint } from '../meters/told-value';
import { apart } from '../prometheus';
import { parseAnswer, queriedNumber, type QueriedSeries, type QueryAnswer } from './client';
import { queryPresets, type QueryPreset } from './presets';

const OWN = 'own';
const MAX_SERIES = 5_000;
/** A server whose clock is ahead by more would store what has not happened yet. */
const AHEAD_MS = 60_000;
/** A series that misses two of its samples and half of the next has ended. */
const MISSED = 2.5;

const Settings = z.object({
  url: z.string(),
  everyS: z.number(),
  ...signInSettings,
  exporter: z.string(),
  points: z.array(z.string()).readonly().nullable(),
  staleS: z.number().nullable(),
  ...meterSettings,
});
type Settings = z.infer<typeof Settings>;

const stale = { leastS: 300, maxS: 86_400, step: 10, help: message('message.query.staleHelp') };

/** A Prometheus server, or one that answers like it (VictoriaMetrics, Thanos, Mimir), asked by its query API. */
export const prometheusQueryKind = settableKind<Settings>({
  id: 'prometheus-query',
  name: message('message.feed.prometheusQuery'),
  isFeed: true,
  params: [
    { name: 'url', label: message('message.feed.url'), type: 'url', default: null, help: message('message.query.urlHelp') },
    { name: 'everyS', label: message('message.feed.everyS'), type: 'integer', unit: 's', min: 1, max: 3600, step: 1, default: 15 },
    ...signInParams,
    {
      name: 'exporter',
      label: message('message.query.exporter'),
      type: 'choice',
      choices: [...queryPresets.map(({ id, name }) => ({ value: id, label: name })), { value: OWN, label: message('message.query.own') }],
      default: OWN,
    },
    {
      name: 'points',
      label: message('message.query.points'),
      type: 'list',
      default: null,
      help: message('message.query.pointsHelp'),
      when: { param: 'exporter', is: [OWN] },
    },
    staleParam(stale),
    ...meterParams,
  ],
  schema: Settings.superRefine(({ points }, context) => {
    try {
      points?.forEach(queryPoint);
    } catch (error) {
      refuseSetting(context, 'points', messageOf(error));
    }
  }),
  create: createSource,
  test: async (instance, context, signal) => (await readOnce(instance, context, signal)).readings,
});

interface QueryPoint extends ToldPoint {
  readonly query: string;
  readonly by: readonly string[];
}

/** @throws {MessageError} naming what is wrong */
function queryPoint(text: string): QueryPoint {
  const { where, options, ...point } = parseToldPoint(text, ['by']);
  if (where.length === 0) throw new MessageError(message('message.told.point', { point: text, what: 'QUERY' }));
  return { ...point, query: where.join(' '), by: (options['by'] ?? '').split('+').filter((label) => label !== '') };
}

/** Only what is stored has a time at which it was taken; what is calculated has that at which it was asked for. */
const isSelector = (query: string): boolean => /^(?:[a-zA-Z_:][\w:]*)?(?:\{(?:[^{}"]|"(?:[^"\\]|\\.)*")*\})?$/.test(query);

interface Found {
  readonly readings: TestReading[];
  /** Stored before those, oldest first. */
  readonly earlier: TimedReadings[];
  readonly warnings: readonly string[];
}

async function readOnce(
  { settings, id, name }: CollectorInstance<Settings>,
  context: CollectorContext,
  signal: AbortSignal,
): Promise<Found> {
  const label = english(name);
  const preset = queryPresets.find((one) => one.id === settings.exporter);
  const nowMs = context.wallMs();
  const ask = (query: string): Promise<QueryAnswer> => queryServer(settings, query, context, signal);
  const { host } = new URL(settings.url);
  if (preset !== undefined) {
    const { series, warnings } = await ask(preset.selector);
    if (series.length === 0) throw new MessageError(message('message.query.nothing', { host, query: preset.selector }));
    if (series.length > MAX_SERIES) throw new MessageError(message('message.http.tooMany', { host, most: MAX_SERIES }));
    const dated = series.map((one) => datedSeries(one, settings, nowMs, true));
    if (preset.meters === null) return { ...knownReadings(dated, id), warnings };
    const values = dated.flatMap((one) => valuesOfMeter(one, preset.meters ?? {}));
    return { ...meterFound(values, settings, { id, label }), warnings };
  }
  const values: DatedValues[] = [];
  const warnings: string[] = [];
  for (const point of (settings.points ?? []).map(queryPoint)) {
    const answer = await ask(point.query);
    warnings.push(...answer.warnings);
    values.push(...valuesOfPoint(point, answer.series, settings, nowMs));
  }
  return { ...meterFound(values, settings, { id, label }), warnings };
}

/** By a form: a query may be longer than an address. */
async function queryServer(settings: Settings, query: string, { secrets }: CollectorContext, signal: AbortSignal): Promise<QueryAnswer> {
  const { url: base, fingerprint } = settings;
  const url = `${base.replace(/\/+$/, '')}/api/v1/query`;
  const form = { query: isSelector(query) ? `${query}[${staleAfterS(settings, stale)}s]` : query };
  const answer = await signedIn(settings, secrets, (headers) => httpText({ url, headers, fingerprint, form }, signal));
  return parseAnswer(answer, url, query);
}

interface DatedSeries extends QueriedSeries {
  /** Why its newest sample does not hold any more; null = it does. */
  readonly why: Message | null;
}

/** @throws {MessageError} for a server whose clock is ahead */
function datedSeries({ labels, samples }: QueriedSeries, settings: Settings, nowMs: number, isStored: boolean): DatedSeries {
  const newest = samples.at(-1);
  if (newest === undefined) return { labels, samples, why: message('message.told.noNumber') };
  const ageMs = nowMs - newest.atMs;
  if (ageMs < -AHEAD_MS) throw new MessageError(message('message.query.clock', { seconds: Math.round(-ageMs / 1000) }));
  const gaps = samples.slice(1).map(({ atMs }, i) => atMs - (samples[i]?.atMs ?? atMs));
  const periodMs = gaps.length < 2 ? Infinity : (gaps.sort((a, b) => a - b)[Math.floor(gaps.length / 2)] ?? Infinity);
  const isOld = isStored && ageMs > Math.min(staleAfterS(settings, stale) * 1000, Math.max(MISSED * periodMs, 5_000));
  return { labels, samples, why: isOld ? message('message.told.stale', { seconds: Math.round(ageMs / 1000) }) : null };
}

/** A value and, of what is stored, those before it. */
interface DatedValues {
  readonly newest: MeterValue;
  readonly earlier: readonly MeterValue[];
}

function datedValues(point: ToldPoint, { samples, why }: DatedSeries, isStored: boolean): DatedValues {
  const valueOf = ({ atMs, text }: QueriedSeries['samples'][number]): MeterValue => {
    const number = queriedNumber(text);
    const value = toldValue(point, number ?? 'NaN', isStored ? atMs : undefined);
    return { ...value, raw: text };
  };
  const newest = samples.at(-1);
  const value = newest === undefined ? toldValue(point, undefined) : valueOf(newest);
  return {
    newest: why === null ? value : { ...value, value: null, why },
    earlier: isStored ? samples.slice(0, -1).map(valueOf) : [],
  };
}

const MAX_PART = 40;
const partOf = (texts: readonly string[]): string =>
  texts
    .map((text) => text.replace(/[^\p{L}\p{N}_]+/gu, '-').replace(/^-+|-+$/g, ''))
    .filter((text) => text !== '')
    .join('-')
    .slice(0, MAX_PART);

function valuesOfPoint(point: QueryPoint, series: readonly QueriedSeries[], settings: Settings, nowMs: number): DatedValues[] {
  const { query, by, part } = point;
  if (series.length === 0)
    return [{ newest: { ...toldValue(point, undefined), why: message('message.query.empty', { query }) }, earlier: [] }];
  const parts = series.map(({ labels }) => partOf([...by.map((label) => labels[label] ?? ''), part]));
  if (new Set(parts).size < parts.length) {
    const names = [...new Set(series.flatMap(({ labels }) => Object.keys(labels)))].filter((label) => label !== '__name__').join(', ');
    throw new MessageError(message('message.query.several', { query, count: series.length, labels: names }));
  }
  const isStored = isSelector(query);
  return series.map((one, i) => datedValues({ ...point, part: parts[i] ?? '' }, datedSeries(one, settings, nowMs, isStored), isStored));
}

function valuesOfMeter(series: DatedSeries, meters: NonNullable<QueryPreset['meters']>): DatedValues[] {
  const { __name__: metric = '', instance = '', ...labels } = series.labels;
  const meter = meters[metric];
  if (meter === undefined) return [];
  const part = partOf([instance.replace(/:\d+$/, ''), ...meter.by.map((label) => labels[label] ?? '')]);
  return [datedValues({ ...meter, part }, series, true)];
}

function meterFound(
  values: readonly DatedValues[],
  settings: Settings,
  instance: { readonly id: string; readonly label: string },
): Pick<Found, 'readings' | 'earlier'> {
  const readings = meterReadings(
    values.map(({ newest }) => newest),
    settings,
    instance,
  );
  const before = values.flatMap(({ earlier }) => earlier).filter(({ value }) => value !== null);
  return { readings, earlier: before.length === 0 ? [] : timed(meterReadings(before, { ...settings, counts: 'apart' }, instance)) };
}

/** By their own times, oldest first. */
function timed(readings: readonly TestReading[]): TimedReadings[] {
  const rows = new Map<number, TestReading[]>();
  for (const { atMs, ...reading } of readings) if (atMs !== undefined) rows.set(atMs, [...(rows.get(atMs) ?? []), reading]);
  return [...rows].sort(([a], [b]) => a - b).map(([atMs, row]) => ({ atMs, readings: row }));
}

/** What the catalogue knows by an exporter's names, on the nodes that the labels name. */
function knownReadings(series: readonly DatedSeries[], id: string): Pick<Found, 'readings' | 'earlier'> {
  const own = `sensor/${id}`;
  const machine = new SourceMachine({ machine: null, file: own, devices: [] });
  const readings: TestReading[] = [];
  const earlier: TestReading[] = [];
  for (const { labels, samples, why } of series) {
    const { __name__: name = '', ...rest } = labels;
    const target = namedTarget(name, new Map(Object.entries(rest)), NO_METADATA, machine);
    if (isKeyedMessage(target) || !isMetricId(target.key.metric)) continue;
    const key = { ...target.key, device: apart(target.key.device, own) };
    for (const [i, { atMs, text }] of samples.entries()) {
      const number = queriedNumber(text);
      const isNewest = i === samples.length - 1;
      const value = number === null || (isNewest && why !== null) ? null : number * target.scale;
      (isNewest ? readings : earlier).push({ ...key, value, raw: text, why: isNewest ? why : null, ...(value === null ? {} : { atMs }) });
    }
  }
  return { readings, earlier: timed(earlier) };
}

function createSource(instance: CollectorInstance<Settings>, context: CollectorContext): CollectorSource<Settings> {
  const { id, name, settings } = instance;
  let found: Message = message('message.feed.notYet', { address: settings.url });
  let warned = '';
  /** Up to here the samples were handed over; null = none yet, and what lies before the first answer is not asked for. */
  let handedMs: number | null = null;
  let waiting: readonly TimedReadings[] = [];
  const collector: Collector = {
    id,
    periodMs: settings.everyS * 1000,
    async read(signal) {
      const { readings, earlier, warnings } = await readOnce(instance, context, signal);
      const fromMs: number | null = handedMs;
      waiting = fromMs === null ? [] : earlier.filter(({ atMs }) => atMs > fromMs);
      handedMs = Math.max(handedMs ?? -Infinity, ...readings.map(({ atMs }) => atMs ?? -Infinity));
      const count = readings.filter(({ value }) => value !== null).length;
      warned = warnings.join('; ');
      found = message('message.told.works', { address: settings.url, count });
      return readings;
    },
    between() {
      const rows = waiting;
      waiting = [];
      return rows;
    },
    doctor: async () => [
      {
        ...sensorItem(id, warned === '' ? 'works' : 'partial', warned === '' ? found : message('message.query.warned', { found, warned })),
        name,
      },
    ],
    close: async () => undefined,
  };
  return { collectors: [collector] };
}
