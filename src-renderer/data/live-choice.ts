import { LOCAL_NODE, nodeOf } from '@shared/model/device-tree';
import type { Series } from '@shared/model/series';

/** Which series a window holds live: all of them, those named, or none because nobody knows yet which there are. */
export type LiveChoice = 'all' | readonly number[] | null;

/** Up to this many, a page holds an hour of every series; a hall of nodes has thousands. */
const HOLD_ALL = 1_024;
/** As many as one subscription may name. */
export const MAX_LIVE_SERIES = 4_096;

/**
 * What every page needs live: everything on one machine; of a hall, what is the room's own, this machine's and the runs'.
 * A page that shows another device asks for that device's series itself. Returns `before` where nothing changed.
 */
export function liveChoice(before: LiveChoice, series: readonly Series[]): LiveChoice {
  if (series.length <= HOLD_ALL) return 'all';
  const ids = series
    .filter(({ device }) => {
      const node = nodeOf(device);
      return node === null || node === LOCAL_NODE;
    })
    .map(({ id }) => id)
    .slice(-MAX_LIVE_SERIES);
  return Array.isArray(before) && before.length === ids.length && ids.every((id, i) => before[i] === id) ? before : ids;
}
