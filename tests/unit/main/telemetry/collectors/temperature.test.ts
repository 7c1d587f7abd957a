import { afterEach, describe, expect, it } from 'vitest';
import { createTemperatureCollector } from '../../../../../src-main/core/telemetry/collectors/temperature';
import { cpuFiles, fakeMachine, type FakeMachine } from '../../../../fakes/sysfs';
import { doctorOf } from '../../../../helpers/messages';
import { contextOf, readAll } from './context';

let machine: FakeMachine;
afterEach(() => machine.dispose());

const chip = (number: number, name: string, sensors: readonly (readonly [string | null, string])[]): Record<string, string> => {
  const folder = `sys/class/hwmon/hwmon${number}`;
  const files: Record<string, string> = { [`${folder}/name`]: `${name}\n` };
  sensors.forEach(([label, milli], index) => {
    files[`${folder}/temp${index + 1}_input`] = milli;
    if (label !== null) files[`${folder}/temp${index + 1}_label`] = `${label}\n`;
  });
  return files;
};

const setUp = async (files: Record<string, string>, options: Parameters<typeof cpuFiles>[0] = { threads: 4, packages: 2 }) => {
  machine = await fakeMachine({ ...cpuFiles(options), ...files });
  const context = contextOf(machine.env);
  return { context, temperature: createTemperatureCollector(context) };
};

describe('temperature', () => {
  it('gives each package the sensor that names it, not its cores, and everything else its own name', async () => {
    const { temperature } = await setUp({
      ...chip(0, 'nvme', [
        ['Composite', '38850\n'],
        ['Sensor 1', '45850\n'],
      ]),
      ...chip(1, 'coretemp', [
        ['Package id 1', '61000\n'],
        ['Core 0', '59000\n'],
      ]),
      ...chip(2, 'coretemp', [
        ['Package id 0', '55000\n'],
        ['Core 0', '99000\n'],
      ]),
      ...chip(10, 'nct6798', [[null, '31000\n']]),
    });
    expect(await readAll(temperature)).toEqual({
      'cpu0 cpu.temperature': 55,
      'cpu1 cpu.temperature': 61,
      'sensor/nvme/Composite sensor.temperature': 38.85,
      'sensor/nvme/Sensor 1 sensor.temperature': 45.85,
      'sensor/nct6798/temp1 sensor.temperature': 31,
    });
    expect((await doctorOf(temperature))[0]).toMatchObject({ id: 'sensor.temperature', state: 'works', detail: '5 sensors' });
  });

  it('takes the true die temperature of an AMD processor before its control value', async () => {
    const { temperature } = await setUp(
      {
        ...chip(0, 'k10temp', [
          ['Tctl', '95000'],
          ['Tdie', '68000'],
          ['Tccd1', '66000'],
        ]),
      },
      { threads: 2 },
    );
    expect(await readAll(temperature)).toEqual({ 'cpu0 cpu.temperature': 68 });
  });

  it.each([
    ['a Threadripper of two dies', 1, ['18', '19'], { cpu0: 71 }],
    ['two EPYC 7002, a northbridge each', 2, ['18', '19'], { cpu0: 70, cpu1: 71 }],
    ['two EPYC 7551 of four dies each', 2, ['18', '19', '1a', '1b', '1c', '1d', '1e', '1f'], { cpu0: 73, cpu1: 77 }],
  ])('takes the k10temp of one socket for its dies, by bus address: %s', async (_, packages, devices, expected) => {
    const { context } = await setUp(
      Object.assign(
        {},
        ...devices.map((_device, node) =>
          chip(devices.length - node, 'k10temp', [
            ['Tctl', '20000'],
            ['Tdie', `${70_000 + node * 1000}`],
          ]),
        ),
      ) as Record<string, string>,
      { threads: 16, packages },
    );
    // The order of the drivers says nothing.
    for (const [node, device] of devices.entries())
      await machine.link(`sys/class/hwmon/hwmon${devices.length - node}/device`, `sys/devices/pci0000:00/0000:00:${device}.3`);
    const values = await readAll(createTemperatureCollector(context));
    const cpus = Object.fromEntries(Object.entries(values).filter(([name]) => name.endsWith(' cpu.temperature')));
    expect(cpus).toEqual(Object.fromEntries(Object.entries(expected).map(([device, value]) => [`${device} cpu.temperature`, value])));
    const dies = Object.entries(values).filter(([name]) => name.startsWith('sensor/k10temp@0000:00:'));
    expect(dies).toHaveLength(devices.length === Object.keys(expected).length ? 0 : devices.length);
  });

  it('tells twins apart by where they sit, and numbers what still has one name', async () => {
    const { context } = await setUp({
      ...chip(0, 'nvme', [['Composite', '30000']]),
      ...chip(1, 'nvme', [['Composite', '40000']]),
      ...chip(2, 'acpitz', [[null, '20000']]),
      ...chip(3, 'acpitz', [[null, '21000']]),
    });
    await machine.link('sys/class/hwmon/hwmon0/device', 'sys/devices/pci/0000:01:00.0');
    await machine.link('sys/class/hwmon/hwmon1/device', 'sys/devices/pci/0000:02:00.0');
    expect(await readAll(createTemperatureCollector(context))).toEqual({
      'sensor/nvme@0000:01:00.0/Composite sensor.temperature': 30,
      'sensor/nvme@0000:02:00.0/Composite sensor.temperature': 40,
      'sensor/acpitz/temp1 sensor.temperature': 20,
      'sensor/acpitz/temp1 2 sensor.temperature': 21,
    });
  });

  it('falls back on thermal zones, without showing twice what a chip shows', async () => {
    const zone = (number: number, type: string, milli: string) => ({
      [`sys/class/thermal/thermal_zone${number}/type`]: `${type}\n`,
      [`sys/class/thermal/thermal_zone${number}/temp`]: milli,
    });
    const { temperature } = await setUp(
      {
        ...zone(0, 'x86_pkg_temp', '47000\n'),
        ...zone(1, 'acpitz', '27800\n'),
        ...zone(2, 'iwlwifi_1', '41000\n'),
        ...chip(0, 'acpitz', [[null, '27800']]),
      },
      { threads: 2 },
    );
    expect(await readAll(temperature)).toEqual({
      'cpu0 cpu.temperature': 47,
      'sensor/acpitz/temp1 sensor.temperature': 27.8,
      'sensor/iwlwifi_1 sensor.temperature': 41,
    });
  });

  it('reports a sensor that answers nothing as missing, not as zero', async () => {
    const { temperature } = await setUp(
      { ...chip(0, 'k10temp', [['Tctl', '60000']]), ...chip(1, 'nvme', [['Composite', '']]) },
      { threads: 2 },
    );
    expect(await readAll(temperature)).toEqual({ 'cpu0 cpu.temperature': 60, 'sensor/nvme/Composite sensor.temperature': null });
  });

  it('finds a sensor that came later', async () => {
    const { temperature, context } = await setUp({}, { threads: 2 });
    expect(await readAll(temperature)).toEqual({});
    await machine.write(chip(0, 'drivetemp', [[null, '33000']]));
    context.pass(60_000);
    expect(await readAll(temperature)).toEqual({ 'sensor/drivetemp/temp1 sensor.temperature': 33 });
  });

  it('says what to do where there is none: load drivers on a real machine, nothing in a virtual one', async () => {
    const real = await setUp({}, { threads: 2 });
    expect((await doctorOf(real.temperature))[0]).toMatchObject({
      state: 'missing',
      repair: expect.stringContaining('sensors-detect') as string,
    });
    await machine.dispose();
    const virtual = await setUp({}, { threads: 2, flags: 'fpu hypervisor' });
    expect((await doctorOf(virtual.temperature))[0]).toMatchObject({
      state: 'missing',
      detail: 'virtual machine: none to read',
      repair: null,
    });
  });
});
