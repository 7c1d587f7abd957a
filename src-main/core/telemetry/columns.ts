import type { EventInput } from '@shared/model/event';
import type { DoctorItem } from '@shared/model/doctor';
import { metricOf } from '@shared/model/metrics';
import type { SeriesKey } from '@shared/model/series';

/**
 * A source of many series that are all read at once: the series are named once, and a tick is a row of numbers. A room of
 * thousands of series costs a tick no names, no objects and no look-ups.
 */
export interface ColumnSource {
  readonly id: string;
  /** Its series; the same list for as long as the source lives, no series twice. */
  readonly keys: readonly SeriesKey[];
  /** One second has passed: writes the value of each key into `values` (as long as `keys`); NaN = asked and had none. */
  read(values: Float64Array): void;
  /** What happened to its devices in the second last read. */
  happened?(): readonly Omit<EventInput, 'atMs'>[];
  doctor(): readonly DoctorItem[];
}

/** What a column source gave for a tick; `values` is reused at the next. */
export interface ColumnReport {
  readonly source: ColumnSource;
  readonly values: Float64Array;
}

/** Reads one source each tick and lets nothing pass that no meter can mean. */
export class ColumnReader {
  private readonly values: Float64Array;
  private readonly ranges: readonly (readonly [number, number] | null)[];

  constructor(readonly source: ColumnSource) {
    this.values = new Float64Array(source.keys.length);
    this.ranges = source.keys.map((key) => metricOf(key).range);
  }

  read(): ColumnReport {
    const { values, ranges, source } = this;
    source.read(values);
    for (let i = 0; i < values.length; i++) {
      const value = values[i] ?? Number.NaN;
      const range = ranges[i];
      if (range ? !(value >= range[0] && value <= range[1]) : !Number.isFinite(value)) values[i] = Number.NaN;
    }
    return { source, values };
  }
}
