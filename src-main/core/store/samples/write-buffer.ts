import type { Sample } from '@shared/model/series';
import { EMPTY_COLUMN, type Column } from './columns';
import { clusterOf, floorTo, RAW_SLOT_MS } from './levels';

interface Growing {
  times: number[];
  values: number[];
}

/** Samples that are in `sample_recent` and in no block yet, as they came, so that none is read back to be packed. */
export class WriteBuffer {
  private readonly clusters = new Map<number, Map<number, Growing>>();
  private held = 0;

  get size(): number {
    return this.held;
  }

  put({ seriesId, atMs, value }: Sample): void {
    const cluster = clusterOf(seriesId);
    let series = this.clusters.get(cluster);
    if (series === undefined) this.clusters.set(cluster, (series = new Map()));
    let growing = series.get(seriesId);
    if (growing === undefined) series.set(seriesId, (growing = { times: [], values: [] }));
    growing.times.push(atMs);
    // SQLite's rows know no negative zero; a sample is the same whether a crash came between or not.
    growing.values.push(value === null || !Number.isFinite(value) ? NaN : value === 0 ? 0 : value);
    this.held++;
  }

  seriesIds(): number[] {
    return [...this.clusters.values()].flatMap((series) => [...series.keys()]);
  }

  forget(seriesId: number): void {
    const series = this.clusters.get(clusterOf(seriesId));
    this.held -= series?.get(seriesId)?.times.length ?? 0;
    series?.delete(seriesId);
  }

  /** A series' samples of a span, oldest first. */
  column(seriesId: number, fromMs: number, endMs: number): Column {
    const growing = this.clusters.get(clusterOf(seriesId))?.get(seriesId);
    if (growing === undefined) return EMPTY_COLUMN;
    const found: Growing = { times: [], values: [] };
    for (const [i, time] of growing.times.entries()) {
      if (time < fromMs || time >= endMs) continue;
      found.times.push(time);
      found.values.push(growing.values[i] as number);
    }
    return sorted(found);
  }

  /** The clusters with a sample outside of `fromMs` ≤ time < `endMs`. */
  outside(fromMs: number, endMs: number): number[] {
    return [...this.clusters].flatMap(([cluster, series]) =>
      [...series.values()].some(({ times }) => times.some((time) => time < fromMs || time >= endMs)) ? [cluster] : [],
    );
  }

  /** The samples of a cluster outside of a span, by hour and series, each series sorted, the last given for a time kept. */
  hours(cluster: number, fromMs: number, endMs: number): Map<number, Map<number, Column>> {
    const slots = new Map<number, Map<number, Growing>>();
    for (const [seriesId, { times, values }] of this.clusters.get(cluster) ?? []) {
      let slotMs = NaN;
      let growing: Growing = { times: [], values: [] };
      for (let i = 0; i < times.length; i++) {
        const time = times[i] as number;
        if (time >= fromMs && time < endMs) continue;
        if (!(time >= slotMs && time < slotMs + RAW_SLOT_MS)) {
          slotMs = floorTo(time, RAW_SLOT_MS);
          let ofSlot = slots.get(slotMs);
          if (ofSlot === undefined) slots.set(slotMs, (ofSlot = new Map()));
          growing = ofSlot.get(seriesId) ?? { times: [], values: [] };
          ofSlot.set(seriesId, growing);
        }
        growing.times.push(time);
        growing.values.push(values[i] as number);
      }
    }
    return new Map(
      [...slots]
        .sort(([a], [b]) => a - b)
        .map(([slotMs, series]) => [slotMs, new Map([...series].map(([id, growing]) => [id, sorted(growing)]))]),
    );
  }

  /** To be called once what {@link hours} gave is in its blocks. */
  drop(cluster: number, fromMs: number, endMs: number): void {
    const series = this.clusters.get(cluster);
    if (series === undefined) return;
    for (const [seriesId, { times, values }] of series) {
      const kept: Growing = { times: [], values: [] };
      for (let i = 0; i < times.length; i++) {
        const time = times[i] as number;
        if (time < fromMs || time >= endMs) continue;
        kept.times.push(time);
        kept.values.push(values[i] as number);
      }
      this.held -= times.length - kept.times.length;
      if (kept.times.length === 0) series.delete(seriesId);
      else series.set(seriesId, kept);
    }
    if (series.size === 0) this.clusters.delete(cluster);
  }
}

function sorted({ times, values }: Growing): Column {
  let inOrder = true;
  for (let i = 1; i < times.length && inOrder; i++) inOrder = (times[i] as number) > (times[i - 1] as number);
  if (inOrder) return { times: Float64Array.from(times), values: Float64Array.from(values) };
  // A Map keeps the last value of a time.
  const last = [...new Map(times.map((time, i) => [time, values[i] as number]))].sort(([a], [b]) => a - b);
  return { times: Float64Array.from(last, ([time]) => time), values: Float64Array.from(last, ([, value]) => value) };
}
