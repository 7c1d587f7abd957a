import type { Disposable } from '@shared/base/disposable';
import { Emitter } from '@shared/base/emitter';
import type { Log } from '@shared/base/log';
import type { MetricName } from '@shared/model/metric';
import type { Reading, Sample, Series, SeriesKey } from '@shared/model/series';
import type { SampleTables } from '../store/samples/samples';
import type { Clock } from './clock';
import type { TimedReadings } from './collector';
import type { ColumnReport, ColumnSource } from './columns';
import type { SeriesColumn } from './frames';
import { readingKey } from './readings';
import { Recorder, type RecorderOptions, type RecordingState } from './recorder';
import { SeriesRing, type RingGrowth } from './series-ring';

export type SampleWriter = Pick<SampleTables, 'livingSeries' | 'ensureSeries' | 'ensureAllSeries' | 'commit'>;

/** One source's part of a tick; null = it was asked and had no answer (it failed, or its deadline passed). */
export interface SourceReport {
  readonly source: string;
  readonly readings: readonly Reading[] | null;
}

/** One committed tick, as live subscribers get it. */
export interface TelemetryBatch {
  readonly atMs: number;
  readonly samples: readonly Sample[];
}

/** What became of the list of living series: made or renamed, and no more in it. */
export interface SeriesChange {
  readonly changed: readonly Series[];
  readonly removed: readonly number[];
}

export const HELD_MS = 15 * 60_000;
/** That long at 1 Hz. */
const RING_ENTRIES = 1024;
/** What series sampled more often may take beside, all together: 64 MiB, enough for 70 GPUs at 10 Hz. Beyond it they reach back less far. */
const SPARE_ENTRIES = 4 * 2 ** 20;
/**
 * The one entry point to the series: resolves each reading's series, commits one transaction a call, keeps the last
 * {@link HELD_MS} in memory, then tells the listeners the same batch. A store that refuses stops only the recording.
 */
export class Ingest {
  private readonly batches: Emitter<TelemetryBatch>;
  private readonly seriesChanges: Emitter<SeriesChange>;
  private readonly byKey = new Map<string, Series>();
  private readonly byId = new Map<number, Series>();
  private readonly idsByMetric = new Map<MetricName, Set<number>>();
  private readonly bound = new Map<ColumnSource, BoundColumns>();
  /** What the listeners were not told yet. */
  private readonly changed = new Map<number, Series>();
  private readonly removed = new Set<number>();
  /** Devices whose run is over: their series leave the list with their last samples in memory. */
  private readonly ended = new Set<string>();
  private readonly rings = new Map<number, SeriesRing>();
  /** The series each source gave a value for when last asked. */
  private readonly live = new Map<string, Map<number, Reading>>();
  /** The newest sample of each series whose source tells when it took it: asked again before the next one, it gives the same. */
  private readonly dated = new Map<number, Sample>();
  private spare = SPARE_ENTRIES;
  private readonly growth: RingGrowth = {
    heldMs: HELD_MS,
    take: (entries) => {
      if (entries > this.spare) return false;
      this.spare -= entries;
      return true;
    },
  };
  private nextSweepMono = -Infinity;
  private readonly recorder: Recorder;

  constructor(
    private readonly writer: SampleWriter,
    private readonly clock: Clock,
    log: Log,
    /** The recording stopped, or works again; `lost` are the samples that were given up meanwhile. */
    onRecording: RecorderOptions['onChange'] = () => undefined,
  ) {
    const onListenerError = (error: unknown): void => log('error', `a telemetry listener failed: ${errorText(error)}`);
    this.batches = new Emitter(onListenerError);
    this.seriesChanges = new Emitter(onListenerError);
    this.recorder = new Recorder({ commit: (samples) => writer.commit(samples), monoMs: () => clock.monoMs(), log, onChange: onRecording });
    for (const series of writer.livingSeries()) this.know(series);
  }

  onBatch(listener: (batch: TelemetryBatch) => void): Disposable {
    return this.batches.on(listener);
  }

  /** Told of what is other than before; {@link listSeries} has it by then. */
  onSeries(listener: (change: SeriesChange) => void): Disposable {
    return this.seriesChanges.on(listener);
  }

  /** The living series, by id: those of runs that are over are in the database only. */
  listSeries(): Series[] {
    return [...this.byId.values()].sort((a, b) => a.id - b.id);
  }

  refreshSeries(): void {
    for (const series of this.writer.livingSeries()) {
      if (this.byId.has(series.id)) continue;
      this.know(series);
      this.changed.set(series.id, series);
    }
    this.announce();
  }

  /** Takes a device's series out of memory, and what of them waits for the disk: they were deleted from the store. */
  forgetDevice(device: string): void {
    const gone = new Set([...this.byId.values()].filter((series) => series.device === device).map(({ id }) => id));
    if (gone.size === 0) return;
    for (const id of gone) this.drop(id);
    this.recorder.forget(gone);
    this.announce();
  }

  /** The run of this device is over: its series leave the list once none of its samples is in memory. */
  endDevice(device: string): void {
    this.ended.add(device);
  }

  private drop(id: number): void {
    const series = this.byId.get(id);
    if (!series) return;
    this.byId.delete(id);
    this.byKey.delete(readingKey(series));
    this.idsByMetric.get(series.metric)?.delete(id);
    this.dropRing(id);
    this.dated.delete(id);
    for (const given of this.live.values()) given.delete(id);
    this.changed.delete(id);
    this.removed.add(id);
  }

  /** The series of this metric with samples still in memory. */
  liveSeries(metric: MetricName): Series[] {
    const live: Series[] = [];
    for (const id of this.idsByMetric.get(metric) ?? []) {
      const series = this.rings.has(id) ? this.byId.get(id) : undefined;
      if (series) live.push(series);
    }
    return live;
  }

  /**
   * Records what a caller without a period brings (a training's curve). A null ends the series' line once; a series that
   * never had a value is not made for a null.
   * @param atMs wall clock, ms; late and repeated times are sorted in, the last one given for a time counts.
   */
  append(atMs: number, readings: readonly Reading[]): void {
    this.commit(
      atMs,
      readings.map((reading) => ({ reading, gap: false })),
    );
  }

  /** Records samples taken between two ticks, each with its own time, in one transaction; then tells each time's batch. */
  between(rows: readonly TimedReadings[]): void {
    const made = rows.map(({ atMs, readings }) => ({
      atMs: Math.round(atMs),
      samples: this.samplesOf(
        Math.round(atMs),
        readings.map((reading) => ({ reading, gap: false })),
      ),
    }));
    this.recordAll(made.filter(({ samples }) => samples.length > 0));
  }

  private recordAll(batches: readonly TelemetryBatch[]): void {
    this.announce();
    if (batches.length === 0) return;
    this.recorder.record(batches.flatMap(({ samples }) => samples));
    for (const batch of batches) this.tell(batch);
  }

  /**
   * Records one tick of the sources: what they gave, and one null for each series that a source gave last time and not now.
   * A series comes as a reading or in a column, never as both.
   */
  tick(atMs: number, reports: readonly SourceReport[], columns: readonly ColumnReport[] = []): void {
    const entries: Entry[] = [];
    const dated = new Map<number, Sample[]>();
    for (const { source, readings } of reports) {
      const gone = new Map(this.live.get(source));
      const now = new Map<number, Reading>();
      for (const reading of readings ?? []) {
        if (reading.value === null) continue;
        const series = this.resolve(reading, true);
        if (series === null) continue;
        now.set(series.id, reading);
        gone.delete(series.id);
        if (reading.atMs === undefined) entries.push({ reading, gap: false });
        else this.addDated({ seriesId: series.id, atMs: reading.atMs, value: reading.value }, dated);
      }
      for (const reading of gone.values()) entries.push({ reading: { ...reading, value: null }, gap: true });
      this.live.set(source, now);
    }
    this.recordAll([...dated].sort(([a], [b]) => a - b).map(([atMs, samples]) => ({ atMs, samples })));
    this.commit(atMs, entries, columns);
  }

  private addDated(sample: Sample, into: Map<number, Sample[]>): void {
    const { seriesId, atMs, value } = sample;
    const before = this.dated.get(seriesId);
    if (before?.atMs === atMs && before.value === value) return;
    if (before === undefined || atMs >= before.atMs) this.dated.set(seriesId, sample);
    into.set(atMs, [...(into.get(atMs) ?? []), sample]);
  }

  /** A source is no more: its series end here, with a gap once, until another one gives them. */
  end(atMs: number, source: string): void {
    this.tick(atMs, [{ source, readings: null }]);
    this.live.delete(source);
  }

  /** The wall clock was set back: times after `atMs` have not come yet and leave the memory; the database keeps them until replaced. */
  forgetAfter(atMs: number): void {
    for (const ring of this.rings.values()) ring.forgetAfter(atMs);
  }

  /** Samples since `sinceMs` still in memory; `seriesIds` null = all. */
  backlog(sinceMs: number, seriesIds: readonly number[] | null): SeriesColumn[] {
    const fromMs = Math.max(sinceMs, this.clock.wallMs() - HELD_MS);
    return (seriesIds ?? [...this.rings.keys()]).flatMap((seriesId) => {
      const ring = this.rings.get(seriesId);
      if (!ring) return [];
      const last = ring.last();
      const isOlder = last !== null && last.atMs < fromMs && this.isInForce(seriesId);
      return [{ seriesId, ...ring.since(isOlder ? last.atMs : fromMs) }];
    });
  }

  /** Its source told when it took the value, and tells it still: an hourly meter's is an hour old and the newest there is. */
  private isInForce(seriesId: number): boolean {
    if (!this.dated.has(seriesId)) return false;
    for (const given of this.live.values()) if (given.get(seriesId)?.atMs !== undefined) return true;
    return false;
  }

  /** Newest sample of a series still in memory. */
  last(seriesId: number): { atMs: number; value: number | null } | null {
    return this.rings.get(seriesId)?.last() ?? null;
  }

  recording(): RecordingState {
    return this.recorder.state;
  }

  /** Makes one last attempt to record what waits. */
  close(): void {
    this.recorder.close();
    this.batches.clear();
    this.seriesChanges.clear();
  }

  private commit(atMs: number, entries: readonly Entry[], columns: readonly ColumnReport[] = []): void {
    if (!Number.isFinite(atMs)) throw new RangeError(`atMs must be a finite number of ms, got ${atMs}`);
    const wholeMs = Math.round(atMs);
    const samples = this.samplesOf(wholeMs, entries);
    for (const report of columns) this.addColumns(report, wholeMs, samples);
    this.announce();
    if (samples.length === 0) return;
    this.recorder.record(samples);
    this.sweep();
    this.tell({ atMs: wholeMs, samples });
  }

  private samplesOf(wholeMs: number, entries: readonly Entry[]): Sample[] {
    const bySeries = new Map<number, Sample>();
    for (const { reading, gap } of entries) {
      const series = this.resolve(reading, reading.value !== null);
      if (series === null) continue;
      // A gap is said once; asking again in vain adds nothing.
      if (reading.value === null && !gap && (this.last(series.id)?.value ?? null) === null) continue;
      bySeries.set(series.id, { seriesId: series.id, atMs: wholeMs, value: reading.value });
    }
    return [...bySeries.values()];
  }

  /** Listeners know a series before its first sample, and hear of all new ones of a tick at once. */
  private announce(): void {
    if (this.changed.size === 0 && this.removed.size === 0) return;
    const change = { changed: [...this.changed.values()], removed: [...this.removed] };
    this.changed.clear();
    this.removed.clear();
    this.seriesChanges.emit(change);
  }

  private tell(batch: TelemetryBatch): void {
    for (const sample of batch.samples) this.ringOf(sample.seriesId).put(sample.atMs, sample.value);
    this.batches.emit(batch);
  }

  private addColumns({ source, values }: ColumnReport, atMs: number, samples: Sample[]): void {
    const { keys } = source;
    const bound = this.bound.get(source) ?? { series: keys.map(() => null), given: new Uint8Array(keys.length) };
    this.bound.set(source, bound);
    this.bind(bound, source, values);
    for (let i = 0; i < keys.length; i++) {
      const value = values[i] ?? Number.NaN;
      const missing = Number.isNaN(value);
      if (missing && bound.given[i] === 0) continue;
      const series = bound.series[i];
      if (!series) continue;
      bound.given[i] = missing ? 0 : 1;
      samples.push({ seriesId: series.id, atMs, value: missing ? null : value });
    }
  }

  /** Finds or makes the series of columns that have a value for the first time; they are asked for again while the disk refuses. */
  private bind(bound: BoundColumns, { keys }: ColumnSource, values: ColumnReport['values']): void {
    const fresh = keys.flatMap((key, index) =>
      bound.series[index] === null && !Number.isNaN(values[index] ?? Number.NaN) ? [{ key, index }] : [],
    );
    if (fresh.length === 0 || this.recorder.isResting) return;
    try {
      // A hall begins with thousands of them.
      const made = this.writer.ensureAllSeries(fresh.map(({ key }) => key));
      fresh.forEach(({ index }, i) => {
        const series = made[i];
        if (series === undefined) return;
        this.know(series);
        this.changed.set(series.id, series);
        bound.series[index] = series;
      });
    } catch (error) {
      this.recorder.refused(error);
    }
  }

  /** The series of a reading; null when it is unknown and may not be made now. */
  private resolve(reading: SeriesKey, mayMake: boolean): Series | null {
    const key = readingKey(reading);
    const known = this.byKey.get(key);
    if (known && known.label === reading.label) return known;
    if (!mayMake) return known ?? null;
    if (this.recorder.isResting) return known ?? null;
    try {
      const { device, label, metric, provenance, definition } = reading;
      const series = this.writer.ensureSeries({ device, label, metric, provenance, definition });
      this.know(series);
      this.changed.set(series.id, series);
      return series;
    } catch (error) {
      this.recorder.refused(error);
      return known ?? null;
    }
  }

  private know(series: Series): void {
    this.byKey.set(readingKey(series), series);
    this.byId.set(series.id, series);
    const ids = this.idsByMetric.get(series.metric) ?? new Set();
    this.idsByMetric.set(series.metric, ids.add(series.id));
  }

  private ringOf(seriesId: number): SeriesRing {
    const ring = this.rings.get(seriesId) ?? new SeriesRing(RING_ENTRIES, this.growth);
    this.rings.set(seriesId, ring);
    return ring;
  }

  /** Once a minute the rings of series that ended long ago (finished runs, unplugged devices) are given back. */
  private sweep(): void {
    if (this.clock.monoMs() < this.nextSweepMono) return;
    this.nextSweepMono = this.clock.monoMs() + 60_000;
    const oldestMs = this.clock.wallMs() - HELD_MS;
    for (const [seriesId, ring] of this.rings) {
      if ((ring.last()?.atMs ?? -Infinity) >= oldestMs || this.isInForce(seriesId)) continue;
      this.dropRing(seriesId);
    }
    if (this.ended.size === 0) return;
    for (const { id, device } of this.listSeries()) if (this.ended.has(device) && !this.rings.has(id)) this.drop(id);
    const still = new Set([...this.byId.values()].map(({ device }) => device));
    for (const device of this.ended) if (!still.has(device)) this.ended.delete(device);
    this.announce();
  }

  private dropRing(seriesId: number): void {
    const ring = this.rings.get(seriesId);
    if (ring) this.spare += ring.capacity - RING_ENTRIES;
    this.rings.delete(seriesId);
  }
}

/** A column source's series, as far as they were made, and whether each gave a value when last asked. */
interface BoundColumns {
  readonly series: (Series | null)[];
  readonly given: Uint8Array;
}

interface Entry {
  readonly reading: Reading;
  /** Message by a source's absence: recorded even where this memory knows no value before it. */
  readonly gap: boolean;
}

export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
