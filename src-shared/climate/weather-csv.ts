import { csvFields } from '../base/csv-fields';
import { MessageError, message } from '../text/message';
import { WeatherProblems, type WeatherAir } from './weather-air';
import { WeatherHours, type WeatherFile, type WeatherMoment } from './weather-hours';

const separators = [',', ';', '\t'] as const;
/** A header stands no deeper. */
const MOST_ABOVE = 30;
/** More records than an hour has are no weather. */
const MOST_PER_HOUR = 60;
const FAHRENHEIT = /°\s*f\b|\(f\)|\[f\]|_f$|fahrenheit|华氏/i;

const columns = {
  time: /^(time|date|datetime|timestamp|date.?time|local.?time|时间|日期)\b|^(时间|日期)/i,
  dryBulb: /dry.?bulb|^(air.?)?temp|^t2m|^tdb|干球|气温|温度/i,
  dewPoint: /dew.?point|^dew|^tdp|露点/i,
  humidity: /humid|^rh\b|^rh_|relhum|湿度/i,
} as const;

/** A time as a table writes it. */
export interface WeatherStamp extends WeatherMoment {
  readonly year: number;
  readonly minute: number;
  /** Ahead of UTC, minutes, as the row says; null = it does not. */
  readonly offsetMin: number | null;
}

export interface WeatherRow {
  readonly line: number;
  readonly stamp: WeatherStamp;
  /** Null = what stands there is no number. */
  readonly air: WeatherAir | null;
}

export interface WeatherTable {
  readonly rows: readonly WeatherRow[];
  /** Whether hours are named by their ends: 24:00 is said by who does that. */
  readonly isByEnds: boolean;
  /** Of all its times, minutes ahead of UTC, where the lines above the header say so (as Open-Meteo's do). */
  readonly offsetMin: number | null;
  /** m, where the lines above the header say so. */
  readonly altitudeM: number | null;
  readonly problems: WeatherProblems;
}

/**
 * A table with a header: a column of times, one of temperatures, and perhaps one of humidity or dew points. Lines above the header are
 * passed over, but for what they say of the place.
 * @throws {MessageError} for one without times or temperatures
 */
export function parseWeatherTable(text: string): WeatherTable {
  const lines = text.split(/\r\n|\n|\r/);
  const headerAt = headerOf(lines);
  const header = lines[headerAt] ?? '';
  const separator = separatorOf(header);
  const names = cut(header, separator);
  const [time, dryBulb, dewPoint, humidity] = [columns.time, columns.dryBulb, columns.dewPoint, columns.humidity].map((pattern) =>
    names.findIndex((field) => pattern.test(field)),
  );
  if (time === undefined || time === -1) throw new MessageError(message('message.weather.noTimeColumn', { columns: names.join(', ') }));
  if (dryBulb === undefined || dryBulb === -1)
    throw new MessageError(message('message.weather.noTemperatureColumn', { columns: names.join(', ') }));
  const celsius = (at: number | undefined, value: number | null): number | null =>
    value !== null && FAHRENHEIT.test(names[at ?? -1] ?? '') ? ((value - 32) * 5) / 9 : value;
  const problems = new WeatherProblems();
  const rows: WeatherRow[] = [];
  lines.slice(headerAt + 1).forEach((row, at) => {
    if (row.trim() === '' || /^\s*#/.test(row)) return;
    const line = headerAt + at + 2;
    const fields = cut(row, separator);
    const stamp = stampOf(fields[time] ?? '');
    if (stamp === null) {
      problems.add(line, message('message.weather.noTime', { text: fields[time] ?? '' }));
      return;
    }
    const [dry, dew, relative] = [dryBulb, dewPoint, humidity].map((column) =>
      column === undefined || column === -1 ? null : numberOf(fields[column] ?? '', separator),
    );
    const isNumber = dry !== undefined && dew !== undefined && relative !== undefined;
    if (!isNumber) problems.add(line, message('message.weather.noNumber', { text: fields.join(separator) }));
    const air = isNumber ? { dryBulbC: celsius(dryBulb, dry), dewPointC: celsius(dewPoint, dew), relativeHumidity: relative } : null;
    rows.push({ line, stamp, air });
  });
  if (rows.length === 0) throw new MessageError(message('message.weather.noRecords'));
  return { rows, isByEnds: rows.some(({ stamp }) => stamp.hour === 24), ...placeAbove(lines.slice(0, headerAt)), problems };
}

/**
 * Times are taken as they are written. Of several years the one with the most records is taken, the newest of those that have as many.
 * @throws {MessageError} as `parseWeatherTable`
 */
export function readWeatherCsv(text: string, name: string): WeatherFile {
  const { rows, isByEnds, altitudeM, problems } = parseWeatherTable(text);
  const year = fullestYear(rows);
  const own = rows.filter(({ stamp }) => stamp.year === year);
  const isLeap = own.some(({ stamp }) => stamp.month === 2 && stamp.day === 29);
  const hours = new WeatherHours(isLeap, MOST_PER_HOUR, problems);
  for (const { line, stamp, air } of own) if (air !== null) hours.add(line, isByEnds ? beganAt(stamp) : stamp, air);
  return {
    year: {
      name: name.replace(/\.\w+$/, ''),
      source: String(year),
      latitude: null,
      longitude: null,
      utcOffsetH: null,
      altitudeM,
      design: { heatingC: null, coolingC: null, coolingWetBulbC: null },
      isLeap,
      dryBulbC: hours.dryBulbC,
      relativeHumidity: hours.relativeHumidity,
    },
    problems: problems.listed,
    moreProblems: problems.more,
    leftOut: rows.length - own.length,
  };
}

const cut = (line: string, separator: string): string[] => csvFields(line, separator).map((field) => field.trim());

const separatorOf = (line: string): string => [...separators].sort((a, b) => line.split(b).length - line.split(a).length)[0] ?? ',';

/** The first line that has a column of times; without one, the first that says anything. */
function headerOf(lines: readonly string[]): number {
  const says = (line: string): boolean => line.trim() !== '' && !/^\s*#/.test(line);
  const at = lines
    .slice(0, MOST_ABOVE)
    .findIndex((line) => says(line) && cut(line, separatorOf(line)).some((field) => columns.time.test(field)));
  return at === -1 ? lines.findIndex(says) : at;
}

/** What Open-Meteo says above the header, by names and values. */
function placeAbove(above: readonly string[]): Pick<WeatherTable, 'offsetMin' | 'altitudeM'> {
  const at = above.findIndex((line) => /utc_offset_seconds/.test(line));
  const [names, values] = [above[at] ?? '', above[at + 1] ?? ''].map((line) => cut(line, ','));
  const of = (name: string): number | null => {
    const value = Number(values?.[names?.indexOf(name) ?? -1] || NaN);
    return Number.isFinite(value) ? value : null;
  };
  const offsetS = of('utc_offset_seconds');
  return { offsetMin: offsetS === null ? null : offsetS / 60, altitudeM: of('elevation') };
}

function fullestYear(rows: readonly WeatherRow[]): number {
  const counts = new Map<number, number>();
  for (const { stamp } of rows) counts.set(stamp.year, (counts.get(stamp.year) ?? 0) + 1);
  return [...counts].sort(([yearA, a], [yearB, b]) => b - a || yearB - yearA)[0]?.[0] ?? 0;
}

/** The hour that ends with a record. */
const beganAt = (stamp: WeatherStamp): WeatherMoment => (stamp.minute === 0 && stamp.hour > 0 ? { ...stamp, hour: stamp.hour - 1 } : stamp);

/** A date from the year down, and a time; 24:00 belongs to the day that it ends. */
function stampOf(text: string): WeatherStamp | null {
  const match =
    /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]+(\d{1,2})(?::?(\d{2}))?(?::?\d{2}(?:\.\d+)?)?\s*(?:(Z|UTC|GMT)|([+-])(\d{2}):?(\d{2}))?)?$/i.exec(
      text,
    );
  if (match === null) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0] = match.slice(1, 6).map((figure) => Number(figure ?? 0));
  if (minute > 59 || hour > 24 || (hour === 24 && minute > 0)) return null;
  const [, , , , , , utc, sign, hours, minutes] = match;
  const offset = hours === undefined ? null : (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes ?? 0));
  return { year, month, day, hour, minute, offsetMin: utc === undefined ? offset : 0 };
}

/** @returns null = missing; undefined = no number */
function numberOf(text: string, separator: string): number | null | undefined {
  if (/^(|nan|null|na|n\/a|-+|m|-9{3,4}(\.[09]+)?|9{4}(\.[09]+)?)$/i.test(text)) return null;
  const plain = separator === ',' ? text : text.replace(',', '.');
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain) ? Number(plain) : undefined;
}
