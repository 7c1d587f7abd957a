import type { CsvTool } from '@shared/model/import';
import { isMetricId, metricDef, type MetricId } from '@shared/model/metrics';
import { plainName, type ColumnName } from './column-names';
import { conversion } from './units';

/** What a column is in the catalogue. */
export interface CatalogueColumn {
  readonly metric: MetricId;
  /** Its device; null = the one the row tells. */
  readonly device: string | null;
  /** Unit of its values where neither the name nor the cells tell one. */
  readonly unit: string;
}

interface Rule {
  readonly pattern: RegExp;
  readonly metric: MetricId;
  /** May hold $1, the number in the name. */
  readonly device: string | null;
  /** Where the name alone is enough; without it a unit must be told. */
  readonly unit?: string;
}

const rule = (pattern: RegExp, metric: MetricId, device: string | null, unit?: string): Rule => ({
  pattern,
  metric,
  device,
  ...(unit === undefined ? {} : { unit }),
});

/** Fields of `nvidia-smi --query-gpu`, with the units it leaves off with `nounits`. */
const nvidia: readonly Rule[] = [
  rule(/^power draw(?: average)?$/, 'gpu.power', null, 'W'),
  rule(/^power draw instant$/, 'gpu.power.instant', null, 'W'),
  rule(/^(?:enforced )?power limit$/, 'gpu.power.limit', null, 'W'),
  rule(/^temperature gpu$/, 'gpu.temperature', null, '°C'),
  rule(/^temperature memory$/, 'gpu.temperature.memory', null, '°C'),
  rule(/^utilization gpu$/, 'gpu.load', null, '%'),
  rule(/^utilization memory$/, 'gpu.memory.load', null, '%'),
  rule(/^memory used$/, 'gpu.memory.used', null, 'MiB'),
  rule(/^memory total$/, 'gpu.memory.total', null, 'MiB'),
  rule(/^fan speed$/, 'gpu.fan', null, '%'),
  rule(/^clocks (?:current )?sm$/, 'gpu.clock.sm', null, 'MHz'),
  rule(/^clocks (?:current )?mem(?:ory)?$/, 'gpu.clock.memory', null, 'MHz'),
  rule(/^clocks (?:throttle|event) reasons active$/, 'gpu.clock.events', null, '1'),
  rule(/^pcie link gen (?:gpu)?current$/, 'gpu.pcie.generation', null, '1'),
  rule(/^pcie link width current$/, 'gpu.pcie.width', null, '1'),
  rule(/^mig mode current$/, 'gpu.mig.mode', null, '1'),
];

const GPU = String.raw`^gpu ?(\d+)? `;
const CPU = String.raw`^(?:cpu|processor) ?(\d+)? ?`;
const gpu = (rest: string, metric: MetricId, unit?: string): Rule => rule(new RegExp(`${GPU}(?:${rest})$`), metric, 'gpu$1', unit);

/** Names that several programs give the same thing. */
const common: readonly Rule[] = [
  gpu('power|power draw|board power|total board power|total power|power usage|power consumption', 'gpu.power', 'W'),
  gpu('power limit', 'gpu.power.limit', 'W'),
  gpu('temp|temperature|core temp|core temperature', 'gpu.temperature', '°C'),
  gpu('mem temp|memory temp|memory temperature|memory junction temperature', 'gpu.temperature.memory', '°C'),
  gpu('load|util|usage|utilization|utilisation|core load|core usage|core', 'gpu.load'),
  gpu('fan|fan speed', 'gpu.fan'),
  gpu('clock|core clock|sm clock|core', 'gpu.clock.sm'),
  gpu('mem clock|memory clock|memory', 'gpu.clock.memory'),
  gpu('memory used|mem used|vram used|memory usage|dedicated memory|memory', 'gpu.memory.used'),
  gpu('memory total|mem total|vram total', 'gpu.memory.total'),
  gpu('core|hot spot', 'gpu.temperature'),
  rule(new RegExp(`${CPU}(?:package )?power$`), 'cpu.power', 'cpu$1', 'W'),
  rule(/^(?:total cpu|cpu total|cpu) (?:usage|load|util|utilization|utilisation)$|^cpu total$/, 'cpu.load', 'host', '%'),
  rule(new RegExp(`${CPU}(?:package )?temp(?:erature)?$`), 'cpu.temperature', 'cpu$1', '°C'),
  rule(/^cpu package$/, 'cpu.temperature', 'cpu0'),
  rule(/^cpu package$/, 'cpu.power', 'cpu0'),
  rule(/^cpu (?:\(?tctl[ ]?(?:tdie)?\)?)$/, 'cpu.temperature', 'cpu0'),
  rule(/^(?:dram|ram|memory) power$/, 'dram.power', 'dram0', 'W'),
  rule(/^(?:physical )?(?:memory|ram) used$/, 'memory.used', 'host'),
  rule(/^swap used$/, 'swap.used', 'host'),
];

/** Units that a program's names leave out. */
const toolUnits: Readonly<Partial<Record<CsvTool, Readonly<Record<string, string>>>>> = {
  mangohud: {
    gpu_vram_used: 'GiB',
    ram_used: 'GiB',
    swap_used: 'GiB',
    process_rss: 'GiB',
    frametime: 'ms',
    fps: 'fps',
    cpu_load: '%',
    gpu_load: '%',
    gpu_core_clock: 'MHz',
    gpu_mem_clock: 'MHz',
    cpu_mhz: 'MHz',
    elapsed: 'ns',
  },
  codecarbon: {
    duration: 's',
    emissions: 'kg',
    emissions_rate: 'kg/s',
    cpu_energy: 'kWh',
    gpu_energy: 'kWh',
    ram_energy: 'kWh',
    energy_consumed: 'kWh',
    ram_total_size: 'GB',
  },
  influxdb: {
    power_draw: 'W',
    temperature_gpu: '°C',
    utilization_gpu: '%',
    utilization_memory: '%',
    memory_used: 'MiB',
    memory_total: 'MiB',
    memory_free: 'MiB',
    fan_speed: '%',
    clocks_current_sm: 'MHz',
    clocks_current_memory: 'MHz',
    clocks_current_graphics: 'MHz',
  },
};

/** HWiNFO and Open Hardware Monitor write MB and GB where they mean 2^20 and 2^30. */
const binary: Readonly<Record<string, string>> = { KB: 'KiB', MB: 'MiB', GB: 'GiB', 'KB/s': 'KiB/s', 'MB/s': 'MiB/s', 'GB/s': 'GiB/s' };

/** The unit of a column as its program means it; null when neither says any. */
export function meantUnit(name: ColumnName, cellUnit: string | null, tool: CsvTool | null): string | null {
  const unit =
    (name.unit === 'Yes/No' ? '1' : name.unit) ??
    cellUnit ??
    (tool === 'sadf' ? sadfUnit(name.base) : null) ??
    (tool === null ? null : (toolUnits[tool]?.[name.base] ?? null));
  return unit !== null && (tool === 'hwinfo' || tool === 'hardware-monitor') ? (binary[unit] ?? unit) : unit;
}

/** sysstat counts KiB and calls them kB. */
function sadfUnit(name: string): string | null {
  return name.endsWith('kB/s') ? 'KiB/s' : name.startsWith('kb') ? 'KiB' : null;
}

/** What a column is in the catalogue; null for one that comes in under its own name. */
export function catalogueColumn(name: ColumnName, unit: string | null, tool: CsvTool | null, path: string | null): CatalogueColumn | null {
  const own = tool !== 'nvidia-smi' && isMetricId(name.base) ? name.base : null;
  if (own !== null) return fits(unit, metricDef(own).unit) ? { metric: own, device: null, unit: unit ?? metricDef(own).unit } : null;
  if (tool === 'influxdb') return null;
  const byPath = path === null ? null : ofPath(path);
  if (byPath !== null) return byPath;
  const plain = plainName(name.unit !== null && name.base.endsWith(name.unit) ? name.base.slice(0, -name.unit.length) : name.base);
  const core = /^cpu core #?(\d+)$/.exec(plain);
  if (core && unit === '%') return { metric: 'cpu.core.load', device: `cpu0/core${Number(core[1]) - 1}`, unit };
  for (const { pattern, metric, device, unit: usual } of tool === 'nvidia-smi' ? [...nvidia, ...common] : common) {
    const found = pattern.exec(plain);
    if (!found || (unit === null && usual === undefined) || !fits(unit, metricDef(metric).unit)) continue;
    return { metric, device: device === null ? null : device.replace('$1', found[1] ?? '0'), unit: unit ?? usual ?? '' };
  }
  return null;
}

function fits(unit: string | null, wanted: string): boolean {
  return unit === null || conversion(unit, wanted) !== null;
}

/** Kind and unit of a sensor in the paths of Open and LibreHardwareMonitor: /gpu-nvidia/0/power/0. */
const sensorUnits: Readonly<Record<string, string>> = {
  load: '%',
  power: 'W',
  temperature: '°C',
  clock: 'MHz',
  voltage: 'V',
  current: 'A',
  fan: 'rpm',
  control: '%',
  level: '%',
  data: 'GiB',
  smalldata: 'MiB',
  throughput: 'B/s',
  energy: 'mWh',
  frequency: 'Hz',
};

interface SensorPath {
  readonly hardware: string;
  readonly number: string;
  readonly kind: string;
  readonly sensor: number;
}

function sensorPath(path: string): SensorPath | null {
  const found = /^\/([\w-]+)\/(?:([\w.%{}-]+)\/)?(\w+)\/(\d+)$/.exec(path.trim());
  return found
    ? { hardware: (found[1] ?? '').toLowerCase(), number: found[2] ?? '0', kind: (found[3] ?? '').toLowerCase(), sensor: Number(found[4]) }
    : null;
}

/** The unit of the sensor at a path; null when it is none of these. */
export function pathUnit(path: string): string | null {
  const found = sensorPath(path);
  return found === null ? null : (sensorUnits[found.kind] ?? null);
}

/** Where a sensor hangs, by its path: gpu0, cpu0, host, or a device named as the path. */
export function pathDevice(path: string): string {
  const found = sensorPath(path);
  if (found === null) return 'host';
  if (found.hardware.includes('gpu')) return `gpu${found.number}`;
  if (found.hardware.includes('cpu')) return `cpu${found.number}`;
  return `sensor/${found.hardware}/${found.number}`;
}

function ofPath(path: string): CatalogueColumn | null {
  const found = sensorPath(path);
  if (found === null) return null;
  const unit = sensorUnits[found.kind] ?? '';
  const device = pathDevice(path);
  if (device.startsWith('gpu')) {
    // Of several powers and temperatures of a card the first is that of the whole.
    const metric =
      found.sensor === 0
        ? ({ power: 'gpu.power', temperature: 'gpu.temperature', load: 'gpu.load', clock: 'gpu.clock.sm' } as const)[found.kind]
        : undefined;
    return metric === undefined ? null : { metric, device, unit };
  }
  if (!device.startsWith('cpu')) return null;
  if (found.kind === 'power' && found.sensor === 0) return { metric: 'cpu.power', device, unit };
  if (found.kind !== 'load') return null;
  return found.sensor === 0
    ? { metric: 'cpu.load', device: 'host', unit }
    : { metric: 'cpu.core.load', device: `${device}/core${found.sensor - 1}`, unit };
}
