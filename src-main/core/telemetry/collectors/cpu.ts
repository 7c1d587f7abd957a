import os from 'node:os';
import { join } from 'node:path';
import type { Reading } from '@shared/model/series';
import { message } from '@shared/text/message';
import type { Collector } from '../collector';
import { CpuLoadMeter } from './cpu-times';
import { readAccount, readNumber, readText, toNumber } from './files';
import type { CollectorContext } from '../collector-context';
import { sensorItem } from './items';
import { cpuDevice, type CpuTopology } from './topology';

/** More files than this a second cost more than a mean over all threads is worth. */
const MAX_FREQUENCY_FILES = 32;
const LOOK_AGAIN_MS = 30_000;

/** Load (host and each logical CPU), frequency (mean per package) and load average. */
export function createCpuCollector(context: CollectorContext): Collector {
  const { env, monoMs, topology } = context;
  const meter = new CpuLoadMeter(context);
  let noFrequencyUntilMono = -Infinity;
  /** A machine whose kernel tells no clock is not asked for it every second: printing /proc/cpuinfo is dear. */
  const frequenciesOf = async (cpu: CpuTopology, threads: readonly number[]): Promise<[number, number | null][]> => {
    if (env.platform !== 'linux' || monoMs() < noFrequencyUntilMono) return [];
    const found = await linuxFrequencies(env, cpu, threads);
    if (found.every(([, value]) => value === null)) noFrequencyUntilMono = monoMs() + LOOK_AGAIN_MS;
    return found;
  };
  return {
    id: 'cpu',
    periodMs: 1000,
    async read() {
      const cpu = await topology();
      const load = meter.next();
      const readings: Reading[] = [{ device: 'host', label: 'Host', metric: 'cpu.load', provenance: 'measured', value: load.totalPercent }];
      for (const [thread, value] of load.byThread) {
        const device = `${cpuDevice(cpu.packageOf(thread))}/core${thread}`;
        readings.push({ device, label: `Core ${thread}`, metric: 'cpu.core.load', provenance: 'measured', value });
      }
      const frequencies = await frequenciesOf(cpu, [...load.byThread.keys()]);
      for (const [packageId, value] of frequencies) {
        readings.push({ device: cpuDevice(packageId), label: cpu.brand, metric: 'cpu.frequency', provenance: 'measured', value });
      }
      readings.push({ device: 'host', label: 'Host', metric: 'host.load1', provenance: 'measured', value: loadAverage(env) });
      return readings;
    },
    async doctor() {
      const cpu = await topology();
      const { brand } = cpu;
      const threads = message('message.count.threads', { count: cpu.threads });
      const items = [
        sensorItem(
          'cpu',
          'works',
          env.platform === 'linux'
            ? message('message.cpu.works', { brand, threads, source: '/proc/stat' })
            : message('message.cpu.worksSystem', { brand, threads }),
        ),
      ];
      const frequencies = env.platform === 'linux' ? await linuxFrequencies(env, cpu, [0]) : [];
      if (frequencies.some(([, value]) => value !== null)) items.push(sensorItem('frequency', 'works', message('message.frequency.works')));
      else items.push(sensorItem('frequency', 'missing', message('message.frequency.missing')));
      return items;
    },
    close: async () => undefined,
  };
}

/** MHz per package: cpufreq where there is a driver, else what the kernel measured for cpuinfo. */
async function linuxFrequencies(
  env: CollectorContext['env'],
  cpu: CpuTopology,
  threads: readonly number[],
): Promise<[number, number | null][]> {
  const step = Math.ceil(threads.length / MAX_FREQUENCY_FILES);
  const asked = threads.filter((_, index) => index % step === 0);
  const readKhz = (thread: number): Promise<number | null> =>
    readNumber(join(env.sysRoot, `devices/system/cpu/cpu${thread}/cpufreq/scaling_cur_freq`));
  const found = new Map<number, number[]>();
  const add = (thread: number, mhz: number | null): void => {
    if (mhz === null || mhz <= 0) return;
    const packageId = cpu.packageOf(thread);
    found.set(packageId, [...(found.get(packageId) ?? []), mhz]);
  };
  const khz = await Promise.all(asked.map(readKhz));
  if (khz.some((value) => value !== null)) asked.forEach((thread, i) => add(thread, (khz[i] ?? 0) / 1000));
  else {
    const cpuinfo = (await readText(join(env.procRoot, 'cpuinfo'))) ?? '';
    // Without the aperfmperf counters the kernel prints the nominal clock there, which is no measurement.
    if (/^flags\s*:.*\baperfmperf\b/m.test(cpuinfo))
      [...cpuinfo.matchAll(/^cpu MHz\s*: ([\d.]+)$/gm)].forEach((match, thread) => add(thread, toNumber(match[1])));
  }
  return cpu.packages.map((packageId) => {
    const all = found.get(packageId) ?? [];
    return [packageId, all.length === 0 ? null : all.reduce((sum, mhz) => sum + mhz, 0) / all.length];
  });
}

function loadAverage(env: CollectorContext['env']): number | null {
  if (env.platform === 'linux') return toNumber(readAccount(join(env.procRoot, 'loadavg'))?.split(' ')[0]);
  // Windows has no load average; Node answers zeros there.
  return env.platform === 'win32' ? null : (os.loadavg()[0] ?? null);
}
