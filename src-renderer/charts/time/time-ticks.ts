const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** The first Monday of the epoch's calendar lies so far from its beginning. */
const MONDAY = 4 * DAY;

/** How far apart ticks are, and so how their labels are written. */
export type TickUnit = 'second' | 'minute' | 'hour' | 'day' | 'month' | 'year';

interface Step {
  readonly unit: TickUnit;
  readonly count: number;
  /** About, ms. */
  readonly ms: number;
}

const lengths: Readonly<Record<TickUnit, number>> = {
  second: SECOND,
  minute: MINUTE,
  hour: HOUR,
  day: DAY,
  month: 30.44 * DAY,
  year: 365.25 * DAY,
};
const counts: readonly (readonly [TickUnit, readonly number[]])[] = [
  ['second', [1, 2, 5, 10, 15, 30]],
  ['minute', [1, 2, 5, 10, 15, 30]],
  ['hour', [1, 2, 3, 6, 12]],
  ['day', [1, 2, 7, 14]],
  ['month', [1, 2, 3, 6]],
  ['year', [1, 2, 5, 10, 20, 50, 100]],
];
const steps: readonly Step[] = counts.flatMap(([unit, list]) => list.map((count) => ({ unit, count, ms: count * lengths[unit] })));

export interface TimeTick {
  readonly at: number;
  /** The largest unit that begins here: midnight begins a day, the first of January a year. */
  readonly begins: TickUnit;
}

export interface TimeTicks {
  readonly unit: TickUnit;
  readonly ticks: readonly TimeTick[];
}

/** How far the shown clock is ahead of UTC at a moment, minutes. */
export type ClockOffset = (at: number) => number;

/**
 * Round times of the shown clock within [from, to], ms since the epoch, at most `count` or so. Weeks begin on Monday. Where
 * the clock is set, every tick stands once, at a moment at which the clock shows it; a time that is left out has its tick
 * at the moment of the change.
 */
export function timeTicks(from: number, to: number, count: number, offset: ClockOffset): TimeTicks {
  if (!(to > from)) return { unit: 'second', ticks: [] };
  const rough = (to - from) / Math.max(1, count);
  const step = steps.find(({ ms }) => ms >= rough * 0.9999) ?? steps.at(-1);
  if (!step) return { unit: 'second', ticks: [] };
  const moments = step.ms <= HOUR ? elapsing(from, to, step.ms, offset) : onCalendar(from, to, step, offset);
  return { unit: step.unit, ticks: moments.map((at) => ({ at, begins: beginning(at + offset(at) * MINUTE) })) };
}

/** Up to an hour apart: time goes on evenly through an hour that the clock shows twice or not at all. */
function elapsing(from: number, to: number, step: number, offset: ClockOffset): number[] {
  const result: number[] = [];
  const aligned = (at: number): number => {
    const ahead = offset(at) * MINUTE;
    return Math.ceil((at + ahead) / step) * step - ahead;
  };
  for (let at = aligned(from); at <= to; at = aligned(at + 1)) result.push(at);
  return result;
}

function onCalendar(from: number, to: number, step: Step, offset: ClockOffset): number[] {
  const result: number[] = [];
  const start = from + offset(from) * MINUTE - 2 * DAY;
  for (let i = firstOf(start, step); ; i += 1) {
    const at = momentAt(reading(i, step), offset);
    if (at > to) return result;
    if (at >= from && at > (result.at(-1) ?? -Infinity)) result.push(at);
  }
}

/** The number of the first step not before a reading of the clock, written as if it were UTC. */
function firstOf(clock: number, { unit, count, ms }: Step): number {
  const date = new Date(clock);
  if (unit === 'year') return Math.floor(date.getUTCFullYear() / count);
  if (unit === 'month') return Math.floor((date.getUTCFullYear() * 12 + date.getUTCMonth()) / count);
  return Math.floor((clock - (count >= 7 ? MONDAY : 0)) / ms);
}

function reading(i: number, { unit, count, ms }: Step): number {
  if (unit === 'year') return Date.UTC(i * count, 0);
  if (unit === 'month') return Date.UTC(1970, i * count - 1970 * 12);
  return i * ms + (unit === 'day' && count >= 7 ? MONDAY : 0);
}

/** When the clock first shows this; where it never does, when it is set past it. */
function momentAt(clock: number, offset: ClockOffset): number {
  const before = clock - offset(clock - DAY) * MINUTE;
  const after = clock - offset(clock + DAY) * MINUTE;
  const shown = [before, after].filter((at) => at + offset(at) * MINUTE === clock);
  if (shown.length > 0) return Math.min(...shown);
  let [low, high] = [Math.min(before, after), Math.max(before, after)];
  const changed = offset(high);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offset(middle) === changed) high = middle;
    else low = middle;
  }
  return high;
}

function beginning(clock: number): TickUnit {
  if (clock % MINUTE !== 0) return 'second';
  if (clock % HOUR !== 0) return 'minute';
  if (clock % DAY !== 0) return 'hour';
  const date = new Date(clock);
  if (date.getUTCDate() !== 1) return 'day';
  return date.getUTCMonth() === 0 ? 'year' : 'month';
}
