import { z } from 'zod';
import { Message } from '../text/message';
import { Doubles } from './binary';

/** Of air-conditioning design, after the file's own header; null = the file has none. °C */
export const WeatherDesign = z.object({
  /** Dry bulb that 99.6 % of the year's hours are warmer than. */
  heatingC: z.number().nullable(),
  /** Dry bulb that 0.4 % of the year's hours are warmer than, and the mean wet bulb of those hours. */
  coolingC: z.number().nullable(),
  coolingWetBulbC: z.number().nullable(),
});
export type WeatherDesign = z.infer<typeof WeatherDesign>;

const HOURS = 8_760;
const LEAP_HOURS = 8_784;
export const hoursOfYear = (isLeap: boolean): number => (isLeap ? LEAP_HOURS : HOURS);

/** Where weather is of, as far as the file says. */
export const WeatherPlace = z.object({
  name: z.string().max(200),
  /** What the hours come from, by the file's word: TMY3, IWEC; empty = it does not say. */
  source: z.string().max(200),
  latitude: z.number().min(-90).max(90).nullable(),
  longitude: z.number().min(-180).max(180).nullable(),
  /** Standard time at the place less UTC, hours; no summer time. */
  utcOffsetH: z.number().min(-14).max(14).nullable(),
  altitudeM: z.number().min(-500).max(9_000).nullable(),
  design: WeatherDesign,
});

export type WeatherPlace = z.infer<typeof WeatherPlace>;

/** A year's weather by hours of the place's standard time, from the first of January: typical, or of one year. NaN = missing. */
export const WeatherYear = WeatherPlace.extend({
  isLeap: z.boolean(),
  dryBulbC: Doubles,
  relativeHumidity: Doubles,
}).refine(({ isLeap, dryBulbC, relativeHumidity }) => [dryBulbC, relativeHumidity].every(({ length }) => length === hoursOfYear(isLeap)), {
  message: 'a year of hours',
});
export type WeatherYear = z.infer<typeof WeatherYear>;

/** What a year's weather comes to. */
export const WeatherSummary = WeatherPlace.extend({
  isLeap: z.boolean(),
  /** Whose dry bulb is known, and of those whose wet bulb is. */
  hours: z.number().int(),
  missingHours: z.number().int(),
  humidHours: z.number().int(),
  minC: z.number().nullable(),
  meanC: z.number().nullable(),
  maxC: z.number().nullable(),
  meanWetBulbC: z.number().nullable(),
  maxWetBulbC: z.number().nullable(),
  /** Degree days: of heating below 18 °C, of cooling above 21 °C (the bases of Eurostat's, its threshold left out) and above 18 °C. K·d */
  heatingDegreeDays18: z.number().nullable(),
  coolingDegreeDays18: z.number().nullable(),
  coolingDegreeDays21: z.number().nullable(),
  /** Hours at most so warm, by dry and by wet bulb. */
  below: z.array(z.object({ limitC: z.number(), dryBulbHours: z.number().int(), wetBulbHours: z.number().int().nullable() })),
});
export type WeatherSummary = z.infer<typeof WeatherSummary>;

/** What was wrong in a file, by line; the rest of it was taken. */
export const WeatherProblem = z.object({ line: z.number().int().positive(), problem: Message });
export type WeatherProblem = z.infer<typeof WeatherProblem>;

/** The year that the room's what-ifs and missing weather are taken from; null = none was taken in. */
export const KeptWeather = z.object({
  weather: WeatherSummary.extend({ file: z.string(), takenAtMs: z.number() }).nullable(),
});
export type KeptWeather = z.infer<typeof KeptWeather>;

/** Records that one file of past weather has at most: ten years by ten minutes. */
export const MAX_WEATHER_RECORDS = 530_000;

/** The weather that was, from one file: each value from its time on, for a step at most. NaN = a gap. */
export const WeatherHistory = z
  .object({
    name: z.string().max(200),
    source: z.string().max(200),
    altitudeM: WeatherPlace.shape.altitudeM,
    /** Between one record and the next, ms. */
    stepMs: z.number().int().positive(),
    /** Since the Unix epoch, whole ms, each once, oldest first. */
    atMs: Doubles,
    /** °C. */
    dryBulbC: Doubles,
    /** %. */
    relativeHumidity: Doubles,
  })
  .refine(({ atMs, dryBulbC, relativeHumidity }) => dryBulbC.length === atMs.length && relativeHumidity.length === atMs.length, {
    message: 'columns of different lengths',
  })
  .refine(({ atMs }) => atMs.length > 0 && atMs.length <= MAX_WEATHER_RECORDS, { message: 'at least one record, and not too many' })
  .refine(({ atMs }) => atMs.every((time, i) => Number.isInteger(time) && (i === 0 || time > (atMs[i - 1] ?? NaN))), {
    message: 'times that go up',
  });
export type WeatherHistory = z.infer<typeof WeatherHistory>;

/** A file whose weather is in the history. */
export const WeatherRecord = z.object({
  /** Whose series it is: `file/weather/<name>`. */
  device: z.string().min(1).max(120),
  file: z.string().max(260),
  name: z.string().max(200),
  source: z.string().max(200),
  /** Of its first and its last record, ms since the Unix epoch. */
  fromMs: z.number(),
  toMs: z.number(),
  stepMs: z.number().int().positive(),
  /** Whose dry bulb is known, and of those whose humidity, and so wet bulb, is. */
  records: z.number().int().nonnegative(),
  humid: z.number().int().nonnegative(),
  /** Of this time and not told: records without a value, and steps without a record. */
  gaps: z.number().int().nonnegative(),
  /** Older than what is kept as it was recorded: not taken. */
  expired: z.number().int().nonnegative(),
  takenAtMs: z.number(),
});
export type WeatherRecord = z.infer<typeof WeatherRecord>;
