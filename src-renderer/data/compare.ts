import { comparePeriods, type Compare } from '@shared/model/saved-view';
import type { TimeRange } from '@shared/model/time-range';
import { clockBefore, type ClockZone } from '../i18n/moments';

/** How much earlier the span lies that a span is compared with, ms. Days, weeks and months are those of the shown clock, counted where the span begins. */
export function earlierByMs(compare: Compare, { fromMs, toMs }: TimeRange, zone: ClockZone): number {
  switch (compare) {
    case 'before':
      return toMs - fromMs;
    case 'day':
      return fromMs - clockBefore(fromMs, { days: 1 }, zone);
    case 'week':
      return fromMs - clockBefore(fromMs, { days: 7 }, zone);
    case 'month':
      return fromMs - clockBefore(fromMs, { months: 1 }, zone);
    default:
      return compare;
  }
}

/** As it stands in an address: 1 is the span right before, a larger number is ms. */
export function compareText(compare: Compare): string {
  return compare === 'before' ? '1' : String(compare);
}

/** Reads {@link compareText}; null = nothing is compared. */
export function compareOf(text: string): Compare | null {
  if (text === '1') return 'before';
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  return comparePeriods.find((period) => period === text) ?? null;
}
