import type { DoctorItem } from '@shared/model/doctor';
import type { Reading } from '@shared/model/series';
import type { Collector } from '../collector';
import { modelledPowerW } from '../cpu-power-model';
import { CpuLoadMeter, type CpuLoad } from './cpu-times';
import type { CollectorContext } from './index';
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
  const meter = new CpuLoadMeter(env);
  let seen: RaplAnswer | null = null;
  return {
    id: 'cpu-power',
    periodMs: 1000,
    async read() {
      const [answer, cpu, limits] = await Promise.all([rapl.read(), topology(), cpuPower.identify()]);
      seen = answer;
      if (answer.state === 'works') {
        const dram = [...answer.dramW].map(([packageId, value]): Reading => ({ ...reading(cpu, packageId, 'measured', value), label: `DRAM ${packageId}`, metric: 'dram.power', device: `dram${packageId}` }));
        return [...answer.powerW].map(([packageId, value]) => reading(cpu, packageId, 'measured', value)).concat(dram);
      }
      const load = meter.next();
      const share = { idleW: limits.idleW / cpu.packages.length, maxW: limits.maxW / cpu.packages.length };
      return cpu.packages.map((packageId) => reading(cpu, packageId, 'modelled', modelledPowerW(share, packageLoad(load, cpu, packageId))));
    },
    async doctor() {
      const [cpu, limits] = await Promise.all([topology(), cpuPower.identify()]);
      const answer = seen ?? (await rapl.read());
      const instead = `CPU power is modelled instead, ${limits.idleW.toFixed(1)}–${limits.maxW.toFixed(1)} W: ${limits.explained}`;
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

function raplItem(answer: RaplAnswer, cpu: CpuTopology, platform: NodeJS.Platform, instead: string): DoctorItem {
  const item = (state: DoctorItem['state'], detail: string, repair: string | null = null): DoctorItem => sensorItem('rapl', 'CPU energy counter (RAPL)', state, detail, repair);
  switch (answer.state) {
    case 'works':
      return item('works', `measured for ${answer.powerW.size} package${answer.powerW.size === 1 ? '' : 's'}${answer.dramW.size > 0 ? ' and its memory' : ''}`);
    case 'forbidden':
      return item(
        'forbidden',
        `${answer.path} is for root only since CVE-2020-8694 (power readings can leak secrets to other users of this machine: leave it so where you do not trust them). ${instead}`,
        OPEN_COUNTERS,
      );
    case 'dead':
      return item('failing', `the counters are there but do not move. ${instead}`);
    case 'missing':
      if (platform !== 'linux') return item('missing', `this operating system gives no energy counter to programs. ${instead}`);
      if (cpu.virtual) return item('missing', `virtual machine: the hypervisor passes no energy counter on. ${instead}`);
      if (cpu.cpuid === null) return item('missing', `Linux has no energy counter for this kind of processor. ${instead}`);
      return item('missing', `no energy counter under /sys/class/powercap. ${instead}`, 'sudo modprobe intel_rapl_msr');
  }
}
