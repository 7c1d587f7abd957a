import { setTimeout as delay } from 'node:timers/promises';
import { english, message, MessageError, messageOf, type Message } from '@shared/text/message';
import { z } from 'zod';
import type { Collector } from '../../collector';
import type { CollectorContext } from '../../collector-context';
import { settableKind, type CollectorInstance, type CollectorSource } from '../../collector-kind';
import { refuseSetting } from '../../setting-refusal';
import { sensorItem } from '../items';
import { parseJsonPath } from '../meters/json-path';
import { meterParams, meterReadings, meterSettings, type MeterValue } from '../meters/readings';
import { parseToldPoint, toldValue, unquoted } from '../meters/told-value';
import { Fingerprint } from '../meters/trusted-socket';
import { connectBroker, type BrokerConnection } from './broker';
import { PublishedValues, type TopicPoint } from './device';
import { presets } from './presets';
import { isTopicFilter } from './topics';

const OWN = 'own';

const Settings = z.object({
  url: z.string(),
  user: z.string().nullable(),
  password: z.string().nullable(),
  fingerprint: Fingerprint.nullable(),
  device: z.string(),
  topic: z.string().nullable(),
  points: z.array(z.string()).readonly().nullable(),
  staleS: z.number(),
  ...meterSettings,
});
type Settings = z.infer<typeof Settings>;

/** How often what came is taken over; a broker is listened to all along. */
const PERIOD_MS = 5_000;
/** How long a trial waits for a device to publish, and for the rest of what it has to say. */
const TRIAL_MS = 10_000;
const TRIAL_REST_MS = 1_500;

/** Plugs, meters and gateways that publish by MQTT: by what is known of their make, or by topics of one's own. */
export const mqttKind = settableKind<Settings>({
  id: 'mqtt',
  name: message('message.feed.mqtt'),
  isFeed: true,
  params: [
    {
      name: 'url',
      label: message('message.mqtt.broker'),
      type: 'url',
      schemes: ['mqtt', 'mqtts'],
      default: null,
      help: message('message.mqtt.brokerHelp'),
    },
    { name: 'user', label: message('message.feed.user'), type: 'text', default: null, optional: true },
    { name: 'password', label: message('message.feed.password'), type: 'secret', default: null, optional: true },
    {
      name: 'fingerprint',
      label: message('message.socket.fingerprint'),
      type: 'text',
      default: null,
      optional: true,
      advanced: true,
      help: message('message.socket.fingerprintHelp'),
    },
    {
      name: 'device',
      label: message('message.mqtt.device'),
      type: 'choice',
      choices: [...presets.map(({ id, name }) => ({ value: id, label: name })), { value: OWN, label: message('message.mqtt.own') }],
      default: 'shelly2',
    },
    {
      name: 'topic',
      label: message('message.mqtt.topic'),
      type: 'text',
      default: null,
      help: message('message.mqtt.topicHelp'),
      when: { param: 'device', is: presets.map(({ id }) => id) },
    },
    {
      name: 'points',
      label: message('message.told.points'),
      type: 'list',
      default: null,
      help: message('message.mqtt.pointsHelp'),
      when: { param: 'device', is: [OWN] },
    },
    {
      name: 'staleS',
      label: message('message.told.staleS'),
      type: 'integer',
      unit: 's',
      min: 5,
      max: 86_400,
      step: 10,
      default: 660,
      help: message('message.mqtt.staleHelp'),
    },
    ...meterParams,
  ],
  schema: Settings.superRefine(({ points, topic, device }, context) => {
    const refuse = (setting: string, why: Message): void => refuseSetting(context, setting, why);
    if (device !== OWN && (!isTopicFilter(topic ?? '') || topic?.includes('#') === true))
      refuse('topic', message('message.mqtt.badTopic', { topic: topic ?? '' }));
    for (const text of points ?? []) {
      try {
        topicPoint(text);
      } catch (error) {
        refuse('points', messageOf(error));
        return;
      }
    }
  }),
  create: createListener,
  async test({ settings, id, name }, context, signal) {
    const published = publishedBy(settings, context);
    let lastMs = context.monoMs();
    const connection = await connectTo(settings, context, published, signal, () => (lastMs = context.monoMs()));
    try {
      const startedMs = context.monoMs();
      const isHeard = (): boolean => published.values(Infinity).some(({ value }) => value !== null);
      while (context.monoMs() - startedMs < TRIAL_MS && !(isHeard() && context.monoMs() - lastMs > TRIAL_REST_MS))
        await delay(100, undefined, { signal });
      const values = valuesOf(settings, published);
      if (values.every(({ raw }) => raw === ''))
        throw new MessageError(message('message.mqtt.nothing', { topics: published.filters.join(', '), seconds: TRIAL_MS / 1000 }));
      return meterReadings(values, settings, { id, label: english(name) });
    } finally {
      connection.close();
    }
  },
});

/** @throws {MessageError} naming what is wrong */
function topicPoint(text: string): TopicPoint {
  const { where, options: _, ...point } = parseToldPoint(text);
  const [topic = '', path = '', ...more] = where.map(unquoted);
  const parsed = parseJsonPath(path);
  if (!isTopicFilter(topic) || parsed === null || more.length > 0)
    throw new MessageError(message('message.told.point', { point: text, what: `${where.join(' ')}: TOPIC, TOPIC PATH` }));
  return { ...point, filter: topic, path: parsed };
}

function publishedBy({ device, topic, points }: Settings, context: CollectorContext): PublishedValues {
  const published = new PublishedValues(context);
  const preset = presets.find(({ id }) => id === device);
  if (preset) published.addPreset(preset, topic ?? '');
  for (const text of points ?? []) published.addPoint(topicPoint(text));
  return published;
}

function connectTo(
  { url, user, password, fingerprint }: Settings,
  { secrets }: CollectorContext,
  published: PublishedValues,
  signal: AbortSignal,
  onMessage: () => void = () => undefined,
): Promise<BrokerConnection> {
  const connect = (secret: string | null): Promise<BrokerConnection> =>
    connectBroker(
      { url, user, password: secret, fingerprint },
      published.filters,
      (topic, payload, isRetained) => {
        published.take(topic, payload, isRetained);
        if (!isRetained) onMessage();
      },
      signal,
    );
  return password === null ? connect(null) : secrets.use(password, connect);
}

/** What holds now; a point of one's own that nothing was published for yet is there without a value. */
function valuesOf({ points, staleS }: Settings, published: PublishedValues): MeterValue[] {
  if (published.isFull) throw new MessageError(message('message.mqtt.tooMany', { most: published.size }));
  const values = published.values(staleS * 1000);
  const silent = (points ?? [])
    .map(topicPoint)
    .filter(
      ({ filter, quantity, part }) => !/[+#]/.test(filter) && !values.some((value) => value.quantity === quantity && value.part === part),
    );
  return [
    ...values,
    ...silent.map((point) => ({ ...toldValue(point, undefined), why: message('message.mqtt.notYet', { topic: point.filter }) })),
  ];
}

function createListener({ id, name, settings }: CollectorInstance<Settings>, context: CollectorContext): CollectorSource<Settings> {
  const { host } = new URL(settings.url);
  const published = publishedBy(settings, context);
  let connection: BrokerConnection | null = null;
  let connectedMs = context.monoMs();
  let isClosed = false;
  let found: Message = message('message.feed.notYet', { address: host });
  const collector: Collector = {
    id,
    periodMs: PERIOD_MS,
    async read(signal) {
      if (connection !== null && connection.ended !== null) {
        const { ended } = connection;
        // Once it is said, the next read connects again: the scheduler spaces them out.
        connection = null;
        throw new MessageError(ended);
      }
      if (connection === null) {
        const opened = await connectTo(settings, context, published, signal);
        if (isClosed) opened.close();
        connection = opened;
        connectedMs = context.monoMs();
      }
      const values = valuesOf(settings, published);
      const isWaiting = context.monoMs() - connectedMs < settings.staleS * 1000;
      const first =
        values.find(({ why }) => why !== null)?.why ?? message('message.mqtt.silentTopics', { topics: published.filters.join(', ') });
      const count = values.filter(({ value }) => value !== null).length;
      if (count === 0 && !isWaiting) throw new MessageError(first);
      found = message('message.told.works', { address: host, count });
      return values.some(({ raw }) => raw !== '') ? meterReadings(values, settings, { id, label: english(name) }) : [];
    },
    doctor: async () => [{ ...sensorItem(id, 'works', found), name }],
    async close() {
      isClosed = true;
      connection?.close();
    },
  };
  return { collectors: [collector] };
}
