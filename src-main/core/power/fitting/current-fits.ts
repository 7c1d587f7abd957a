import { placings } from '@shared/climate/cooling-state';
import type { SensorValue } from '@shared/climate/sensor-values';
import { ROOM_DEVICE, type TreeNode } from '@shared/model/device-tree';
import type { CoolingSettings } from '@shared/model/cooling';
import type { PowerFits } from '@shared/model/power-fit';
import type { CurrentFits } from '../room-tree';

/** Weather changes slowly, and a hall has a thousand sensors. Ticks */
const LOOK_EVERY = 10;

/** The curves at each tick, with the weather where one of them depends on it. */
export function currentFits(fits: { readonly current: PowerFits }, outdoor: () => number | null): () => CurrentFits {
  let known: CurrentFits = { fits: fits.current.fits, outdoorC: null };
  let ticks = 0;
  return () => {
    const { fits: now } = fits.current;
    const isNew = now !== known.fits;
    ticks = isNew ? 0 : (ticks + 1) % LOOK_EVERY;
    if (ticks === 0) known = { fits: now, outdoorC: now.some(({ curve }) => curve.aboveC !== null) ? outdoor() : null };
    return known;
  };
}

/** The mean of the sensors that are outdoors; null = none tells it. */
export function outdoorNow(temperatures: readonly SensorValue[], cooling: CoolingSettings, places: readonly TreeNode[]): number | null {
  const place = placings(cooling, places);
  const values = temperatures.flatMap(({ device, label, value }) =>
    value !== null && device !== ROOM_DEVICE && place(device, label).role === 'outdoor' ? [value] : [],
  );
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}
