import { afterEach, describe, expect, it } from 'vitest';
import type { TrainerEvent } from '@shared/contract/trainer';
import { engineIds } from '@shared/model/recipes';
import type { Reading } from '@shared/model/series';
import { english, message, messageIds, MessageError, type Message } from '@shared/text/message';
import { createEngineProbe } from '../../../../src-main/core/jobs/engines';
import { noLauncher } from '../../../helpers/no-launcher';
import type { LaunchedProcess, ProcessExit } from '../../../../src-main/core/jobs/launcher';
import { loadScenario } from '../../../../src-main/core/scenario/schema';
import { ScenarioSource } from '../../../../src-main/core/scenario/source';
import { systemClock } from '../../../../src-main/core/telemetry/clock';
import { createCollectors } from '../../../helpers/collectors';
import { createCpuPower } from '../../../../src-main/core/telemetry/cpu-power-model';
import { collectorItems, recordingItem, type SeenState } from '../../../../src-main/core/telemetry/doctor';
import { zhCN } from '../../../../src-renderer/i18n/chinese';
import { cpuFiles, fakeMachine, statFile, type FakeMachine } from '../../../fakes/sysfs';
import { freshDevices } from '../../../helpers/devices';
import { englishIn, inWindow, spoken } from '../../../helpers/messages';
import { resourcesDir } from './collectors/context';
import { FakeCollector } from './fake-collector';

const domain = (id: string, name: string): Record<string, string> => ({
  [`sys/class/powercap/intel-rapl:${id}/name`]: `${name}\n`,
  [`sys/class/powercap/intel-rapl:${id}/energy_uj`]: '1000\n',
  [`sys/class/powercap/intel-rapl:${id}/max_energy_range_uj`]: '262143328850\n',
});
const hwmon = (n: number, name: string, files: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries({ name, ...files }).map(([file, text]) => [`sys/class/hwmon/hwmon${n}/${file}`, `${text}\n`]));

const machines: Record<string, Record<string, string>> = {
  'with nothing to read': { ...cpuFiles({ threads: 2 }) },
  'of an unknown processor': { ...cpuFiles({ threads: 2, brand: 'Somebody Else 9000' }) },
  'that is virtual': { ...cpuFiles({ threads: 2, flags: 'fpu hypervisor' }), 'proc/net/dev': '  eth0: 1 0 0 0 0 0 0 0 1 0 0 0 0 0 0 0\n' },
  'with a sensor for everything': {
    ...cpuFiles({ threads: 4, packages: 2 }),
    ...domain('0', 'package-0'),
    ...domain('0:0', 'dram'),
    ...domain('1', 'package-1'),
    ...hwmon(0, 'coretemp', { temp1_input: '45000', temp1_label: 'Package id 0' }),
    ...hwmon(1, 'nct6798', { fan1_input: '900', fan2_input: '0' }),
    'sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq': '3000000\n',
    'proc/stat': statFile([{ busy: 1, idle: 1 }]),
    'proc/net/dev': '  eth0: 1 0 0 0 0 0 0 0 1 0 0 0 0 0 0 0\n',
    'proc/pressure/cpu': 'some avg10=1.00 avg60=0.00 avg300=0.00 total=1\n',
    'proc/diskstats': ' 259 0 nvme0n1 1 0 0 1 1 0 0 1 0 0 0\n',
    'sys/block/nvme0n1/size': '1\n',
    'sys/block/nvme0n1/device/hwmon1/temp1_input': '41850\n',
    'sys/block/sda/size': '1\n',
    'sys/class/drm/card0/device/vendor': '0x1002\n',
    'sys/class/drm/card0/device/device': '0x74a1\n',
  },
  'whose sensors give nothing': { ...cpuFiles({ threads: 2 }), ...hwmon(0, 'acpitz', { temp1_input: '' }), 'sys/block/sda/size': '1\n' },
  'with an NVIDIA GPU and no driver': {
    ...cpuFiles({ threads: 2 }),
    'sys/bus/pci/devices/0000:01:00.0/vendor': '0x10de\n',
    'sys/bus/pci/devices/0000:01:00.0/class': '0x030200\n',
  },
};

let machine: FakeMachine | null = null;
afterEach(async () => {
  await machine?.dispose();
  machine = null;
});

async function itemsOf(files: Record<string, string>, platform: NodeJS.Platform = 'linux') {
  machine = await fakeMachine(files);
  const env = { ...machine.env, platform };
  const collectors = createCollectors(env, {
    devices: freshDevices(),
    cpuPower: createCpuPower({ env, resourcesDir, overrides: () => ({ cpuIdleW: null, cpuMaxW: null }) }),
  });
  try {
    return await collectorItems(systemClock, collectors, []);
  } finally {
    await Promise.all(collectors.map((collector) => collector.close()));
  }
}

describe('the doctor in Chinese tells nothing in English', () => {
  it.each(Object.keys(machines))('of a machine %s', async (name) => {
    const items = await itemsOf(machines[name]!);
    expect(items.length).toBeGreaterThan(9);
    expect(items.flatMap(englishIn)).toEqual([]);
    // What is not in English there is in the terminal: the same items, the same lines.
    expect(
      items.map(spoken).every(({ name: title, detail }) => title !== '' && detail !== '' && !/\p{Script=Han}/u.test(title + detail)),
    ).toBe(true);
  });

  it.each(['win32', 'darwin', 'freebsd'] as const)('on %s', async (platform) => {
    expect((await itemsOf({}, platform)).flatMap(englishIn)).toEqual([]);
  });

  it('when a source hangs or fails', async () => {
    const [hung, broken] = [new FakeCollector('cpu'), new FakeCollector('memory')];
    for (const collector of [hung, broken])
      collector.items = [
        {
          id: `sensor.${collector.id}`,
          group: 'sensor',
          name: message('doctor.item.sensor.cpu'),
          state: 'works',
          detail: '',
          repair: null,
        },
      ];
    const silent = new FakeCollector('nvidia');
    silent.doctor = () => Promise.reject(new MessageError(message('message.nvml.threadEnded')));
    const items = await collectorItems(
      systemClock,
      [hung, broken, silent],
      [
        { id: 'cpu', state: 'hung', lastError: message('message.noAnswer', { seconds: 5 }), answers: 3, last: [] },
        { id: 'memory', state: 'failing', lastError: message('message.unreadable', { path: '/proc/meminfo' }), answers: 3, last: [] },
      ],
    );
    expect(items.flatMap(englishIn)).toEqual([]);
    expect(items.map(spoken).map(({ name, detail }) => [name, detail])).toEqual([
      ['CPU load', 'hung: no answer within 5 s'],
      ['CPU load', '/proc/meminfo cannot be read'],
      ['NVIDIA GPUs', 'the NVML thread ended'],
    ]);
  });

  it('says "works" only of what worked when it was last read, and names the rest', async () => {
    const reading = (device: string, value: number | null): Reading => ({
      device,
      label: device,
      metric: 'disk.read',
      provenance: 'measured',
      value,
    });
    const disk = new FakeCollector('disk');
    disk.items = [
      { id: 'sensor.disk', group: 'sensor', name: message('doctor.item.sensor.disk'), state: 'works', detail: 'sda, sdb', repair: null },
    ];
    const said = async (state: Omit<SeenState, 'id' | 'lastError'>): Promise<string> => {
      const items = await collectorItems(systemClock, [disk], [{ id: 'disk', lastError: null, ...state }]);
      expect(items.flatMap(englishIn)).toEqual([]);
      return items
        .map(spoken)
        .map((item) => `${item.state}: ${item.detail}`)
        .join();
    };
    expect(await said({ state: 'waiting', answers: 0, last: [] })).toBe('failing: sda, sdb; not read yet');
    // A rate needs two answers.
    expect(await said({ state: 'ok', answers: 1, last: [reading('disk/sda', null)] })).toBe('works: sda, sdb');
    expect(await said({ state: 'ok', answers: 2, last: [reading('disk/sda', 0), reading('disk/sdb', 7)] })).toBe('works: sda, sdb');
    expect(await said({ state: 'ok', answers: 2, last: [reading('disk/sda', null), reading('disk/sdb', 7)] })).toBe(
      'partial: sda, sdb; without a value: disk/sda',
    );
    expect(await said({ state: 'ok', answers: 2, last: [reading('disk/sda', null), reading('disk/sdb', null)] })).toBe(
      'failing: sda, sdb; it is read and gives no value',
    );
  });

  it('counts one as one, in both languages', () => {
    const one = [
      message('message.fans.works', { count: 1 }),
      message('message.temperature.notCpu', { count: 1 }),
      message('message.nvml.crashed', { count: 1, why: 'x' }),
      message('message.nvidia.migs', { found: 'x', count: 1 }),
      message('message.cpu.worksSystem', { brand: 'x', threads: message('message.count.threads', { count: 1 }) }),
      message('message.blocks.damaged', { count: 1, table: 'x' }),
    ];
    expect(one.map((said) => inWindow(said, 'en'))).toEqual(one.map(english));
    expect(one.map(english)).toEqual([
      '1 speed',
      '1 sensor, not of the processor',
      'its thread ended once: x',
      'x, 1 MIG device',
      'x, 1 logical CPU, from the operating system',
      '1 part that is damaged or could not be packed was set apart (table x); the rest reads on',
    ]);
    expect(one.map((said) => inWindow(said, 'zh-CN')).filter((text) => !/\p{Script=Han}/u.test(text))).toEqual([]);
  });

  it('tells a time as the reader writes it', () => {
    const seenAtMs = new Date(2026, 10, 26, 15, 42).getTime();
    const said = message('message.gpu.lastSeen', { gpu: 'gpu0 H100', seenAtMs });
    expect(english(said)).toBe('gpu0 H100 (last seen 26 Nov 2026, 15:42)');
    expect(inWindow(said, 'zh-CN')).toMatch(/^gpu0 H100（最后一次见到：.*2026.*15:42.*）$/);
    expect(inWindow(said, 'en')).toMatch(/^gpu0 H100 \(last seen .*2026.*\)$/);
  });

  it('of the recording and of a simulated room', async () => {
    const rack = new ScenarioSource('rack', { ...(await loadScenario(resourcesDir, 'rack')), warmUpS: 0 });
    const items = [
      recordingItem({ works: true, error: null, waiting: 0, lost: 0 }),
      recordingItem({ works: false, error: 'ENOSPC', waiting: 3, lost: 1 }),
      ...rack.doctor(),
    ];
    expect(items.flatMap(englishIn)).toEqual([]);
    expect(spoken(items[1]!).detail).toBe('ENOSPC; live values go on; waiting in memory: 3 samples; lost: 1 sample');
  });

  it('of engines that load, that do not, that crash and that cannot be started', async () => {
    const hello = JSON.stringify({ t: 'hello', v: 2, engine: 'wasm', detail: 'wasm (SIMD, 1 thread), tfjs 4.22.0' } satisfies TrainerEvent);
    const why = message('message.engine.noBackend');
    const failed = JSON.stringify({ t: 'failed', code: 'engine-unavailable', message: 'x', localized: why } satisfies TrainerEvent);
    const endings: readonly [lines: string[], exit: ProcessExit, detail: string][] = [
      [[hello], { code: 0, signal: null, error: null }, 'wasm (SIMD, 1 thread), tfjs 4.22.0'],
      [[failed], { code: 1, signal: null, error: null }, 'tfjs could not start its WASM backend'],
      [[], { code: 7, signal: null, error: null }, 'loading it ended with exit code 7'],
      [[], { code: null, signal: 'SIGKILL', error: null }, 'loading it ended with SIGKILL'],
      [[], { code: null, signal: null, error: 'EAGAIN' }, 'EAGAIN'],
    ];
    for (const [lines, exit, detail] of endings) {
      const probe = createEngineProbe({
        log: () => undefined,
        launcher: { ...noLauncher, launch: () => trainer(lines, exit) },
        enginesDir: '/nowhere',
      });
      const items = await probe.doctor();
      expect(items.map(({ id }) => id)).toEqual(engineIds.map((id) => `engine.${id}`));
      expect(items.flatMap(englishIn)).toEqual([]);
      expect(items.map(spoken).map((item) => item.detail)).toEqual([detail, 'not installed']);
      await probe.close();
    }
  });

  it('whatever it has a text for', () => {
    const chinese: Readonly<Record<string, string>> = zhCN;
    const names = /NVIDIA|NVML|GPU|nvidia-smi|TDP|XID|\bW\b/g;
    const untranslated = messageIds.filter((id) => {
      const own = (chinese[id] ?? chinese[`${id}_other`] ?? 'missing').replace(/\{\{\w+\}\}/g, '').replace(names, '');
      return /[a-z]/i.test(own) && !/\p{Script=Han}/u.test(own);
    });
    expect(untranslated).toEqual([]);
    const said: Message[] = messageIds.map((id) => ({ id, params: { count: 2 } }));
    expect(said.flatMap((detail) => englishIn({ id: 'x', group: 'sensor', name: '', state: 'works', detail, repair: null }))).toEqual([]);
  });
});

/** A trainer that says these lines and ends so. */
function trainer(lines: readonly string[], exit: ProcessExit): LaunchedProcess {
  const nothing = { dispose: () => undefined };
  let onLine: (line: string) => void = () => undefined;
  let onExit: (ended: typeof exit) => void = () => undefined;
  return {
    pid: 1,
    spawned: Promise.resolve(1),
    onLine: (listener) => ((onLine = listener), nothing),
    onText: () => nothing,
    onCut: () => nothing,
    onDelivered: () => nothing,
    onExit: (listener) => ((onExit = listener), nothing),
    send: () => {
      lines.forEach((line) => onLine(line));
      onExit(exit);
    },
    kill: () => undefined,
  };
}
