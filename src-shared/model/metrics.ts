import type { MetricDefinition } from './metric';

/** A metric of the catalogue: every one of these has a range. */
export type MetricDef = MetricDefinition & { readonly range: readonly [number, number] };

type Range = readonly [number, number];
const metric = (kind: MetricDef['kind'], name: string, unit: string, digits: number, range: Range): MetricDef => ({
  name,
  unit,
  kind,
  digits,
  range,
});
const gauge = (name: string, unit: string, digits: number, range: Range): MetricDef => metric('gauge', name, unit, digits, range);
const rate = (name: string, unit: string, digits: number, range: Range): MetricDef => metric('rate', name, unit, digits, range);
const counter = (name: string, unit: string, digits: number, range: Range): MetricDef => metric('counter', name, unit, digits, range);
const lower = (def: MetricDef): MetricDef => ({ ...def, better: 'lower' });
const higher = (def: MetricDef): MetricDef => ({ ...def, better: 'higher' });
const PIB = 2 ** 50;

/**
 * The metrics that this build knows, with the name, unit and range of each: the seed of the `metric` table, to which imports,
 * runs and meters add their own. A new metric is one line here.
 */
export const metrics = {
  'cpu.load': gauge('CPU load', '%', 0, [0, 100]),
  'cpu.core.load': gauge('Core load', '%', 0, [0, 100]),
  'cpu.frequency': gauge('CPU frequency', 'MHz', 0, [0, 20_000]),
  'cpu.temperature': gauge('CPU temperature', '°C', 1, [-40, 150]),
  'cpu.power': gauge('CPU power', 'W', 1, [0, 5_000]),
  'dram.power': gauge('Memory power', 'W', 1, [0, 5_000]),
  'host.load1': gauge('Load average, 1 min', '1', 2, [0, 100_000]),
  'host.power': gauge('Host power', 'W', 1, [0, 100_000]),
  'host.base.power': gauge('Rest of host power', 'W', 1, [0, 20_000]),
  'memory.used': gauge('Memory used', 'B', 0, [0, PIB]),
  'memory.total': gauge('Memory installed', 'B', 0, [0, PIB]),
  'swap.used': gauge('Swap used', 'B', 0, [0, PIB]),
  'disk.read': rate('Disk read', 'B/s', 0, [0, PIB]),
  'disk.write': rate('Disk write', 'B/s', 0, [0, PIB]),
  'disk.latency.read': gauge('Disk read latency', 'ms', 2, [0, 600_000]),
  'disk.latency.write': gauge('Disk write latency', 'ms', 2, [0, 600_000]),
  'disk.temperature': gauge('Disk temperature', '°C', 1, [-40, 150]),
  'network.receive': rate('Network received', 'B/s', 0, [0, PIB]),
  'network.transmit': rate('Network sent', 'B/s', 0, [0, PIB]),
  'sensor.temperature': gauge('Sensor temperature', '°C', 1, [-40, 150]),
  'sensor.humidity': gauge('Relative humidity', '%', 1, [0, 100]),
  'sensor.dewpoint': gauge('Dew point', '°C', 1, [-100, 100]),
  'sensor.wetbulb': gauge('Wet bulb', '°C', 1, [-100, 100]),
  'sensor.pressure': gauge('Pressure', 'Pa', 1, [-1e7, 1e9]),
  'fan.speed': gauge('Fan speed', 'rpm', 0, [0, 100_000]),
  'pressure.cpu.some': gauge('CPU pressure, some', '%', 2, [0, 100]),
  'pressure.cpu.full': gauge('CPU pressure, full', '%', 2, [0, 100]),
  'pressure.memory.some': gauge('Memory pressure, some', '%', 2, [0, 100]),
  'pressure.memory.full': gauge('Memory pressure, full', '%', 2, [0, 100]),
  'pressure.io.some': gauge('I/O pressure, some', '%', 2, [0, 100]),
  'pressure.io.full': gauge('I/O pressure, full', '%', 2, [0, 100]),
  'gpu.load': gauge('GPU load', '%', 0, [0, 100]),
  'gpu.memory.load': gauge('GPU memory controller load', '%', 0, [0, 100]),
  'gpu.memory.used': gauge('GPU memory used', 'B', 0, [0, PIB]),
  'gpu.memory.total': gauge('GPU memory', 'B', 0, [0, PIB]),
  'gpu.power': gauge('GPU power', 'W', 1, [0, 5_000]),
  /** The momentary value, where the driver tells it beside the mean of the last second. */
  'gpu.power.instant': gauge('GPU power, instant', 'W', 1, [0, 5_000]),
  'gpu.energy': counter('GPU energy', 'J', 0, [0, 1e13]),
  'gpu.power.limit': gauge('GPU power limit', 'W', 0, [0, 5_000]),
  'gpu.temperature': gauge('GPU temperature', '°C', 0, [-40, 150]),
  'gpu.temperature.memory': gauge('GPU memory temperature', '°C', 0, [-40, 150]),
  'gpu.fan': gauge('GPU fan', '%', 0, [0, 150]),
  'gpu.clock.sm': gauge('GPU SM clock', 'MHz', 0, [0, 20_000]),
  'gpu.clock.memory': gauge('GPU memory clock', 'MHz', 0, [0, 50_000]),
  /** Why the clocks are below their highest, as bits; src-shared/model/clock-events.ts names them. */
  'gpu.clock.events': gauge('GPU clock event reasons', '1', 0, [0, 0xffff_ffff]),
  /**
   * 1 while power or heat throttles the clocks, by any reason and by each; 0 while it does not. A rollup's mean is the share
   * of the time. A reason's own series begins when the GPU is first throttled by it: before, and wherever it has no
   * sample beside one of `gpu.throttled`, it did not hold.
   */
  'gpu.throttled': gauge('GPU throttled', '1', 2, [0, 1]),
  'gpu.throttled.sw_power_cap': gauge('GPU throttled by its power cap', '1', 2, [0, 1]),
  'gpu.throttled.hw_slowdown': gauge('GPU throttled by a hardware slowdown', '1', 2, [0, 1]),
  'gpu.throttled.sw_thermal': gauge('GPU throttled by heat, software', '1', 2, [0, 1]),
  'gpu.throttled.hw_thermal': gauge('GPU throttled by heat, hardware', '1', 2, [0, 1]),
  'gpu.throttled.hw_power_brake': gauge('GPU throttled by a power brake', '1', 2, [0, 1]),
  'gpu.pcie.receive': rate('GPU PCIe received', 'B/s', 0, [0, PIB]),
  'gpu.pcie.transmit': rate('GPU PCIe sent', 'B/s', 0, [0, PIB]),
  'gpu.pcie.generation': gauge('GPU PCIe generation', '1', 0, [1, 16]),
  'gpu.pcie.width': gauge('GPU PCIe lanes', '1', 0, [1, 64]),
  'gpu.nvlink.receive': rate('GPU NVLink received', 'B/s', 0, [0, PIB]),
  'gpu.nvlink.transmit': rate('GPU NVLink sent', 'B/s', 0, [0, PIB]),
  'gpu.ecc.corrected': counter('GPU ECC errors, corrected', '1', 0, [0, 2 ** 53]),
  'gpu.ecc.uncorrected': counter('GPU ECC errors, uncorrected', '1', 0, [0, 2 ** 53]),
  /** 1 = the GPU is partitioned into MIG devices, which hang below it as gpuN/migM. */
  'gpu.mig.mode': gauge('GPU MIG mode', '1', 0, [0, 1]),
  /** A value at the moment an error was reported, none between. */
  'gpu.xid': gauge('GPU error (XID)', '1', 0, [0, 10_000]),
  /** What a meter on the network tells, of all it measures or of one phase. Power is negative where it flows back. */
  'meter.power': gauge('Meter power', 'W', 1, [-1e9, 1e9]),
  'meter.power.apparent': gauge('Meter apparent power', 'VA', 1, [-1e9, 1e9]),
  'meter.power.reactive': gauge('Meter reactive power', 'var', 1, [-1e9, 1e9]),
  'meter.power.factor': gauge('Meter power factor', '1', 3, [-1, 1]),
  'meter.energy.import': counter('Meter energy drawn', 'J', 0, [0, 1e16]),
  'meter.energy.export': counter('Meter energy fed back', 'J', 0, [0, 1e16]),
  'meter.voltage': gauge('Meter voltage', 'V', 1, [0, 1e6]),
  'meter.current': gauge('Meter current', 'A', 2, [-1e5, 1e5]),
  'meter.frequency': gauge('Mains frequency', 'Hz', 2, [0, 1_000]),
  /** Of a pipe: cooling water, make-up water. */
  'meter.flow': gauge('Flow', 'm³/h', 2, [-1e6, 1e6]),
  'meter.volume': counter('Volume', 'm³', 2, [0, 1e12]),
  /** What a heat meter tells: heat that water carries away, or brings. */
  'meter.heat': gauge('Heat flow', 'W', 0, [-1e9, 1e9]),
  'meter.heat.energy': counter('Heat', 'J', 0, [0, 1e16]),
  /** Of a chiller, an air handler, a pump: 1 = it runs; 1 = it tells of a fault; and how much of what it can. */
  'cooling.running': gauge('Cooling unit runs', '1', 2, [0, 1]),
  'cooling.alarm': gauge('Cooling unit alarm', '1', 2, [0, 1]),
  'cooling.load': gauge('Cooling unit load', '%', 0, [0, 200]),
  'ups.load': gauge('UPS load', '%', 0, [0, 200]),
  /** 1 = it runs on its battery. */
  'ups.on_battery': gauge('UPS on battery', '1', 2, [0, 1]),
  'ups.battery.charge': gauge('UPS battery charge', '%', 0, [0, 100]),
  'ups.battery.runtime': gauge('UPS battery runtime', 's', 0, [0, 1e7]),
  'ups.battery.voltage': gauge('UPS battery voltage', 'V', 1, [0, 2_000]),
  'it.power': gauge('IT power', 'W', 1, [0, 1e9]),
  /** What all processors, all GPUs of a room of several nodes draw together. */
  'it.power.cpu': gauge('IT power, processors', 'W', 1, [0, 1e9]),
  'it.power.gpu': gauge('IT power, GPUs', 'W', 1, [0, 1e9]),
  /** One branch of the room's supply (a UPS input, a cooling unit): the branches do not overlap, their sum is the facility power. */
  'facility.meter.power': gauge('Facility meter', 'W', 1, [0, 1e9]),
  'facility.power': gauge('Facility power', 'W', 1, [0, 1e9]),
  'facility.power_ratio': gauge('Live power ratio', '1', 3, [1, 100]),
  /** Of before the currency was recorded with it (model/cost-rate.ts). */
  'cost.rate': gauge('Cost per hour, currency not recorded', '¤/h', 4, [-1e9, 1e9]),
  'co2e.rate': gauge('CO2e per hour', 'kg/h', 4, [0, 1e9]),
  'train.loss': lower(gauge('Training loss', '1', 4, [-1e12, 1e12])),
  'train.accuracy': higher(gauge('Training accuracy', '1', 4, [0, 1])),
  'train.val_loss': lower(gauge('Validation loss', '1', 4, [-1e12, 1e12])),
  'train.val_accuracy': higher(gauge('Validation accuracy', '1', 4, [0, 1])),
  'train.throughput': higher(rate('Training throughput', 'samples/s', 0, [0, 1e12])),
} as const satisfies Record<string, MetricDef>;

export type MetricId = keyof typeof metrics;
export const metricIds = Object.keys(metrics) as MetricId[];

export function isMetricId(id: string): id is MetricId {
  return Object.hasOwn(metrics, id);
}

export function metricDef(id: MetricId): MetricDef {
  return metrics[id];
}

/** What a metric is called and how it is shown: the catalogue's, else what whoever brought it said, else its id and nothing more. */
export function metricOf({
  metric: id,
  definition,
}: {
  readonly metric: string;
  readonly definition?: MetricDefinition | undefined;
}): MetricDefinition {
  return isMetricId(id) ? metrics[id] : (definition ?? { name: id, unit: '', kind: 'gauge', digits: 2, range: null });
}

/** A reading a meter cannot mean (NaN, infinite, outside the metric's range) is missing, not a value. */
export function saneValue(of: MetricId | MetricDefinition, value: number | null | undefined): number | null {
  if (value === null || value === undefined || !Number.isFinite(value)) return null;
  const { range } = typeof of === 'string' ? metrics[of] : of;
  return range !== null && (value < range[0] || value > range[1]) ? null : value;
}
