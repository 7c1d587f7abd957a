import { afterEach, describe, expect, it } from 'vitest';
import { defaultSettings, type Settings } from '@shared/model/settings';
import type { Reading } from '@shared/model/series';
import { RoomPower } from '../../../../../src-main/core/energy/room-power';
import { createWallPowerCollector } from '../../../../../src-main/core/telemetry/collectors/wall-power';
import { cpuFiles, fakeMachine, type FakeMachine } from '../../../../fakes/sysfs';
import { doctorOf } from '../../../../helpers/messages';
import { contextOf } from './context';

let machine: FakeMachine;
afterEach(() => machine.dispose());

const chip = (number: number, files: Record<string, string>, folder = ''): Record<string, string> =>
  Object.fromEntries(Object.entries(files).map(([name, text]) => [`sys/class/hwmon/hwmon${number}/${folder}${name}`, `${text}\n`]));
const setUp = async (files: Record<string, string>) => {
  machine = await fakeMachine({ ...cpuFiles({ threads: 2 }), ...files });
  const context = contextOf(machine.env);
  const wall = createWallPowerCollector(context);
  return { context, wall, read: () => wall.read(new AbortController().signal) };
};

/** acpi_power_meter.c, as a PowerEdge shows it. */
const acpi = (microW: string): Record<string, string> => ({
  name: 'power_meter',
  power1_average: microW,
  power1_average_interval: '1000',
  power1_average_min: 'unknown',
  power1_accuracy: '95.0%',
  power1_is_battery: '0',
  power1_model_number: '',
  power1_oem_info: '',
});
/** pmbus_core.c with the labels of a supply: 12 V out of 230 V. */
const psu = (pinMicroW: string, vinMilliV = '229500'): Record<string, string> => ({
  name: 'dps920ab',
  in1_input: vinMilliV,
  in1_label: 'vin',
  in2_input: '12150',
  in2_label: 'vout1',
  power1_input: pinMicroW,
  power1_label: 'pin',
  power2_input: '260000000',
  power2_label: 'pout1',
});
/** corsair-psu.c */
const corsair = {
  name: 'corsairpsu',
  in0_input: '230000',
  in0_label: 'v_in',
  power1_input: '312000000',
  power1_label: 'power total',
  power2_input: '290000000',
  power2_label: 'power +12v',
};
/** ina3221.c on a Jetson Orin NX. */
const ina3221 = {
  name: 'ina3221',
  in1_label: 'VDD_IN',
  in1_input: '5024',
  curr1_input: '1480',
  in2_label: 'VDD_CPU_GPU_CV',
  in2_input: '5016',
  curr2_input: '400',
  in3_label: 'VDD_SOC',
  in3_input: '5016',
  curr3_input: '300',
};

describe('the power of the whole host', () => {
  const layouts: readonly [string, Record<string, string>, { device: string; label: string; value: number; provenance?: string }][] = [
    ['an ACPI power meter', chip(1, acpi('268000000')), { device: 'sensor/power/acpi', label: 'ACPI power meter', value: 268 }],
    [
      'an ACPI power meter of an older kernel, with its files beside',
      chip(1, acpi('268000000'), 'device/'),
      { device: 'sensor/power/acpi', label: 'ACPI power meter', value: 268 },
    ],
    [
      'two supplies, added up',
      { ...chip(1, psu('150000000')), ...chip(2, psu('145500000')) },
      { device: 'sensor/power/psu', label: '2 × dps920ab PSU', value: 295.5, provenance: 'derived' },
    ],
    ['a Corsair supply', chip(3, corsair), { device: 'sensor/power/psu-output', label: 'Corsair PSU', value: 312 }],
    ['an INA3221 at the input of a Jetson', chip(0, ina3221), { device: 'sensor/power/board', label: 'ina3221 VDD_IN', value: 7.43552 }],
    [
      'an INA226 that says it is at the input',
      chip(0, { name: 'ina226', label: 'VDD_IN', power1_input: '9850000', in0_input: '10', in1_input: '12100', curr1_input: '814' }),
      { device: 'sensor/power/board', label: 'ina226 VDD_IN', value: 9.85 },
    ],
    [
      'the best of several: the wall',
      { ...chip(0, corsair), ...chip(1, acpi('350000000')) },
      { device: 'sensor/power/acpi', label: 'ACPI power meter', value: 350 },
    ],
  ];
  it.each(layouts)('is told by %s', async (_, files, expected) => {
    const { wall, read } = await setUp(files);
    expect(await read()).toEqual([
      { metric: 'host.power', provenance: 'measured', ...expected, value: expect.closeTo(expected.value, 6) as number },
    ]);
    expect((await doctorOf(wall))[0]).toMatchObject({
      id: 'sensor.wall-power',
      state: 'works',
      detail: expect.stringContaining(expected.label) as string,
    });
  });

  it.each([
    ['a converter on the board, whose input is 12 V', chip(0, { ...psu('90000000', '12050'), name: 'ir35221' })],
    ['a meter of a battery', chip(0, { ...acpi('40000000'), power1_is_battery: '1' })],
    [
      'a meter of the processors alone',
      {
        ...chip(0, acpi('180000000')),
        'sys/class/hwmon/hwmon0/device/measures/LNXCPU:00/status': '15\n',
        'sys/class/hwmon/hwmon0/device/measures/LNXCPU:01/status': '15\n',
      },
    ],
    ['an INA3221 that measures rails', chip(0, { ...ina3221, in1_label: 'VDD_GPU_SOC' })],
    ['an INA219 of which nothing says where it is', chip(0, { name: 'ina219', power1_input: '3000000' })],
    ['nothing', {}],
  ])('is not told by %s', async (_, files) => {
    const { wall, read } = await setUp(files);
    expect(await read()).toEqual([]);
    expect((await doctorOf(wall))[0]).toMatchObject({ state: 'missing' });
  });

  it('is missing, not zero, while the meter answers nothing; one that never gave a value is none', async () => {
    const { wall, context, read } = await setUp(chip(1, acpi('0')));
    expect(await read()).toEqual([]);
    expect((await doctorOf(wall))[0]).toMatchObject({ state: 'failing' });
    await machine.write(chip(1, acpi('268000000')));
    expect(await read()).toMatchObject([{ value: 268 }]);
    await machine.write(chip(1, acpi('')));
    expect(await read()).toMatchObject([{ device: 'sensor/power/acpi', value: null }]);
    expect((await doctorOf(wall))[0]).toMatchObject({ state: 'failing' });
    // Its driver is unloaded: said once, and the host is the sum of its parts again.
    await machine.remove('sys/class/hwmon/hwmon1');
    context.pass(60_000);
    expect(await read()).toEqual([]);
    expect(context.events).toMatchObject([{ device: 'sensor/power/acpi', kind: 'device.lost' }]);
  });

  it('is missing when one of two supplies does not answer', async () => {
    const { read } = await setUp({ ...chip(1, psu('150000000')), ...chip(2, psu('145500000')) });
    await read();
    await machine.write(chip(2, psu('')));
    expect(await read()).toMatchObject([{ value: null }]);
  });
});

describe('IT power with a meter of the whole', () => {
  let settings: Settings = defaultSettings;
  const room = () => new RoomPower({ settings: () => settings, maxItPowerW: () => 1000 });
  const part = (
    device: string,
    metric: Reading['metric'],
    value: number | null,
    provenance: Reading['provenance'] = 'measured',
  ): Reading => ({ device, label: device, metric, provenance, value });
  const parts = [part('cpu0', 'cpu.power', 80), part('gpu0', 'gpu.power', 120)];
  const wall = (value: number | null): Reading => part('sensor/power/acpi', 'host.power', value);
  const of = (readings: readonly Reading[], metric: string) => readings.find((reading) => reading.metric === metric);

  it('is what it measures, and the base power what it leaves of the parts', () => {
    const own = room();
    const derived = own.derive(1000, [...parts, wall(268)]);
    expect(of(derived, 'it.power')).toMatchObject({ value: 268, provenance: 'measured' });
    expect(of(derived, 'host.base.power')).toMatchObject({ value: 68, provenance: 'derived' });
    expect(own.latest?.parts.map(({ label, powerW }) => [label, powerW.value])).toEqual([
      ['cpu0', 80],
      ['gpu0', 120],
      ['Host', 68],
    ]);
    expect(own.latest?.meteredItShare).toBe(1);
    expect(own.latest?.silent).toEqual([]);
  });

  it('is known even where a part has no meter; its silence withholds', () => {
    const own = room();
    expect(of(own.derive(1000, [part('cpu0', 'cpu.power', 80), part('gpu0', 'gpu.power', null), wall(268)]), 'it.power')?.value).toBe(268);
    expect(own.latest?.parts.at(-1)?.powerW.value).toBeNull();
    expect(own.latest?.silent).toEqual([]);
    expect(of(own.derive(2000, [...parts, wall(null)]), 'it.power')?.value).toBeNull();
    expect(own.latest?.silent).toMatchObject([{ device: 'sensor/power/acpi' }]);
    // Taken out by an event, it is the sum again.
    own.onEvent({ device: 'sensor/power/acpi', kind: 'device.lost' });
    expect(of(own.derive(3000, parts), 'it.power')).toMatchObject({ value: 240, provenance: 'modelled' });
  });

  it('is less what a person left out, where that is known', () => {
    settings = { ...defaultSettings, power: { ...defaultSettings.power, excludedDevices: ['gpu0'] } };
    const own = room();
    expect(of(own.derive(1000, [...parts, wall(268)]), 'it.power')).toMatchObject({ value: 148, provenance: 'derived' });
    expect(own.latest?.uncounted).toMatchObject([{ device: 'gpu0', why: 'excluded' }]);
    settings = { ...defaultSettings, power: { ...defaultSettings.power, excludedDevices: ['sensor/power/acpi'] } };
    expect(of(own.derive(2000, [...parts, wall(268)]), 'it.power')).toMatchObject({ value: 240 });
    settings = defaultSettings;
  });

  it('is not what a meter says that reads less than is measured within it: that is of a part', () => {
    const own = room();
    // A load that the meter's mean has not followed yet is no such thing.
    expect(of(own.derive(0, [...parts, wall(150)]), 'it.power')?.value).toBe(150);
    for (let atMs = 1000; atMs <= 60_000; atMs += 1000) own.derive(atMs, [...parts, wall(150)]);
    expect(of(own.derive(61_000, [...parts, wall(150)]), 'it.power')).toMatchObject({ value: 240, provenance: 'modelled' });
    expect(of(own.derive(62_000, [...parts, wall(268)]), 'it.power')?.value).toBe(268);
  });
});
