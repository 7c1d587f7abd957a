import { afterEach, describe, expect, it } from 'vitest';
import { defaultSettings } from '@shared/model/settings';
import { RoomPower } from '../../../../../src-main/core/energy/room-power';
import { createDrmGpuCollector } from '../../../../../src-main/core/telemetry/collectors/drm-gpu';
import { createFanCollector } from '../../../../../src-main/core/telemetry/collectors/fans';
import { createTemperatureCollector } from '../../../../../src-main/core/telemetry/collectors/temperature';
import { cpuFiles, fakeMachine, type FakeMachine } from '../../../../fakes/sysfs';
import { doctorOf } from '../../../../helpers/messages';
import { contextOf, readAll } from './context';

let machine: FakeMachine;
afterEach(() => machine.dispose());

const under = (folder: string, files: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(files).map(([name, text]) => [`${folder}/${name}`, text]));
const setUp = async (files: Record<string, string>) => {
  machine = await fakeMachine({ ...cpuFiles({ threads: 2 }), ...files });
  const context = contextOf(machine.env);
  return { context, gpu: createDrmGpuCollector(context) };
};

/** As an MI210 with amdgpu 6.8 lays it out; the connector folder beside it is no card. */
const instinct = under('sys/class/drm/card1/device', {
  vendor: '0x1002\n',
  device: '0x740f\n',
  product_name: 'AMD Instinct MI210\n',
  gpu_busy_percent: '87\n',
  mem_busy_percent: '31\n',
  mem_info_vram_used: '17179869184\n',
  mem_info_vram_total: '68702699520\n',
  current_link_width: '16\n',
  'hwmon/hwmon4/name': 'amdgpu\n',
  'hwmon/hwmon4/power1_average': '212000000\n',
  'hwmon/hwmon4/power1_input': '219000000\n',
  'hwmon/hwmon4/power1_cap': '300000000\n',
  'hwmon/hwmon4/temp1_input': '48000\n',
  'hwmon/hwmon4/temp1_label': 'edge\n',
  'hwmon/hwmon4/temp2_input': '61000\n',
  'hwmon/hwmon4/temp2_label': 'junction\n',
  'hwmon/hwmon4/temp3_input': '55000\n',
  'hwmon/hwmon4/temp3_label': 'mem\n',
  'hwmon/hwmon4/freq1_input': '1700000000\n',
  'hwmon/hwmon4/freq1_label': 'sclk\n',
  'hwmon/hwmon4/freq2_input': '1600000000\n',
  'hwmon/hwmon4/freq2_label': 'mclk\n',
  'hwmon/hwmon4/fan1_input': '2200\n',
  'hwmon/hwmon4/pwm1': '51\n',
});

describe('AMD GPUs', () => {
  it('reads what amdgpu tells, in the catalogue’s units', async () => {
    const { gpu } = await setUp({
      ...instinct,
      'sys/class/drm/card1-DP-1/status': 'disconnected\n',
      'sys/class/drm/renderD128/dev': '226:128\n',
    });
    expect(await readAll(gpu)).toEqual({
      'gpu/card1 gpu.load': 87,
      'gpu/card1 gpu.memory.load': 31,
      'gpu/card1 gpu.memory.used': 17_179_869_184,
      'gpu/card1 gpu.memory.total': 68_702_699_520,
      'gpu/card1 gpu.pcie.width': 16,
      'gpu/card1 gpu.power': 212,
      'gpu/card1 gpu.power.limit': 300,
      'gpu/card1 gpu.fan': 20,
      'gpu/card1 fan.speed': 2200,
      'gpu/card1 gpu.temperature': 48,
      'gpu/card1 gpu.temperature.memory': 55,
      'gpu/card1 gpu.clock.sm': 1700,
      'gpu/card1 gpu.clock.memory': 1600,
    });
    await machine.link('sys/class/drm/card1/device/driver', 'sys/bus/pci/drivers/amdgpu');
    expect((await gpu.gpus?.())?.[0]).toMatchObject({ device: 'gpu/card1', name: 'AMD Instinct MI210', powerLimitW: 300 });
    expect((await doctorOf(gpu))[0]).toMatchObject({ state: 'works' });
  });

  it('takes the hottest spot where a card has no edge sensor, and the momentary power where it has no mean', async () => {
    const files = Object.fromEntries(Object.entries(instinct).filter(([path]) => !/temp1_|power1_average/.test(path)));
    const { gpu } = await setUp(files);
    expect(await readAll(gpu)).toMatchObject({ 'gpu/card1 gpu.temperature': 61, 'gpu/card1 gpu.power': 219 });
  });

  it('gives a gap when a file refuses, as it does while the card sleeps', async () => {
    const { gpu } = await setUp(instinct);
    await readAll(gpu);
    await machine.remove('sys/class/drm/card1/device/hwmon/hwmon4/power1_average');
    expect(await readAll(gpu)).toMatchObject({ 'gpu/card1 gpu.power': null, 'gpu/card1 gpu.load': 87 });
  });

  it('is not shown again among the board’s sensors and fans', async () => {
    const { context } = await setUp({
      ...instinct,
      'sys/class/hwmon/hwmon4/name': 'amdgpu\n',
      'sys/class/hwmon/hwmon4/temp1_input': '48000\n',
      'sys/class/hwmon/hwmon4/fan1_input': '2200\n',
    });
    expect(await readAll(createTemperatureCollector(context))).toEqual({});
    expect(await readAll(createFanCollector(context))).toEqual({});
  });
});

/** A card of a PCI bus, with what else there is of its device. */
const onBus = async (card: string, address: string, files: Record<string, string>, beside: Record<string, string> = {}): Promise<void> => {
  const folder = `sys/devices/pci0000:00/0000:00:08.1/${address}`;
  await machine.write({
    ...under(folder, files),
    ...Object.fromEntries(
      Object.entries(beside).map(([name, vendor]) => [`sys/devices/pci0000:00/0000:00:08.1/${name}/vendor`, `${vendor}\n`]),
    ),
  });
  await machine.link(`sys/class/drm/${card}/device`, folder);
};
const amdgpu = (files: Record<string, string>): Record<string, string> =>
  under('hwmon/hwmon4', { name: 'amdgpu\n', power1_average: '18000000\n', ...files });
const amd = (device: string, more: Record<string, string>): Record<string, string> => ({
  vendor: '0x1002\n',
  device: `${device}\n`,
  gpu_busy_percent: '3\n',
  ...more,
});

describe('a processor’s own graphics', () => {
  const kinds: readonly [string, string, Record<string, string>, Record<string, string>, boolean][] = [
    [
      'Van Gogh, which has a power limit',
      '0000:04:00.0',
      amdgpu({ power1_cap: '15000000\n', in1_label: 'vddnb\n', in1_input: '700\n' }),
      {},
      true,
    ],
    ['Cezanne by amdgpu', '0000:06:00.0', amdgpu({ in1_label: 'vddnb\n' }), {}, true],
    ['Strix by its table of metrics', '0000:c4:00.0', { ...amdgpu({}), gpu_metrics: 'x\u0001\u0003\u0000rest' }, {}, true],
    [
      'Phoenix, whose security processor is on the same device',
      '0000:c4:00.0',
      amdgpu({}),
      { '0000:c4:00.1': '0x1002', '0000:c4:00.2': '0x1022' },
      true,
    ],
    [
      'an MI300A',
      '0000:01:00.0',
      { ...amdgpu({ freq2_input: '1\n', power1_cap: '550000000\n' }), product_name: 'AMD Instinct MI300A\n' },
      {},
      true,
    ],
    ['Kaveri on the root bus', '0000:00:01.0', amdgpu({}), {}, true],
    ['a Radeon HD 7970, which has no power limit', '0000:01:00.0', amdgpu({ freq2_input: '1\n' }), { '0000:01:00.1': '0x1002' }, false],
    [
      'an RX 6800 with USB',
      '0000:03:00.0',
      amdgpu({ power1_cap: '203000000\n', freq2_input: '1\n' }),
      { '0000:03:00.2': '0x1002', '0000:03:00.3': '0x1002' },
      false,
    ],
    ['an MI300X by its table of metrics', '0000:05:00.0', { ...amdgpu({}), gpu_metrics: 'x\u0001\u0001\u0004rest' }, {}, false],
    ['a card of which nothing is known', '0000:07:00.0', amdgpu({}), {}, false],
  ];
  it.each(kinds)('is told by what it is: %s', async (_, address, files, beside, integrated) => {
    const { gpu } = await setUp({});
    await onBus('card0', address, amd('0x1234', files), beside);
    const values = await readAll(gpu);
    expect(values['gpu/card0 gpu.load']).toBe(3);
    if (integrated) expect(values).not.toHaveProperty('gpu/card0 gpu.power');
    else expect(values['gpu/card0 gpu.power']).toBe(18);
    expect((await doctorOf(gpu))[0]?.state).toBe('works');
  });

  it('is Intel’s second device of the root bus, and withholds nothing', async () => {
    const { gpu } = await setUp({ 'sys/class/drm/card0/gt_act_freq_mhz': '300\n' });
    await onBus('card0', '0000:00:02.0', { vendor: '0x8086\n', device: '0x3e92\n' });
    expect(await readAll(gpu)).toEqual({ 'gpu/card0 gpu.clock.sm': 300 });
    expect((await doctorOf(gpu))[0]?.state).toBe('works');
  });
});

describe('a card without a readable power meter', () => {
  it.each([
    ['AMD', { vendor: '0x1002\n', device: '0x6798\n', gpu_busy_percent: '10\n', 'hwmon/hwmon4/name': 'radeon\n' }],
    ['Intel, by a driver without hwmon', { vendor: '0x8086\n', device: '0x56a0\n', 'tile0/gt0/freq0/act_freq': '900\n' }],
  ])('is a missing part of IT power, and named: %s', async (_, files) => {
    const { gpu } = await setUp({});
    await onBus('card0', '0000:03:00.0', files, { '0000:03:00.1': '0x8086' });
    const readings = await gpu.read(new AbortController().signal);
    expect(readings.find(({ metric }) => metric === 'gpu.power')).toMatchObject({ device: 'gpu/card0', value: null });
    const room = new RoomPower({ settings: () => defaultSettings, maxItPowerW: () => 500 });
    const derived = room.derive(1000, [
      { device: 'cpu0', label: 'CPU', metric: 'cpu.power', provenance: 'measured', value: 60 },
      ...readings,
    ]);
    expect(derived.find(({ metric }) => metric === 'it.power')?.value).toBeNull();
    expect(room.latest?.silent).toMatchObject([{ device: 'gpu/card0' }]);
    expect((await doctorOf(gpu))[0]).toMatchObject({
      state: 'partial',
      detail: expect.stringContaining(readings[0]?.label ?? '') as string,
    });
  });
});

describe('a card that sleeps', () => {
  const folder = 'sys/class/drm/card1/device';
  const awake = {
    [`${folder}/power/runtime_status`]: 'active\n',
    [`${folder}/power/control`]: 'auto\n',
    [`${folder}/power/autosuspend_delay_ms`]: '5000\n',
  };
  const asleep = { ...awake, [`${folder}/power/runtime_status`]: 'suspended\n' };
  const room = () => new RoomPower({ settings: () => defaultSettings, maxItPowerW: () => 500 });

  it('is not read, says so, leaves the sum, and is back in it when something else wakes it', async () => {
    const { context, gpu } = await setUp({ ...instinct, ...asleep });
    for (const name of [
      'gpu_busy_percent',
      'gpu_metrics',
      'hwmon/hwmon4/power1_average',
      'hwmon/hwmon4/power1_input',
      'hwmon/hwmon4/power1_cap',
      'hwmon/hwmon4/temp1_input',
    ])
      await machine.untouchable(`${folder}/${name}`);
    const own = room();
    const cpu = { device: 'cpu0', label: 'CPU', metric: 'cpu.power', provenance: 'measured', value: 60 } as const;
    const tick = async (atMs: number): Promise<number | null | undefined> => {
      const readings = await gpu.read(new AbortController().signal);
      for (const event of context.events.splice(0)) own.onEvent(event);
      return own.derive(atMs, [cpu, ...readings]).find(({ metric }) => metric === 'it.power')?.value;
    };
    await gpu.read(new AbortController().signal);
    expect(context.events).toMatchObject([{ device: 'gpu/card1', kind: 'device.asleep' }]);
    expect(await tick(1000)).toBe(100);
    expect((await gpu.gpus?.())?.[0]).toMatchObject({ name: 'AMD Instinct MI210', powerLimitW: null });
    expect((await doctorOf(gpu))[0]).toMatchObject({
      state: 'works',
      detail: expect.stringContaining('asleep and not woken to be read: gpu/card1 AMD Instinct MI210') as string,
    });
    for (const name of [
      'gpu_busy_percent',
      'gpu_metrics',
      'hwmon/hwmon4/power1_average',
      'hwmon/hwmon4/power1_input',
      'hwmon/hwmon4/power1_cap',
      'hwmon/hwmon4/temp1_input',
    ])
      await machine.remove(`${folder}/${name}`);
    await machine.write({ ...instinct, ...awake });
    context.pass(1000);
    await gpu.read(new AbortController().signal);
    expect(context.events).toMatchObject([{ device: 'gpu/card1', kind: 'device.awake' }]);
    context.pass(1000);
    expect(await tick(3000)).toBe(312);
    await machine.write(asleep);
    for (const name of ['gpu_busy_percent', 'hwmon/hwmon4/power1_average']) await machine.untouchable(`${folder}/${name}`);
    context.pass(1000);
    expect(await tick(4000)).toBe(100);
    expect(own.latest?.uncounted).toMatchObject([{ device: 'gpu/card1', why: 'asleep' }]);
  });

  it('is left alone for a while when it rests, so that reading does not keep it awake; one with a display is not', async () => {
    for (const display of [false, true]) {
      const { context, gpu } = await setUp({
        ...instinct,
        ...awake,
        [`${folder}/gpu_busy_percent`]: '0\n',
        ...(display ? { 'sys/class/drm/card1-DP-1/status': 'connected\n' } : {}),
      });
      const loads: (number | null)[] = [];
      for (let second = 0; second < 50; second++) {
        loads.push((await readAll(gpu))['gpu/card1 gpu.load'] ?? null);
        context.pass(1000);
      }
      expect(loads.filter((load) => load === null)).toHaveLength(display ? 0 : 6);
      expect(loads.slice(0, 30)).toEqual(new Array(30).fill(0));
      await machine.dispose();
    }
    machine = await fakeMachine();
  });
});

describe('Intel GPUs', () => {
  it('reads an Arc card of i915: power from its energy counter, load from how long it rested', async () => {
    const files = (energy: number, rested: number): Record<string, string> => ({
      ...under('sys/class/drm/card0/device', {
        vendor: '0x8086\n',
        device: '0x56a0\n',
        'hwmon/hwmon3/name': 'i915\n',
        'hwmon/hwmon3/energy1_input': `${energy}\n`,
        'hwmon/hwmon3/power1_max': '190000000\n',
        'hwmon/hwmon3/fan1_input': '1200\n',
      }),
      'sys/class/drm/card0/gt/gt0/rps_act_freq_mhz': '2050\n',
      'sys/class/drm/card0/gt/gt0/rc6_residency_ms': `${rested}\n`,
    });
    const { context, gpu } = await setUp(files(1_000_000, 5_000));
    expect(await readAll(gpu)).toMatchObject({
      'gpu/card0 gpu.power': null,
      'gpu/card0 gpu.load': null,
      'gpu/card0 gpu.energy': 1,
      'gpu/card0 gpu.clock.sm': 2050,
    });
    context.pass(2_000);
    await machine.write(files(1_000_000 + 240_000_000, 5_500));
    const readings = await gpu.read(new AbortController().signal);
    expect(readings.find(({ metric }) => metric === 'gpu.power')).toMatchObject({
      value: 120,
      provenance: 'measured',
      label: 'Intel GPU 0x56a0',
    });
    expect(readings.find(({ metric }) => metric === 'gpu.load')).toMatchObject({ value: 75, provenance: 'derived' });
    expect(readings.find(({ metric }) => metric === 'gpu.power.limit')?.value).toBe(190);
    expect(readings.find(({ metric }) => metric === 'fan.speed')?.value).toBe(1200);
  });

  it('reads a card of xe, whose files lie elsewhere', async () => {
    const { gpu } = await setUp(
      under('sys/class/drm/card2/device', {
        vendor: '0x8086\n',
        device: '0xe20b\n',
        'tile0/gt0/freq0/act_freq': '2850\n',
        'tile0/gt0/gtidle/idle_residency_ms': '100\n',
        'hwmon/hwmon5/name': 'xe\n',
        'hwmon/hwmon5/energy2_input': '7000000\n',
        'hwmon/hwmon5/energy2_label': 'pkg\n',
        'hwmon/hwmon5/temp2_input': '52000\n',
        'hwmon/hwmon5/temp2_label': 'pkg\n',
        'hwmon/hwmon5/temp3_input': '58000\n',
        'hwmon/hwmon5/temp3_label': 'vram\n',
      }),
    );
    expect(await readAll(gpu)).toMatchObject({
      'gpu/card2 gpu.clock.sm': 2850,
      'gpu/card2 gpu.energy': 7,
      'gpu/card2 gpu.temperature': 52,
      'gpu/card2 gpu.temperature.memory': 58,
    });
  });

  it('leaves NVIDIA cards to their own source', async () => {
    const { gpu } = await setUp(under('sys/class/drm/card0/device', { vendor: '0x10de\n', device: '0x2330\n' }));
    expect(await readAll(gpu)).toEqual({});
    expect((await doctorOf(gpu))[0]).toMatchObject({ state: 'missing', detail: 'no AMD or Intel GPU in this machine' });
  });
});
