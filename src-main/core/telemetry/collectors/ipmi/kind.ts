import { english, message, type Message } from '@shared/text/message';
import { z } from 'zod';
import type { Collector } from '../../collector';
import type { CollectorContext } from '../../collector-context';
import { settableKind, type CollectorInstance, type CollectorSource } from '../../collector-kind';
import { sensorItem } from '../items';
import { meterParams, meterReadings, meterSettings } from '../meters/readings';
import { Ipmitool } from './program';
import { IpmiReader } from './reader';

const Network = { reach: z.literal('lanplus'), host: z.string().transform((host) => host.trim()), port: z.number(), user: z.string() };
const common = {
  sensors: z.boolean(),
  powerSensor: z
    .string()
    .transform((number) => number.trim().toLowerCase())
    .refine((number) => /^([\da-f]{1,2}h(-\d+-\d+)?)?$/.test(number), { error: english(message('message.ipmi.badSensor')) })
    .nullable(),
  everyS: z.number(),
  ...meterSettings,
};
const Settings = z.discriminatedUnion('reach', [
  z.object({ ...Network, password: z.string(), privilege: z.string(), cipher: z.number().nullable(), ...common }),
  z.object({ reach: z.literal('open'), ...common }),
]);
type Settings = z.infer<typeof Settings>;

const overNetwork = { param: 'reach', is: ['lanplus'] };

/** A server by its management controller, as IPMI and its DCMI tell it: those that have no Redfish. */
export const ipmiKind = settableKind<Settings>({
  id: 'ipmi',
  name: message('message.feed.ipmi'),
  isFeed: true,
  params: [
    {
      name: 'reach',
      label: message('message.ipmi.reach'),
      type: 'choice',
      choices: [
        { value: 'lanplus', label: message('message.ipmi.lanplus') },
        { value: 'open', label: message('message.ipmi.open') },
      ],
      default: 'lanplus',
    },
    { name: 'host', label: message('message.feed.host'), type: 'text', default: null, when: overNetwork },
    { name: 'port', label: message('message.feed.port'), type: 'integer', min: 1, max: 65_535, default: 623, when: overNetwork },
    { name: 'user', label: message('message.feed.user'), type: 'text', default: null, when: overNetwork },
    { name: 'password', label: message('message.feed.password'), type: 'secret', default: null, when: overNetwork },
    {
      name: 'privilege',
      label: message('message.ipmi.privilege'),
      type: 'choice',
      choices: [
        { value: 'USER', label: message('message.ipmi.levelUser') },
        { value: 'OPERATOR', label: message('message.ipmi.levelOperator') },
        { value: 'ADMINISTRATOR', label: message('message.ipmi.levelAdmin') },
      ],
      default: 'USER',
      help: message('message.ipmi.privilegeHelp'),
      when: overNetwork,
    },
    {
      name: 'cipher',
      label: message('message.ipmi.cipher'),
      type: 'integer',
      // 0 signs in without a password.
      min: 1,
      max: 17,
      default: null,
      optional: true,
      help: message('message.ipmi.cipherHelp'),
      when: overNetwork,
    },
    { name: 'sensors', label: message('message.ipmi.sensors'), type: 'boolean', default: true, help: message('message.ipmi.sensorsHelp') },
    {
      name: 'powerSensor',
      label: message('message.ipmi.powerSensor'),
      type: 'text',
      default: null,
      optional: true,
      help: message('message.ipmi.powerSensorHelp'),
    },
    { name: 'everyS', label: message('message.feed.everyS'), type: 'integer', unit: 's', min: 5, max: 3600, step: 1, default: 30 },
    ...meterParams,
  ],
  schema: Settings,
  create: createController,
  async test({ settings, id, name }, context, signal) {
    return meterReadings(await readerOf(settings, context).read(signal), settings, { id, label: english(name) });
  },
});

function readerOf(settings: Settings, { secrets }: CollectorContext): IpmiReader {
  const { sensors, powerSensor } = settings;
  const whole = powerSensor === '' ? null : powerSensor;
  if (settings.reach === 'open') return new IpmiReader(new Ipmitool({ network: null }), sensors, whole);
  const { host, port, user, privilege, cipher, password } = settings;
  const withPassword = <T>(work: (password: string) => Promise<T>): Promise<T> => secrets.use(password, work);
  return new IpmiReader(new Ipmitool({ network: { host, port, user, privilege, cipher, withPassword } }), sensors, whole);
}

function createController({ id, name, settings }: CollectorInstance<Settings>, context: CollectorContext): CollectorSource<Settings> {
  const address = settings.reach === 'open' ? '/dev/ipmi0' : settings.host;
  const reader = readerOf(settings, context);
  const closing = new AbortController();
  let found: Message = message('message.feed.notYet', { address });
  const collector: Collector = {
    id,
    periodMs: settings.everyS * 1000,
    deadlineMs: 60_000,
    async read(signal) {
      const values = await reader.read(AbortSignal.any([signal, closing.signal]));
      const readings = meterReadings(values, settings, { id, label: english(name) });
      found = message('message.modbus.works', { address, count: readings.filter(({ value }) => value !== null).length });
      return readings;
    },
    // What fails is told by the scheduler.
    doctor: async () => [{ ...sensorItem(id, 'works', found), name }],
    close: async () => closing.abort(),
  };
  return { collectors: [collector] };
}
