import type { Disposable } from '@shared/base/disposable';
import type { EventInput } from '@shared/model/event';
import type { GpuRates } from '@shared/model/gpu-settings';
import type { DeviceRegistry } from '../../devices/registry';
import type { Collector, CollectorEnvironment } from '../collector';
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
import { createNvidiaCollectors } from './nvidia';
import { createPressureCollector } from './pressure';
import { createProcessCollector } from './processes';
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
  readonly gpuRates: RatesInForce;
  /** Which hardware has which label. */
  readonly devices: DeviceRegistry;
}

/** How often GPUs are sampled now, and word of each change. */
export interface RatesInForce {
  current(): GpuRates;
  onChange(listener: () => void): Disposable;
}

const onceASecond: RatesInForce = { current: () => ({ hz: 1, devices: {} }), onChange: () => ({ dispose: () => undefined }) };

export interface CollectorDeps {
  readonly cpuPower: CpuPowerModel;
  readonly devices: DeviceRegistry;
  /** Default: nobody is told. */
  readonly onEvent?: (event: EventInput) => void;
  /** Default: nowhere. */
  readonly log?: Log;
  /** Of the NVIDIA GPUs that NVML reads; default: once a second. */
  readonly gpuRates?: RatesInForce;
  /** Default: performance.now. */
  readonly monoMs?: () => number;
  /** Default: Date.now. */
  readonly wallMs?: () => number;
}

/**
 * Every source of this machine, one line each.
 * Devices: `host` (load, memory, swap, load average), `cpuN` per package (frequency, temperature, power), `cpuN/coreM` per
 * logical CPU, `dramN` per package, `gpuN` (NVIDIA; `gpuN/migM`), `gpu/cardN` (AMD, Intel), `disk/<name>`, `net/<name>`,
 * `sensor/<chip>/<label>`, `sensor/power/<kind>` (the whole host's power), `fan/<chip>/<label>`. A GPU's number is the registry's, not its place in the driver's list.
 */
export function createCollectors(env: CollectorEnvironment, deps: CollectorDeps): Collector[] {
  let topology: Promise<CpuTopology> | null = null;
  const { monoMs = () => performance.now(), wallMs = () => Date.now() } = deps;
  const time = new PassingTime({ procRoot: env.platform === 'linux' ? env.procRoot : null, monoMs, wallMs });
  const context: CollectorContext = {
    env,
    monoMs,
    stretch: () => time.stretch(),
    wallMs,
    topology: () => (topology ??= readTopology(env)),
    cpuPower: deps.cpuPower,
    onEvent: deps.onEvent ?? (() => undefined),
    log: deps.log ?? (() => undefined),
    gpuRates: deps.gpuRates ?? onceASecond,
    devices: deps.devices,
  };
  return [
    createCpuCollector(context),
    createCpuPowerCollector(context),
    createWallPowerCollector(context),
    createMemoryCollector(context),
    createDiskCollector(context),
    createNetworkCollector(context),
    createTemperatureCollector(context),
    createFanCollector(context),
    createPressureCollector(context),
    createProcessCollector(context),
    createDrmGpuCollector(context),
    ...createNvidiaCollectors(context),
  ];
}
