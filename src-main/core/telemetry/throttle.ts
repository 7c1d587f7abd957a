import { decodeClockEvents, throttleMetrics, throttleReasons } from '@shared/model/clock-events';
import type { MetricId } from '@shared/model/metrics';
import type { Reading, Series } from '@shared/model/series';

const MASK: MetricId = 'gpu.clock.events';

/**
 * Turns the bit mask of what holds a GPU's clocks down into series of 0 and 1, whose rollups mean something: one for all
 * reasons together, and one for each reason from the first time it held.
 */
export class ThrottleSeries {
  /** `device metric` of the reasons that ever held. */
  private readonly known: Set<string>;

  /** @param series those recorded before: their lines go on */
  constructor(series: readonly Series[]) {
    this.known = new Set(series.map(({ device, metric }) => `${device} ${metric}`));
  }

  /** The readings with those of their masks; the same list where there is no mask. */
  extend(readings: readonly Reading[]): readonly Reading[] {
    if (!readings.some(({ metric }) => metric === MASK)) return readings;
    return readings.flatMap((reading) => (reading.metric === MASK ? [reading, ...this.readingsOf(reading)] : [reading]));
  }

  private readingsOf({ device, label, provenance, value }: Reading): Reading[] {
    const held = decodeClockEvents(value);
    const reading = (metric: MetricId, holds: boolean): Reading => ({
      device,
      label,
      metric,
      provenance,
      value: value === null ? null : Number(holds),
    });
    const reasons = throttleReasons.flatMap((reason) => {
      const metric = throttleMetrics[reason];
      const holds = held.includes(reason);
      if (holds) this.known.add(`${device} ${metric}`);
      return this.known.has(`${device} ${metric}`) ? [reading(metric, holds)] : [];
    });
    return [
      reading(
        'gpu.throttled',
        reasons.some((entry) => entry.value === 1),
      ),
      ...reasons,
    ];
  }
}
