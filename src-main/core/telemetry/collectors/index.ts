import type { Collector, CollectorEnvironment } from '../collector';
import type { CpuPowerModel } from '../cpu-power-model';
import { createCpuCollector } from './cpu';
import { createCpuPowerCollector } from './cpu-power';
import { createDiskCollector } from './disk';
import { createMemoryCollector } from './memory';
import { createNetworkCollector } from './network';
import { createNvidiaSmiCollector } from './nvidia-smi';
import { createTemperatureCollector } from './temperature';
import { readTopology, type CpuTopology } from './topology';

export { machineEnvironment } from '../collector';

/** What every collector is built from. */
export interface CollectorContext {
  readonly env: CollectorEnvironment;
  /** Monotonic, ms. */
  readonly monoMs: () => number;
  /** Read once, on the first call. */
  readonly topology: () => Promise<CpuTopology>;
  readonly cpuPower: CpuPowerModel;
}

export interface CollectorDeps {
  readonly cpuPower: CpuPowerModel;
  /** Default: performance.now. */
  readonly monoMs?: () => number;
}

/**
 * Every source of this machine, one line each.
 * Devices: `host` (load, memory, swap, load average), `cpuN` per package (frequency, temperature, power), `cpuN/coreM` per
 * logical CPU, `gpuN`, `disk/<name>`, `net/<name>`, `sensor/<chip>/<label>`.
 */
export function createCollectors(env: CollectorEnvironment, deps: CollectorDeps): Collector[] {
  let topology: Promise<CpuTopology> | null = null;
  const context: CollectorContext = {
    env,
    monoMs: deps.monoMs ?? (() => performance.now()),
    topology: () => (topology ??= readTopology(env)),
    cpuPower: deps.cpuPower,
  };
  return [
    createCpuCollector(context),
    createCpuPowerCollector(context),
    createMemoryCollector(context),
    createDiskCollector(context),
    createNetworkCollector(context),
    createTemperatureCollector(context),
    createNvidiaSmiCollector(context),
  ];
}
