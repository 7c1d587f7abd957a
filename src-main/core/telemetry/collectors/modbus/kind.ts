import { english, message, messageOf, type Message } from '@shared/text/message';
import { z } from 'zod';
import type { Collector } from '../../collector';
import { settableKind, type CollectorInstance, type CollectorSource } from '../../collector-kind';
import { refuseSetting } from '../../setting-refusal';
import { sensorItem } from '../items';
import { meterParams, meterReadings, meterSettings, type MeterValue } from '../meters/readings';
import { sharedConnection, type ModbusConnection } from './connection';
import { meterModels, pointsOfModel } from './meters';
import { addressKinds, parsePoint, type Point } from './points';
import { MeterReader, type PointValue } from './reader';
import { discoverSunSpec } from './sunspec';

const SUNSPEC = 'sunspec';
const OWN = 'own';

const Settings = z.object({
  host: z.string().transform((host) => host.trim()),
  port: z.number(),
  unit: z.number(),
  everyS: z.number(),
  meter: z.string(),
  addresses: z.enum(addressKinds).nullable(),
  points: z.array(z.string()).readonly().nullable(),
  ...meterSettings,
});
type Settings = z.infer<typeof Settings>;

/** Meters, inverters and gateways that speak Modbus TCP: by SunSpec, by a known table of registers, or by one's own. */
export const modbusKind = settableKind<Settings>({
  id: 'modbus',
  name: message('message.feed.modbus'),
  isFeed: true,
  params: [
    { name: 'host', label: message('message.feed.host'), type: 'text', default: null },
    { name: 'port', label: message('message.feed.port'), type: 'integer', min: 1, max: 65_535, default: 502 },
    {
      name: 'unit',
      label: message('message.feed.unit'),
      type: 'integer',
      min: 0,
      max: 255,
      default: 1,
      help: message('message.feed.unitHelp'),
    },
    { name: 'everyS', label: message('message.feed.everyS'), type: 'integer', unit: 's', min: 1, max: 3600, step: 1, default: 5 },
    {
      name: 'meter',
      label: message('message.feed.meter'),
      type: 'choice',
      choices: [
        { value: SUNSPEC, label: message('message.feed.sunspec') },
        ...meterModels.map(({ id, name }) => ({ value: id, label: name })),
        { value: OWN, label: message('message.feed.ownMap') },
      ],
      default: SUNSPEC,
    },
    {
      name: 'addresses',
      label: message('message.feed.addresses'),
      type: 'choice',
      choices: [
        { value: 'wire', label: message('message.feed.addressesWire') },
        { value: 'one', label: message('message.feed.addressesOne') },
        { value: 'modicon', label: message('message.feed.addressesModicon') },
      ],
      default: 'wire',
      when: { param: 'meter', is: [OWN] },
    },
    {
      name: 'points',
      label: message('message.feed.points'),
      type: 'list',
      default: null,
      help: message('message.feed.pointsHelp'),
      when: { param: 'meter', is: [OWN] },
    },
    ...meterParams,
  ],
  schema: Settings.superRefine(({ points, addresses }, context) => {
    for (const text of points ?? []) {
      try {
        parsePoint(text, addresses ?? 'wire');
      } catch (error) {
        refuseSetting(context, 'points', messageOf(error));
        return;
      }
    }
  }),
  create: createMeter,
  async test({ settings, id, name }, _context, signal) {
    const { connection, release } = sharedConnection(settings.host, settings.port);
    try {
      const { reader } = await openMeter(connection, settings, signal);
      return meterReadings(meterValues(await reader.read(signal)), settings, { id, label: english(name) });
    } finally {
      release();
    }
  },
});

interface OpenMeter {
  readonly reader: MeterReader;
  /** As it names itself; empty = it does not. */
  readonly model: string;
}

async function openMeter(connection: ModbusConnection, settings: Settings, signal: AbortSignal): Promise<OpenMeter> {
  const { host, unit, meter } = settings;
  if (meter === SUNSPEC) {
    const { maker, model, serial, points } = await discoverSunSpec(connection, host, unit, signal);
    return { reader: new MeterReader(connection, unit, points), model: [maker, model, serial].filter((one) => one !== '').join(' ') };
  }
  return {
    reader: new MeterReader(connection, unit, pointsOf(settings)),
    model: meterModels.find(({ id }) => id === meter)?.name ?? '',
  };
}

function pointsOf({ meter, points, addresses }: Settings): Point[] {
  return pointsOfModel(meter) ?? (points ?? []).map((text) => parsePoint(text, addresses ?? 'wire'));
}

function createMeter({ id, name, settings }: CollectorInstance<Settings>): CollectorSource<Settings> {
  const { host, port, everyS } = settings;
  const shared = sharedConnection(host, port);
  let open: OpenMeter | null = null;
  let found: Message = message('message.feed.notYet', { address: `${host}:${port}` });
  const collector: Collector = {
    id,
    periodMs: everyS * 1000,
    async read(signal) {
      try {
        open ??= await openMeter(shared.connection, settings, signal);
        const readings = meterReadings(meterValues(await open.reader.read(signal)), settings, { id, label: english(name) });
        const count = readings.filter(({ value }) => value !== null).length;
        found = message('message.modbus.works', { address: [`${host}:${port}`, open.model].filter((one) => one !== '').join(', '), count });
        return readings;
      } catch (error) {
        // It may be another device that answers next.
        open = null;
        throw error;
      }
    },
    // What fails is told by the scheduler.
    doctor: async () => [{ ...sensorItem(id, 'works', found), name }],
    close: async () => shared.release(),
  };
  return { collectors: [collector] };
}

const meterValues = (values: readonly PointValue[]): MeterValue[] =>
  values.map(({ point: { quantity, part }, value, raw, why }) => ({ quantity, part, value, raw, why }));
