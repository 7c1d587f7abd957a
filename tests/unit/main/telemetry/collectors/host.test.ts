import { afterEach, describe, expect, it } from 'vitest';
import { createCpuCollector } from '../../../../../src-main/core/telemetry/collectors/cpu';
import { createDiskCollector } from '../../../../../src-main/core/telemetry/collectors/disk';
import { createMemoryCollector } from '../../../../../src-main/core/telemetry/collectors/memory';
import { createNetworkCollector } from '../../../../../src-main/core/telemetry/collectors/network';
import { cpuFiles, fakeMachine, statFile, type FakeMachine } from '../../../../fakes/sysfs';
import { doctorOf } from '../../../../helpers/messages';
import { contextOf, readAll } from './context';

let machine: FakeMachine;
const setUp = async (files: Record<string, string>) => {
  machine = await fakeMachine(files);
  return contextOf(machine.env);
};

afterEach(() => machine.dispose());

describe('cpu', () => {
  it('tells load of the host and of each logical CPU from the second read on', async () => {
    const context = await setUp({
      ...cpuFiles({ threads: 4, packages: 2 }),
      'proc/stat': statFile([0, 0, 0, 0].map(() => ({ busy: 100, idle: 100 }))),
      'proc/loadavg': '1.25 0.5 0.1 1/100 999\n',
    });
    const cpu = createCpuCollector(context);
    expect(await readAll(cpu)).toMatchObject({ 'host cpu.load': null, 'cpu0/core0 cpu.core.load': null, 'host host.load1': 1.25 });
    await machine.write({
      'proc/stat': statFile([
        { busy: 200, idle: 100 },
        { busy: 150, idle: 150 },
        { busy: 100, idle: 200 },
        { busy: 100, idle: 200 },
      ]),
    });
    expect(await readAll(cpu)).toMatchObject({
      'host cpu.load': 37.5,
      'cpu0/core0 cpu.core.load': 100,
      'cpu0/core1 cpu.core.load': 50,
      'cpu1/core2 cpu.core.load': 0,
      'cpu1/core3 cpu.core.load': 0,
    });
  });

  it('counts waiting for a disk as idle and time stolen by the hypervisor as busy', async () => {
    const stat = (fields: string): string => `cpu  ${fields}\ncpu0 ${fields}\n`;
    const context = await setUp({ ...cpuFiles({ threads: 1 }), 'proc/stat': stat('0 0 0 0 0 0 0 0 0 0') });
    const cpu = createCpuCollector(context);
    await readAll(cpu);
    await machine.write({ 'proc/stat': stat('10 0 10 20 40 0 0 20 0 0') });
    expect((await readAll(cpu))['host cpu.load']).toBe(40);
  });

  it('leaves out a logical CPU taken offline and does not let it spoil the rest', async () => {
    const context = await setUp({
      ...cpuFiles({ threads: 2 }),
      'proc/stat': statFile([
        { busy: 0, idle: 0 },
        { busy: 0, idle: 0 },
      ]),
    });
    const cpu = createCpuCollector(context);
    await readAll(cpu);
    await machine.write({ 'proc/stat': statFile([{ busy: 50, idle: 50 }]) });
    const values = await readAll(cpu);
    expect(values['host cpu.load']).toBe(50);
    expect(values).not.toHaveProperty('cpu0/core1 cpu.core.load');
  });

  it('reads the clock from cpufreq as a mean per package', async () => {
    const context = await setUp({
      ...cpuFiles({ threads: 4, packages: 2 }),
      'proc/stat': statFile([
        { busy: 1, idle: 1 },
        { busy: 1, idle: 1 },
        { busy: 1, idle: 1 },
        { busy: 1, idle: 1 },
      ]),
    });
    for (const [thread, khz] of [3_000_000, 3_200_000, 1_500_000, 1_700_000].entries())
      await machine.write({ [`sys/devices/system/cpu/cpu${thread}/cpufreq/scaling_cur_freq`]: `${khz}\n` });
    const cpu = createCpuCollector(context);
    expect(await readAll(cpu)).toMatchObject({ 'cpu0 cpu.frequency': 3100, 'cpu1 cpu.frequency': 1600 });
    expect((await doctorOf(cpu)).find(({ id }) => id === 'sensor.frequency')?.state).toBe('works');
  });

  it('takes the clock of cpuinfo only where the kernel measured it', async () => {
    const context = await setUp({
      ...cpuFiles({ threads: 2, mhz: 2600, flags: 'fpu aperfmperf' }),
      'proc/stat': statFile([
        { busy: 1, idle: 1 },
        { busy: 1, idle: 1 },
      ]),
    });
    expect(await readAll(createCpuCollector(context))).toMatchObject({ 'cpu0 cpu.frequency': 2600.5 });
    await machine.write(cpuFiles({ threads: 2, mhz: 2600, flags: 'fpu hypervisor' }));
    const nominal = createCpuCollector(contextOf(machine.env));
    expect(await readAll(nominal)).toMatchObject({ 'cpu0 cpu.frequency': null });
    expect((await doctorOf(nominal)).find(({ id }) => id === 'sensor.frequency')?.state).toBe('missing');
  });

  it('fails when the kernel gives nothing, rather than reporting idle', async () => {
    const context = await setUp(cpuFiles({ threads: 1 }));
    await expect(readAll(createCpuCollector(context))).rejects.toThrow('/proc/stat cannot be read');
  });
});

describe('memory', () => {
  it('counts as used what is neither free nor reclaimable', async () => {
    const context = await setUp({
      'proc/meminfo':
        'MemTotal:       1000 kB\nMemFree:         100 kB\nMemAvailable:    400 kB\nSwapTotal:       500 kB\nSwapFree:        450 kB\n',
    });
    expect(await readAll(createMemoryCollector(context))).toEqual({
      'host memory.used': 600 * 1024,
      'host memory.total': 1000 * 1024,
      'host swap.used': 50 * 1024,
    });
  });

  it('does not count as used what ZFS gives back of its cache: all above its smallest size', async () => {
    const meminfo =
      'MemTotal:       1000 kB\nMemFree:         100 kB\nMemAvailable:    150 kB\nSwapTotal:       0 kB\nSwapFree:        0 kB\n';
    const arcstats = (size: number): string =>
      `13 1 0x01 147 39984 6402165 1188\nname                            type data\nhits                            4    7\nc                               4    ${700 * 1024}\nc_min                           4    ${100 * 1024}\nc_max                           4    ${800 * 1024}\nsize                            4    ${size * 1024}\ncompressed_size                 4    5\n`;
    for (const [sizeKib, usedKib] of [
      [600, 350],
      [80, 850],
    ] as const) {
      const context = await setUp({ 'proc/meminfo': meminfo, 'proc/spl/kstat/zfs/arcstats': arcstats(sizeKib) });
      expect((await readAll(createMemoryCollector(context)))['host memory.used']).toBe(usedKib * 1024);
    }
    const broken = await setUp({ 'proc/meminfo': meminfo, 'proc/spl/kstat/zfs/arcstats': 'size 4 much\n' });
    expect((await readAll(createMemoryCollector(broken)))['host memory.used']).toBe(850 * 1024);
  });

  it('leaves missing what the kernel does not tell', async () => {
    const context = await setUp({ 'proc/meminfo': 'MemTotal:       1000 kB\n' });
    expect(await readAll(createMemoryCollector(context))).toEqual({
      'host memory.used': null,
      'host memory.total': 1000 * 1024,
      'host swap.used': null,
    });
  });
});

const diskLine = (name: string, read: number, written: number): string =>
  ` 259 0 ${name} 10 0 ${read} 5 20 0 ${written} 7 0 9 12 0 0 0 0 0 0\n`;

describe('disk', () => {
  const disks = (read: number, written: number): string =>
    ['nvme0n1', 'nvme0n1p1', 'sda', 'sda1', 'loop0', 'dm-0', 'md0', 'zram0', 'sr0'].map((name) => diskLine(name, read, written)).join('');
  const blocks = Object.fromEntries(
    ['nvme0n1', 'sda', 'loop0', 'dm-0', 'md0', 'zram0', 'sr0'].map((name) => [`sys/block/${name}/size`, '100\n']),
  );

  it('tells bytes a second of whole disks, not of their parts, stacks, loops or memory', async () => {
    const context = await setUp({
      ...blocks,
      'sys/block/nvme0n1/device/model': 'Samsung SSD 990 PRO 4TB\n',
      'proc/diskstats': disks(1000, 0),
    });
    const disk = createDiskCollector(context);
    const rates = Object.entries(await readAll(disk)).filter(([name]) => !name.includes('latency'));
    expect(rates).toEqual([
      ['disk/nvme0n1 disk.read', null],
      ['disk/nvme0n1 disk.write', null],
      ['disk/sda disk.read', null],
      ['disk/sda disk.write', null],
    ]);
    context.pass(2000);
    await machine.write({ 'proc/diskstats': disks(1000 + 4096, 8) });
    expect(await readAll(disk)).toMatchObject({ 'disk/nvme0n1 disk.read': (4096 * 512) / 2, 'disk/nvme0n1 disk.write': (8 * 512) / 2 });
    const readings = await disk.read(new AbortController().signal);
    expect(new Map(readings.map(({ device, label }) => [device, label]))).toEqual(
      new Map([
        ['disk/nvme0n1', 'Samsung SSD 990 PRO 4TB'],
        ['disk/sda', 'sda'],
      ]),
    );
  });

  it('has no rate across a counter that went back, and none for a disk that came back', async () => {
    const context = await setUp({ ...blocks, 'proc/diskstats': disks(1000, 1000) });
    const disk = createDiskCollector(context);
    await readAll(disk);
    context.pass(1000);
    await machine.write({ 'proc/diskstats': disks(10, 2000) });
    expect(await readAll(disk)).toMatchObject({ 'disk/sda disk.read': null, 'disk/sda disk.write': 1000 * 512 });
    await machine.write({ 'proc/diskstats': diskLine('nvme0n1', 20, 2000) });
    context.pass(1000);
    expect(await readAll(disk)).not.toHaveProperty('disk/sda disk.read');
    await machine.write({ 'proc/diskstats': disks(5000, 9000) });
    context.pass(1000);
    expect((await readAll(disk))['disk/sda disk.read']).toBeNull();
  });
});

describe('network', () => {
  const dev = (interfaces: Record<string, [number, number]>): string =>
    `Inter-|   Receive                                                |  Transmit\n face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed\n${Object.entries(
      interfaces,
    )
      .map(([name, [received, sent]]) => `${name.padStart(6)}: ${received} 1 0 0 0 0 0 0 ${sent} 1 0 0 0 0 0 0\n`)
      .join('')}`;

  it('tells bytes a second of real interfaces', async () => {
    const context = await setUp({
      'proc/net/dev': dev({ lo: [1, 1], eth0: [1000, 0], docker0: [5, 5], veth12: [5, 5] }),
      'sys/devices/virtual/net/docker0/mtu': '1',
      'sys/devices/virtual/net/veth12/mtu': '1',
      'sys/devices/virtual/net/lo/mtu': '1',
    });
    const network = createNetworkCollector(context);
    await readAll(network);
    context.pass(500);
    await machine.write({ 'proc/net/dev': dev({ lo: [9, 9], eth0: [2000, 250], docker0: [5, 5], veth12: [5, 5] }) });
    expect(await readAll(network)).toEqual({ 'net/eth0 network.receive': 2000, 'net/eth0 network.transmit': 500 });
  });

  it('shows virtual interfaces where there is no real one, as in a container', async () => {
    const context = await setUp({ 'proc/net/dev': dev({ lo: [1, 1], eth0: [1000, 0] }), 'sys/devices/virtual/net/eth0/mtu': '1' });
    expect(Object.keys(await readAll(createNetworkCollector(context)))).toEqual(['net/eth0 network.receive', 'net/eth0 network.transmit']);
  });
});
