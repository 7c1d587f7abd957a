import { QUARTER_MS } from '@shared/energy/quarters';
import { MAX_ENERGY_STRETCHES, type EnergyStep } from '@shared/model/energy';
import { AppError } from '@shared/contract/errors';
import { message } from '@shared/text/message';
import { Temporal } from 'temporal-polyfill';

/**
 * The quarters of an hour at which the stretches of an answer begin, and the one at which the last ends: the calendar's in this
 * time zone, the first and the last cut at the ends asked for.
 * @throws {AppError} `invalid-input` for a time zone that is none, `too-large`
 */
export function stepEdges(fromMs: number, toMs: number, step: EnergyStep, timeZone: string): number[] {
  const first = Math.floor(fromMs / QUARTER_MS);
  const last = Math.ceil(toMs / QUARTER_MS);
  const edges = [first];
  const add = (quarter: number): void => {
    if (quarter <= (edges.at(-1) ?? first) || quarter >= last) return;
    edges.push(quarter);
    if (edges.length > MAX_ENERGY_STRETCHES)
      throw new AppError('too-large', message('message.energy.tooFine', { most: MAX_ENERGY_STRETCHES }));
  };
  const start = startOf(first * QUARTER_MS, step, timeZone);
  const startQuarter = Math.round(start.epochMilliseconds / QUARTER_MS);
  if (step === 'quarter') for (let quarter = first + 1; quarter < last; quarter++) add(quarter);
  // An hour is as long in every calendar: thousands of them are not asked of it one by one.
  else if (step === 'hour') for (let quarter = startQuarter + 4; quarter < last; quarter += 4) add(quarter);
  else if (step !== 'total') {
    for (let i = 1; (edges.at(-1) ?? last) < last; i++) {
      const at = start.add({ [`${step}s`]: i }).epochMilliseconds;
      if (at >= last * QUARTER_MS) break;
      add(Math.round(at / QUARTER_MS));
    }
  }
  return [...edges, last];
}

function startOf(atMs: number, step: EnergyStep, timeZone: string): Temporal.ZonedDateTime {
  let at: Temporal.ZonedDateTime;
  try {
    at = Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(timeZone);
  } catch (error) {
    throw new AppError('invalid-input', message('message.energy.noZone', { timeZone }), { cause: error });
  }
  if (step === 'hour') return at.round({ smallestUnit: 'hour', roundingMode: 'floor' });
  const day = at.startOfDay();
  if (step === 'month') return day.with({ day: 1 });
  return step === 'year' ? day.with({ month: 1, day: 1 }) : day;
}

/** Quarters that every boundary of a zone's (default: this machine's) days and hours falls on, around a moment: 4, 2 where its offset is a half hour, or 1. */
export function calendarUnit(timeZone = Temporal.Now.timeZoneId()): (atMs: number) => number {
  return (atMs) => {
    const quarters = Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(timeZone).offsetNanoseconds / 1e6 / QUARTER_MS;
    return [4, 2].find((unit) => Number.isInteger(quarters / unit)) ?? 1;
  };
}
