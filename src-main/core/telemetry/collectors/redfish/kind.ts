import { english, message, type Message } from '@shared/text/message';
import { z } from 'zod';
import type { Collector } from '../../collector';
import type { CollectorContext } from '../../collector-context';
import { settableKind, type CollectorInstance, type CollectorSource } from '../../collector-kind';
import { sensorItem } from '../items';
import { meterParams, meterReadings, meterSettings } from '../meters/readings';
import { Fingerprint } from '../meters/trusted-socket';
import { RedfishClient } from './client';
import { RedfishReader } from './reader';

const Settings = z.object({
  host: z.string().transform((host) => host.trim()),
  port: z.number(),
  user: z.string(),
  password: z.string(),
  fingerprint: Fingerprint.nullable(),
  everyS: z.number(),
  ...meterSettings,
});
type Settings = z.infer<typeof Settings>;

/** A server by its management controller (iDRAC, iLO, XClarity, OpenBMC …). */
export const redfishKind = settableKind<Settings>({
  id: 'redfish',
  name: message('message.feed.redfish'),
  isFeed: true,
  params: [
    { name: 'host', label: message('message.feed.host'), type: 'text', default: null },
    { name: 'port', label: message('message.feed.port'), type: 'integer', min: 1, max: 65_535, default: 443 },
    { name: 'user', label: message('message.feed.user'), type: 'text', default: null },
    { name: 'password', label: message('message.feed.password'), type: 'secret', default: null },
    {
      name: 'fingerprint',
      label: message('message.socket.fingerprint'),
      type: 'text',
      default: null,
      optional: true,
      help: message('message.socket.fingerprintHelp'),
    },
    { name: 'everyS', label: message('message.feed.everyS'), type: 'integer', unit: 's', min: 5, max: 3600, step: 1, default: 30 },
    ...meterParams,
  ],
  schema: Settings,
  create: createController,
  async test({ settings, id, name }, context, signal) {
    const client = clientOf(settings, context);
    try {
      return meterReadings(await new RedfishReader(client, settings.host).read(signal), settings, { id, label: english(name) });
    } finally {
      await client.close();
    }
  },
});

const clientOf = ({ host, port, fingerprint, user, password }: Settings, { secrets }: CollectorContext): RedfishClient =>
  new RedfishClient({ host, port, fingerprint, user, withPassword: (work) => secrets.use(password, work) });

function createController({ id, name, settings }: CollectorInstance<Settings>, context: CollectorContext): CollectorSource<Settings> {
  const { host, everyS } = settings;
  let open: { readonly client: RedfishClient; readonly reader: RedfishReader } | null = null;
  let found: Message = message('message.feed.notYet', { address: host });
  const shut = async (): Promise<void> => {
    const was = open;
    open = null;
    await was?.client.close();
  };
  const collector: Collector = {
    id,
    periodMs: everyS * 1000,
    deadlineMs: 60_000,
    async read(signal) {
      try {
        if (open === null) {
          const client = clientOf(settings, context);
          open = { client, reader: new RedfishReader(client, host) };
        }
        const readings = meterReadings(await open.reader.read(signal), settings, { id, label: english(name) });
        found = message('message.modbus.works', { address: host, count: readings.filter(({ value }) => value !== null).length });
        return readings;
      } catch (error) {
        await shut();
        throw error;
      }
    },
    // What fails is told by the scheduler.
    doctor: async () => [{ ...sensorItem(id, 'works', found), name }],
    close: shut,
  };
  return { collectors: [collector] };
}
