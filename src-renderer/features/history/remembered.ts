import { ROOM_DEVICE } from '@shared/model/device-tree';
import type { Series } from '@shared/model/series';

const KEY = 'coldaisle.history';

/** What was looked at last, as an address has it (data/history-link.ts), also before a reload; null = nothing yet. */
export function remembered(storage: Pick<Storage, 'getItem'>): string | null {
  return storage.getItem(KEY);
}

export function remember(storage: Pick<Storage, 'setItem'>, view: string): void {
  storage.setItem(KEY, view);
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
