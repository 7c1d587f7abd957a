import type { EventInput } from '@shared/model/event';
import type { DeviceRegistry } from '../../devices/registry';
import type { Collector, CollectorEnvironment } from '../collector';
import { machineKind, type CollectorKind } from '../collector-kind';
import type { CpuPowerModel } from '../cpu-power-model';
import type { Log } from '../ingest';
import { PassingTime } from '../passing-time';
import { createCpuCollector } from './cpu';
import { createCpuPowerCollector } from './cpu-power';
import { createDiskCollector } from './disk';
import { createDrmGpuCollector } from './drm-gpu';
import { createFanCollector } from './fans';
import { createMemoryCollector } from './memory';
import { createNetworkCollector } from './network';
import { sensorName } from './items';
import { nvidiaKind } from './nvidia/kind';
import { createPressureCollector } from './pressure';
import { processesKind } from './processes';
import { createTemperatureCollector } from './temperature';
import { createWallPowerCollector } from './wall-power';
import { readTopology, type CpuTopology } from './topology';

export { machineEnvironment } from '../collector';

/** What every collector is built from. */
export interface CollectorContext {
  readonly env: CollectorEnvironment;
  /** Monotonic, ms. */
  readonly monoMs: () => number;
  /** Which stretch of unbroken time it is (PassingTime). */
  readonly stretch: () => number;
  /** Wall clock, ms; only for stamping. */
  readonly wallMs: () => number;
  /** Read once, on the first call. */
  readonly topology: () => Promise<CpuTopology>;
  readonly cpuPower: CpuPowerModel;
  /** Something happened to a device. */
  readonly onEvent: (event: EventInput) => void;
  readonly log: Log;
  /** Which hardware has which label. */
  readonly devices: DeviceRegistry;
}

export interface CollectorDeps {
  readonly cpuPower: CpuPowerModel;
  readonly devices: DeviceRegistry;
  /** Default: nobody is told. */
  readonly onEvent?: (event: EventInput) => void;
  /** Default: nowhere. */
  readonly log?: Log;
  /** Default: performance.now. */
  readonly monoMs?: () => number;
  /** Default: Date.now. */
  readonly wallMs?: () => number;
}

export function collectorContext(env: CollectorEnvironment, deps: CollectorDeps): CollectorContext {
  let topology: Promise<CpuTopology> | null = null;
  const { monoMs = () => performance.now(), wallMs = () => Date.now() } = deps;
  const time = new PassingTime({ procRoot: env.platform === 'linux' ? env.procRoot : null, monoMs, wallMs });
  return {
    env,
    monoMs,
    stretch: () => time.stretch(),
    wallMs,
    topology: () => (topology ??= readTopology(env)),
    cpuPower: deps.cpuPower,
    onEvent: deps.onEvent ?? (() => undefined),
    log: deps.log ?? (() => undefined),
    devices: deps.devices,
  };
}

/** A source of this machine that has no settings. */
function plain(id: string, create: (context: CollectorContext) => Collector): CollectorKind {
  return machineKind({ id, name: sensorName(id), from: () => null, create: (_, context) => ({ collectors: [create(context)] }) });
}

/**
 * Every source of this machine, and every feed that can be added, one line each.
 * Devices: `host` (load, memory, swap, load average), `cpuN` per package (frequency, temperature, power), `cpuN/coreM` per
 * logical CPU, `dramN` per package, `gpuN` (NVIDIA; `gpuN/migM`), `gpu/cardN` (AMD, Intel), `disk/<name>`, `net/<name>`,
 * `sensor/<chip>/<label>`, `sensor/power/<kind>` (the whole host's power), `fan/<chip>/<label>`. A GPU's number is the registry's, not its place in the driver's list.
 */
export const collectorKinds: readonly CollectorKind[] = [
  plain('cpu', createCpuCollector),
  plain('cpu-power', createCpuPowerCollector),
  plain('wall-power', createWallPowerCollector),
  plain('memory', createMemoryCollector),
  plain('disk', createDiskCollector),
  plain('network', createNetworkCollector),
  plain('temperature', createTemperatureCollector),
  plain('fans', createFanCollector),
  plain('pressure', createPressureCollector),
  processesKind,
  plain('drm-gpu', createDrmGpuCollector),
  nvidiaKind,
];
