import { english, message, MessageError, type Message } from '@shared/text/message';
import { z } from 'zod';
import type { Collector } from '../../collector';
import type { CollectorContext } from '../../collector-context';
import { settableKind, type CollectorInstance, type CollectorSource } from '../../collector-kind';
import { sensorItem } from '../items';
import { meterParams, meterReadings, meterSettings } from '../meters/readings';
import { Fingerprint } from '../meters/trusted-socket';
import { NutClient, NutRefusal } from './client';
import { valuesOfUps } from './variables';

const Settings = z.object({
  host: z.string().transform((host) => host.trim()),
  port: z.number(),
  ups: z.string().nullable(),
  user: z.string().nullable(),
  password: z.string().nullable(),
  encryption: z.enum(['none', 'starttls']),
  fingerprint: Fingerprint.nullable(),
  everyS: z.number(),
  ...meterSettings,
});
type Settings = z.infer<typeof Settings>;

/** A UPS or a rack PDU that a server of Network UPS Tools looks after. */
export const nutKind = settableKind<Settings>({
  id: 'nut',
  name: message('message.feed.nut'),
  isFeed: true,
  params: [
    { name: 'host', label: message('message.feed.host'), type: 'text', default: null },
    { name: 'port', label: message('message.feed.port'), type: 'integer', min: 1, max: 65_535, default: 3493 },
    { name: 'ups', label: message('message.nut.ups'), type: 'text', default: null, optional: true, help: message('message.nut.upsHelp') },
    { name: 'user', label: message('message.feed.user'), type: 'text', default: null, optional: true },
    { name: 'password', label: message('message.feed.password'), type: 'secret', default: null, optional: true },
    {
      name: 'encryption',
      label: message('message.nut.encryption'),
      type: 'choice',
      choices: [
        { value: 'none', label: message('message.feed.authNone') },
        { value: 'starttls', label: 'STARTTLS' },
      ],
      default: 'none',
    },
    {
      name: 'fingerprint',
      label: message('message.socket.fingerprint'),
      type: 'text',
      default: null,
      optional: true,
      help: message('message.socket.fingerprintHelp'),
      when: { param: 'encryption', is: ['starttls'] },
    },
    { name: 'everyS', label: message('message.feed.everyS'), type: 'integer', unit: 's', min: 1, max: 3600, step: 1, default: 5 },
    ...meterParams,
  ],
  schema: Settings,
  create: createUps,
  async test({ settings, id, name }, context, signal) {
    const client = await openClient(settings, context, signal);
    try {
      const { variables } = await readUps(client, settings, signal);
      return meterReadings(valuesOfUps(variables), settings, { id, label: english(name) });
    } finally {
      client.close();
    }
  },
});

async function openClient(settings: Settings, { secrets }: CollectorContext, signal: AbortSignal): Promise<NutClient> {
  const { host, port, user, password, encryption, fingerprint } = settings;
  const open = (secret: string | null): Promise<NutClient> =>
    NutClient.open({ host, port, user, password: secret, isEncrypted: encryption === 'starttls', fingerprint }, signal);
  return password === null ? open(null) : secrets.use(password, open);
}

async function readUps(
  client: NutClient,
  { host, port, ups }: Settings,
  signal: AbortSignal,
): Promise<{ readonly name: string; readonly variables: Map<string, string> }> {
  let name = ups?.trim() ?? '';
  if (name === '') {
    const names = await client.list(signal);
    const [only] = names;
    if (only === undefined || names.length > 1)
      throw new MessageError(message('message.nut.which', { host: `${host}:${port}`, names: names.join(', ') || '—' }));
    name = only;
  }
  const variables = await client.variables(name, signal);
  if (valuesOfUps(variables).length === 0) throw new MessageError(message('message.nut.nothing', { host: `${name}@${host}:${port}` }));
  return { name, variables };
}

function createUps({ id, name, settings }: CollectorInstance<Settings>, context: CollectorContext): CollectorSource<Settings> {
  const { host, port, everyS } = settings;
  let client: NutClient | null = null;
  let found: Message = message('message.feed.notYet', { address: `${host}:${port}` });
  const shut = (): void => {
    client?.close();
    client = null;
  };
  const collector: Collector = {
    id,
    periodMs: everyS * 1000,
    deadlineMs: 15_000,
    async read(signal) {
      try {
        client ??= await openClient(settings, context, signal);
        const ups = await readUps(client, settings, signal);
        const readings = meterReadings(valuesOfUps(ups.variables), settings, { id, label: english(name) });
        const model = [
          ups.variables.get('device.mfr') ?? ups.variables.get('ups.mfr'),
          ups.variables.get('device.model') ?? ups.variables.get('ups.model'),
        ];
        found = message('message.modbus.works', {
          address: [`${ups.name}@${host}:${port}`, ...model].filter((one) => one !== undefined && one.trim() !== '').join(', '),
          count: readings.filter(({ value }) => value !== null).length,
        });
        return readings;
      } catch (error) {
        // What the server refuses, such as data that is stale, leaves the connection as good as it was.
        if (!(error instanceof NutRefusal)) shut();
        throw error;
      }
    },
    // What fails is told by the scheduler.
    doctor: async () => [{ ...sensorItem(id, 'works', found), name }],
    close: async () => shut(),
  };
  return { collectors: [collector] };
}
