import type { MetricDefinition } from '@shared/model/metric';
import { metricDef, metricIds, type MetricId } from '@shared/model/metrics';
import type { Reading } from '@shared/model/series';
import { message } from '@shared/text/message';
import type { Collector } from '../../src-main/core/telemetry/collector';
import { machineKind } from '../../src-main/core/telemetry/collector-kind';
import { sensorItem } from '../../src-main/core/telemetry/collectors/items';

/** 120 characters, as long as a name of a device may be: words first, then one that cannot be broken. */
const LONGEST_NAME = 'NVIDIA RTX PRO 6000 Blackwell Max-Q Workstation Edition with Confidential Computing Enabled '.padEnd(120, 'GB300');
/** As long as a device's id may be. */
export const LONGEST_ID = 'disk/'.padEnd(120, 'by-id-nvme-eui.');

/** A metric that somebody brought, with the longest name and unit one may have. */
const foreign: MetricDefinition = {
  name: 'Imported metric with a name as long as any that a file of another tool may bring along, and then some more of it',
  unit: 'kilogramCO2e/h',
  kind: 'gauge',
  digits: 3,
  range: null,
};

/** Two GPUs that tell everything a GPU can, each at the highest it can mean, a disk and what the host has; all named at length. */
function readings(): Reading[] {
  const high = (device: string, metric: MetricId): Reading => ({
    device,
    label: LONGEST_NAME,
    metric,
    provenance: 'measured',
    value: metricDef(metric).range[1],
  });
  const of = (pattern: RegExp): MetricId[] => metricIds.filter((metric) => pattern.test(metric));
  return [
    ...['gpu0', 'gpu1'].flatMap((device) => of(/^gpu\./).map((metric) => high(device, metric))),
    ...of(/^disk\./).map((metric) => high(LONGEST_ID, metric)),
    ...of(/^(pressure|swap|dram|cpu\.temperature)/).map((metric) => high('host', metric)),
    { ...high(LONGEST_ID, 'disk.read'), metric: 'imported.metric_with_a_name_as_long_as_any', definition: foreign, value: -123_456.789 },
  ];
}

/** A source of this machine whose every name, figure and reason is as long as it can be. */
export const longestKind = machineKind({
  id: 'longest',
  name: 'longest',
  from: () => null,
  create() {
    const collector: Collector = {
      id: 'longest',
      periodMs: 1000,
      read: () => Promise.resolve(readings()),
      doctor: () =>
        Promise.resolve([
          sensorItem(
            'rapl',
            'failing',
            message('message.rapl.dead', { instead: message('message.cpuPower.settings') }),
            'sudo chmod -R a+r /sys/class/powercap/intel-rapl*',
          ),
          sensorItem(
            'longest',
            'missing',
            message('message.temperature.noDriver'),
            'sudo apt-get install lm-sensors && sudo sensors-detect --auto',
          ),
          sensorItem(LONGEST_ID, 'failing', message('message.hung', { why: message('message.noAnswer', { seconds: 5 }) })),
        ]),
      gpus: () =>
        Promise.resolve(['gpu0', 'gpu1'].map((device) => ({ device, name: LONGEST_NAME, powerLimitW: 700, driver: '570.86.10' }))),
      close: () => Promise.resolve(),
    };
    return { collectors: [collector] };
  },
});
