import { message, type KeyedMessage } from '@shared/text/message';
import { conversion } from './units';
import { shortened } from './numbers';
import { dateFigures, dayFraction, readStamp, type DateOrder, type EpochUnit, type Stamp } from './stamps';
import type { InputHints } from './input-hints';
import { WallClock, zoneWord } from './zones';

/** How the moments of a file are told. */
export interface TimePlan {
  /** `stamp`: each row has a date. `clock`: only a time of day. `elapsed`: a count from the beginning. */
  readonly kind: 'stamp' | 'clock' | 'elapsed';
  /** Places of its columns: one, or a date's and a clock's. */
  readonly columns: readonly number[];
  readonly order: DateOrder | null;
  readonly epoch: EpochUnit | null;
  /** Zone of a time that names none. */
  readonly zone: string;
  /** Of `elapsed`: the unit counted. */
  readonly unit: string;
  /** Where a clock's day or a count begins; null = not given. */
  readonly start: StartMoment | null;
  readonly hints: InputHints;
}

export interface StartMoment {
  readonly wall: number;
  /** Zone's words behind it; '' = that of the file. */
  readonly zone: string;
  readonly dateOnly: boolean;
}

/** `--start`, as 2026-11-20 or 2026-11-20T17:00; null for what is none. */
export function startMoment(text: string): StartMoment | null {
  const stamp = readStamp(text.trim(), null, null);
  if (stamp?.is === 'wall') return { wall: stamp.wall, zone: stamp.zone, dateOnly: stamp.dateOnly };
  return stamp?.is === 'moment' ? { wall: stamp.ms, zone: 'Z', dateOnly: false } : null;
}

const DAY_MS = 86_400_000;
const HALF_DAY_MS = DAY_MS / 2;
/** A logger's rows are out of order by less, ms; only a greater step back is the hour that comes twice. */
const OUT_OF_ORDER_MS = 5_000;

/** What has to be known to go on in the middle of a file. */
export interface TimeState {
  readonly lastMs: number | null;
  readonly day: number;
  readonly lastClock: number;
}

/** Turns the texts of one file's time column into moments, in the file's order. */
export class TimeReader {
  private readonly clocks = new Map<string, WallClock>();
  private lastMs: number | null;
  private day: number;
  private lastClock: number;

  constructor(
    private readonly plan: TimePlan,
    state: TimeState | null = null,
  ) {
    this.lastMs = state?.lastMs ?? null;
    this.day = state?.day ?? 0;
    this.lastClock = state?.lastClock ?? -1;
  }

  get state(): TimeState {
    return { lastMs: this.lastMs, day: this.day, lastClock: this.lastClock };
  }

  /** Ms since the epoch, whole; a message that says what is wrong. */
  read(first: string, second: string | null): number | KeyedMessage {
    const { plan } = this;
    const text = second === null ? first.trim() : `${first.trim()} ${second.trim()}`;
    if (text.trim() === '') return message('message.csv.noTime');
    if (plan.kind === 'elapsed') return this.elapsed(text);
    const stamp =
      second === null ? readStamp(text, plan.order, plan.epoch) : (readStamp(text, plan.order, null) ?? this.joinedSerial(first, second));
    if (stamp === null || stamp.is === 'number') return message('message.csv.badTime', { text: shortened(text) });
    if (stamp.is === 'moment') return this.took(stamp.ms);
    if (stamp.is === 'clock') return this.clock(stamp.ms, text);
    return this.moment(stamp.wall, stamp.zone, text);
  }

  private joinedSerial(date: string, clock: string): Stamp | null {
    const { order, epoch } = this.plan;
    const day = readStamp(date.trim(), order, epoch);
    const time = dayFraction(clock.trim()) ?? clockOf(readStamp(clock.trim(), order, epoch));
    return day?.is === 'wall' && time !== null ? { ...day, wall: day.wall + time, dateOnly: false } : null;
  }

  private elapsed(text: string): number | KeyedMessage {
    const { start, unit } = this.plan;
    const count = Number(text.replace(',', '.'));
    const inMs = conversion(unit, 'ms');
    if (!Number.isFinite(count) || inMs === null) return message('message.csv.badTime', { text: shortened(text) });
    if (start === null) return message('message.csv.noStart', { option: this.plan.hints.start });
    const beginning = this.moment(start.wall, start.zone, text);
    return typeof beginning === 'number' ? beginning + Math.round(count * inMs.factor) : beginning;
  }

  /** A clock that falls by more than half a day has passed midnight. */
  private clock(ms: number, text: string): number | KeyedMessage {
    const { start } = this.plan;
    if (start === null) return message('message.csv.noStart', { option: this.plan.hints.start });
    const from = Math.floor(start.wall / DAY_MS) * DAY_MS;
    const last = this.lastClock < 0 ? start.wall - from : this.lastClock;
    if (ms < last - HALF_DAY_MS) this.day += 1;
    this.lastClock = ms;
    return this.moment(from + this.day * DAY_MS + ms, start.zone, text);
  }

  private moment(wall: number, zone: string, text: string): number | KeyedMessage {
    const word = zone === '' ? this.plan.zone : zoneWord(zone);
    if (word === null) return message('message.csv.badZone', { zone: shortened(zone), text: shortened(text) });
    if (typeof word === 'number') return this.took(wall - word * 60_000);
    let clock = this.clocks.get(word);
    if (clock === undefined) this.clocks.set(word, (clock = new WallClock(word)));
    const { earlierMs, laterMs, meaning } = clock.at(wall);
    if (meaning === 'never') return message('message.csv.noSuchHour', { text: shortened(text), zone: word, option: this.plan.hints.zone });
    // In the hour that comes twice the file's own order tells which one it is.
    const isSecond =
      meaning === 'twice' && this.lastMs !== null && earlierMs < this.lastMs - OUT_OF_ORDER_MS && laterMs >= this.lastMs - OUT_OF_ORDER_MS;
    return this.took(isSecond ? laterMs : earlierMs);
  }

  private took(ms: number): number {
    this.lastMs = ms;
    return ms;
  }
}

function clockOf(stamp: Stamp | null): number | null {
  return stamp?.is === 'clock' ? stamp.ms : null;
}

export interface DetectedOrder {
  readonly order: DateOrder | null;
  /** Two rows can only be read one way each, and not the same. */
  readonly contradiction: boolean;
}

/**
 * Whether dates in figures begin with the day or the month, for a whole file: by a number above 12, by AM and PM (month
 * first) or points (day first), by dates that would lie in the future, by days that follow one another. Null = not to be told.
 */
export function detectOrder(cells: readonly string[], latestMs: number): DetectedOrder {
  const dates = cells.flatMap((cell) => dateFigures(cell) ?? []);
  const dayFirst = dates.some(({ first }) => first > 12);
  const monthFirst = dates.some(({ second }) => second > 12);
  const [one] = dates;
  if (one === undefined || (dayFirst && monthFirst)) return { order: null, contradiction: dayFirst && monthFirst };
  if (dayFirst || monthFirst) return { order: dayFirst ? 'day-first' : 'month-first', contradiction: false };
  if (one.sign === '.') return { order: 'day-first', contradiction: false };
  if (dates.some(({ half }) => half)) return { order: 'month-first', contradiction: false };
  const days = {
    dayFirst: dates.map(({ first, second, year }) => Date.UTC(year, second - 1, first)),
    monthFirst: dates.map(({ first, second, year }) => Date.UTC(year, first - 1, second)),
  };
  // The same number twice (11/11/2026) reads alike either way.
  if (days.dayFirst.every((day, i) => day === days.monthFirst[i])) return { order: 'day-first', contradiction: false };
  const toCome = { dayFirst: days.dayFirst.some((day) => day > latestMs), monthFirst: days.monthFirst.some((day) => day > latestMs) };
  if (toCome.dayFirst !== toCome.monthFirst) return { order: toCome.dayFirst ? 'month-first' : 'day-first', contradiction: false };
  const follow = { dayFirst: longestStep(days.dayFirst), monthFirst: longestStep(days.monthFirst) };
  if (follow.dayFirst === DAY_MS && follow.monthFirst > DAY_MS) return { order: 'day-first', contradiction: false };
  if (follow.monthFirst === DAY_MS && follow.dayFirst > DAY_MS) return { order: 'month-first', contradiction: false };
  return { order: null, contradiction: false };
}

function longestStep(days: readonly number[]): number {
  return days.reduce((longest, day, i) => (i === 0 ? 0 : Math.max(longest, Math.abs(day - (days[i - 1] ?? day)))), 0);
}
