import type { Log } from '@shared/base/log';
import type { EventInput } from '@shared/model/event';
import type { DeviceRegistry } from '../devices/registry';
import type { CpuPowerModel } from './cpu-power-model';
import { ProcessDemand } from './process-demand';
import { noSecrets, type SecretSource } from '../secrets/vault';
import { noManualReadings, type ManualSource } from './manual-readings';
import { PassingTime } from './passing-time';
import { readTopology, type CpuTopology } from './collectors/topology';
import type { CollectorEnvironment } from './collector';

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
  /** Credentials, by the ids that stand in settings. */
  readonly secrets: SecretSource;
  /** What persons read off meters. */
  readonly manual: ManualSource;
  /** Which processes are to be read. */
  readonly processes: ProcessDemand;
}

export interface CollectorDeps {
  readonly cpuPower: CpuPowerModel;
  readonly devices: DeviceRegistry;
  /** Default: there are none. */
  readonly secrets?: SecretSource;
  /** Default: nothing was entered. */
  readonly manual?: ManualSource;
  /** Default: nobody looks at any. */
  readonly processes?: ProcessDemand;
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
    secrets: deps.secrets ?? noSecrets,
    manual: deps.manual ?? noManualReadings,
    processes: deps.processes ?? new ProcessDemand(),
  };
}
