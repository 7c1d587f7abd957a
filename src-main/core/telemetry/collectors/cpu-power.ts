import type { DoctorItem } from '@shared/model/doctor';
import type { Reading } from '@shared/model/series';
import { message, type KeyedMessage } from '@shared/text/message';
import type { Collector } from '../collector';
import { modelledPowerW } from '../cpu-power-model';
import { CpuLoadMeter, type CpuLoad } from './cpu-times';
import type { CollectorContext } from '../collector-context';
import { sensorItem } from './items';
import { RaplSource, type RaplAnswer } from './rapl';
import { cpuDevice, type CpuTopology } from './topology';

const COUNTERS = '/sys/devices/virtual/powercap/intel-rapl/intel-rapl:*/energy_uj';
const RULE_FILE = '/etc/tmpfiles.d/coldaisle-rapl.conf';
/** Readable for all, now and after every start. */
const OPEN_COUNTERS = `echo 'z ${COUNTERS} 0444 root root' | sudo tee ${RULE_FILE} && sudo systemd-tmpfiles --create ${RULE_FILE}`;

/** Power of each processor package, and of its memory where that is counted apart: measured by RAPL where it may be read, else modelled from its load and tagged so. */
export function createCpuPowerCollector(context: CollectorContext): Collector {
  const { env, topology, cpuPower } = context;
  const rapl = new RaplSource(context);
  const meter = new CpuLoadMeter(context);
  let seen: RaplAnswer | null = null;
  return {
    id: 'cpu-power',
    periodMs: 1000,
    async read() {
      const [answer, cpu, limits] = await Promise.all([rapl.read(), topology(), cpuPower.identify()]);
      seen = answer;
      if (answer.state === 'works') {
        const dram = [...answer.dramW].map(([packageId, value]): Reading => ({
          ...reading(cpu, packageId, 'measured', value),
          label: `DRAM ${packageId}`,
          metric: 'dram.power',
          device: `dram${packageId}`,
        }));
        return [...answer.powerW].map(([packageId, value]) => reading(cpu, packageId, 'measured', value)).concat(dram);
      }
      const load = meter.next();
      const share = { idleW: limits.idleW / cpu.packages.length, maxW: limits.maxW / cpu.packages.length };
      return cpu.packages.map((packageId) => reading(cpu, packageId, 'modelled', modelledPowerW(share, packageLoad(load, cpu, packageId))));
    },
    async doctor() {
      const [cpu, limits] = await Promise.all([topology(), cpuPower.identify()]);
      const answer = seen ?? (await rapl.read());
      const instead = message('message.cpuPower.modelled', {
        idleW: limits.idleW.toFixed(1),
        maxW: limits.maxW.toFixed(1),
        explained: limits.explained,
      });
      return [raplItem(answer, cpu, env.platform, instead)];
    },
    close: async () => undefined,
  };
}

function reading(cpu: CpuTopology, packageId: number, provenance: Reading['provenance'], value: number | null): Reading {
  return { device: cpuDevice(packageId), label: cpu.brand, metric: 'cpu.power', provenance, value };
}

/** Mean load of a package's logical CPUs, %; null when none is known. */
function packageLoad(load: CpuLoad, cpu: CpuTopology, packageId: number): number | null {
  const own = [...load.byThread].flatMap(([thread, percent]) => (percent !== null && cpu.packageOf(thread) === packageId ? [percent] : []));
  return own.length === 0 ? null : own.reduce((sum, percent) => sum + percent, 0) / own.length;
}

function raplItem(answer: RaplAnswer, cpu: CpuTopology, platform: NodeJS.Platform, instead: KeyedMessage): DoctorItem {
  const item = (state: DoctorItem['state'], detail: KeyedMessage, repair: string | null = null): DoctorItem =>
    sensorItem('rapl', state, detail, repair);
  switch (answer.state) {
    case 'works': {
      const found = message(answer.dramW.size > 0 ? 'message.rapl.worksWithMemory' : 'message.rapl.works', { count: answer.powerW.size });
      const silent = cpu.packages.filter((packageId) => !answer.powerW.has(packageId)).map(cpuDevice);
      return silent.length === 0
        ? item('works', found)
        : item('partial', message('message.noValueOf', { found, devices: silent.join(', ') }));
    }
    case 'forbidden':
      return item('forbidden', message('message.rapl.forbidden', { path: answer.path, instead }), OPEN_COUNTERS);
    case 'dead':
      return item('failing', message('message.rapl.dead', { instead }));
    case 'missing':
      if (platform !== 'linux') return item('missing', message('message.rapl.untold', { instead }));
      if (cpu.virtual) return item('missing', message('message.rapl.virtual', { instead }));
      if (cpu.cpuid === null) return item('missing', message('message.rapl.otherKind', { instead }));
      return item('missing', message('message.rapl.none', { path: '/sys/class/powercap', instead }), 'sudo modprobe intel_rapl_msr');
  }
}
