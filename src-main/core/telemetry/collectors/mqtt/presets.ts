import { message, type Message } from '@shared/text/message';
import { parseQuantity, type QuantityName } from '../meters/quantities';
import { toldPoint, type ToldPoint } from '../meters/told-value';

/** One value in a message: what it is, and what was told. */
export type Told = readonly [point: ToldPoint, told: unknown];

/** A kind of message that a device publishes, below its own topic. */
export interface PresetTopic {
  /** Behind the device's topic; {device} stands where that comes in the middle. */
  readonly filter: string;
  /**
   * What the message tells.
   * @param caught what the filter's own wildcards stand for
   * @param payload parsed where it is JSON, else the text
   */
  readonly values: (payload: unknown, caught: readonly string[]) => readonly Told[];
}

export interface Preset {
  readonly id: string;
  readonly name: Message;
  readonly topics: readonly PresetTopic[];
  /** Where the broker or the device tells that it is away, and the text for that. */
  readonly away: { readonly filter: string; readonly isAway: (payload: unknown) => boolean };
}

type Fields = Readonly<Record<string, readonly [quantity: string, unit: string]>>;

const point = (written: string, unit: string, part: string): ToldPoint => {
  const parsed = parseQuantity(written);
  if (parsed === null) throw new TypeError(`${written} is no quantity`);
  return toldPoint(parsed.quantity, unit, [part, parsed.part].filter((one) => one !== '').join('-'));
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The fields that are there; what is left out of a message was not measured, or has not changed. */
const fieldsOf = (fields: Fields, payload: unknown, part = ''): Told[] =>
  isObject(payload)
    ? Object.entries(fields).flatMap(([name, [quantity, unit]]): Told[] =>
        Object.hasOwn(payload, name) ? [[point(quantity, unit, part), payload[name]]] : [],
      )
    : [];

const JOULES_OF_WATT_MINUTE = 60;

/** Shelly's first generation writes each number under a topic of its own (Shelly API reference, Gen1, MQTT). Its `energy` is in watt minutes. */
const shelly1: Preset = {
  id: 'shelly1',
  name: message('message.mqtt.shelly1'),
  topics: [
    ...(
      [
        ['power', 'power', 'W'],
        ['reactive_power', 'power.reactive', 'var'],
        ['pf', 'power.factor', '1'],
        ['voltage', 'voltage', 'V'],
        ['current', 'current', 'A'],
        ['total', 'energy.import', 'Wh'],
        ['total_returned', 'energy.export', 'Wh'],
      ] as const
    ).map(([field, quantity, unit]): PresetTopic => ({
      filter: `emeter/+/${field}`,
      values: (payload, [channel = '']) => [[toldPoint(quantity, unit, `L${Number(channel) + 1}`), payload]],
    })),
    ...['relay', 'light', 'roller', 'white', 'color'].flatMap((kind): PresetTopic[] => [
      { filter: `${kind}/+/power`, values: (payload, [channel = '']) => [[toldPoint('power', 'W', channelOf(channel)), payload]] },
      {
        filter: `${kind}/+/energy`,
        values: (payload, [channel = '']) => [
          [{ ...toldPoint('energy.import', 'J', channelOf(channel)), scale: JOULES_OF_WATT_MINUTE }, payload],
        ],
      },
    ]),
  ],
  away: { filter: 'online', isAway: (payload) => payload === false || payload === 'false' },
};

/** The first channel of a plug is the plug. */
const channelOf = (channel: string): string => (channel === '0' ? '' : `channel-${Number(channel) + 1}`);

const SWITCH: Fields = {
  apower: ['power', 'W'],
  voltage: ['voltage', 'V'],
  current: ['current', 'A'],
  pf: ['power.factor', '1'],
  freq: ['frequency', 'Hz'],
};
const EM1: Fields = {
  act_power: ['power', 'W'],
  aprt_power: ['power.apparent', 'VA'],
  voltage: ['voltage', 'V'],
  current: ['current', 'A'],
  pf: ['power.factor', '1'],
  freq: ['frequency', 'Hz'],
};
const EM_DATA: Fields = {
  total_act: ['energy.import', 'Wh'],
  total_act_ret: ['energy.export', 'Wh'],
  ...Object.fromEntries(
    ['a', 'b', 'c'].flatMap((phase, i) => [
      [`${phase}_total_act_energy`, [`energy.import.L${i + 1}`, 'Wh']],
      [`${phase}_total_act_ret_energy`, [`energy.export.L${i + 1}`, 'Wh']],
    ]),
  ),
};
const EM: Fields = {
  total_act_power: ['power', 'W'],
  total_aprt_power: ['power.apparent', 'VA'],
  total_current: ['current', 'A'],
  ...Object.fromEntries(
    ['a', 'b', 'c'].flatMap((phase, i) => [
      [`${phase}_act_power`, [`power.L${i + 1}`, 'W']],
      [`${phase}_aprt_power`, [`power.apparent.L${i + 1}`, 'VA']],
      [`${phase}_voltage`, [`voltage.L${i + 1}`, 'V']],
      [`${phase}_current`, [`current.L${i + 1}`, 'A']],
      [`${phase}_pf`, [`power.factor.L${i + 1}`, '1']],
    ]),
  ),
};

/** A component of Shelly's second and later generations (Shelly technical documentation, components and services). */
function componentOf(component: string, payload: unknown): Told[] {
  const [, kind = '', id = ''] = /^([a-z0-9]+):(\d+)$/.exec(component) ?? [];
  const part = channelOf(id);
  switch (kind) {
    case 'switch':
    case 'pm1':
    case 'cover':
    case 'light':
      return [...fieldsOf(SWITCH, payload, part), ...countersOf(payload, part)];
    case 'em1':
      return fieldsOf(EM1, payload, part);
    case 'em1data':
      return fieldsOf({ total_act_energy: ['energy.import', 'Wh'], total_act_ret_energy: ['energy.export', 'Wh'] }, payload, part);
    case 'em':
      return fieldsOf(EM, payload);
    case 'emdata':
      return fieldsOf(EM_DATA, payload);
    case 'temperature':
      return fieldsOf({ tC: ['temperature', '°C'] }, payload, part);
    case 'humidity':
      return fieldsOf({ rh: ['humidity', '%'] }, payload, part);
    default:
      return [];
  }
}

const countersOf = (payload: unknown, part: string): Told[] =>
  (
    [
      ['aenergy', 'energy.import'],
      ['ret_aenergy', 'energy.export'],
    ] as const
  ).flatMap(([name, quantity]): Told[] => {
    const counter = isObject(payload) ? payload[name] : undefined;
    return isObject(counter) && Object.hasOwn(counter, 'total') ? [[toldPoint(quantity, 'Wh', part), counter['total']]] : [];
  });

const shelly2: Preset = {
  id: 'shelly2',
  name: message('message.mqtt.shelly2'),
  topics: [
    { filter: 'status/+', values: (payload, [component = '']) => componentOf(component, payload) },
    {
      // What has changed, by component; the same values may come by both ways.
      filter: 'events/rpc',
      values: (payload) => {
        const params = isObject(payload) && payload['method'] !== 'NotifyEvent' ? payload['params'] : undefined;
        return isObject(params) ? Object.entries(params).flatMap(([component, status]) => componentOf(component, status)) : [];
      },
    },
  ],
  away: shelly1.away,
};

const TASMOTA: Fields = {
  Power: ['power', 'W'],
  ApparentPower: ['power.apparent', 'VA'],
  ReactivePower: ['power.reactive', 'var'],
  Factor: ['power.factor', '1'],
  Voltage: ['voltage', 'V'],
  Current: ['current', 'A'],
  Frequency: ['frequency', 'Hz'],
  Total: ['energy.import', 'kWh'],
  ExportTotal: ['energy.export', 'kWh'],
};

/** Several channels come as a list: each is a part, and their powers and counters are the whole's. */
function channelsOf(energy: Readonly<Record<string, unknown>>): Told[] {
  return Object.entries(TASMOTA).flatMap(([name, [quantity, unit]]): Told[] => {
    const told = energy[name];
    if (told === undefined) return [];
    if (!Array.isArray(told)) return [[point(quantity, unit, ''), told]];
    const list = told as unknown[];
    const channels = list.map((one, i): Told => [point(quantity, unit, `channel-${i + 1}`), one]);
    const isSum = name === 'Power' || name === 'Total' || name === 'ExportTotal';
    const sum = list.every((one) => typeof one === 'number') ? (list as number[]).reduce((all, one) => all + one, 0) : null;
    return isSum ? [[point(quantity, unit, ''), sum], ...channels] : channels;
  });
}

/** Tasmota, commands and MQTT: tele/NAME/SENSOR each TelePeriod, 300 s as it comes. What it counts is in kWh. */
const tasmota: Preset = {
  id: 'tasmota',
  name: 'Tasmota',
  topics: [
    {
      filter: 'tele/{device}/SENSOR',
      values: (payload) => {
        if (!isObject(payload)) return [];
        const degrees = payload['TempUnit'] === 'F' ? '°F' : '°C';
        return Object.entries(payload).flatMap(([name, sensor]): Told[] => {
          if (!isObject(sensor)) return [];
          if (name === 'ENERGY') return channelsOf(sensor);
          const part = name.replace(/[^\w-]/g, '-').slice(0, 40);
          return fieldsOf(
            {
              Temperature: ['temperature', degrees],
              Humidity: ['humidity', '%'],
              DewPoint: ['dewpoint', degrees],
              Pressure: ['pressure', 'hPa'],
            },
            sensor,
            part,
          );
        });
      },
    },
  ],
  away: { filter: 'tele/{device}/LWT', isAway: (payload) => payload === 'Offline' },
};

const ZIGBEE: Fields = {
  power: ['power', 'W'],
  power_factor: ['power.factor', '1'],
  power_reactive: ['power.reactive', 'var'],
  power_apparent: ['power.apparent', 'VA'],
  voltage: ['voltage', 'V'],
  current: ['current', 'A'],
  ac_frequency: ['frequency', 'Hz'],
  energy: ['energy.import', 'kWh'],
  produced_energy: ['energy.export', 'kWh'],
  temperature: ['temperature', '°C'],
  humidity: ['humidity', '%'],
  pressure: ['pressure', 'hPa'],
  ...Object.fromEntries(
    ['b', 'c'].flatMap((phase, i) => [
      [`power_phase_${phase}`, [`power.L${i + 2}`, 'W']],
      [`voltage_phase_${phase}`, [`voltage.L${i + 2}`, 'V']],
      [`current_phase_${phase}`, [`current.L${i + 2}`, 'A']],
    ]),
  ),
};

/** What is told of three phases tells the first one without a name (zigbee2mqtt, exposes of meters). */
const FIRST_PHASE: ReadonlySet<QuantityName> = new Set(['power', 'voltage', 'current']);

/** zigbee2mqtt: each device's state is JSON under its friendly name, in which there may be slashes. A sensor's battery voltage is in mV. */
const zigbee2mqtt: Preset = {
  id: 'zigbee2mqtt',
  name: 'zigbee2mqtt',
  topics: [
    {
      filter: '',
      values: (payload) => {
        const told = fieldsOf(ZIGBEE, payload).filter(([{ quantity }]) => quantity !== 'voltage' || !isBattery(payload));
        const hasPhases = told.some(([{ part }]) => part !== '');
        return told.map(([one, value]): Told =>
          hasPhases && one.part === '' && FIRST_PHASE.has(one.quantity) ? [{ ...one, part: 'L1' }, value] : [one, value],
        );
      },
    },
  ],
  away: { filter: 'availability', isAway: (payload) => payload === 'offline' || (isObject(payload) && payload['state'] === 'offline') },
};

const isBattery = (payload: unknown): boolean => isObject(payload) && Object.hasOwn(payload, 'battery');

export const presets: readonly Preset[] = [shelly1, shelly2, tasmota, zigbee2mqtt];

/** A preset's filter for a device, as the device is called in its settings. */
export const filterFor = (filter: string, device: string): string =>
  filter.includes('{device}') ? filter.replace('{device}', () => device) : filter === '' ? device : `${device}/${filter}`;
