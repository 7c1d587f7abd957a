import { Temporal } from 'temporal-polyfill';

/** A moment as a zone's wall clock shows it. */
export interface LocalMoment {
  /** Days since 1970-01-01 of the local date. */
  readonly day: number;
  /** Minutes since local midnight by the wall clock, 0 to 1439. */
  readonly minute: number;
}

export const MINUTE_MS = 60_000;
export const DAY_MS = 86_400_000;

/**
 * A zone's wall clock over a stretch of time. Its changes are looked up once, so that a year of quarter hours is arithmetic. Moments
 * before the first change of the stretch have the offset of its beginning.
 */
export class LocalClock {
  private readonly changes: readonly { readonly fromMs: number; readonly offsetMs: number }[];

  /** @throws RangeError for a zone that is none */
  constructor(
    readonly zone: string,
    fromMs: number,
    toMs: number,
  ) {
    let at = Temporal.Instant.fromEpochMilliseconds(fromMs).toZonedDateTimeISO(zone);
    const changes = [{ fromMs: -Infinity, offsetMs: at.offsetNanoseconds / 1e6 }];
    for (;;) {
      const next = at.getTimeZoneTransition('next');
      if (next === null || next.epochMilliseconds > toMs) break;
      changes.push({ fromMs: next.epochMilliseconds, offsetMs: next.offsetNanoseconds / 1e6 });
      at = next;
    }
    this.changes = changes;
  }

  offsetMs(atMs: number): number {
    let offset = 0;
    for (const change of this.changes) {
      if (change.fromMs > atMs) break;
      offset = change.offsetMs;
    }
    return offset;
  }

  at(atMs: number): LocalMoment {
    const wall = atMs + this.offsetMs(atMs);
    const day = Math.floor(wall / DAY_MS);
    return { day, minute: Math.floor((wall - day * DAY_MS) / MINUTE_MS) };
  }

  /** When a local date begins: its midnight, or the first moment after it where there is none. */
  startOf(day: number): number {
    const date = Temporal.PlainDate.from('1970-01-01').add({ days: day });
    return date.toZonedDateTime(this.zone).startOfDay().epochMilliseconds;
  }

  /** ISO 8601 in local time with its offset. */
  text(atMs: number): string {
    const offset = Math.round(this.offsetMs(atMs) / MINUTE_MS);
    const size = Math.abs(offset);
    const sign = `${offset < 0 ? '-' : '+'}${pad(Math.floor(size / 60))}:${pad(size % 60)}`;
    return `${new Date(atMs + offset * MINUTE_MS).toISOString().slice(0, 16)}${sign}`;
  }
}

const pad = (value: number): string => String(value).padStart(2, '0');

/** Year, month 1–12, and day of the month of a day number. */
export function dateOf(day: number): { readonly year: number; readonly month: number; readonly date: number } {
  const at = new Date(day * DAY_MS);
  return { year: at.getUTCFullYear(), month: at.getUTCMonth() + 1, date: at.getUTCDate() };
}

/** @param date may lie beyond the month's end, and then is in the next one */
export const dayNumber = (year: number, month: number, date: number): number => Math.round(Date.UTC(year, month - 1, date) / DAY_MS);

/** 0 = Monday. */
export const weekdayOf = (day: number): number => (((day + 3) % 7) + 7) % 7;
