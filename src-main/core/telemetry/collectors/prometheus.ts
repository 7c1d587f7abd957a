import { isMetricId } from '@shared/model/metrics';
import type { Reading } from '@shared/model/series';
import { isKeyedMessage, message, MessageError, type Message } from '@shared/text/message';
import { z } from 'zod';
import { namedTarget, NO_METADATA, type Family } from '../../transfer/formats/prometheus-names';
import { parseMetadata, parseSample, type ParsedSample } from '../../transfer/openmetrics-text';
import { SourceMachine } from '../../transfer/source-machine';
import type { Collector } from '../collector';
import type { CollectorContext } from '../collector-context';
import { settableKind, type CollectorInstance, type CollectorSource } from '../collector-kind';
import { fetchText } from './http';
import { sensorItem } from './items';

/** A node of a hall tells some hundred; a server that federates all of them is asked for less. */
const MAX_SERIES = 5_000;
const MAX_DEVICE = 120;

const Settings = z.object({
  url: z.string(),
  everyS: z.number(),
  node: z.string().nullable(),
  metrics: z.array(z.string()).readonly().nullable(),
  auth: z.enum(['none', 'bearer', 'basic']),
  token: z.string().nullable(),
  user: z.string().nullable(),
  password: z.string().nullable(),
});
type Settings = z.infer<typeof Settings>;

/** Whatever tells its values in the text format of Prometheus or OpenMetrics: node_exporter, DCGM, a meter's own page. */
export const prometheusKind = settableKind<Settings>({
  id: 'prometheus',
  name: message('message.feed.prometheus'),
  isFeed: true,
  params: [
    { name: 'url', label: message('message.feed.url'), type: 'url', default: null },
    { name: 'everyS', label: message('message.feed.everyS'), type: 'integer', unit: 's', min: 1, max: 3600, step: 1, default: 15 },
    {
      name: 'node',
      label: message('message.feed.node'),
      type: 'text',
      default: null,
      optional: true,
      help: message('message.feed.nodeHelp'),
    },
    {
      name: 'auth',
      label: message('message.feed.auth'),
      type: 'choice',
      choices: [
        { value: 'none', label: message('message.feed.authNone') },
        { value: 'bearer', label: message('message.feed.authBearer') },
        { value: 'basic', label: message('message.feed.authBasic') },
      ],
      default: 'none',
    },
    { name: 'token', label: message('message.feed.token'), type: 'secret', default: null, when: { param: 'auth', is: ['bearer'] } },
    { name: 'user', label: message('message.feed.user'), type: 'text', default: null, when: { param: 'auth', is: ['basic'] } },
    { name: 'password', label: message('message.feed.password'), type: 'secret', default: null, when: { param: 'auth', is: ['basic'] } },
    {
      name: 'metrics',
      label: message('message.feed.metrics'),
      type: 'list',
      default: null,
      optional: true,
      help: message('message.feed.metricsHelp'),
    },
  ],
  schema: Settings,
  create: createExporter,
  test: ({ settings, id }, context, signal) => readOnce(settings, id, context, signal),
});

function createExporter({ id, name, settings: first }: CollectorInstance<Settings>, context: CollectorContext): CollectorSource<Settings> {
  let settings = first;
  let found: Message | null = null;
  const collector: Collector = {
    id,
    periodMs: first.everyS * 1000,
    async read(signal) {
      const readings = await readOnce(settings, id, context, signal);
      found = message('message.feed.works', { address: settings.url, count: readings.length });
      return readings;
    },
    // What fails is told by the scheduler.
    doctor: async () => [{ ...sensorItem(id, 'works', found ?? message('message.feed.notYet', { address: settings.url })), name }],
    close: async () => undefined,
  };
  return {
    collectors: [collector],
    change(next) {
      if (next.everyS !== settings.everyS) return false;
      settings = next;
      found = null;
      return true;
    },
  };
}

async function readOnce(settings: Settings, id: string, context: CollectorContext, signal: AbortSignal): Promise<Reading[]> {
  const { host } = new URL(settings.url);
  const text = await withAuthorization(settings, context, (authorization) => {
    const accept = 'application/openmetrics-text;version=1.0.0;q=0.6,text/plain;version=0.0.4;q=0.5,*/*;q=0.1';
    return fetchText({ url: settings.url, headers: { accept, ...(authorization === null ? {} : { authorization }) } }, signal);
  });
  const readings = readingsOf(text, settings, id, host);
  if (readings.length === 0) throw new MessageError(message('message.http.nothing', { host }));
  return readings;
}

function withAuthorization<T>(
  { auth, token, user, password }: Settings,
  { secrets }: CollectorContext,
  work: (authorization: string | null) => Promise<T>,
): Promise<T> {
  switch (auth) {
    case 'bearer':
      return secrets.use(token ?? '', (value) => work(`Bearer ${value}`));
    case 'basic':
      return secrets.use(password ?? '', (value) => work(`Basic ${Buffer.from(`${user ?? ''}:${value}`).toString('base64')}`));
    case 'none':
      return work(null);
  }
}

/** What of an answer is taken. @throws {MessageError} for what is no such text, or far too much */
export function readingsOf(text: string, { node, metrics }: Pick<Settings, 'node' | 'metrics'>, id: string, host: string): Reading[] {
  const own = `sensor/${id}`;
  const machine = new SourceMachine({ machine: node, file: own, devices: [] });
  const isNamed = namePattern(metrics ?? []);
  const families = new Map<string, Family>();
  const readings: Reading[] = [];
  for (const line of text.split(/\r?\n/)) {
    if (line.trim() === '') continue;
    if (line.startsWith('#')) {
      const told = parseMetadata(line);
      if (told) families.set(told.name, { ...(families.get(told.name) ?? NO_METADATA), [told.what]: told.text });
      continue;
    }
    const sample = parseSample(line);
    if (isKeyedMessage(sample)) throw new MessageError(message('message.http.noMetrics', { host, why: sample }));
    const reading = readingOf(sample, families, machine);
    if (reading === null || !(isMetricId(reading.metric) || isNamed(sample.name))) continue;
    readings.push({ ...reading, device: apart(reading.device, own) });
    if (readings.length > MAX_SERIES) throw new MessageError(message('message.http.tooMany', { host, most: MAX_SERIES }));
  }
  return readings;
}

function readingOf({ name, labels, value }: ParsedSample, families: ReadonlyMap<string, Family>, machine: SourceMachine): Reading | null {
  const family = families.get(name) ?? families.get(name.replace(/_(?:total|bucket|count|sum|created)$/, '')) ?? NO_METADATA;
  const target = namedTarget(name, labels, family, machine);
  if (isKeyedMessage(target)) return null;
  return { ...target.key, value: Number.isFinite(value) ? value * target.scale : null };
}

/** What this machine's own collectors read is theirs: a second value a tick would belong to nobody. */
export const apart = (device: string, own: string): string =>
  device.startsWith('node/') || device === own || device.startsWith(`${own}/`) ? device : `${own}/${device}`.slice(0, MAX_DEVICE);

function namePattern(patterns: readonly string[]): (name: string) => boolean {
  if (patterns.length === 0) return () => false;
  const written = patterns.map((pattern) =>
    pattern
      .split('*')
      .map((part) => part.replace(/[\\^$.+?()[\]{}|]/g, '\\$&'))
      .join('.*'),
  );
  const all = new RegExp(`^(?:${written.join('|')})$`);
  return (name) => all.test(name);
}
