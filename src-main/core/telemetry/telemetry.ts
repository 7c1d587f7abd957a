import { toDisposable, type Disposable } from '@shared/base/disposable';
import type { TelemetryFrame } from '@shared/contract/telemetry';
import type { DeviceEvent } from '@shared/model/device-event';
import type { DoctorItem } from '@shared/model/doctor';
import type { MetricId } from '@shared/model/metrics';
import type { GpuProcess, HostProcess } from '@shared/model/processes';
import { provenances, type Provenance } from '@shared/model/provenance';
import type { Inventory } from '@shared/model/room';
import type { Reading, Series } from '@shared/model/series';
import { messageOf } from '@shared/text/message';
import { passedAt, settledWithin, systemClock, type Clock } from './clock';
import type { Collector } from './collector';
import { ColumnReader, type ColumnReport, type ColumnSource } from './columns';
import { sensorItem } from './collectors/items';
import { collectorItems, recordingItem } from './doctor';
import { EventLog } from './event-log';
import { toFrames } from './frames';
import { Ingest, errorText, type Log, type SampleWriter, type SourceReport, type SeriesChange, type TelemetryBatch } from './ingest';
import { createInventory } from './inventory';
import { checkReadings, checkTimed } from './readings';
import { ThrottleSeries } from './throttle';
import { Scheduler, type CollectorState } from './scheduler';

export type { TelemetryBatch } from './ingest';

/** The newest value of one device's metric. `value` null = the source was asked and had none. */
export interface Latest {
  readonly device: string;
  readonly label: string;
  readonly value: number | null;
  readonly provenance: Provenance;
  /** Wall clock, ms. Staleness is the caller's to judge; a source that stops answering becomes a null value by itself. */
  readonly atMs: number;
}

/** All that is measured on this machine, live and recorded. Lives as long as the core; does not own the writer. */
export interface Telemetry {
  /** Starts asking the collectors: the first tick at once, then one each whole second. A second call does nothing. */
  start(): void;
  /** The same door for what has no period (a training's curve). Times may be late or repeated. Throws RangeError on a time that is no number. */
  append(atMs: number, readings: readonly Reading[]): void;
  /** Adds what is derived from each tick; see {@link Deriver}. */
  addDeriver(name: string, derive: Deriver): Disposable;
  /** After each committed tick or append; also while the disk refuses. */
  onBatch(listener: (batch: TelemetryBatch) => void): Disposable;
  /** The whole list, whenever a series came into being, was renamed or deleted. */
  /** Told of series that were made, renamed or left the list. */
  onSeries(listener: (change: SeriesChange) => void): Disposable;
  /** The living series: those of runs that are over are found in the database only. */
  listSeries(): Series[];
  /** Takes over the series that came into the store by another door (an import), and tells of them. */
  refreshSeries(): void;
  /** The run of this device is over: its series leave the list with their last samples in memory. */
  endDevice(device: string): void;
  /** Takes a deleted device's series out of every live list, and tells of it. */
  forgetDevice(device: string): void;
  /**
   * Samples since `sinceMs` still in memory (about 15 min), oldest first; `seriesIds` null = all. Several frames: only
   * series asked at exactly the same times share one, so that a null in a frame is always a gap.
   */
  backlog(sinceMs: number, seriesIds: readonly number[] | null): TelemetryFrame[];
  /** Null when no such series had a sample in the last 15 minutes. Of several ways to know it, one with a value, the newest, the best. */
  latest(device: string, metric: MetricId): Latest | null;
  /** One entry per device that had this metric in the last 15 minutes. */
  latestAll(metric: MetricId): Latest[];
  /** What each collector did when last asked. */
  states(): CollectorState[];
  /** Every source of this machine: works, missing, forbidden or failing, with the exact repair. Takes at most a few seconds. */
  doctor(): Promise<DoctorItem[]>;
  /** What happened to devices since the start, oldest first, at most 500. */
  events(): DeviceEvent[];
  /** As it happens. */
  onEvent(listener: (event: DeviceEvent) => void): Disposable;
  /** Who uses the GPUs, as of about the last ten seconds. Empty where no source tells it. */
  gpuProcesses(): GpuProcess[];
  /** The host's busiest processes, as of about the last ten seconds. */
  processes(): HostProcess[];
  /** What the machine is made of; asked once, then remembered. */
  inventory(): Promise<Inventory>;
  /** Stops the ticks, aborts and awaits the reads under way, ends their programs. Safe twice; both calls wait. */
  close(): Promise<void>;
}

/** A tick before its commit. */
export interface TickInput {
  readonly atMs: number;
  /** Every reading in force: this tick's, and the last ones of sources whose next answer is not due yet. */
  readonly readings: readonly Reading[];
  /** This tick's columns. */
  readonly columns: readonly ColumnReport[];
  /** The tick's moment on the clock of {@link Clock.passedMs}: what is kept from tick to tick ages by that. */
  readonly passedMs: number;
}

/** Called once a tick. What it returns is committed in the same transaction; if it throws, the tick goes on without. */
export type Deriver = (tick: TickInput) => readonly Reading[];

export interface TelemetryOptions {
  readonly writer: SampleWriter;
  readonly collectors: readonly Collector[];
  /** Sources of many series at once, read once a second beside the collectors. Default none. */
  readonly columns?: readonly ColumnSource[];
  readonly log: Log;
  readonly clock?: Clock;
  /** Where the collectors' events go; default: one of its own, to which nothing comes. */
  readonly events?: EventLog;
  /** Default: this machine's, through systeminformation. */
  readonly inventory?: () => Promise<Inventory>;
}

/** How long the doctor waits for the first answers after the start. */
const FIRST_ANSWERS_MS = 3_000;
/** A collector's samples between two ticks, as a source that may fail. */
const betweenOf = (collectorId: string): string => `${collectorId}, between two ticks`;

/** Builds the telemetry; nothing is asked before {@link Telemetry.start}. */
export function createTelemetry(options: TelemetryOptions): Telemetry {
  const { writer, collectors, log, clock = systemClock } = options;
  const ingest = new Ingest(writer, clock, log);
  const events = options.events ?? new EventLog(log);
  /** The readings in force, by source. */
  const inForce = new Map<string, readonly Reading[]>();
  const throttle = new ThrottleSeries(ingest.listSeries());
  const sources = options.columns ?? [];
  const columnReaders = sources.map((source) => new ColumnReader(source));
  let columnsAtMs = -Infinity;
  const derivers = new Map<string, { readonly derive: Deriver; failure: string | null }>();
  let closing: Promise<void> | null = null;

  /** What each source last failed with: said once, and again after it was another error or none. */
  const failures = new Map<string, string>();

  /** What a source gives, or nothing when it throws: neither the tick nor the other sources suffer by it. */
  const guarded = <T>(what: string, ask: () => readonly T[]): readonly T[] => {
    try {
      const given = ask();
      failures.delete(what);
      return given;
    } catch (error) {
      const why = errorText(error);
      if (failures.get(what) !== why) log('error', `${what}: ${why}`);
      failures.set(what, why);
      return [];
    }
  };

  const withBetween = (state: CollectorState): CollectorState => {
    const why = failures.get(betweenOf(state.id));
    return why === undefined ? state : { ...state, state: 'failing', lastError: why };
  };

  const readColumns = (atMs: number): ColumnReport[] => {
    const secondMs = Math.floor(atMs / 1000) * 1000;
    if (secondMs === columnsAtMs) return [];
    columnsAtMs = secondMs;
    return columnReaders.flatMap((reader) => guarded('a source of columns', () => [reader.read()]));
  };

  const derive = (atMs: number, columns: readonly ColumnReport[]): SourceReport[] => {
    const input: TickInput = { atMs, readings: [...inForce.values()].flat(), columns, passedMs: passedAt(clock, atMs) };
    return [...derivers].map(([name, deriver]) => {
      const source = `derived ${name}`;
      try {
        const readings = checkReadings(deriver.derive(input));
        if (readings === null) throw new TypeError('derived readings are not a list of readings');
        deriver.failure = null;
        return { source, readings };
      } catch (error) {
        const why = errorText(error);
        if (deriver.failure !== why) log('error', `values derived by ${name} are missing: ${why}`);
        deriver.failure = why;
        return { source, readings: null };
      }
    });
  };

  const scheduler = new Scheduler({
    collectors,
    clock,
    log,
    onSetBack: (atMs) => ingest.forgetAfter(atMs),
    onTick(atMs, answered) {
      const reports = answered.map((report) =>
        report.readings === null ? report : { ...report, readings: throttle.extend(report.readings) },
      );
      for (const { source, readings } of reports) {
        if (readings === null) inForce.delete(source);
        else inForce.set(source, readings);
      }
      const between = collectors.flatMap((collector) => guarded(betweenOf(collector.id), () => checkTimed(collector.between?.() ?? [])));
      if (between.length > 0) ingest.between(between.map((row) => ({ ...row, readings: throttle.extend(row.readings) })));
      const columns = readColumns(atMs);
      for (const { source } of columns)
        for (const event of guarded('what happened to a source', () => source.happened?.() ?? [])) events.add({ ...event, atMs });
      ingest.tick(atMs, [...reports, ...derive(atMs, columns)], columns);
    },
  });

  const known = options.inventory ?? createInventory(collectors);

  const latestOf = (metric: MetricId, onlyOn: string | null): Latest[] => {
    const best = new Map<string, Latest>();
    for (const series of ingest.liveSeries(metric)) {
      if (onlyOn !== null && series.device !== onlyOn) continue;
      const last = ingest.last(series.id);
      if (last === null) continue;
      const candidate: Latest = { device: series.device, label: series.label, provenance: series.provenance, ...last };
      const other = best.get(series.device);
      if (other === undefined || isBetter(candidate, other)) best.set(series.device, candidate);
    }
    return [...best.values()];
  };

  return {
    start: () => scheduler.start(),
    append: (atMs, readings) => ingest.append(atMs, readings),
    addDeriver(name, derive) {
      derivers.set(name, { derive, failure: null });
      return toDisposable(() => derivers.delete(name));
    },
    onBatch: (listener) => ingest.onBatch(listener),
    onSeries: (listener) => ingest.onSeries(listener),
    listSeries: () => ingest.listSeries(),
    refreshSeries: () => ingest.refreshSeries(),
    endDevice: (device) => ingest.endDevice(device),
    forgetDevice: (device) => ingest.forgetDevice(device),
    backlog: (sinceMs, seriesIds) => toFrames(ingest.backlog(sinceMs, seriesIds)),
    latest: (device, metric) => latestOf(metric, device)[0] ?? null,
    latestAll: (metric) => latestOf(metric, null),
    states: () => scheduler.states(),
    async doctor() {
      // Nothing is said of what was never read; a source that does not answer is not waited for long.
      await settledWithin(clock, scheduler.firstAnswers(), FIRST_ANSWERS_MS, () => undefined);
      const ofSources = sources.flatMap((source, i) => {
        try {
          return source.doctor();
        } catch (error) {
          return [sensorItem(`columns-${i + 1}`, 'failing', messageOf(error))];
        }
      });
      return [
        ...ofSources,
        ...(await collectorItems(clock, collectors, scheduler.states().map(withBetween))),
        recordingItem(ingest.recording()),
      ];
    },
    events: () => events.list(),
    onEvent: (listener) => events.onEvent(listener),
    gpuProcesses: () => collectors.flatMap((collector) => guarded(`${collector.id}, processes`, () => collector.gpuProcesses?.() ?? [])),
    processes: () => collectors.flatMap((collector) => guarded(`${collector.id}, host processes`, () => collector.processes?.() ?? [])),
    inventory: known,
    close() {
      closing ??= scheduler.close().then(() => ingest.close());
      return closing;
    },
  };
}

function isBetter(a: Latest, b: Latest): boolean {
  if ((a.value === null) !== (b.value === null)) return a.value !== null;
  if (a.atMs !== b.atMs) return a.atMs > b.atMs;
  return provenances.indexOf(a.provenance) < provenances.indexOf(b.provenance);
}
