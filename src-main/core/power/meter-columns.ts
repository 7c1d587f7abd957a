import type { Reading } from '@shared/model/series';
import type { ColumnReport, ColumnSource } from '../telemetry/columns';
import { meterMetrics } from './meter-readings';

/** The meters among the series of sources that are read in columns: a simulated room has its meters there. */
export class MeterColumns {
  /** Of each source the places of its meters' series; a hall has thousands of others. */
  private readonly places = new WeakMap<ColumnSource, readonly number[]>();

  readings(columns: readonly ColumnReport[]): Reading[] {
    return columns.flatMap(({ source, values }) =>
      this.placesIn(source).flatMap((i): Reading[] => {
        const key = source.keys[i];
        const value = values[i] ?? Number.NaN;
        return key === undefined ? [] : [{ ...key, value: Number.isNaN(value) ? null : value }];
      }),
    );
  }

  private placesIn(source: ColumnSource): readonly number[] {
    const known = this.places.get(source);
    if (known !== undefined) return known;
    const places = source.keys.flatMap(({ metric }, i) => (meterMetrics.has(metric) ? [i] : []));
    this.places.set(source, places);
    return places;
  }
}
