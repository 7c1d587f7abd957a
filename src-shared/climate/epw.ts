import { csvFields } from '../base/csv-fields';
import type { WeatherDesign, WeatherPlace } from '../model/weather';
import { MessageError, message } from '../text/message';
import { WeatherProblems, type WeatherAir } from './weather-air';
import { WeatherHours, type WeatherFile } from './weather-hours';

/**
 * EnergyPlus weather files (EnergyPlus, Auxiliary Programs: EPW CSV Format): eight header lines, then a record an hour, or several.
 * Months may come from different years, so dates are never made of them. Hours 1 to 24 end where they are named. Times are of the
 * place's standard time.
 */
const HEADERS = 8;
const FIRST = /^\s*LOCATION\s*,/i;
/** What stands for a missing value: so much and more. */
const MISSING = { temperature: 99.9, humidity: 999 } as const;
const column = { year: 0, month: 1, day: 2, hour: 3, minute: 4, dryBulb: 6, dewPoint: 7, humidity: 8 } as const;
const FEWEST_FIELDS = 9;

/** One record: an hour, or a part of it. */
export interface EpwRecord {
  readonly line: number;
  /** As written, whichever year the hour is really of; null = it says none. */
  readonly year: number | null;
  readonly month: number;
  readonly day: number;
  /** 1–24: the hour that ends there. */
  readonly hour: number;
  /** At which the record ends, 1–60. */
  readonly minute: number;
  readonly air: WeatherAir;
}

/** What an EPW file holds. */
export interface EpwFile {
  readonly place: WeatherPlace;
  /** The line that names it. */
  readonly placeLine: number;
  readonly perHour: number;
  readonly isLeap: boolean;
  /** In the file's order, what cannot be a record left out. */
  readonly records: readonly EpwRecord[];
  readonly problems: WeatherProblems;
}

export const isEpw = (text: string): boolean => FIRST.test(text);

/**
 * @param text the file's, without a byte order mark
 * @throws {MessageError} for one that has no such header or no record at all
 */
export function parseEpw(text: string): EpwFile {
  const lines = text.split(/\r\n|\n|\r/);
  const headers = new Map(
    lines.slice(0, HEADERS).map((line, at) => {
      const fields = csvFields(line, ',').map((field) => field.trim());
      return [(fields[0] ?? '').toUpperCase(), { fields, line: at + 1 }] as const;
    }),
  );
  const location = headers.get('LOCATION');
  if (location === undefined) throw new MessageError(message('message.weather.noLocation'));
  const periods = headers.get('DATA PERIODS');
  if (periods === undefined) throw new MessageError(message('message.weather.noPeriods'));
  const perHour = numberOf(periods.fields[2]) ?? 1;
  if (!Number.isInteger(perHour) || perHour < 1 || perHour > 60)
    throw new MessageError(message('message.weather.badPeriods', { line: periods.line }));
  const saysLeap = /^y/i.test(headers.get('HOLIDAYS/DAYLIGHT SAVINGS')?.fields[1] ?? '');
  const problems = new WeatherProblems();
  const records = lines.slice(HEADERS).flatMap((text, at) => {
    if (text.trim() === '') return [];
    return readRecord(text, HEADERS + at + 1, problems) ?? [];
  });
  if (records.length === 0) throw new MessageError(message('message.weather.noRecords'));
  const [, city = '', region = '', country = '', source = ''] = location.fields;
  return {
    place: {
      name: [city, region, country].filter((part) => part !== '' && part !== '-').join(', '),
      source,
      latitude: within(numberOf(location.fields[6]), 90),
      longitude: within(numberOf(location.fields[7]), 180),
      utcOffsetH: within(numberOf(location.fields[8]), 14),
      altitudeM: within(numberOf(location.fields[9]), 9_000),
      design: designOf(headers.get('DESIGN CONDITIONS')?.fields ?? []),
    },
    placeLine: location.line,
    perHour,
    // Some files have the day and not the flag.
    isLeap: saysLeap || records.some(({ month, day }) => month === 2 && day === 29),
    records,
    problems,
  };
}

/** The file's hours as those of one year, whichever years its months are from. @throws {MessageError} as `parseEpw` */
export function readEpw(text: string): WeatherFile {
  const { place, perHour, isLeap, records, problems } = parseEpw(text);
  const hours = new WeatherHours(isLeap, perHour, problems);
  for (const { line, month, day, hour, air } of records) hours.add(line, { month, day, hour: hour - 1 }, air);
  return {
    year: { ...place, isLeap, dryBulbC: hours.dryBulbC, relativeHumidity: hours.relativeHumidity },
    problems: problems.listed,
    moreProblems: problems.more,
    leftOut: 0,
  };
}

/** @returns null where it is no record */
function readRecord(text: string, line: number, problems: WeatherProblems): EpwRecord | null {
  const fields = csvFields(text, ',').map((field) => field.trim());
  if (fields.length < FEWEST_FIELDS) {
    problems.add(line, message('message.weather.short', { count: fields.length }));
    return null;
  }
  const [month = null, day = null, hour = null] = [column.month, column.day, column.hour].map((at) => numberOf(fields[at]));
  if (month === null || day === null || hour === null || !Number.isInteger(hour) || hour < 1 || hour > 24) {
    problems.add(line, message('message.weather.noTime', { text: fields.slice(0, column.minute + 1).join(',') }));
    return null;
  }
  const told = (at: number, missing: number): number | null | undefined => {
    const field = fields[at] ?? '';
    if (field === '') return null;
    const value = numberOf(field);
    return value === null ? undefined : value >= missing ? null : value;
  };
  const dryBulbC = told(column.dryBulb, MISSING.temperature);
  const dewPointC = told(column.dewPoint, MISSING.temperature);
  const relativeHumidity = told(column.humidity, MISSING.humidity);
  if (dryBulbC === undefined || dewPointC === undefined || relativeHumidity === undefined) {
    problems.add(line, message('message.weather.noNumber', { text: fields.slice(column.dryBulb, column.humidity + 1).join(',') }));
    return null;
  }
  const [year = null, minute = null] = [column.year, column.minute].map((at) => numberOf(fields[at]));
  // Files that have an hour in one record write 0 or 60 for its end, some the minute of the observation.
  const endsAt = minute === null || minute < 1 || minute > 60 ? 60 : minute;
  return { line, year, month, day, hour, minute: endsAt, air: { dryBulbC, dewPointC, relativeHumidity } };
}

/** ASHRAE's heating 99.6 % and cooling 0.4 % design conditions, where the header has them. */
function designOf(fields: readonly string[]): WeatherDesign {
  const [heating, cooling] = [/^heating$/i, /^cooling$/i].map((word) => fields.findIndex((field) => word.test(field)));
  const at = (from: number | undefined, step: number): number | null =>
    from === undefined || from === -1 ? null : within(numberOf(fields[from + step]), 60);
  return { heatingC: at(heating, 2), coolingC: at(cooling, 3), coolingWetBulbC: at(cooling, 4) };
}

/** A decimal number, and nothing else. */
function numberOf(text: string | undefined): number | null {
  return text !== undefined && /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : null;
}

const within = (value: number | null, most: number): number | null => (value === null || Math.abs(value) > most ? null : value);
