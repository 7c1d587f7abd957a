import { afterEach, describe, expect, it } from 'vitest';
import { createCpuPowerCollector } from '../../../../../src-main/core/telemetry/collectors/cpu-power';
import { createDiskCollector } from '../../../../../src-main/core/telemetry/collectors/disk';
import { createFanCollector } from '../../../../../src-main/core/telemetry/collectors/fans';
import { createPressureCollector } from '../../../../../src-main/core/telemetry/collectors/pressure';
import { createProcessCollector } from '../../../../../src-main/core/telemetry/collectors/processes';
import { createTemperatureCollector } from '../../../../../src-main/core/telemetry/collectors/temperature';
import { cpuFiles, fakeMachine, type FakeMachine } from '../../../../fakes/sysfs';
import { doctorOf } from '../../../../helpers/messages';
import { contextOf, readAll } from './context';

let machine: FakeMachine;
afterEach(() => machine.dispose());
const setUp = async (files: Record<string, string>) => {
  machine = await fakeMachine({ ...cpuFiles({ threads: 2 }), ...files });
  return contextOf(machine.env);
};

describe('memory power by RAPL', () => {
  const domain = (id: string, name: string, uj: number): Record<string, string> => ({
    [`sys/class/powercap/intel-rapl:${id}/name`]: `${name}\n`,
    [`sys/class/powercap/intel-rapl:${id}/energy_uj`]: `${uj}\n`,
    [`sys/class/powercap/intel-rapl:${id}/max_energy_range_uj`]: '262143328850\n',
  });

  it('is counted beside its package, not within, once its counter has been seen to move', async () => {
    const context = await setUp({
      ...domain('0', 'package-0', 0),
      ...domain('0:0', 'dram', 0),
      ...domain('0:1', 'core', 0),
      ...domain('1', 'package-1', 0),
      ...domain('1:0', 'dram', 0),
    });
    const power = createCpuPowerCollector(context);
    expect(await readAll(power)).toEqual({ 'cpu0 cpu.power': null, 'cpu1 cpu.power': null });
    context.pass(1000);
    await machine.write({
      ...domain('0', 'package-0', 90_000_000),
      ...domain('0:0', 'dram', 12_000_000),
      ...domain('0:1', 'core', 60_000_000),
      ...domain('1', 'package-1', 80_000_000),
    });
    // The second package's memory counter stands still: no meter, and no gap that would withhold the room's power.
    expect(await readAll(power)).toEqual({ 'cpu0 cpu.power': 90, 'cpu1 cpu.power': 80, 'dram0 dram.power': 12 });
    expect((await doctorOf(power))[0]).toMatchObject({ state: 'works', detail: 'measured for 2 packages and its memory' });
  });
});

describe('pressure', () => {
  it('is the share of the last ten seconds, each resource and kind apart', async () => {
    const context = await setUp({
      'proc/pressure/cpu': 'some avg10=12.34 avg60=5.00 avg300=1.00 total=123456\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n',
      'proc/pressure/memory': 'some avg10=0.50 avg60=0.00 avg300=0.00 total=1\nfull avg10=0.25 avg60=0.00 avg300=0.00 total=1\n',
      // Kernels before 5.13 have no "full" for the CPU; one without a resource has no file.
    });
    expect(await readAll(createPressureCollector(context))).toEqual({
      'host pressure.cpu.some': 12.34,
      'host pressure.cpu.full': 0,
      'host pressure.memory.some': 0.5,
      'host pressure.memory.full': 0.25,
    });
  });

  it('says how to have it where the kernel was started without', async () => {
    const pressure = createPressureCollector(await setUp({}));
    expect(await readAll(pressure)).toEqual({});
    expect((await doctorOf(pressure))[0]).toMatchObject({ state: 'missing', repair: expect.stringContaining('psi=1') as string });
  });
});

describe('fans', () => {
  it('keeps all of one name: the first goes on under it, the others say their connector and where their chip sits, whatever the order of the drivers', async () => {
    const hub = (number: number, rpm: number, port: string): Record<string, string> => ({
      [`sys/devices/usb1/${port}/0003:1B1C:0C10.000${number}/hwmon/hwmon${number}/name`]: 'corsaircpro\n',
      [`sys/devices/usb1/${port}/0003:1B1C:0C10.000${number}/hwmon/hwmon${number}/fan1_input`]: `${rpm}\n`,
      [`sys/devices/usb1/${port}/0003:1B1C:0C10.000${number}/hwmon/hwmon${number}/fan1_label`]: 'fan1 4pin\n',
    });
    const dell = {
      'sys/class/hwmon/hwmon9/name': 'dell_smm\n',
      'sys/class/hwmon/hwmon9/fan1_input': '2100\n',
      'sys/class/hwmon/hwmon9/fan1_label': 'Processor Fan\n',
      'sys/class/hwmon/hwmon9/fan2_input': '2200\n',
      'sys/class/hwmon/hwmon9/fan2_label': 'Processor Fan\n',
    };
    for (const [first, second] of [
      [2, 5],
      [5, 2],
    ] as const) {
      const context = await setUp({ ...dell, ...hub(first, 900, '1-7:1.0'), ...hub(second, 1500, '1-9:1.0') });
      for (const [number, port] of [
        [first, '1-7:1.0'],
        [second, '1-9:1.0'],
      ] as const)
        await machine.link(`sys/class/hwmon/hwmon${number}`, `sys/devices/usb1/${port}/0003:1B1C:0C10.000${number}/hwmon/hwmon${number}`);
      expect(await readAll(createFanCollector(context))).toEqual({
        'fan/dell_smm/Processor Fan fan.speed': 2100,
        'fan/dell_smm/Processor Fan fan2 fan.speed': 2200,
        'fan/corsaircpro/fan1 4pin fan.speed': 900,
        'fan/corsaircpro/fan1 4pin 1-9:1.0 fan.speed': 1500,
      });
      await machine.dispose();
    }
    machine = await fakeMachine();
  });

  it('reads every board fan by its name, a standing one as 0, a refusing one as missing', async () => {
    const context = await setUp({
      'sys/class/hwmon/hwmon2/name': 'nct6798\n',
      'sys/class/hwmon/hwmon2/fan1_input': '845\n',
      'sys/class/hwmon/hwmon2/fan2_input': '0\n',
      'sys/class/hwmon/hwmon2/fan2_label': 'CPU_FAN\n',
      'sys/class/hwmon/hwmon2/fan10_input': '\n',
    });
    const fans = createFanCollector(context);
    expect(await readAll(fans)).toEqual({
      'fan/nct6798/fan1 fan.speed': 845,
      'fan/nct6798/CPU_FAN fan.speed': 0,
      'fan/nct6798/fan10 fan.speed': null,
    });
    expect((await doctorOf(fans))[0]).toMatchObject({ state: 'works', detail: '3 speeds' });
  });
});

describe('disks', () => {
  const stats = (reads: number, readMs: number, writes: number, writeMs: number): Record<string, string> => ({
    'proc/diskstats': ` 259 0 nvme0n1 ${reads} 0 0 ${readMs} ${writes} 0 0 ${writeMs} 0 0 0\n`,
    'sys/block/nvme0n1/size': '1\n',
  });

  it('tells how long a request took, and nothing while there was none', async () => {
    const context = await setUp(stats(100, 1_000, 50, 500));
    const disk = createDiskCollector(context);
    expect(await readAll(disk)).toMatchObject({ 'disk/nvme0n1 disk.latency.read': null, 'disk/nvme0n1 disk.latency.write': null });
    context.pass(1_000);
    await machine.write(stats(300, 1_100, 50, 500));
    expect(await readAll(disk)).toMatchObject({ 'disk/nvme0n1 disk.latency.read': 0.5, 'disk/nvme0n1 disk.latency.write': null });
  });

  it('tells the temperature the disk itself measures, once', async () => {
    const context = await setUp({
      ...stats(1, 1, 1, 1),
      'sys/block/sda/size': '1\n',
      'sys/block/nvme0n1/device/hwmon1/temp1_input': '41850\n',
      'sys/block/sda/device/hwmon/hwmon2/temp1_input': '36000\n',
      'sys/class/hwmon/hwmon1/name': 'nvme\n',
      'sys/class/hwmon/hwmon1/temp1_input': '41850\n',
      'sys/class/hwmon/hwmon1/temp2_input': '50850\n',
      'sys/class/hwmon/hwmon1/temp2_label': 'Sensor 1\n',
      'sys/class/nvme/nvme0/nvme0n1/size': '1\n',
    });
    await machine.link('sys/class/hwmon/hwmon1/device', 'sys/class/nvme/nvme0');
    const disk = createDiskCollector(context);
    expect(await readAll(disk)).toMatchObject({ 'disk/nvme0n1 disk.temperature': 41.85, 'disk/sda disk.temperature': 36 });
    expect(await readAll(createTemperatureCollector(context))).toEqual({ 'sensor/nvme/Sensor 1 sensor.temperature': 50.85 });
    expect((await doctorOf(disk)).find(({ id }) => id === 'sensor.disk-temperature')).toMatchObject({
      state: 'works',
      detail: 'nvme0n1, sda',
    });
  });

  it('says which module a SATA disk needs to tell its temperature', async () => {
    const disk = createDiskCollector(await setUp({ 'proc/diskstats': '', 'sys/block/sda/size': '1\n' }));
    expect((await doctorOf(disk)).find(({ id }) => id === 'sensor.disk-temperature')).toMatchObject({
      state: 'missing',
      repair: expect.stringContaining('drivetemp') as string,
    });
  });
});

describe('processes', () => {
  const process = (pid: number, name: string, ticks: number, pages: number, readBytes: number, start = 100): Record<string, string> => ({
    [`proc/${pid}/stat`]: `${pid} (${name}) S 1 ${pid} ${pid} 0 -1 4194560 0 0 0 0 ${ticks} 0 0 0 20 0 1 0 ${start} 1000000 ${pages} 0 0 0 0 0\n`,
    [`proc/${pid}/io`]: `rchar: 1\nread_bytes: ${readBytes}\nwrite_bytes: 0\ncancelled_write_bytes: 0\n`,
    [`proc/${pid}/status`]: `Name:\t${name}\nUid:\t0\t0\t0\t0\nVmRSS:\t${pages * 4} kB\n`,
    [`proc/${pid}/cmdline`]: `/usr/bin/${name}\0--token\0abcdef123\0`,
  });

  it('lists the busiest and the largest, with what each did since last asked; none of it becomes a sample', async () => {
    const small = Object.assign({}, ...Array.from({ length: 40 }, (_, i) => process(1000 + i, `idle${i}`, 0, 1, 0))) as Record<
      string,
      string
    >;
    const context = await setUp({
      ...small,
      'proc/stat': 'cpu  1 1 1 1\nbtime 1700000000\n',
      ...process(1, 'init', 10, 100, 0),
      ...process(77, 'python (train) x', 1_000, 50_000, 1_000_000),
    });
    context.processes.want();
    const collector = createProcessCollector(context, { everyS: 10, most: 15 });
    expect(await readAll(collector)).toEqual({});
    expect(collector.processes?.().find(({ pid }) => pid === 77)).toEqual({
      pid: 77,
      name: 'python (train) x',
      command: '/usr/bin/python (train) x --token ***',
      user: 'root',
      runId: null,
      cpuPercent: null,
      memoryB: 200_000 * 1024,
      readBps: null,
      writeBps: null,
      startedAtMs: 1_700_000_001_000,
    });
    context.pass(10_000);
    await machine.write({ ...process(77, 'python (train) x', 3_500, 50_000, 51_000_000), ...process(1, 'init', 10, 100, 0) });
    await readAll(collector);
    const table = collector.processes?.() ?? [];
    expect(table[0]).toMatchObject({ pid: 77, cpuPercent: 250, readBps: 5_000_000, writeBps: 0 });
    expect(table.length).toBeLessThanOrEqual(30);
  });

  it('lists all of a run and all on a GPU, however little they use', async () => {
    const many = Object.assign({}, ...Array.from({ length: 9 }, (_, i) => process(1000 + i, `busy${i}`, i, 100 + i, 0))) as Record<
      string,
      string
    >;
    const context = await setUp({
      ...many,
      ...process(50, 'leader', 0, 1, 0),
      'proc/51/stat': '51 (child) S 50 50 50 0 -1 4194560 0 0 0 0 0 0 0 0 20 0 1 0 100 1000000 1 0 0 0 0 0\n',
      ...process(60, 'holder', 0, 1, 0),
    });
    context.processes.want();
    context.processes.runs = () => new Map([['run-00000001', 50]]);
    context.processes.holders = () => [60];
    const collector = createProcessCollector(context, { everyS: 10, most: 1 });
    await readAll(collector);
    const told = new Map(collector.processes?.().map(({ pid, runId }) => [pid, runId]));
    expect(Object.fromEntries(told)).toMatchObject({ 50: 'run-00000001', 51: 'run-00000001', 60: null });
    expect(told.size).toBeLessThanOrEqual(5);
  });

  it('reads nothing while nobody looks', async () => {
    const context = await setUp(process(77, 'python', 1_000, 10, 0));
    const collector = createProcessCollector(context, { everyS: 10, most: 15 });
    await readAll(collector);
    expect(collector.processes?.()).toEqual([]);
    const looking = context.processes.want();
    await readAll(collector);
    expect(collector.processes?.()).toHaveLength(1);
    looking.dispose();
    await readAll(collector);
    expect(collector.processes?.()).toEqual([]);
  });

  it('does not take a new process for the ended one whose number it got', async () => {
    const context = await setUp(process(77, 'old', 1_000, 10, 0, 100));
    context.processes.want();
    const collector = createProcessCollector(context, { everyS: 10, most: 15 });
    await readAll(collector);
    context.pass(10_000);
    await machine.write(process(77, 'new', 2_000, 10, 0, 900));
    await readAll(collector);
    expect(collector.processes?.()).toMatchObject([{ pid: 77, name: 'new', cpuPercent: null }]);
  });
});
