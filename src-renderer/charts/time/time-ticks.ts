const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const steps = [1, 2, 5, 10, 15, 30].map((n) => n * SECOND);
steps.push(
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR),
  ...[1, 2, 7, 14, 28, 56, 112].map((n) => n * DAY),
);

export interface TimeTick {
  readonly at: number;
  /** Local midnight: labelled with its date. */
  readonly day: boolean;
}

export interface TimeTicks {
  readonly step: number;
  readonly ticks: readonly TimeTick[];
}

/**
 * Round local times within [from, to], ms since the epoch, at most `count` or so.
 * @param offsetMinutes local time's distance behind UTC at a moment, as Date.getTimezoneOffset gives it
 */
export function timeTicks(
  from: number,
  to: number,
  count: number,
  offsetMinutes: (at: number) => number = (at) => new Date(at).getTimezoneOffset(),
): TimeTicks {
  if (!(to > from)) return { step: SECOND, ticks: [] };
  const rough = (to - from) / Math.max(1, count);
  const step = steps.find((candidate) => candidate >= rough) ?? Math.ceil(rough / (112 * DAY)) * 112 * DAY;
  const ticks: TimeTick[] = [];
  // Steps are counted on the local clock; the offset is taken anew at each tick, since summer time may begin between two.
  const local = (at: number): number => at - offsetMinutes(at) * MINUTE;
  for (let tick = Math.ceil(local(from) / step) * step; ; tick += step) {
    const at = tick + offsetMinutes(tick + offsetMinutes(from) * MINUTE) * MINUTE;
    if (at > to) break;
    if (at >= from) ticks.push({ at, day: tick % DAY === 0 });
  }
  return { step, ticks };
}
