import { resolve } from 'node:path';
import { Emitter } from '@shared/base/emitter';
import type { EventInput } from '@shared/model/event';
import type { GpuRates } from '@shared/model/gpu-settings';
import type { Reading } from '@shared/model/series';
import { DeviceRegistry } from '../../../../../src-main/core/devices/registry';
import { noSecrets } from '../../../../../src-main/core/secrets/vault';
import type { Collector, CollectorEnvironment } from '../../../../../src-main/core/telemetry/collector';
import type { CollectorContext } from '../../../../../src-main/core/telemetry/collector-context';
import type { RatesInForce } from '../../../../../src-main/core/telemetry/collectors/nvidia';
import { readTopology } from '../../../../../src-main/core/telemetry/collectors/topology';
import { memoryDevices, type DeviceStore } from '../../../../helpers/devices';
import { ProcessDemand } from '../../../../../src-main/core/telemetry/process-demand';
import { noManualReadings } from '../../../../../src-main/core/telemetry/manual-readings';
import { PassingTime } from '../../../../../src-main/core/telemetry/passing-time';
import { createCpuPower } from '../../../../../src-main/core/telemetry/cpu-power-model';

export const resourcesDir = resolve(import.meta.dirname, '../../../../../resources');

/** A collector's context on a fake machine, with clocks that a test moves; how long it slept it tells in proc/uptime. */
export function contextOf(
  env: CollectorEnvironment,
  overrides = { cpuIdleW: null as number | null, cpuMaxW: null as number | null },
  store: DeviceStore = memoryDevices(),
): CollectorContext & {
  pass(ms: number): void;
  setWall(ms: number): void;
  readonly events: EventInput[];
  readonly lines: string[];
  readonly gpuRates: RatesInForce;
  setRates(rates: GpuRates): void;
} {
  let mono = 0;
  let wall = Date.UTC(2026, 0, 1);
  const monoMs = (): number => mono;
  const wallMs = (): number => wall;
  const time = new PassingTime({ procRoot: env.procRoot, monoMs, wallMs });
  const events: EventInput[] = [];
  const lines: string[] = [];
  const changed = new Emitter<void>('rethrow');
  let rates: GpuRates = { hz: 1, devices: {} };
  const onEvent = (event: EventInput): void => void events.push(event);
  return {
    env,
    secrets: noSecrets,
    manual: noManualReadings,
    processes: new ProcessDemand(),
    devices: new DeviceRegistry({ ...store, wallMs, monoMs, onEvent, log: () => undefined }),
    monoMs,
    wallMs,
    stretch: () => time.stretch(),
    topology: () => readTopology(env),
    cpuPower: createCpuPower({ env, resourcesDir, overrides: () => overrides }),
    onEvent,
    log: (level, text) => void lines.push(`${level}: ${text}`),
    gpuRates: { current: () => rates, onChange: (listener) => changed.on(listener) },
    setRates(next) {
      rates = next;
      changed.emit();
    },
    events,
    lines,
    pass(ms) {
      mono += ms;
      wall += ms;
    },
    setWall(ms) {
      wall = ms;
    },
  };
}

/** `device metric` → value of one read. */
export async function readAll(collector: Collector): Promise<Record<string, number | null>> {
  return byName(await collector.read(new AbortController().signal));
}

export function byName(readings: readonly Reading[]): Record<string, number | null> {
  return Object.fromEntries(readings.map(({ device, metric, value }) => [`${device} ${metric}`, value]));
}
