import type { DateOrder } from '../../../transfer/csv/stamps';
import { TimeReader } from '../../../transfer/csv/times';
import { shownIn, WallClock } from '../../../transfer/csv/zones';
import { windowHints } from '../../../transfer/csv/input-hints';

export interface TimeFormat {
  /** IANA name: of times that carry no offset. */
  readonly zone: string;
  /** Of dates in figures; null = they begin with the year. It is never guessed from a row. */
  readonly order: DateOrder | null;
}

/** From here on a plain number counts ms: in seconds it would be the year 5138. */
const FIRST_MS = 1e11;

/** Reads the times of one source, in its order, by which the hour that comes twice is told apart; null = it is none. */
export function toldTimes({ zone, order }: TimeFormat): (told: unknown) => number | null {
  const reader = new TimeReader({ kind: 'stamp', columns: [0], order, epoch: null, zone, unit: '', start: null, hints: windowHints });
  return (told) => {
    const isCount = typeof told === 'number' || (typeof told === 'string' && /^\d{9,13}(?:\.\d+)?$/.test(told.trim()));
    if (isCount) {
      const number = Number(told);
      return number > 0 && Number.isFinite(number) ? Math.round(number >= FIRST_MS ? number : number * 1000) : null;
    }
    if (typeof told !== 'string') return null;
    // The end of a day is written as its 24th hour too.
    const dayEnd = /^(.*\b)24(:00(?::00(?:[.,]0+)?)?)$/.exec(told.trim());
    const atMs = reader.read(dayEnd === null ? told : `${dayEnd[1]}00${dayEnd[2]}`, null);
    if (typeof atMs !== 'number') return null;
    return dayEnd === null ? atMs : nextDay(atMs, zone);
  };
}

/** The same time of the next day on the zone's wall clock, which may be 23 or 25 hours away. */
function nextDay(atMs: number, zone: string): number {
  const clock = new WallClock(zone);
  const wall = wallOf(atMs, zone) + 86_400_000;
  return clock.at(wall).earlierMs;
}

function wallOf(atMs: number, zone: string): number {
  return Date.parse(`${shownIn(zone, atMs).slice(0, 23).replace(' ', 'T')}Z`);
}
