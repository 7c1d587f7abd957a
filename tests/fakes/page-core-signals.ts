import type { MetricDefinition } from '@shared/model/metric';
import { metricDef, metricIds, type MetricId } from '@shared/model/metrics';
import type { Provenance } from '@shared/model/provenance';
import type { Series } from '@shared/model/series';

/**
 * What kind of room is pretended: one workstation with nothing to meter, the same with eight GPUs, one never used, or one whose
 * every name, figure and reason is as long as it can be.
 */
export type Scenario = 'bare' | 'gpus' | 'empty' | 'longest';

/** 120 characters, as long as a name of a device may be: words first, then one that cannot be broken. */
export const LONGEST_NAME = 'NVIDIA RTX PRO 6000 Blackwell Max-Q Workstation Edition with Confidential Computing Enabled '.padEnd(
  120,
  'GB300',
);
/** As long as a device's id may be. */
export const LONGEST_ID = 'disk/'.padEnd(120, 'by-id-nvme-eui.');

interface Signal {
  readonly device: string;
  readonly label: string;
  readonly metric: MetricId;
  readonly provenance: Provenance;
  readonly base: number;
  readonly swing: number;
}

const signal = (device: string, label: string, metric: MetricId, provenance: Provenance, base: number, swing: number): Signal => ({
  device,
  label,
  metric,
  provenance,
  base,
  swing,
});

function signalsOf(scenario: Scenario): Signal[] {
  const cpu = 'AMD EPYC 7763 64-Core Processor';
  const result = [
    signal('host', 'Host', 'cpu.load', 'measured', 34, 26),
    ...[0, 1, 2, 3].map((core) => signal(`cpu0/core${core}`, `${cpu} core ${core}`, 'cpu.core.load', 'measured', 30 + core * 5, 25)),
    signal('cpu0', cpu, 'cpu.frequency', 'measured', 2900, 500),
    signal('cpu0', cpu, 'cpu.power', scenario === 'gpus' ? 'measured' : 'modelled', 96, 44),
    signal('host', 'Host', 'host.base.power', 'modelled', 40, 0),
    signal('host', 'Host', 'host.load1', 'measured', 1.4, 0.8),
    signal('host', 'Host', 'memory.used', 'measured', 2.4e10, 3e9),
    signal('host', 'Host', 'memory.total', 'measured', 6.87e10, 0),
    signal('disk/nvme0n1', 'Samsung SSD 990 PRO 2TB', 'disk.read', 'measured', 4e6, 3.9e6),
    signal('disk/nvme0n1', 'Samsung SSD 990 PRO 2TB', 'disk.write', 'measured', 9e6, 8e6),
    signal('net/eth0', 'eth0', 'network.receive', 'measured', 2e5, 1.8e5),
    signal('net/eth0', 'eth0', 'network.transmit', 'measured', 9e4, 8e4),
  ];
  if (scenario === 'gpus') {
    result.push(
      signal('cpu0', cpu, 'cpu.temperature', 'measured', 58, 8),
      signal('sensor/Composite', 'nvme Composite', 'sensor.temperature', 'measured', 41, 3),
    );
    for (let i = 0; i < 8; i += 1) {
      const name = 'NVIDIA H100 80GB HBM3';
      result.push(
        signal(`gpu${i}`, name, 'gpu.load', 'measured', 62, 30),
        signal(`gpu${i}`, name, 'gpu.power', 'measured', 410 + i * 9, 170),
        signal(`gpu${i}`, name, 'gpu.temperature', 'measured', 55 + i, 9),
        signal(`gpu${i}`, name, 'gpu.memory.used', 'measured', 5.2e10, 1.1e10),
      );
    }
  }
  if (scenario === 'longest') result.push(...longest());
  const power = result.filter((entry) => entry.metric.endsWith('power'));
  const itW = power.reduce((sum, entry) => sum + entry.base, 0);
  const swingW = power.reduce((sum, entry) => sum + entry.swing, 0) * 0.6;
  result.push(
    signal('host', 'Host', 'it.power', 'modelled', itW, swingW),
    signal('room', 'Room', 'facility.power', 'modelled', itW * 1.46, swingW * 1.4),
    signal('room', 'Room', 'facility.power_ratio', 'modelled', 1.462, 0.03),
    signal('room', 'Room', 'cost.rate', 'modelled', (itW * 1.46 * 0.07) / 1000, 0),
    signal('room', 'Room', 'co2e.rate', 'modelled', (itW * 1.46 * 0.429) / 1000, 0),
  );
  return result;
}

/** Two GPUs that tell everything a GPU can, each at the highest it can mean, and a disk; all named at length. */
function longest(): Signal[] {
  const high = (device: string, metric: MetricId): Signal =>
    signal(device, LONGEST_NAME, metric, 'measured', metricDef(metric).range[1], 0);
  const gpu = metricIds.filter((metric) => metric.startsWith('gpu.'));
  const disk = metricIds.filter((metric) => metric.startsWith('disk.'));
  return [
    ...['gpu0', 'gpu1'].flatMap((device) => gpu.map((metric) => high(device, metric))),
    ...disk.map((metric) => high(LONGEST_ID, metric)),
    ...metricIds.filter((metric) => /^(pressure|swap|dram|cpu\.temperature)/.test(metric)).map((metric) => high('host', metric)),
  ];
}

/** A metric that somebody brought, with the longest name and unit one may have. */
const FOREIGN: MetricDefinition = {
  name: 'Imported metric with a name as long as any that a file of another tool may bring along, and then some more of it',
  unit: 'kilogramCO2e/h',
  kind: 'gauge',
  digits: 3,
  range: null,
};

/** A number between 0 and 1 that depends on its two inputs only. */
function noise(seed: number, at: number): number {
  const x = Math.sin(seed * 127.1 + at * 311.7) * 43758.5453;
  return x - Math.floor(x);
}

/** Seeded readings for any moment: the same moment gives the same value, so that history needs no store. */
export class Signals {
  readonly series: Series[];
  private readonly signals: readonly Signal[];

  constructor(readonly scenario: Scenario) {
    this.signals = scenario === 'empty' ? [] : signalsOf(scenario);
    const own: Series[] = this.signals.map(({ device, label, metric, provenance }, i) => ({
      id: i + 1,
      device,
      label,
      metric,
      provenance,
    }));
    const foreign: Series = {
      id: own.length + 1,
      device: LONGEST_ID,
      label: LONGEST_NAME,
      metric: 'imported.metric_with_a_name_as_long_as_any',
      provenance: 'measured',
      definition: FOREIGN,
    };
    this.series = scenario === 'longest' ? [...own, foreign] : own;
  }

  /** The value at a whole second; null within a gap of 40 s that every half hour has. */
  value(seriesId: number, atMs: number): number | null {
    const own = this.signals[seriesId - 1];
    if (!own) return seriesId === this.series.at(-1)?.id ? -123456.789 : null;
    const second = Math.floor(atMs / 1000);
    if (second % 1800 > 1620 && second % 1800 < 1660) return null;
    const wave =
      Math.sin(second / 97 + seriesId * 0.4) * 0.55 + Math.sin(second / 13 + seriesId) * 0.25 + (noise(seriesId, second) - 0.5) * 0.4;
    const [low, high] = metricDef(own.metric).range;
    return Math.min(high, Math.max(low, own.base + own.swing * wave));
  }

  /** The value of a metric now, over all its devices. */
  now(metric: MetricId, atMs: number): { readonly value: number; readonly label: string; readonly device: string }[] {
    return this.series
      .filter((entry) => entry.metric === metric)
      .flatMap((entry) => {
        const value = this.value(entry.id, atMs);
        return value === null ? [] : [{ value, label: entry.label, device: entry.device }];
      });
  }
}
