import type { MetricId } from '@shared/model/metrics';

/** What meters, UPSes and sensors tell, and the metric that it is recorded as, in that metric's unit. */
export const quantities = {
  power: 'meter.power',
  'power.apparent': 'meter.power.apparent',
  'power.reactive': 'meter.power.reactive',
  'power.factor': 'meter.power.factor',
  'energy.import': 'meter.energy.import',
  'energy.export': 'meter.energy.export',
  voltage: 'meter.voltage',
  current: 'meter.current',
  frequency: 'meter.frequency',
  temperature: 'sensor.temperature',
  humidity: 'sensor.humidity',
  dewpoint: 'sensor.dewpoint',
  pressure: 'sensor.pressure',
  flow: 'meter.flow',
  volume: 'meter.volume',
  heat: 'meter.heat',
  'heat.energy': 'meter.heat.energy',
  fan: 'fan.speed',
  running: 'cooling.running',
  alarm: 'cooling.alarm',
  'cooling-load': 'cooling.load',
  load: 'ups.load',
  'on-battery': 'ups.on_battery',
  'battery.charge': 'ups.battery.charge',
  'battery.runtime': 'ups.battery.runtime',
  'battery.voltage': 'ups.battery.voltage',
} as const satisfies Record<string, MetricId>;

export type QuantityName = keyof typeof quantities;
export const quantityNames = Object.keys(quantities) as QuantityName[];

/** A quantity as a person writes it, with the part of the meter that it is of: `power`, `current.L1`, `power.outlet-3`. */
export function parseQuantity(text: string): { readonly quantity: QuantityName; readonly part: string } | null {
  const quantity = quantityNames.filter((one) => text === one || text.startsWith(`${one}.`)).sort((a, b) => b.length - a.length)[0];
  if (quantity === undefined) return null;
  const part = text.slice(quantity.length + 1);
  return /^[\w-]{0,40}$/.test(part) ? { quantity, part } : null;
}
