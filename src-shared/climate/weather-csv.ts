import { csvFields } from '../base/csv-fields';
import { MessageError, message } from '../text/message';
import { WeatherHours, type WeatherFile, type WeatherMoment } from './weather-hours';

const separators = [',', ';', '\t'] as const;
/** More records than an hour has are no weather. */
const MOST_PER_HOUR = 60;
const FAHRENHEIT = /°\s*f\b|\(f\)|\[f\]|_f$|fahrenheit|华氏/i;

const columns = {
  time: /^(time|date|datetime|timestamp|date.?time|local.?time|时间|日期)\b|^(时间|日期)/i,
  dryBulb: /dry.?bulb|^(air.?)?temp|^t2m|^tdb|干球|气温|温度/i,
  dewPoint: /dew.?point|^dew|^tdp|露点/i,
  humidity: /humid|^rh\b|^rh_|relhum|湿度/i,
} as const;

interface Stamp extends WeatherMoment {
  readonly year: number;
  readonly minute: number;
}

interface Row {
  readonly line: number;
  readonly stamp: Stamp;
  readonly fields: readonly string[];
}

/**
 * A table with a header: a column of times, one of temperatures, and perhaps one of humidity or dew points. Times are taken as they
 * are written. Of several years the one with the most records is taken, the newest of those that have as many.
 * @throws {MessageError} for one without times or temperatures
 */
export function readWeatherCsv(text: string, name: string): WeatherFile {
  const lines = text.split(/\r\n|\n|\r/);
  const headerAt = lines.findIndex((line) => line.trim() !== '' && !/^\s*#/.test(line));
  const header = lines[headerAt] ?? '';
  const separator = [...separators].sort((a, b) => header.split(b).length - header.split(a).length)[0] ?? ',';
  const names = csvFields(header, separator).map((field) => field.trim());
  const [time, dryBulb, dewPoint, humidity] = [columns.time, columns.dryBulb, columns.dewPoint, columns.humidity].map((pattern) =>
    names.findIndex((field) => pattern.test(field)),
  );
  if (time === undefined || time === -1) throw new MessageError(message('message.weather.noTimeColumn', { columns: names.join(', ') }));
  if (dryBulb === undefined || dryBulb === -1)
    throw new MessageError(message('message.weather.noTemperatureColumn', { columns: names.join(', ') }));
  const rows: Row[] = [];
  const bad: { line: number; text: string }[] = [];
  lines.slice(headerAt + 1).forEach((row, at) => {
    if (row.trim() === '' || /^\s*#/.test(row)) return;
    const line = headerAt + at + 2;
    const fields = csvFields(row, separator).map((field) => field.trim());
    const stamp = stampOf(fields[time] ?? '');
    if (stamp === null) bad.push({ line, text: fields[time] ?? '' });
    else rows.push({ line, stamp, fields });
  });
  if (rows.length === 0) throw new MessageError(message('message.weather.noRecords'));
  // 24:00 is said by who names hours by their ends.
  const isByEnds = rows.some(({ stamp }) => stamp.hour === 24);
  const year = fullestYear(rows);
  const own = rows.filter(({ stamp }) => stamp.year === year);
  const hours = new WeatherHours(
    own.some(({ stamp }) => stamp.month === 2 && stamp.day === 29),
    MOST_PER_HOUR,
  );
  for (const { line, text: time } of bad) hours.bad(line, message('message.weather.noTime', { text: time }));
  const celsius = (at: number | undefined, value: number | null): number | null =>
    value !== null && FAHRENHEIT.test(names[at ?? -1] ?? '') ? ((value - 32) * 5) / 9 : value;
  for (const { line, stamp, fields } of own) {
    const [dry, dew, relative] = [dryBulb, dewPoint, humidity].map((at) =>
      at === undefined || at === -1 ? null : numberOf(fields[at] ?? '', separator),
    );
    if (dry === undefined || dew === undefined || relative === undefined)
      hours.bad(line, message('message.weather.noNumber', { text: fields.join(separator) }));
    else
      hours.add(line, isByEnds ? beganAt(stamp) : stamp, {
        dryBulbC: celsius(dryBulb, dry),
        dewPointC: celsius(dewPoint, dew),
        relativeHumidity: relative,
      });
  }
  return {
    year: {
      name: name.replace(/\.\w+$/, ''),
      source: String(year),
      latitude: null,
      longitude: null,
      utcOffsetH: null,
      altitudeM: null,
      design: { heatingC: null, coolingC: null, coolingWetBulbC: null },
      isLeap: own.some(({ stamp }) => stamp.month === 2 && stamp.day === 29),
      dryBulbC: hours.dryBulbC,
      relativeHumidity: hours.relativeHumidity,
    },
    problems: hours.problems.sort((a, b) => a.line - b.line),
    moreProblems: hours.moreProblems,
    leftOut: rows.length - own.length,
  };
}

function fullestYear(rows: readonly Row[]): number {
  const counts = new Map<number, number>();
  for (const { stamp } of rows) counts.set(stamp.year, (counts.get(stamp.year) ?? 0) + 1);
  return [...counts].sort(([yearA, a], [yearB, b]) => b - a || yearB - yearA)[0]?.[0] ?? 0;
}

/** The hour that ends with a record. */
const beganAt = (stamp: Stamp): WeatherMoment => (stamp.minute === 0 && stamp.hour > 0 ? { ...stamp, hour: stamp.hour - 1 } : stamp);

/** A date from the year down, and a time; 24:00 belongs to the day that it ends. */
function stampOf(text: string): Stamp | null {
  const match =
    /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]+(\d{1,2})(?::?(\d{2}))?(?::?\d{2}(?:\.\d+)?)?\s*(?:Z|[+-]\d{2}:?\d{2})?)?$/i.exec(text);
  if (match === null) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0] = match.slice(1, 6).map((figure) => Number(figure ?? 0));
  return minute > 59 || hour > 24 || (hour === 24 && minute > 0) ? null : { year, month, day, hour, minute };
}

/** @returns null = missing; undefined = no number */
function numberOf(text: string, separator: string): number | null | undefined {
  if (/^(|nan|null|na|n\/a|-+|m)$/i.test(text)) return null;
  const plain = separator === ',' ? text : text.replace(',', '.');
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain) ? Number(plain) : undefined;
}
