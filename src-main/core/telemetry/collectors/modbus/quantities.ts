import type { MetricId } from '@shared/model/metrics';

/** What meters tell, and the metric that it is recorded as, in that metric's unit. */
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
} as const satisfies Record<string, MetricId>;

export type QuantityName = keyof typeof quantities;
