/** Units that meters are written in: the unit of the metric, how much of it one of them is, and where its zero lies there. */
const UNITS: Readonly<Record<string, readonly [of: string, factor: number, offset?: number]>> = {
  mW: ['W', 1e-3],
  W: ['W', 1],
  kW: ['W', 1e3],
  MW: ['W', 1e6],
  VA: ['VA', 1],
  kVA: ['VA', 1e3],
  var: ['var', 1],
  kvar: ['var', 1e3],
  J: ['J', 1],
  kJ: ['J', 1e3],
  MJ: ['J', 1e6],
  GJ: ['J', 1e9],
  mWh: ['J', 3.6],
  Wh: ['J', 3_600],
  kWh: ['J', 3.6e6],
  MWh: ['J', 3.6e9],
  mV: ['V', 1e-3],
  V: ['V', 1],
  kV: ['V', 1e3],
  mA: ['A', 1e-3],
  A: ['A', 1],
  Hz: ['Hz', 1],
  '°C': ['°C', 1],
  '°F': ['°C', 5 / 9, (-32 * 5) / 9],
  K: ['°C', 1, -273.15],
  Pa: ['Pa', 1],
  hPa: ['Pa', 100],
  kPa: ['Pa', 1e3],
  bar: ['Pa', 1e5],
  'm³/h': ['m³/h', 1],
  'l/min': ['m³/h', 0.06],
  'l/s': ['m³/h', 3.6],
  'm³': ['m³', 1],
  l: ['m³', 1e-3],
  s: ['s', 1],
  min: ['s', 60],
  h: ['s', 3_600],
  rpm: ['rpm', 1],
  '%': ['%', 1],
  '1': ['1', 1],
};

export interface UnitScale {
  readonly factor: number;
  /** Added after the factor. */
  readonly offset: number;
}

/** What turns a number in this unit into the metric's own; null = they do not measure the same. */
export function unitScale(unit: string, metricUnit: string): UnitScale | null {
  // A power factor and a load are written in percent or as a share.
  if (unit === '%' && metricUnit === '1') return { factor: 0.01, offset: 0 };
  if (unit === '1' && metricUnit === '%') return { factor: 100, offset: 0 };
  if (unit === metricUnit) return { factor: 1, offset: 0 };
  const [of, factor = 1, offset = 0] = (Object.hasOwn(UNITS, unit) ? UNITS[unit] : undefined) ?? [];
  return of === metricUnit ? { factor, offset } : null;
}

/** The units that a value of this metric can be written in. */
export const unitsFor = (metricUnit: string): string[] => Object.keys(UNITS).filter((unit) => UNITS[unit]?.[0] === metricUnit);

/** Energy is counted in too many units to guess one: it is asked for. */
export const needsUnit = (metricUnit: string): boolean => metricUnit === 'J';

/** Tenths and hundredths are divided by, since 0.01 is no number of the machine: 4998 is 49.98, not 49.980000000000004. */
export function scaled(value: number, factor: number): number {
  const inverse = Math.round(1 / factor);
  return factor < 1 && Math.abs(inverse * factor - 1) < 1e-12 ? value / inverse : value * factor;
}
