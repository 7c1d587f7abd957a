import { Temporal } from 'temporal-polyfill';

/** A wall clock's reading, as ms since 1970 counted as if it were UTC. */
export type WallMs = number;

/**
 * Zone words that mean one thing. Those that mean several (CST is Chicago's and Shanghai's, IST India's, Israel's and
 * Ireland's) are not here: they are refused by name.
 */
const minutesOf: Readonly<Record<string, number>> = {
  Z: 0, UTC: 0, GMT: 0, UT: 0, UCT: 0, WET: 0,
  WEST: 60, CET: 60, MEZ: 60, CEST: 120, MESZ: 120, EET: 120, EEST: 180, MSK: 180,
  JST: 540, KST: 540, HKT: 480, SGT: 480, AWST: 480, AEST: 600, AEDT: 660, NZST: 720, NZDT: 780,
  EST: -300, EDT: -240, CDT: -300, MST: -420, MDT: -360, PST: -480, PDT: -420, AKST: -540, AKDT: -480, HST: -600,
}; // prettier-ignore

const OFFSET = /^(?:UTC|GMT)?\s*([+-])(\d{1,2})(?::?(\d{2}))?(?::?\d{2})?$/i;

/**
 * The zone behind a time: minutes east of UTC, or the id of one with rules of its own; null for a word that is not known.
 * "+0000 UTC" and "GMT+0100 (Central European Standard Time)" say the same twice.
 */
export function zoneWord(text: string): number | string | null {
  const word = text
    .replace(/\s*\([^)]*\)$/, '')
    .replace(/\s+m=[+-][\d.]+$/, '')
    .trim();
  const known = minutesOf[word.toUpperCase()];
  if (known !== undefined) return known;
  const twice = /^([+-]\d{2}:?\d{2})\s+([A-Za-z]{1,5}|[+-]\d{2,4})$/.exec(word);
  const offset = OFFSET.exec(twice?.[1] ?? word);
  if (offset) {
    const [, sign = '+', hours = '0', minutes = '0'] = offset;
    const total = Number(hours) * 60 + Number(minutes);
    return total > 15 * 60 || Number(minutes) > 59 ? null : sign === '-' ? -total : total;
  }
  const id = word.replace(/^\[(.*)\]$/, '$1');
  return id.includes('/') && isZone(id) ? id : null;
}

/** Whether times can be told in this zone: an IANA name, or an offset as +01:00. */
export function isZone(zone: string): boolean {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone);
    return true;
  } catch {
    return false;
  }
}

export function systemZone(): string {
  return Temporal.Now.timeZoneId();
}

/** A wall clock tells the offset anew at most every so often; no zone changes within a quarter of an hour, ms. */
const STEP_MS = 900_000;
const KEPT_STEPS = 4_096;

/** What a moment of a zone's wall clock can mean. */
export type Meaning = 'once' | 'twice' | 'never';

/** Turns the readings of a zone's wall clock into moments. */
export class WallClock {
  private readonly steps = new Map<number, { readonly earlierMs: number; readonly laterMs: number; readonly meaning: Meaning }>();
  private lastStep = NaN;
  private last: { readonly earlierMs: number; readonly laterMs: number; readonly meaning: Meaning } = {
    earlierMs: 0,
    laterMs: 0,
    meaning: 'once',
  };

  constructor(readonly zone: string) {}

  /** Both moments that a reading can be (the same but for the hour that comes twice in autumn), and whether there is any. */
  at(wall: WallMs): { readonly earlierMs: number; readonly laterMs: number; readonly meaning: Meaning } {
    const step = Math.floor(wall / STEP_MS);
    if (step !== this.lastStep) {
      this.last = this.steps.get(step) ?? this.asked(step);
      this.lastStep = step;
    }
    const { earlierMs, laterMs, meaning } = this.last;
    return { earlierMs: wall - earlierMs, laterMs: wall - laterMs, meaning };
  }

  /** How far this step's wall clock is before UTC, read either way. */
  private asked(step: number): { readonly earlierMs: number; readonly laterMs: number; readonly meaning: Meaning } {
    const wall = step * STEP_MS;
    const plain = Temporal.Instant.fromEpochMilliseconds(wall).toZonedDateTimeISO('UTC').toPlainDateTime();
    const earlier = plain.toZonedDateTime(this.zone, { disambiguation: 'earlier' });
    const later = plain.toZonedDateTime(this.zone, { disambiguation: 'later' });
    const meaning: Meaning =
      earlier.epochMilliseconds === later.epochMilliseconds ? 'once' : earlier.toPlainDateTime().equals(plain) ? 'twice' : 'never';
    const found = { earlierMs: wall - earlier.epochMilliseconds, laterMs: wall - later.epochMilliseconds, meaning };
    if (this.steps.size >= KEPT_STEPS) this.steps.clear();
    this.steps.set(step, found);
    return found;
  }
}

/** A moment as a zone's wall clock shows it, with its offset: 2026-11-20 10:00:00.000+01:00. */
export function shownIn(zone: string, atMs: number): string {
  const zoned = Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(zone);
  return `${zoned.toPlainDateTime().toString({ smallestUnit: 'millisecond' }).replace('T', ' ')}${zoned.offset}`;
}

/** A day's beginning (2026-01-31), a wall clock's reading (2026-01-31T06:00) or a moment with its offset, ms since the epoch; null = none of them. */
export function momentIn(zone: string, text: string): number | null {
  try {
    if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return Temporal.PlainDate.from(text).toZonedDateTime(zone).epochMilliseconds;
    if (/(?:Z|[+-]\d{2}:?\d{2})$/i.test(text)) return Temporal.Instant.from(text).epochMilliseconds;
    return Temporal.PlainDateTime.from(text).toZonedDateTime(zone).epochMilliseconds;
  } catch {
    return null;
  }
}
