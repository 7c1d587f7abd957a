import { hoursOfYear, type WeatherSummary, type WeatherYear } from '../model/weather';
import { moistAir, pressureAt } from './moist-air';

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;
/** Days of the year before each month, of a year of 365. */
const BEFORE = DAYS.map((_, month) => DAYS.slice(0, month).reduce((sum, days) => sum + days, 0));
const HOURS_OF_DAY = 24;
/** What is told of a year at a glance. °C */
const LIMITS = [5, 10, 15, 18, 20, 22, 24, 27, 30] as const;

/**
 * Which hour of its year a moment is in, from 0; years of 365 days have no 29 February.
 * @param month 1–12 @param hour 0–23
 * @returns null for a day that the year does not have
 */
export function hourOfYear(month: number, day: number, hour: number, isLeap: boolean): number | null {
  const days = DAYS[month - 1];
  if (days === undefined || !Number.isInteger(day) || day < 1 || day > (month === 2 && isLeap ? 29 : days)) return null;
  if (!Number.isInteger(hour) || hour < 0 || hour >= HOURS_OF_DAY) return null;
  const leapDay = isLeap && month > 2 ? 1 : 0;
  return ((BEFORE[month - 1] ?? 0) + leapDay + day - 1) * HOURS_OF_DAY + hour;
}

/** The hour of the year at the place's standard time; the last day of February stands for one that the year does not have. */
export function hourAt({ isLeap, utcOffsetH }: Pick<WeatherYear, 'isLeap' | 'utcOffsetH'>, atMs: number): number {
  const local = new Date(atMs + (utcOffsetH ?? -new Date(atMs).getTimezoneOffset() / 60) * 3_600_000);
  const [month, day, hour] = [local.getUTCMonth() + 1, local.getUTCDate(), local.getUTCHours()];
  return hourOfYear(month, day, hour, isLeap) ?? hourOfYear(month, day - 1, hour, isLeap) ?? 0;
}

/** Wet bulbs, °C, hour by hour; NaN where humidity or temperature is missing. */
export function wetBulbs({ dryBulbC, relativeHumidity, altitudeM }: WeatherYear): Float64Array {
  const pressurePa = pressureAt(altitudeM ?? 0);
  return dryBulbC.map((dryBulb, hour) => moistAir(dryBulb, relativeHumidity[hour] ?? NaN, pressurePa)?.wetBulbC ?? NaN);
}

/** What a year comes to. Means are of the hours that are known; so are degree days, filled up to the year. */
export function weatherSummary(year: WeatherYear): WeatherSummary {
  const { dryBulbC, relativeHumidity: _, ...place } = year;
  const dry = dryBulbC.filter((value) => !Number.isNaN(value));
  const wet = wetBulbs(year).filter((value) => !Number.isNaN(value));
  const days = dry.length === 0 ? 0 : hoursOfYear(year.isLeap) / HOURS_OF_DAY / dry.length;
  const degreeDays = (beyond: (value: number) => number): number | null =>
    dry.length === 0 ? null : days * dry.reduce((sum, value) => sum + Math.max(0, beyond(value)), 0);
  return {
    ...place,
    hours: dry.length,
    missingHours: hoursOfYear(year.isLeap) - dry.length,
    humidHours: wet.length,
    minC: extreme(dry, Math.min),
    meanC: mean(dry),
    maxC: extreme(dry, Math.max),
    meanWetBulbC: mean(wet),
    maxWetBulbC: extreme(wet, Math.max),
    heatingDegreeDays18: degreeDays((value) => 18 - value),
    coolingDegreeDays18: degreeDays((value) => value - 18),
    coolingDegreeDays21: degreeDays((value) => value - 21),
    below: LIMITS.map((limitC) => ({
      limitC,
      dryBulbHours: dry.filter((value) => value <= limitC).length,
      wetBulbHours: wet.length === 0 ? null : wet.filter((value) => value <= limitC).length,
    })),
  };
}

const mean = (values: Float64Array): number | null =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;

const extreme = (values: Float64Array, pick: (a: number, b: number) => number): number | null =>
  values.length === 0 ? null : values.reduce((a, b) => pick(a, b));
