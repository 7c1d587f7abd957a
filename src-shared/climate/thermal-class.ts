import { dewPoint, humidityRatio, humidityRatioAtDewPoint } from './moist-air';

/** The classes of IT equipment for air cooling (ASHRAE TC 9.9, Thermal Guidelines for Data Processing Environments, 5th edition, 2021). */
export const thermalClasses = ['A1', 'A2', 'A3', 'A4', 'H1'] as const;
export type ThermalClass = (typeof thermalClasses)[number];

/** A range of air at the inlet of IT equipment. Temperatures in °C, humidity in %. */
export interface AirLimits {
  readonly minC: number;
  readonly maxC: number;
  readonly minDewPointC: number;
  /** Beside the dew point, the drier of both holds; null = the dew point alone. */
  readonly minRelativeHumidity: number | null;
  readonly maxDewPointC: number;
  readonly maxRelativeHumidity: number;
}

/** Both sides of moisture: 70 % holds where corrosion by gases is low (tested by coupons), else 50 %. */
const recommendedMoisture = { minDewPointC: -9, minRelativeHumidity: null, maxDewPointC: 15, maxRelativeHumidity: 70 } as const;
const allowable = (minC: number, maxC: number, maxDewPointC: number, maxRelativeHumidity: number): AirLimits => ({
  minC,
  maxC,
  minDewPointC: -12,
  minRelativeHumidity: 8,
  maxDewPointC,
  maxRelativeHumidity,
});

/** The reference card of the edition of 2021. */
export const classLimits: Readonly<Record<ThermalClass, { readonly recommended: AirLimits; readonly allowable: AirLimits }>> = {
  A1: { recommended: { minC: 18, maxC: 27, ...recommendedMoisture }, allowable: allowable(15, 32, 17, 80) },
  A2: { recommended: { minC: 18, maxC: 27, ...recommendedMoisture }, allowable: allowable(10, 35, 21, 80) },
  A3: { recommended: { minC: 18, maxC: 27, ...recommendedMoisture }, allowable: allowable(5, 40, 24, 85) },
  A4: { recommended: { minC: 18, maxC: 27, ...recommendedMoisture }, allowable: allowable(5, 45, 24, 90) },
  H1: { recommended: { minC: 18, maxC: 22, ...recommendedMoisture }, allowable: allowable(5, 25, 17, 80) },
};

/** No more in any 15 minutes and in any hour, K, for equipment without tape drives; with them 5 K in an hour. Same source. */
export const rateLimits = { quarterK: 5, hourK: 20 } as const;

/** Highest facility water supply, °C, of the liquid cooling classes of the same source; W+ has no limit above 45. */
export const liquidClasses = { W17: 17, W27: 27, W32: 32, W40: 40, W45: 45 } as const;

export type AirFault = 'too-cold' | 'too-hot' | 'too-dry' | 'too-humid';

/**
 * In what air lies outside of the limits: by temperature, and by moisture where its relative humidity (%) is known.
 * @returns none, one of temperature, one of moisture, or both
 */
export function airFaults(limits: AirLimits, dryBulbC: number, relativeHumidity: number | null): AirFault[] {
  const faults: AirFault[] = [];
  if (dryBulbC < limits.minC) faults.push('too-cold');
  if (dryBulbC > limits.maxC) faults.push('too-hot');
  if (relativeHumidity === null) return faults;
  const dew = dewPoint(dryBulbC, relativeHumidity);
  if (dew === null || dew < limits.minDewPointC || relativeHumidity < (limits.minRelativeHumidity ?? 0)) faults.push('too-dry');
  else if (dew > limits.maxDewPointC || relativeHumidity > limits.maxRelativeHumidity) faults.push('too-humid');
  return faults;
}

export interface ChartPoint {
  readonly temperatureC: number;
  /** Grams of water a kilogram of dry air. */
  readonly humidityRatio: number;
}

/** The outline of the limits on a psychrometric chart at a pressure in Pa: along the dry side, back along the humid one. */
export function envelope(limits: AirLimits, pressurePa: number, stepK = 0.5): ChartPoint[] {
  const temperatures: number[] = [];
  for (let t = limits.minC; t < limits.maxC; t += stepK) temperatures.push(t);
  temperatures.push(limits.maxC);
  const dry = temperatures.map((temperatureC): ChartPoint => ({ temperatureC, humidityRatio: driest(limits, temperatureC, pressurePa) }));
  const humid = temperatures.map((temperatureC): ChartPoint => ({
    temperatureC,
    humidityRatio: wettest(limits, temperatureC, pressurePa),
  }));
  return [...dry, ...humid.reverse()];
}

function driest({ minDewPointC, minRelativeHumidity }: AirLimits, temperatureC: number, pressurePa: number): number {
  const byDew = humidityRatioAtDewPoint(minDewPointC, pressurePa);
  return Math.max(byDew, minRelativeHumidity === null ? 0 : (humidityRatio(temperatureC, minRelativeHumidity, pressurePa) ?? 0));
}

function wettest({ maxDewPointC, maxRelativeHumidity }: AirLimits, temperatureC: number, pressurePa: number): number {
  const byDew = humidityRatioAtDewPoint(maxDewPointC, pressurePa);
  return Math.min(byDew, humidityRatio(temperatureC, maxRelativeHumidity, pressurePa) ?? byDew);
}
