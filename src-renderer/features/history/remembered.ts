import { ROOM_DEVICE } from '@shared/model/device-tree';
import type { Series } from '@shared/model/series';
import type { TimeRange } from '@shared/model/time-range';

export interface HistoryChoice {
  readonly span: TimeRange;
  readonly preset: string | null;
  readonly seriesIds: readonly number[];
  readonly compare: boolean;
}

let last: HistoryChoice | null = null;

/** The choice of this window's last visit, or null. */
export function remembered(): HistoryChoice | null {
  return last;
}

export function remember(choice: HistoryChoice): void {
  last = choice;
}

/** What is shown to who has chosen nothing yet: the room's power. */
export function initialIds(series: readonly Series[]): readonly number[] {
  const found = (['it.power', 'facility.power'] as const).flatMap((metric) => {
    const own = series.filter((entry) => entry.metric === metric);
    // Of a room of many nodes, the room's own.
    const whole = own.filter((entry) => entry.device === ROOM_DEVICE);
    return (whole.length > 0 ? whole : own).map((entry) => entry.id);
  });
  return found.length > 0 ? found.slice(0, 4) : series.slice(0, 1).map((entry) => entry.id);
}
