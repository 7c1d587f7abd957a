import type { Compare } from '@shared/model/saved-view';
import type { TimeRange } from '@shared/model/time-range';
import { clockBefore, type ClockZone } from '../../i18n/moments';

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
