import { afterEach, describe, expect, it } from 'vitest';
import { createDrmGpuCollector } from '../../../../../src-main/core/telemetry/collectors/drm-gpu';
import { createFanCollector } from '../../../../../src-main/core/telemetry/collectors/fans';
import { createTemperatureCollector } from '../../../../../src-main/core/telemetry/collectors/temperature';
import { cpuFiles, fakeMachine, type FakeMachine } from '../../../../fakes/sysfs';
import { doctorOf } from '../../../../helpers/said';
import { contextOf, readAll } from './context';

let machine: FakeMachine;
afterEach(() => machine.dispose());

const under = (folder: string, files: Record<string, string>): Record<string, string> => Object.fromEntries(Object.entries(files).map(([name, text]) => [`${folder}/${name}`, text]));
const setUp = async (files: Record<string, string>) => {
  machine = await fakeMachine({ ...cpuFiles({ threads: 2 }), ...files });
  const context = contextOf(machine.env);
  return { context, gpu: createDrmGpuCollector(context) };
};

/** As an MI210 with amdgpu 6.8 lays it out; the connector folder beside it is no card. */
const instinct = under('sys/class/drm/card1/device', {
  vendor: '0x1002\n', device: '0x740f\n', product_name: 'AMD Instinct MI210\n', gpu_busy_percent: '87\n', mem_busy_percent: '31\n', mem_info_vram_used: '17179869184\n', mem_info_vram_total: '68702699520\n', current_link_width: '16\n',
  'hwmon/hwmon4/name': 'amdgpu\n', 'hwmon/hwmon4/power1_average': '212000000\n', 'hwmon/hwmon4/power1_input': '219000000\n', 'hwmon/hwmon4/power1_cap': '300000000\n',
  'hwmon/hwmon4/temp1_input': '48000\n', 'hwmon/hwmon4/temp1_label': 'edge\n', 'hwmon/hwmon4/temp2_input': '61000\n', 'hwmon/hwmon4/temp2_label': 'junction\n', 'hwmon/hwmon4/temp3_input': '55000\n', 'hwmon/hwmon4/temp3_label': 'mem\n',
  'hwmon/hwmon4/freq1_input': '1700000000\n', 'hwmon/hwmon4/freq1_label': 'sclk\n', 'hwmon/hwmon4/freq2_input': '1600000000\n', 'hwmon/hwmon4/freq2_label': 'mclk\n', 'hwmon/hwmon4/fan1_input': '2200\n', 'hwmon/hwmon4/pwm1': '51\n',
});

describe('AMD GPUs', () => {
  it('reads what amdgpu tells, in the catalogue’s units', async () => {
    const { gpu } = await setUp({ ...instinct, 'sys/class/drm/card1-DP-1/status': 'disconnected\n', 'sys/class/drm/renderD128/dev': '226:128\n' });
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

  it('does not count a processor’s graphics as a part of its own: its meter reads the whole package', async () => {
    const { gpu } = await setUp(Object.fromEntries(Object.entries(instinct).filter(([path]) => !path.includes('power1_cap'))));
    const values = await readAll(gpu);
    expect(values).not.toHaveProperty('gpu/card1 gpu.power');
    expect(values).toMatchObject({ 'gpu/card1 gpu.load': 87 });
  });

  it('gives a gap when a file refuses, as it does while the card sleeps', async () => {
    const { gpu } = await setUp(instinct);
    await readAll(gpu);
    await machine.remove('sys/class/drm/card1/device/hwmon/hwmon4/power1_average');
    expect(await readAll(gpu)).toMatchObject({ 'gpu/card1 gpu.power': null, 'gpu/card1 gpu.load': 87 });
  });

  it('is not shown again among the board’s sensors and fans', async () => {
    const { context } = await setUp({ ...instinct, 'sys/class/hwmon/hwmon4/name': 'amdgpu\n', 'sys/class/hwmon/hwmon4/temp1_input': '48000\n', 'sys/class/hwmon/hwmon4/fan1_input': '2200\n' });
    expect(await readAll(createTemperatureCollector(context))).toEqual({});
    expect(await readAll(createFanCollector(context))).toEqual({});
  });
});

describe('Intel GPUs', () => {
  it('reads an Arc card of i915: power from its energy counter, load from how long it rested', async () => {
    const files = (energy: number, rested: number): Record<string, string> => ({
      ...under('sys/class/drm/card0/device', { vendor: '0x8086\n', device: '0x56a0\n', 'hwmon/hwmon3/name': 'i915\n', 'hwmon/hwmon3/energy1_input': `${energy}\n`, 'hwmon/hwmon3/power1_max': '190000000\n', 'hwmon/hwmon3/fan1_input': '1200\n' }),
      'sys/class/drm/card0/gt/gt0/rps_act_freq_mhz': '2050\n',
      'sys/class/drm/card0/gt/gt0/rc6_residency_ms': `${rested}\n`,
    });
    const { context, gpu } = await setUp(files(1_000_000, 5_000));
    expect(await readAll(gpu)).toMatchObject({ 'gpu/card0 gpu.power': null, 'gpu/card0 gpu.load': null, 'gpu/card0 gpu.energy': 1, 'gpu/card0 gpu.clock.sm': 2050 });
    context.pass(2_000);
    await machine.write(files(1_000_000 + 240_000_000, 5_500));
    const readings = await gpu.read(new AbortController().signal);
    expect(readings.find(({ metric }) => metric === 'gpu.power')).toMatchObject({ value: 120, provenance: 'measured', label: 'Intel GPU 0x56a0' });
    expect(readings.find(({ metric }) => metric === 'gpu.load')).toMatchObject({ value: 75, provenance: 'derived' });
    expect(readings.find(({ metric }) => metric === 'gpu.power.limit')?.value).toBe(190);
    expect(readings.find(({ metric }) => metric === 'fan.speed')?.value).toBe(1200);
  });

  it('reads a card of xe, whose files lie elsewhere', async () => {
    const { gpu } = await setUp(
      under('sys/class/drm/card2/device', {
        vendor: '0x8086\n', device: '0xe20b\n', 'tile0/gt0/freq0/act_freq': '2850\n', 'tile0/gt0/gtidle/idle_residency_ms': '100\n',
        'hwmon/hwmon5/name': 'xe\n', 'hwmon/hwmon5/energy2_input': '7000000\n', 'hwmon/hwmon5/energy2_label': 'pkg\n', 'hwmon/hwmon5/temp2_input': '52000\n', 'hwmon/hwmon5/temp2_label': 'pkg\n', 'hwmon/hwmon5/temp3_input': '58000\n', 'hwmon/hwmon5/temp3_label': 'vram\n',
      }),
    );
    expect(await readAll(gpu)).toMatchObject({ 'gpu/card2 gpu.clock.sm': 2850, 'gpu/card2 gpu.energy': 7, 'gpu/card2 gpu.temperature': 52, 'gpu/card2 gpu.temperature.memory': 58 });
  });

  it('leaves NVIDIA cards to their own source', async () => {
    const { gpu } = await setUp(under('sys/class/drm/card0/device', { vendor: '0x10de\n', device: '0x2330\n' }));
    expect(await readAll(gpu)).toEqual({});
    expect((await doctorOf(gpu))[0]).toMatchObject({ state: 'missing', detail: 'no AMD or Intel GPU in this machine' });
  });
});
