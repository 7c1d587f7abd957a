import type { Collector, CollectorEnvironment } from '../collector';
import { createCpuCollector } from './cpu';
import { createMemoryCollector } from './memory';
import { readTopology, type CpuTopology } from './topology';

/** What every collector is built from. */
export interface CollectorContext {
  readonly env: CollectorEnvironment;
  /** Monotonic, ms. */
  readonly monoMs: () => number;
  /** Read once, on the first call. */
  readonly topology: () => Promise<CpuTopology>;
}

export interface CollectorDeps {
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
  };
  return [
    createCpuCollector(context),
    createMemoryCollector(context),
  ];
}
