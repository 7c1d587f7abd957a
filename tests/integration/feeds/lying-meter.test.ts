import { afterAll, beforeAll, expect, it } from 'vitest';
import type { EventInput } from '@shared/model/event';
import { english, type Message } from '@shared/text/message';
import { checkedCollector, checkOf } from '../../../src-main/core/telemetry/checked-source';
import type { Collector } from '../../../src-main/core/telemetry/collector';
import { modbusKind } from '../../../src-main/core/telemetry/collectors/modbus/kind';
import { ModbusDevice } from '../../fakes/modbus-device';
import { FeedTime, feedUnderTest, told } from '../../helpers/feed';
import { startTestCore, type TestCore } from '../../helpers/test-core';

/** Power W, voltage 0.1 V, current 0.01 A, energy Wh, power factor 0.01, frequency 0.01 Hz: one register each. */
const points = [
  'power.L1 0 int16',
  'voltage.L1 1 uint16 scale=0.1',
  'current.L1 2 uint16 scale=0.01',
  'energy.import.L1 3 uint16 unit=Wh',
  'power.factor.L1 4 int16 scale=0.01',
  'frequency.L1 5 uint16 scale=0.01',
];
const honest = { power: 460, volts: 2300, current: 200, energy: 1000, factor: 98, hertz: 5000 };

let device: ModbusDevice;
beforeAll(async () => {
  device = await ModbusDevice.listen();
  tells({});
});
afterAll(() => device.close());

function tells(lie: Partial<typeof honest>): void {
  const { power, volts, current, energy, factor, hertz } = { ...honest, ...lie };
  device.set(0, [power & 0xffff, volts, current, energy, factor & 0xffff, hertz]);
}

const settings = (): Record<string, unknown> => ({
  host: '127.0.0.1',
  port: device.port,
  meter: 'own',
  addresses: 'wire',
  points,
  everyS: 1,
});

/** The feed on its real connection, as the core runs it, by a clock that the test moves. */
function feed(ratedW: number | null = null, canFeedBack = true) {
  const time = new FeedTime();
  const events: EventInput[] = [];
  const under = feedUnderTest(modbusKind, settings() as never, {}, time);
  const collector: Collector = checkedCollector(
    under.collector,
    checkOf({ ratedW }, () => canFeedBack),
    {
      wallMs: () => time.wall,
      monoMs: () => time.mono,
      onEvent: (event) => events.push(event),
    },
  );
  const read = async (afterMs = 10_000) => {
    time.pass(afterMs);
    return collector.read(AbortSignal.timeout(5_000));
  };
  const doctor = async (): Promise<string> => english((await collector.doctor())[0]?.detail ?? '');
  return { read, doctor, events, close: () => collector.close() };
}

type Told = Awaited<ReturnType<ReturnType<typeof feed>['read']>>;
const measured = (readings: Told): Record<string, number | null> => told(readings.filter(({ provenance }) => provenance === 'measured'));
const unconfirmed = (readings: Told): Record<string, number | null> =>
  told(readings.filter(({ provenance }) => provenance === 'unconfirmed'));

it.each([
  ['negative', { power: -460 }, { canFeedBack: false }, 'L1 meter.power', -460, 'where nothing feeds back'],
  ['more than its voltage and current', { power: 4600 }, {}, 'L1 meter.power', 4600, 'its own 230 V and 2 A'],
  ['more than its rated power', { power: 900, current: 500 }, { ratedW: 500 }, 'L1 meter.power', 900, 'rated power of 500 W'],
  ['a frequency that no mains has', { hertz: 50_000 }, {}, 'L1 meter.frequency', 500, 'No mains has 500 Hz'],
] as const)('%s: shown as unconfirmed and why, told as it begins and ends', async (_, lie, options, key, value, why) => {
  const meter = feed('ratedW' in options ? options.ratedW : null, !('canFeedBack' in options));
  tells({});
  expect(measured(await meter.read())[key]).not.toBeNull();
  tells(lie);
  const readings = await meter.read();
  expect(unconfirmed(readings)).toEqual({ [`${key} unconfirmed`]: value });
  expect(measured(readings)[key]).toBeNull();
  expect(await meter.doctor()).toContain(why);
  tells({});
  for (let i = 0; i < 3; i++) expect(unconfirmed(await meter.read())).toEqual({});
  expect(meter.events.map(({ kind, device: at }) => [kind, at])).toEqual([
    ['meter.implausible', 'sensor/modbus-1/L1'],
    ['meter.plausible', 'sensor/modbus-1/L1'],
  ]);
  expect(english(meter.events[0]?.text as Message)).toContain(why);
  expect(await meter.doctor()).not.toContain(why);
  await meter.close();
});

it('a power factor of 98 is missing, as it was told', async () => {
  const meter = feed();
  tells({ factor: 9800 });
  const readings = await meter.read();
  expect(measured(readings)['L1 meter.power.factor']).toBeNull();
  expect(await meter.doctor()).toContain('98 is outside -1 to 1');
  await meter.close();
});

it('a thousandth of what it was, while it draws the same current', async () => {
  const meter = feed();
  tells({ power: 4600, current: 2000 });
  for (let i = 0; i < 4; i++) await meter.read();
  tells({ power: 5, current: 2000 });
  expect(unconfirmed(await meter.read())).toEqual({ 'L1 meter.power unconfirmed': 5 });
  expect(await meter.doctor()).toContain('It fell from 4600 W to about a thousandth');
  tells({ power: 4610, current: 2000 });
  expect(measured(await meter.read())['L1 meter.power']).toBe(4610);
  await meter.close();
});

it('a power that stands still while its counter counts, and one that idles', async () => {
  const stuck = feed();
  let last: Told = [];
  for (let i = 0; i < 100; i++) {
    tells({ energy: 1000 + i * 3 });
    last = await stuck.read(10_000);
  }
  expect(unconfirmed(last)).toEqual({ 'L1 meter.power unconfirmed': 460 });
  expect(await stuck.doctor()).toContain('while its energy counter counted 1080 W');
  await stuck.close();
  const idle = feed();
  for (let i = 0; i < 100; i++) {
    tells({ energy: 1000 + Math.floor((i * 460) / 360) });
    last = await idle.read(10_000);
  }
  expect(unconfirmed(last)).toEqual({});
  await idle.close();
});

let core: TestCore | null = null;
afterAll(() => core?.close());

it('in the core: the doctor, the events, the trial and the sums know it', async () => {
  tells({ power: 4600 });
  core = await startTestCore();
  const { client } = core.open();
  const add = { kind: 'modbus', name: 'Rack 3', settings: { ...settings(), counts: 'facility' } as never };
  const { readings } = await client.call('collectors.test', add);
  expect(readings.filter(({ metric }) => metric === 'meter.power')).toMatchObject([{ provenance: 'unconfirmed', value: 4600 }]);
  expect(readings.map(({ why }) => english(why ?? '')).join()).toContain('its own 230 V and 2 A');
  const begun = new Promise<void>((done) => {
    client.subscribe('events.live', {}, { onFrame: ({ events }) => events.some(({ kind }) => kind === 'meter.implausible') && done() });
  });
  await client.call('collectors.add', add);
  await begun;
  const told = (await client.call('doctor.report', {})).items.find(({ id }) => id === 'sensor.modbus-1');
  expect(told).toMatchObject({ state: 'partial' });
  expect(english(told?.detail ?? '')).toContain('sensor/modbus-1/L1, power: It is more power than');
});
