import { english, message, MessageError, messageOf, type Message } from '@shared/text/message';
import { z } from 'zod';
import type { Collector } from '../../collector';
import type { CollectorContext } from '../../collector-context';
import { settableKind, type CollectorInstance, type CollectorSource } from '../../collector-kind';
import { refuseSetting } from '../../setting-refusal';
import { sensorItem } from '../items';
import { meterParams, meterReadings, meterSettings, type MeterValue } from '../meters/readings';
import { modelsFor, pointsOfModel, snmpModels } from './devices';
import { parseSnmpPoint } from './points';
import { SnmpReader } from './reader';
import { authKinds, privacyKinds, SnmpSession, type SnmpTarget } from './session';

const FIND = 'find';
const OWN = 'own';
const SYS_DESCR = '1.3.6.1.2.1.1.1.0';
const SYS_OBJECT_ID = '1.3.6.1.2.1.1.2.0';
const DESCRIPTION_MAX = 80;

const Settings = z.object({
  host: z.string().transform((host) => host.trim()),
  port: z.number(),
  version: z.enum(['v2c', 'v3']),
  community: z.string().nullable(),
  user: z.string().nullable(),
  auth: z.enum(authKinds).nullable(),
  authPassword: z.string().nullable(),
  privacy: z.enum(privacyKinds).nullable(),
  privacyPassword: z.string().nullable(),
  context: z.string().nullable(),
  everyS: z.number(),
  device: z.string(),
  points: z.array(z.string()).readonly().nullable(),
  ...meterSettings,
});
type Settings = z.infer<typeof Settings>;

const isV3 = { param: 'version', is: ['v3'] };
const hasAuth = { param: 'auth', is: authKinds.filter((kind) => kind !== 'none') };

/** Rack PDUs, UPSes and whatever else is asked by SNMP: found out by what it calls itself, by a known table, or by one's own OIDs. */
export const snmpKind = settableKind<Settings>({
  id: 'snmp',
  name: message('message.feed.snmp'),
  isFeed: true,
  params: [
    { name: 'host', label: message('message.feed.host'), type: 'text', default: null },
    { name: 'port', label: message('message.feed.port'), type: 'integer', min: 1, max: 65_535, default: 161 },
    {
      name: 'version',
      label: message('message.snmp.version'),
      type: 'choice',
      choices: [
        { value: 'v2c', label: 'v2c' },
        { value: 'v3', label: 'v3' },
      ],
      default: 'v2c',
    },
    {
      name: 'community',
      label: message('message.snmp.community'),
      type: 'secret',
      default: null,
      optional: true,
      help: message('message.snmp.communityHelp'),
      when: { param: 'version', is: ['v2c'] },
    },
    { name: 'user', label: message('message.feed.user'), type: 'text', default: null, when: isV3 },
    {
      name: 'auth',
      label: message('message.snmp.auth'),
      type: 'choice',
      choices: [
        { value: 'none', label: message('message.feed.authNone') },
        { value: 'md5', label: 'MD5' },
        { value: 'sha', label: 'SHA-1' },
        { value: 'sha224', label: 'SHA-224' },
        { value: 'sha256', label: 'SHA-256' },
        { value: 'sha384', label: 'SHA-384' },
        { value: 'sha512', label: 'SHA-512' },
      ],
      default: 'sha',
      when: isV3,
    },
    { name: 'authPassword', label: message('message.snmp.authPassword'), type: 'secret', default: null, when: hasAuth },
    {
      name: 'privacy',
      label: message('message.snmp.privacyKind'),
      type: 'choice',
      choices: [
        { value: 'none', label: message('message.feed.authNone') },
        { value: 'des', label: 'DES' },
        { value: 'aes', label: 'AES-128' },
        { value: 'aes256b', label: 'AES-256 (Blumenthal)' },
        { value: 'aes256r', label: 'AES-256 (Reeder, Cisco)' },
      ],
      default: 'aes',
      help: message('message.snmp.privacyHelp'),
      when: hasAuth,
    },
    {
      name: 'privacyPassword',
      label: message('message.snmp.privacyPassword'),
      type: 'secret',
      default: null,
      when: { param: 'privacy', is: privacyKinds.filter((kind) => kind !== 'none') },
    },
    { name: 'context', label: message('message.snmp.context'), type: 'text', default: null, optional: true, advanced: true, when: isV3 },
    { name: 'everyS', label: message('message.feed.everyS'), type: 'integer', unit: 's', min: 1, max: 3600, step: 1, default: 10 },
    {
      name: 'device',
      label: message('message.snmp.device'),
      type: 'choice',
      choices: [
        { value: FIND, label: message('message.snmp.find') },
        ...snmpModels.map(({ id, name }) => ({ value: id, label: name })),
        { value: OWN, label: message('message.snmp.own') },
      ],
      default: FIND,
    },
    {
      name: 'points',
      label: message('message.snmp.points'),
      type: 'list',
      default: null,
      help: message('message.snmp.pointsHelp'),
      when: { param: 'device', is: [OWN] },
    },
    ...meterParams,
  ],
  schema: Settings.superRefine(({ points }, context) => {
    for (const text of points ?? []) {
      try {
        parseSnmpPoint(text);
      } catch (error) {
        refuseSetting(context, 'points', messageOf(error));
        return;
      }
    }
  }),
  create: createDevice,
  async test({ settings, id, name }, context, signal) {
    const device = await openDevice(settings, context, signal);
    try {
      return meterReadings(await device.first, settings, { id, label: english(name) });
    } finally {
      device.session.close();
    }
  },
});

interface OpenDevice {
  readonly session: SnmpSession;
  readonly reader: SnmpReader;
  /** As it describes itself; empty = it does not. */
  readonly name: string;
  /** What was read to find out what it is; taken once. */
  first: Promise<MeterValue[]>;
}

async function openDevice(settings: Settings, context: CollectorContext, signal: AbortSignal): Promise<OpenDevice> {
  const session = new SnmpSession(await targetOf(settings, context));
  try {
    if (settings.device === OWN) {
      const reader = new SnmpReader(session, (settings.points ?? []).map(parseSnmpPoint), false);
      return { session, reader, name: '', first: reader.read(signal) };
    }
    const [objectId, description] = await session.get([SYS_OBJECT_ID, SYS_DESCR], signal);
    const name = String(description?.value ?? '')
      .replace(/\s+/g, ' ')
      .trim()
      .slice(0, DESCRIPTION_MAX);
    const candidates =
      settings.device === FIND ? modelsFor(String(objectId?.value ?? '')) : snmpModels.filter(({ id }) => id === settings.device);
    for (const model of candidates) {
      const reader = new SnmpReader(session, pointsOfModel(model), true);
      const values = await reader.read(signal);
      if (values.some(({ raw }) => raw !== ''))
        return { session, reader, name: [model.name, name].join(': '), first: Promise.resolve(values) };
    }
    throw new MessageError(
      message('message.snmp.unknownDevice', {
        host: settings.host,
        object: String(objectId?.value ?? '—'),
        name: name === '' ? '—' : name,
      }),
    );
  } catch (error) {
    session.close();
    throw error;
  }
}

async function targetOf(settings: Settings, { secrets }: CollectorContext): Promise<SnmpTarget> {
  const { host, port, version, community, user, auth, authPassword, privacy, privacyPassword, context } = settings;
  const secret = (id: string | null): Promise<string> => (id === null ? Promise.resolve('') : secrets.use(id, (value) => value));
  if (version === 'v2c') return { host, port, as: { community: community === null ? 'public' : await secret(community) } };
  return {
    host,
    port,
    ...(context === null ? {} : { context }),
    as: {
      name: user ?? '',
      auth: auth ?? 'none',
      authPassword: await secret(authPassword),
      privacy: privacy ?? 'none',
      privacyPassword: await secret(privacyPassword),
    },
  };
}

function createDevice({ id, name, settings }: CollectorInstance<Settings>, context: CollectorContext): CollectorSource<Settings> {
  const { host, everyS } = settings;
  let open: OpenDevice | null = null;
  let found: Message = message('message.feed.notYet', { address: host });
  const shut = (): void => {
    open?.session.close();
    open = null;
  };
  const collector: Collector = {
    id,
    periodMs: everyS * 1000,
    deadlineMs: 20_000,
    async read(signal) {
      try {
        const isNew = open === null;
        open ??= await openDevice(settings, context, signal);
        const values = await (isNew ? open.first : open.reader.read(signal));
        const readings = meterReadings(values, settings, { id, label: english(name) });
        found = message('message.modbus.works', {
          address: [host, open.name].filter((one) => one !== '').join(', '),
          count: readings.filter(({ value }) => value !== null).length,
        });
        return readings;
      } catch (error) {
        // It may be another device that answers next, or the same with other keys after it was restarted.
        shut();
        throw error;
      }
    },
    // What fails is told by the scheduler.
    doctor: async () => [{ ...sensorItem(id, 'works', found), name }],
    close: async () => shut(),
  };
  return { collectors: [collector] };
}
