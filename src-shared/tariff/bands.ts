import { holidaysOf } from './holidays';
import { dateOf, weekdayOf, type LocalClock, type LocalMoment } from './local-clock';
import { weekdays, type Tariff } from './tariff';

interface BandWindow {
  readonly band: string;
  readonly days: readonly string[] | null;
  readonly fromMinute: number;
  readonly toMinute: number;
  readonly seasons: readonly string[] | null;
}

const DAY_MINUTES = 1_440;

/** Which band and season of a tariff a moment is in. */
export class Bands {
  private readonly windows: readonly BandWindow[];
  private readonly namesHoliday: boolean;
  private readonly holidays: ReadonlySet<number>;
  /** All edges of bands fall on this many minutes past a full hour. */
  readonly stepMinutes: number;

  constructor(
    private readonly tariff: Tariff,
    private readonly clock: LocalClock,
    fromMs: number,
    toMs: number,
  ) {
    this.windows = (tariff.bands ?? []).flatMap(({ name, when }) =>
      when.map(({ days = null, from = '00:00', to = '24:00', seasons = null }) => ({
        band: name,
        days,
        fromMinute: minuteOf(from),
        toMinute: minuteOf(to),
        seasons,
      })),
    );
    this.namesHoliday = this.windows.some(({ days }) => days?.includes('holiday'));
    this.holidays = holidaysOf(tariff, dateOf(clock.at(fromMs).day).year, dateOf(clock.at(toMs).day).year);
    this.stepMinutes = this.windows.flatMap(({ fromMinute, toMinute }) => [fromMinute, toMinute]).reduce(commonDivisor, 60);
  }

  /** The first band that holds at a moment; null = none. */
  at(atMs: number): string | null {
    const local = this.clock.at(atMs);
    return this.windows.find((window) => this.holds(window, local))?.band ?? null;
  }

  /** The band that a stretch wholly lies in; null = none, or it is in several. */
  within(fromMs: number, toMs: number): string | null {
    const band = this.at(fromMs);
    const stepMs = this.stepMinutes * 60_000;
    for (let at = fromMs + stepMs; at < toMs; at += stepMs) if (this.at(at) !== band) return null;
    return band;
  }

  /** The seasons that a moment's local date is in. */
  seasonsAt(atMs: number): string[] {
    return this.seasonsOf(this.clock.at(atMs).day);
  }

  private seasonsOf(day: number): string[] {
    const { month, date } = dateOf(day);
    const at = `${String(month).padStart(2, '0')}-${String(date).padStart(2, '0')}`;
    return (this.tariff.seasons ?? [])
      .filter(({ from, to }) => (from <= to ? at >= from && at <= to : at >= from || at <= to))
      .map(({ name }) => name);
  }

  private holds({ days, fromMinute, toMinute, seasons }: BandWindow, { day, minute }: LocalMoment): boolean {
    const isOver = toMinute <= fromMinute;
    const isIn = isOver ? minute >= fromMinute || minute < toMinute : minute >= fromMinute && minute < toMinute;
    if (!isIn) return false;
    if (seasons !== null && !this.seasonsOf(day).some((season) => seasons.includes(season))) return false;
    // A night belongs to the day it began on, where the tariff does not say otherwise.
    const isMorning = isOver && minute < toMinute && fromMinute < DAY_MINUTES;
    return days === null || this.isDay(days, isMorning && this.tariff.overMidnight === 'starting-day' ? day - 1 : day);
  }

  private isDay(days: readonly string[], day: number): boolean {
    if (days.includes('all')) return true;
    if (this.namesHoliday && this.holidays.has(day)) return days.includes('holiday');
    const weekday = weekdayOf(day);
    return days.includes(weekdays[weekday] ?? '') || days.includes(weekday < 5 ? 'weekday' : 'weekend');
  }
}

function minuteOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}

const commonDivisor = (a: number, b: number): number => (b === 0 ? a : commonDivisor(b, a % b));
