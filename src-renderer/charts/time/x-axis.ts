import type { Format } from '../../i18n/format';
import { offsetMinutes } from '../../i18n/moments';
import { niceStep, ticks } from './scale';
import { timeTicks, type TickUnit } from './time-ticks';

export interface AxisTick {
  readonly at: number;
  readonly label: string;
}

/** What the lines lie over: how its ticks are placed and written, and how a position is named at the cursor. */
export interface XAxis {
  readonly kind: 'time' | 'elapsed' | 'step' | 'energy' | 'share';
  /** At round positions within [from, to], about `count` of them. */
  ticks(from: number, to: number, count: number): AxisTick[];
  format(at: number): string;
  /** From a position to another, for a heading. */
  range(from: number, to: number): string;
}

/** Times as fine as their ticks are apart; where a day begins its date stands, where a year does the year. */
export function timeAxis(format: Format): XAxis {
  const label = (at: number, begins: TickUnit, unit: TickUnit): string => {
    if (unit === 'year' || (unit === 'month' && begins === 'year')) return format.year(at);
    if (unit === 'month') return format.month(at);
    if (unit === 'day' || begins === 'day' || begins === 'month' || begins === 'year') return format.day(at);
    return unit === 'second' ? format.time(at) : format.minute(at);
  };
  return {
    kind: 'time',
    ticks(from, to, count) {
      const { unit, ticks: found } = timeTicks(from, to, count, (at) => offsetMinutes(at, format.zone));
      return found.map(({ at, begins }) => ({ at, label: label(at, begins, unit) }));
    },
    format: (at) => format.dateTime(at),
    range: (from, to) => `${format.range(from, to)} (${format.zoneText(to)})`,
  };
}

/** Round stretches of time, s; beyond the last, whole days. */
const ELAPSED_S = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200];
const DAY_S = 86_400;

/** Time since a beginning, ms, as a stopwatch writes it. */
export function elapsedAxis(format: Format, nameAt: (text: string) => string): XAxis {
  return {
    kind: 'elapsed',
    ticks(from, to, count) {
      if (!(to > from)) return [];
      const roughS = (to - from) / 1000 / Math.max(1, count);
      const stepS = ELAPSED_S.find((step) => step >= roughS) ?? DAY_S * Math.ceil(niceStep(roughS / DAY_S));
      return ticks({ min: from, max: to, step: stepS * 1000, origin: 0, log: false }).map((at) => ({ at, label: format.duration(at) }));
    },
    format: (at) => nameAt(format.duration(at)),
    range: (from, to) => `${format.duration(from)} – ${format.duration(to)}`,
  };
}

/** Steps are whole numbers, energies Wh, shares of a whole per cent. */
export function valueAxis(kind: Exclude<XAxis['kind'], 'time' | 'elapsed'>, format: Format, nameAt: (text: string) => string): XAxis {
  const percentDigits = (step: number): number => Math.max(0, Math.min(4, -Math.floor(Math.log10(step * 100) + 1e-9)));
  const nameOf = (at: number): string =>
    nameAt(kind === 'step' ? format.number(at, 0) : kind === 'share' ? format.percent(at, 1) : format.number(at, 2));
  return {
    kind,
    ticks(from, to, count) {
      if (!(to > from)) return [];
      const rough = niceStep((to - from) / Math.max(1, count));
      const step = kind === 'step' ? Math.max(1, Math.ceil(rough)) : rough;
      const label = (at: number): string =>
        kind === 'step' ? format.number(at, 0) : kind === 'share' ? format.percent(at, percentDigits(step)) : format.plain(at);
      return ticks({ min: from, max: to, step, origin: 0, log: false }).map((at) => ({ at, label: label(at) }));
    },
    format: nameOf,
    range: (from, to) => `${nameOf(from)} – ${nameOf(to)}`,
  };
}
