import { createHash } from 'node:crypto';
import type { MetricDefinition, MetricKind } from '@shared/model/metric';
import { isMetricId, type MetricId } from '@shared/model/metrics';
import type { SeriesKey } from '@shared/model/series';
import { isKeyedMessage, message, type KeyedMessage } from '@shared/text/message';
import { metricOfFamily, OWN_PREFIX, unitOfWords } from '../names';
import { joinSigns, NO_SIGNS, signsIn, type SourceMachine } from '../source-machine';
import { definitionInUnit, keyOf } from '../taking';

/** What a file's metadata says of a family. */
export interface Family {
  readonly type: string | null;
  readonly unit: string | null;
  readonly help: string | null;
}
export const NO_METADATA: Family = { type: null, unit: null, help: null };

/** A series of the catalogue, or of its own, and what its values are multiplied with. */
export interface NamedTarget {
  readonly key: SeriesKey;
  readonly scale: number;
}

interface Known {
  readonly metric: MetricId;
  readonly scale?: number;
  /** Counters of the same name mean something else. */
  readonly gaugeOnly?: boolean;
  readonly device?: (labels: Labels) => string;
}
type Labels = ReadonlyMap<string, string>;

const sensorDevice = (labels: Labels): string =>
  `sensor/${[labels.get('chip') ?? labels.get('type'), labels.get('sensor') ?? labels.get('zone')].filter(Boolean).join('/')}`;
const hostDevice = (): string => 'host';

/** What the two exporters that nearly every room has call what the catalogue knows. */
const known: Readonly<Record<string, Known>> = {
  DCGM_FI_DEV_SM_CLOCK: { metric: 'gpu.clock.sm' },
  DCGM_FI_DEV_MEM_CLOCK: { metric: 'gpu.clock.memory' },
  DCGM_FI_DEV_GPU_TEMP: { metric: 'gpu.temperature' },
  DCGM_FI_DEV_MEMORY_TEMP: { metric: 'gpu.temperature.memory' },
  DCGM_FI_DEV_POWER_USAGE: { metric: 'gpu.power' },
  DCGM_FI_DEV_POWER_USAGE_INSTANT: { metric: 'gpu.power.instant' },
  DCGM_FI_DEV_POWER_MGMT_LIMIT: { metric: 'gpu.power.limit' },
  DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION: { metric: 'gpu.energy', scale: 1e-3 },
  DCGM_FI_DEV_GPU_UTIL: { metric: 'gpu.load' },
  DCGM_FI_DEV_MEM_COPY_UTIL: { metric: 'gpu.memory.load' },
  DCGM_FI_DEV_FB_USED: { metric: 'gpu.memory.used', scale: 2 ** 20 },
  DCGM_FI_DEV_FB_TOTAL: { metric: 'gpu.memory.total', scale: 2 ** 20 },
  DCGM_FI_DEV_FAN_SPEED: { metric: 'gpu.fan' },
  DCGM_FI_DEV_PCIE_LINK_GEN: { metric: 'gpu.pcie.generation' },
  DCGM_FI_DEV_PCIE_LINK_WIDTH: { metric: 'gpu.pcie.width' },
  DCGM_FI_DEV_ECC_SBE_VOL_TOTAL: { metric: 'gpu.ecc.corrected' },
  DCGM_FI_DEV_ECC_DBE_VOL_TOTAL: { metric: 'gpu.ecc.uncorrected' },
  DCGM_FI_DEV_CLOCK_THROTTLE_REASONS: { metric: 'gpu.clock.events' },
  DCGM_FI_DEV_CLOCKS_EVENT_REASONS: { metric: 'gpu.clock.events' },
  DCGM_FI_PROF_PCIE_TX_BYTES: { metric: 'gpu.pcie.transmit', gaugeOnly: true },
  DCGM_FI_PROF_PCIE_RX_BYTES: { metric: 'gpu.pcie.receive', gaugeOnly: true },
  DCGM_FI_PROF_NVLINK_TX_BYTES: { metric: 'gpu.nvlink.transmit', gaugeOnly: true },
  DCGM_FI_PROF_NVLINK_RX_BYTES: { metric: 'gpu.nvlink.receive', gaugeOnly: true },
  node_load1: { metric: 'host.load1', device: hostDevice },
  node_memory_MemTotal_bytes: { metric: 'memory.total', device: hostDevice },
  node_hwmon_temp_celsius: { metric: 'sensor.temperature', device: sensorDevice },
  node_thermal_zone_temp: { metric: 'sensor.temperature', device: sensorDevice },
  node_hwmon_fan_rpm: {
    metric: 'fan.speed',
    device: (labels) => `fan/${[labels.get('chip'), labels.get('sensor')].filter(Boolean).join('/')}`,
  },
};

/** Labels that say on which machine, first that is there; and those that say nothing that tells two series apart. */
const NODE_LABELS = ['Hostname', 'hostname', 'node', 'nodename', 'k8s.node.name', 'kubernetes_node', 'instance'];
const ASIDE = new Set(['__name__', 'job', 'provenance', ...NODE_LABELS]);
/** What DCGM's exporter says of a GPU beside its number; and whose work ran on it, which changes while the GPU stays. */
const OF_A_GPU = new Set([
  'UUID',
  'uuid',
  'device',
  'modelName',
  'pci_bus_id',
  'DCGM_FI_DRIVER_VERSION',
  'GPU_I_PROFILE',
  'namespace',
  'pod',
  'container',
  'hpc_job',
  'err_code',
  'err_msg',
]);
const MAX_DEVICE = 120;
const LABEL_NAMES = ['label', 'modelName', 'name'];

/** What the series of a family and these labels is here; or why it cannot be taken, in words. */
export function namedTarget(name: string, labels: Labels, family: Family, machine: SourceMachine): NamedTarget | KeyedMessage {
  const own = name.startsWith(OWN_PREFIX) ? ownKey(name, labels, family, machine) : null;
  if (own !== null) return isKeyedMessage(own) ? own : { key: own, scale: 1 };
  const told: Known | undefined = isMetricId(name) ? { metric: name } : known[name];
  const label = LABEL_NAMES.map((each) => labels.get(each)).find((text) => text !== undefined) ?? '';
  const provenance = labels.get('provenance') ?? 'measured';
  if (told !== undefined && !(told.gaugeOnly && family.type === 'counter')) {
    const device = deviceOfLabels(labels, machine, told.device);
    const key = keyOf({ device, metric: told.metric, label, provenance, definition: undefined });
    return isKeyedMessage(key) ? key : { key, scale: told.scale ?? 1 };
  }
  // A histogram's buckets and a summary's quantiles are metrics of their own, not devices.
  const part = ['le', 'quantile'].find((each) => labels.has(each) && (family.type !== 'gauge' || /_bucket$/.test(name)));
  const metric = part === undefined ? name : `${name}{${part}="${labels.get(part)}"}`;
  const rest = new Map([...labels].filter(([each]) => each !== part));
  const device = deviceOfLabels(rest, machine);
  const key = keyOf({ device, metric, label, provenance, definition: definitionOf(metric, name, family) });
  return isKeyedMessage(key) ? key : { key, scale: 1 };
}

/** One that was exported here; null for a name that only looks so. */
function ownKey(name: string, labels: Labels, family: Family, machine: SourceMachine): SeriesKey | KeyedMessage | null {
  const metric = labels.get('metric') ?? metricOfFamily(name);
  if (metric === null) return null;
  const device = labels.get('device');
  if (device === undefined) return message('message.record.noDevice');
  const given = /^(.*?)(?: \[(.*)\])?$/s.exec(family.help ?? '');
  const kind: MetricKind = family.type === 'unknown' ? 'counter' : 'gauge';
  const definition = definitionInUnit(metric, given?.[2] ?? '', given?.[1] || metric, kind);
  const named = { device: machine.exported(device), metric, label: labels.get('label') ?? '' };
  return keyOf({ ...named, provenance: labels.get('provenance') ?? 'measured', definition });
}

/** What is told of a metric of its own: by the metadata, else by its name, as OpenMetrics and Prometheus advise to name. */
function definitionOf(metric: string, name: string, { type, unit, help }: Family): MetricDefinition | undefined {
  const inParts = type === 'histogram' || type === 'summary';
  const untold = type === null || type === 'untyped' || type === 'unknown';
  const counted = inParts && /_(?:bucket|count|sum)$/.test(name);
  const kind = type === 'counter' || counted || (untold && /_(?:total|bucket)$/.test(name)) ? 'counter' : 'gauge';
  const inHelp = /\((?:in )?([^()\s]{1,20})\)\s*\.?$/.exec(help ?? '')?.[1] ?? null;
  // How many there were is a number, whatever they are measured in.
  const isCount = inParts && /_(?:bucket|count)$/.test(name);
  const byName = isCount ? '1' : unitOfWords(unit ?? name.replace(/_(?:total|sum|created)$/, ''), unit !== null);
  const byHelp = inHelp === null ? '' : (unitOfWords(inHelp, true) ?? inHelp);
  return definitionInUnit(metric, byName ?? unit ?? byHelp, metric, kind);
}

/** The device on its machine, which the labels tell, as they tell the GPU. @param partOfMachine what of the machine it is; default: by the labels */
function deviceOfLabels(labels: Labels, machine: SourceMachine, partOfMachine?: (labels: Labels) => string): string {
  const first = (names: readonly string[]): string | null =>
    names.map((name) => labels.get(name)).find((text) => text !== undefined && text !== '') ?? null;
  const number = first(['gpu', 'minor_number']);
  const isOfGpu = partOfMachine === undefined && number !== null && /^\d{1,4}$/.test(number);
  const signs = isOfGpu ? joinSigns(signsIn(first(['UUID', 'uuid']) ?? ''), signsIn(first(['pci_bus_id']) ?? '')) : NO_SIGNS;
  const source = machine.of({ ...signs, host: first(NODE_LABELS), gpu: isOfGpu ? number : null });
  return machine.place(source, partOfMachine?.(labels) ?? partOfLabels(labels, source.gpu));
}

/** A GPU; else all that tells this series from others of its metric. The same labels give the same device, others another. */
function partOfLabels(labels: Labels, gpu: string | null): string {
  if (gpu !== null) {
    const mig = labels.get('GPU_I_ID') ?? '';
    const rest = [...labels].filter(
      ([name, value]) =>
        !ASIDE.has(name) && !OF_A_GPU.has(name) && !['gpu', 'minor_number', 'GPU_I_ID', 'name', 'label'].includes(name) && value !== '',
    );
    const device = mig === '' ? gpu : `${gpu}/mig${mig}`;
    return rest.length === 0 ? device : shortened(`${device}/${written(rest)}`);
  }
  const telling = [...labels].filter(([name, value]) => !ASIDE.has(name) && value !== '');
  return telling.length === 0 ? 'host' : shortened(written(telling));
}

function written(labels: readonly (readonly [string, string])[]): string {
  return [...labels]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join(',');
}

/** So long that a node's name goes before it; what is cut off still tells two apart. */
function shortened(device: string): string {
  const most = MAX_DEVICE - 70;
  if (device.length <= most) return device;
  return `${device.slice(0, most - 11)}…${createHash('sha256').update(device).digest('hex').slice(0, 10)}`;
}
