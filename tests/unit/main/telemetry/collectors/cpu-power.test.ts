import { chmod } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createCpuPowerCollector } from '../../../../../src-main/core/telemetry/collectors/cpu-power';
import { cpuFiles, fakeMachine, statFile, type FakeMachine } from '../../../../fakes/sysfs';
import { doctorOf } from '../../../../helpers/messages';
import { contextOf, readAll } from './context';

let machine: FakeMachine;
afterEach(() => machine.dispose());

const RANGE_UJ = 262_143_328_850;
const domain = (id: string, name: string, uj: number | string): Record<string, string> => ({
  [`sys/class/powercap/intel-rapl:${id}/name`]: `${name}\n`,
  [`sys/class/powercap/intel-rapl:${id}/energy_uj`]: `${uj}\n`,
  [`sys/class/powercap/intel-rapl:${id}/max_energy_range_uj`]: `${RANGE_UJ}\n`,
});
const idle = (threads: number): string => statFile(Array.from({ length: threads }, () => ({ busy: 100, idle: 100 })));

const setUp = async (
  files: Record<string, string>,
  options: Parameters<typeof cpuFiles>[0] = { threads: 2 },
  overrides?: { cpuIdleW: number | null; cpuMaxW: number | null },
) => {
  machine = await fakeMachine({ ...cpuFiles(options), 'proc/stat': idle(options.threads), ...files });
  const context = contextOf(machine.env, overrides);
  return { context, power: createCpuPowerCollector(context) };
};

describe('CPU power by RAPL', () => {
  it('is the energy between two reads over the time between them, per package, without the parts of one', async () => {
    const { context, power } = await setUp(
      { ...domain('0', 'package-0', 1_000_000), ...domain('1', 'package-1', 0), ...domain('0:0', 'core', 5), ...domain('2', 'psys', 5) },
      { threads: 4, packages: 2 },
    );
    expect(await readAll(power)).toEqual({ 'cpu0 cpu.power': null, 'cpu1 cpu.power': null });
    context.pass(2000);
    await machine.write({
      ...domain('0', 'package-0', 1_000_000 + 130_000_000),
      ...domain('1', 'package-1', 84_000_000),
      ...domain('0:0', 'core', 9e9),
    });
    const readings = await power.read(new AbortController().signal);
    expect(readings).toMatchObject([
      { device: 'cpu0', value: 65, provenance: 'measured', label: 'AMD EPYC 7763 64-Core Processor' },
      { device: 'cpu1', value: 42, provenance: 'measured' },
    ]);
    expect((await doctorOf(power))[0]).toMatchObject({ id: 'sensor.rapl', state: 'works', detail: 'measured for 2 packages' });
  });

  it('goes on across the wrap of the counter', async () => {
    const { context, power } = await setUp(domain('0', 'package-0', RANGE_UJ - 30_000_000));
    await readAll(power);
    context.pass(1000);
    await machine.write(domain('0', 'package-0', 20_000_000));
    expect(await readAll(power)).toEqual({ 'cpu0 cpu.power': 50 });
  });

  it('withholds what could hide more than one wrap', async () => {
    const { context, power } = await setUp(domain('0', 'package-0', 0));
    await readAll(power);
    context.pass(10 * 60_000);
    await machine.write(domain('0', 'package-0', 50_000_000));
    expect(await readAll(power)).toEqual({ 'cpu0 cpu.power': null });
  });

  it('adds up the dies of one package, each with a counter of its own', async () => {
    const { context, power } = await setUp({
      ...domain('0', 'package-0-die-0', 7_000_000),
      ...domain('1', 'package-0-die-1', 900_000_000),
    });
    await readAll(power);
    context.pass(1000);
    await machine.write({ ...domain('0', 'package-0-die-0', 37_000_000), ...domain('1', 'package-0-die-1', 912_000_000) });
    expect(await readAll(power)).toEqual({ 'cpu0 cpu.power': 42 });
  });

  it('counts a counter once that every die of the socket shows', async () => {
    // A Threadripper 1950X: 68 W by each of two dies, and 68 W in all. The second is read a moment later.
    const dies = (uj: number): Record<string, string> => ({
      ...domain('0', 'package-0-die-0', uj),
      ...domain('1', 'package-0-die-1', uj + 61_000),
      ...domain('2', 'package-1-die-0', uj * 2),
      ...domain('3', 'package-1-die-1', uj * 2 + 61_000),
    });
    const { context, power } = await setUp(dies(5_000_000_000), { threads: 4, packages: 2 });
    await readAll(power);
    for (let second = 1; second <= 3; second++) {
      context.pass(1000);
      await machine.write(dies(5_000_000_000 + second * 68_000_000));
      expect(await readAll(power)).toEqual({ 'cpu0 cpu.power': 68, 'cpu1 cpu.power': 136 });
    }
    expect((await doctorOf(power))[0]).toMatchObject({ detail: 'measured for 2 packages' });
  });

  it('parts dies that happened to have spent as much, as soon as they differ', async () => {
    const { context, power } = await setUp({ ...domain('0', 'package-0-die-0', 400_000), ...domain('1', 'package-0-die-1', 500_000) });
    await readAll(power);
    context.pass(1000);
    await machine.write({ ...domain('0', 'package-0-die-0', 30_400_000), ...domain('1', 'package-0-die-1', 12_500_000) });
    expect(await readAll(power)).toEqual({ 'cpu0 cpu.power': 42 });
    context.pass(1000);
    await machine.write({ ...domain('0', 'package-0-die-0', 60_400_000), ...domain('1', 'package-0-die-1', 60_500_000) });
    expect(await readAll(power)).toEqual({ 'cpu0 cpu.power': 78 });
  });

  it('takes a fall of the counter for a wrap only where the package can draw that much', async () => {
    const constraints = {
      'sys/class/powercap/intel-rapl:0/constraint_0_max_power_uw': '165000000\n',
      'sys/class/powercap/intel-rapl:0/constraint_1_max_power_uw': '0\n',
      'sys/class/powercap/intel-rapl:0/constraint_1_power_limit_uw': '198000000\n',
    };
    const { context, power } = await setUp(
      { ...domain('0', 'package-0', 200_000_000_000), ...constraints },
      { threads: 2, brand: 'Intel(R) Xeon(R) Silver 4416+' },
    );
    await readAll(power);
    context.pass(1000);
    // Set to 0 (a driver loaded anew, a resume): as a wrap it would be 62 kW.
    await machine.write(domain('0', 'package-0', 90_000_000));
    expect(await readAll(power)).toEqual({ 'cpu0 cpu.power': null });
    context.pass(1000);
    await machine.write(domain('0', 'package-0', 210_000_000));
    expect(await readAll(power)).toEqual({ 'cpu0 cpu.power': 120 });
    // And a leap ahead that nothing can have drawn.
    context.pass(1000);
    await machine.write(domain('0', 'package-0', 100_000_000_000));
    expect(await readAll(power)).toEqual({ 'cpu0 cpu.power': null });
  });

  it('has no sample across a sleep in which the counter ran on', async () => {
    const { context, power } = await setUp({ ...domain('0', 'package-0', 1_000_000), 'proc/uptime': '1000.00 1.00\n' });
    await readAll(power);
    context.pass(1000);
    await machine.write({ ...domain('0', 'package-0', 61_000_000), 'proc/uptime': '1001.00 1.00\n' });
    expect(await readAll(power)).toEqual({ 'cpu0 cpu.power': 60 });
    context.pass(1000);
    // Ten minutes of s2idle at 2 W within that second of the monotonic clock.
    await machine.write({ ...domain('0', 'package-0', 61_000_000 + 1_260_000_000), 'proc/uptime': '1602.00 1.00\n' });
    expect(await readAll(power)).toEqual({ 'cpu0 cpu.power': null });
    context.pass(1000);
    await machine.write({ ...domain('0', 'package-0', 61_000_000 + 1_320_000_000), 'proc/uptime': '1603.00 1.00\n' });
    expect(await readAll(power)).toEqual({ 'cpu0 cpu.power': 60 });
  });

  it('never takes a counter that stands still for zero watts: it is modelled then, and said to fail', async () => {
    const { context, power } = await setUp(domain('0', 'package-0', 0));
    for (let i = 0; i < 5; i++) {
      const value = (await readAll(power))['cpu0 cpu.power'];
      expect(value).not.toBe(0);
      context.pass(1000);
    }
    await machine.write({
      'proc/stat': statFile([
        { busy: 200, idle: 100 },
        { busy: 200, idle: 100 },
      ]),
    });
    expect(await power.read(new AbortController().signal)).toMatchObject([
      { provenance: 'modelled', value: expect.closeTo(280 * 1.02) as number },
    ]);
    expect((await doctorOf(power))[0]?.state).toBe('failing');
  });

  it('says "forbidden" with the exact repair where only root may read it, models meanwhile, and measures once repaired', async () => {
    const { context, power } = await setUp(domain('0', 'package-0', 1_000_000));
    const counter = join(machine.env.sysRoot, 'class/powercap/intel-rapl:0/energy_uj');
    await chmod(dirname(machine.env.sysRoot), 0o755);
    await chmod(counter, 0o400);
    // Root may read everything, so the collector runs as nobody here; anyone else is refused by mode 0 alone.
    const root = process.geteuid?.() === 0;
    if (root) process.seteuid?.(65_534);
    else await chmod(counter, 0o000);
    try {
      await readAll(power);
      expect(await power.read(new AbortController().signal)).toMatchObject([{ device: 'cpu0', provenance: 'modelled' }]);
      const [item] = await doctorOf(power);
      expect(item).toMatchObject({ id: 'sensor.rapl', state: 'forbidden' });
      expect(item?.detail).toContain('CVE-2020-8694');
      expect(item?.detail).toContain('CPU power is modelled instead');
      expect(item?.repair).toContain('systemd-tmpfiles --create');
    } finally {
      if (root) process.seteuid?.(0);
    }
    await chmod(counter, 0o644);
    await readAll(power);
    context.pass(1000);
    await machine.write(domain('0', 'package-0', 61_000_000));
    expect(await power.read(new AbortController().signal)).toMatchObject([{ provenance: 'measured', value: 60 }]);
    expect((await doctorOf(power))[0]?.state).toBe('works');
  });
});

describe('CPU power by the model', () => {
  it('is idle + (max − idle) × load, split over the packages by their own load', async () => {
    const { power } = await setUp({}, { threads: 4, packages: 2 });
    expect(await readAll(power)).toEqual({ 'cpu0 cpu.power': null, 'cpu1 cpu.power': null });
    await machine.write({
      'proc/stat': statFile([
        { busy: 200, idle: 100 },
        { busy: 200, idle: 100 },
        { busy: 100, idle: 200 },
        { busy: 150, idle: 150 },
      ]),
    });
    const values = await readAll(power);
    // Two EPYC 7763 of 280 W TDP: 33.6 W idle and 285.6 W at full load each.
    expect(values['cpu0 cpu.power']).toBeCloseTo(285.6, 6);
    expect(values['cpu1 cpu.power']).toBeCloseTo(33.6 + 0.25 * 252, 6);
  });

  it('uses what the operator set', async () => {
    const { power } = await setUp({}, { threads: 2 }, { cpuIdleW: 10, cpuMaxW: 110 });
    await readAll(power);
    await machine.write({
      'proc/stat': statFile([
        { busy: 150, idle: 150 },
        { busy: 150, idle: 150 },
      ]),
    });
    expect(await readAll(power)).toEqual({ 'cpu0 cpu.power': 60 });
    expect((await doctorOf(power))[0]?.detail).toContain('10.0–110.0 W: set by the operator');
  });

  it('says how to load the driver on a real machine and that nothing helps in a virtual one', async () => {
    const real = await setUp({});
    expect((await doctorOf(real.power))[0]).toMatchObject({ state: 'missing', repair: 'sudo modprobe intel_rapl_msr' });
    await machine.dispose();
    const virtual = await setUp({}, { threads: 2, flags: 'fpu hypervisor' });
    expect((await doctorOf(virtual.power))[0]).toMatchObject({ state: 'missing', repair: null });
  });
});
