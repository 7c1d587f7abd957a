import { MAX_WEATHER_RECORDS, type WeatherHistory, type WeatherProblem } from '../model/weather';
import { MessageError, message } from '../text/message';
import { isEpw, parseEpw, type EpwFile, type EpwRecord } from './epw';
import { checkedAir, type WeatherAir, type WeatherProblems } from './weather-air';
import { parseWeatherTable, type WeatherStamp } from './weather-csv';
import { hourOfYear } from './weather-year';

/** The clock of times that do not say theirs: UTC, this machine's, or so many hours ahead of UTC all year. */
export type WeatherClock = 'utc' | 'local' | number;

/** What a file of past weather holds. */
export interface WeatherHistoryFile {
  readonly history: WeatherHistory;
  /** Lines that could not be taken: gaps. */
  readonly problems: readonly WeatherProblem[];
  readonly moreProblems: number;
}

interface Told {
  readonly line: number;
  readonly atMs: number;
  readonly air: WeatherAir | null;
}

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
/** A clock that is ahead by less is a clock. */
const AHEAD_MS = 24 * HOUR_MS;
/** What a year is called that is put together of several: EnergyPlus's, ASHRAE's, China's, Japan's, Canada's, Germany's, Britain's. */
const TYPICAL = /\b(tmy\w*|iwec\w*|cswd|swera|cwec\w*|wyec\w*|tr[yu]\w*|dsy|ctz\w*|rmy\w*|ismcs|nrel.?typical)\b|typical|典型/i;

/**
 * Reads an EPW file, or a table with times and temperatures, as the weather of the hours that it names.
 * @param name of the file; each refusal names it and its line
 * @param clock of a table's times, where neither its rows nor the lines above them say theirs; null = such a table is refused
 * @param nowMs wall clock: what has not been yet is no history
 * @throws {MessageError} for a typical year, for times that cannot be told, and for a file that is none
 */
export function readWeatherHistory(text: string, name: string, clock: WeatherClock | null, nowMs: number): WeatherHistoryFile {
  const plain = text.replace(/^\uFEFF/, '');
  return isEpw(plain) ? epwHistory(parseEpw(plain), name, nowMs) : tableHistory(plain, name, clock, nowMs);
}

/** What of it is not older; null = all is. @param fromMs since the Unix epoch */
export function historySince(history: WeatherHistory, fromMs: number): WeatherHistory | null {
  const from = history.atMs.findIndex((time) => time >= fromMs);
  if (from === -1) return null;
  const { atMs, dryBulbC, relativeHumidity } = history;
  return { ...history, atMs: atMs.slice(from), dryBulbC: dryBulbC.slice(from), relativeHumidity: relativeHumidity.slice(from) };
}

function epwHistory({ place, placeLine, perHour, records, problems }: EpwFile, name: string, nowMs: number): WeatherHistoryFile {
  const { source, utcOffsetH } = place;
  if (TYPICAL.test(source)) throw new MessageError(message('message.weather.typical', { name, line: placeLine, source }));
  if (utcOffsetH === null) throw new MessageError(message('message.weather.noOffset', { name, line: placeLine }));
  const stepMs = HOUR_MS / perHour;
  let before: EpwRecord | null = null;
  const told = records.flatMap((record): Told[] => {
    const { line, year, month, day, hour, minute, air } = record;
    if (year === null) {
      problems.add(line, message('message.weather.noTime', { text: `${month}/${day} ${hour}` }));
      return [];
    }
    if (before !== null && isOtherYear(before, record))
      throw new MessageError(message('message.weather.mixedYears', { name, line, years: `${before.year ?? ''}, ${year}` }));
    before = record;
    if (!isDay(year, month, day, problems, line)) return [];
    const endsMs = Date.UTC(year, month - 1, day, hour - 1) + minute * MINUTE_MS;
    return [{ line, atMs: endsMs - stepMs - utcOffsetH * HOUR_MS, air }];
  });
  return historyOf(told, { name: place.name, source, altitudeM: place.altitudeM, stepMs }, problems, { name, nowMs });
}

/** Time goes on from December to January of the year after; whatever else the year does, the months are of several. */
function isOtherYear(before: EpwRecord, { year, month, day }: EpwRecord): boolean {
  if (before.year === year || before.year === null || year === null) return false;
  const isLater = month > before.month || (month === before.month && day >= before.day);
  return year !== before.year + 1 || isLater;
}

function tableHistory(text: string, name: string, clock: WeatherClock | null, nowMs: number): WeatherHistoryFile {
  const { rows, isByEnds, offsetMin, altitudeM, problems } = parseWeatherTable(text);
  let beforeMs = -Infinity;
  const told = rows.flatMap(({ line, stamp, air }): Told[] => {
    if (!isDay(stamp.year, stamp.month, stamp.day, problems, line)) return [];
    const own = stamp.offsetMin ?? offsetMin ?? (clock === 'utc' ? 0 : typeof clock === 'number' ? clock * 60 : null);
    if (own === null && clock === null) throw new MessageError(message('message.weather.noClock', { name, line }));
    const atMs = own === null ? localTime(stamp, beforeMs) : wallTime(stamp) - own * MINUTE_MS;
    beforeMs = atMs;
    return [{ line, atMs, air }];
  });
  const stepMs = stepOf(told.map(({ atMs }) => atMs));
  const shifted = isByEnds ? told.map((one) => ({ ...one, atMs: one.atMs - stepMs })) : told;
  return historyOf(shifted, { name: name.replace(/\.\w+$/, ''), source: '', altitudeM, stepMs }, problems, { name, nowMs });
}

const wallTime = ({ year, month, day, hour, minute }: WeatherStamp): number => Date.UTC(year, month - 1, day, hour, minute);

/** By this machine's clock; the hour that it has twice in autumn is the second one after the first. */
function localTime({ year, month, day, hour, minute }: WeatherStamp, beforeMs: number): number {
  const first = new Date(year, month - 1, day, hour, minute).getTime();
  const second = new Date(first + HOUR_MS);
  return first <= beforeMs && second.getHours() === hour % 24 ? second.getTime() : first;
}

/** The median distance between neighbours, ms; an hour for one alone. */
function stepOf(times: readonly number[]): number {
  const distances = [...times]
    .sort((a, b) => a - b)
    .flatMap((time, i, all) => (i === 0 ? [] : time - (all[i - 1] ?? 0)))
    .filter((distance) => distance > 0)
    .sort((a, b) => a - b);
  return distances[Math.floor(distances.length / 2)] ?? HOUR_MS;
}

function isDay(year: number, month: number, day: number, problems: WeatherProblems, line: number): boolean {
  const isLeap = new Date(Date.UTC(year, 1, 29)).getUTCMonth() === 1;
  if (hourOfYear(month, day, 0, isLeap) !== null) return true;
  problems.add(line, message('message.weather.noDay', { month, day }));
  return false;
}

/** By time, each once; what cannot be is a gap, told by its line. */
function historyOf(
  told: readonly Told[],
  head: Pick<WeatherHistory, 'name' | 'source' | 'altitudeM' | 'stepMs'>,
  problems: WeatherProblems,
  { name, nowMs }: { readonly name: string; readonly nowMs: number },
): WeatherHistoryFile {
  const late = told.find(({ atMs }) => atMs > nowMs + AHEAD_MS);
  if (late !== undefined) throw new MessageError(message('message.weather.future', { name, line: late.line, hourAtMs: late.atMs }));
  const tooMany = told[MAX_WEATHER_RECORDS];
  if (tooMany !== undefined)
    throw new MessageError(message('message.weather.tooMany', { name, line: tooMany.line, most: MAX_WEATHER_RECORDS }));
  const kept: Told[] = [];
  for (const one of [...told].sort((a, b) => a.atMs - b.atMs || a.line - b.line)) {
    const before = kept.at(-1);
    if (before?.atMs === one.atMs) problems.add(one.line, message('message.weather.twice', { line: before.line }));
    else kept.push(one);
  }
  if (kept.length === 0) throw new MessageError(message('message.weather.noRecords'));
  const [dryBulbC, relativeHumidity] = [new Float64Array(kept.length), new Float64Array(kept.length)];
  kept.forEach(({ line, air }, i) => {
    const checked = air === null ? null : checkedAir(air);
    if (checked !== null && checked.problem !== null) problems.add(line, checked.problem);
    dryBulbC[i] = checked?.dryBulbC ?? NaN;
    relativeHumidity[i] = checked?.relativeHumidity ?? NaN;
  });
  return {
    history: { ...head, atMs: Float64Array.from(kept, ({ atMs }) => atMs), dryBulbC, relativeHumidity },
    problems: problems.listed,
    moreProblems: problems.more,
  };
}
