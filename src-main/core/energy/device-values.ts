import type { MetricId } from '@shared/model/metrics';
import type { Provenance } from '@shared/model/provenance';
import type { Reading } from '@shared/model/series';
import type { ColumnReport, ColumnSource } from '../telemetry/columns';

export interface DeviceValue {
  readonly value: number;
  readonly provenance: Provenance;
  /** Read for this tick; false = in force from before. */
  readonly isNew: boolean;
}

/** One metric by device, of all sources alike. */
export class DeviceValues {
  private readonly indexes = new WeakMap<ColumnSource, ReadonlyMap<string, number>>();
  private readings = new Map<string, Reading>();
  private before = new Set<Reading>();
  private columns: readonly ColumnReport[] = [];
  private areColumnsNew = false;

  constructor(private readonly metric: MetricId) {}

  /** Takes in a tick: the readings in force and, of sources with columns, those of this tick (none = they were not asked). */
  take(readings: readonly Reading[], columns: readonly ColumnReport[]): void {
    this.before = new Set(this.readings.values());
    this.readings = new Map(readings.flatMap((reading) => (reading.metric === this.metric ? [[reading.device, reading]] : [])));
    this.areColumnsNew = columns.length > 0;
    if (this.areColumnsNew) this.columns = columns;
  }

  /** null = nobody tells it. */
  of(device: string): DeviceValue | null {
    const reading = this.readings.get(device);
    if (reading !== undefined)
      return reading.value === null ? null : { value: reading.value, provenance: reading.provenance, isNew: !this.before.has(reading) };
    for (const { source, values } of this.columns) {
      const index = this.indexesOf(source).get(device);
      const value = index === undefined ? Number.NaN : (values[index] ?? Number.NaN);
      if (index !== undefined && !Number.isNaN(value))
        return { value, provenance: source.keys[index]?.provenance ?? 'derived', isNew: this.areColumnsNew };
    }
    return null;
  }

  private indexesOf(source: ColumnSource): ReadonlyMap<string, number> {
    const known = this.indexes.get(source);
    if (known) return known;
    const indexes = new Map(source.keys.flatMap(({ device, metric }, index) => (metric === this.metric ? [[device, index]] : [])));
    this.indexes.set(source, indexes);
    return indexes;
  }
}
