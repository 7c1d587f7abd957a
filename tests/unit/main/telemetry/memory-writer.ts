import { AppError } from '@shared/contract/errors';
import type { Sample, Series, SeriesKey } from '@shared/model/series';
import type { SampleWriter } from '../../../../src-main/core/telemetry/ingest';

/** Holds what the real writer would put on disk; can be made to refuse. */
export class MemoryWriter implements SampleWriter {
  readonly series: Series[] = [];
  readonly commits: (readonly Sample[])[] = [];
  full = false;

  livingSeries(): Series[] {
    return [...this.series];
  }

  ensureSeries(key: SeriesKey): Series {
    this.refuseWhenFull();
    const known = this.series.find((s) => s.device === key.device && s.metric === key.metric && s.provenance === key.provenance);
    if (known) {
      known.label = key.label;
      return known;
    }
    const made = { ...key, id: this.series.length + 1 };
    this.series.push(made);
    return made;
  }

  ensureAllSeries(keys: readonly SeriesKey[]): Series[] {
    return keys.map((key) => this.ensureSeries(key));
  }

  commit(samples: readonly Sample[]): void {
    this.refuseWhenFull();
    this.commits.push(samples);
  }

  /** What a reader of the database would see of one series. */
  stored(device: string, metric: string): [number, number | null][] {
    const ids = this.series.filter((s) => s.device === device && s.metric === metric).map(({ id }) => id);
    const byTime = new Map<number, number | null>();
    for (const { seriesId, atMs, value } of this.commits.flat()) if (ids.includes(seriesId)) byTime.set(atMs, value);
    return [...byTime].sort(([a], [b]) => a - b);
  }

  private refuseWhenFull(): void {
    if (this.full) throw new AppError('storage-full', 'the disk is full');
  }
}
