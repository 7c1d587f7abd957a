import { toDisposable, type Disposable } from '@shared/base/disposable';
import { Emitter } from '@shared/base/emitter';
import type { Log } from '@shared/base/log';
import type { TelemetryFrame } from '@shared/contract/telemetry';
import type { EventInput } from '@shared/model/event';
import type { DoctorItem } from '@shared/model/doctor';
import type { MetricId } from '@shared/model/metrics';
import type { GpuProcess, MachineProcess } from '@shared/model/processes';
import { provenances, type Provenance } from '@shared/model/provenance';
import type { Inventory } from '@shared/model/room';
import type { Reading, Series } from '@shared/model/series';
import { message, messageOf, type Message } from '@shared/text/message';
import { passedAt, settledWithin, systemClock, type Clock } from './clock';
import type { Collector } from './collector';
import { ColumnReader, type ColumnReport, type ColumnSource } from './columns';
import { sensorItem, sensorName } from './collectors/items';
import { collectorItems, recordingItem } from './doctor';
import { FailureWatch, type CollectorTold } from './failure-watch';
import { toFrames } from './frames';
import { Ingest, errorText, type SampleWriter, type SourceReport, type SeriesChange, type TelemetryBatch } from './ingest';
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
  /** The same entry point for what has no period (a training's curve). Times may be late or repeated. Throws RangeError on a time that is no number. */
  append(atMs: number, readings: readonly Reading[]): void;
  /** Adds what is derived from each tick; see {@link Deriver}. */
  addDeriver(name: string, derive: Deriver): Disposable;
  /** After each committed tick or append; also while the disk refuses. */
  onBatch(listener: (batch: TelemetryBatch) => void): Disposable;
  /** Told of series that were made, renamed or left the list. */
  onSeries(listener: (change: SeriesChange) => void): Disposable;
  /** The living series: those of runs that are over are found in the database only. */
  listSeries(): Series[];
  /** Takes over the series that came into the store by another entry point (an import), and tells of them. */
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
  /**
   * One more source, asked from the next tick on.
   * @param told what it is called, and whether a person asked for it; default: by its id, and not
   * @throws {Error} for an id that is there
   */
  addCollector(collector: Collector, told?: CollectorTold): void;
  /** Ends a source: it is asked no more and its series end at once; resolves when it is closed. */
  removeCollector(id: string): Promise<void>;
  /** What each collector did when last asked. */
  states(): CollectorState[];
  /** After each tick. */
  onStates(listener: (states: readonly CollectorState[]) => void): Disposable;
  /** Every source of this machine: works, missing, forbidden or failing, with the exact repair. Takes at most a few seconds. */
  doctor(): Promise<DoctorItem[]>;
  /** Who uses the GPUs, as of about the last ten seconds. Empty where no source tells it. */
  gpuProcesses(): GpuProcess[];
  /** The host's busiest processes, as of about the last ten seconds. */
  processes(): MachineProcess[];
  /** Whenever a source asked for processes anew. */
  onProcesses(listener: () => void): Disposable;
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
  /** Told of what happens to the sources of columns, the collectors, the recording and the clock; default: nobody. */
  readonly onEvent?: (event: EventInput) => void;
  /** Default: this machine's, through systeminformation. */
  readonly inventory?: () => Promise<Inventory>;
}

/** How long the doctor waits for the first answers after the start. */
const FIRST_ANSWERS_MS = 3_000;
/** A collector's samples between two ticks, as a source that may fail. */
const betweenOf = (collectorId: string): string => `${collectorId}, between two ticks`;

/** Builds the telemetry; nothing is asked before {@link Telemetry.start}. */
export function createTelemetry(options: TelemetryOptions): Telemetry {
  const { writer, log, clock = systemClock, onEvent = () => undefined } = options;
  const ingest = new Ingest(writer, clock, log, (recording) => onEvent(recordingEvent(recording, clock.wallMs())));
  const named = new Map<string, CollectorTold>();
  const watch = new FailureWatch((id) => named.get(id) ?? { name: sensorName(id), expected: false });
  const onListenerError = (error: unknown): void => log('error', `a listener of the collectors failed: ${errorText(error)}`);
  const statesTold = new Emitter<readonly CollectorState[]>(onListenerError);
  const processesTold = new Emitter<void>(onListenerError);
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

  const tellStates = (atMs: number, answered: readonly SourceReport[]): void => {
    const states = scheduler.states().map(withBetween);
    for (const event of watch.look(states, atMs)) onEvent(event);
    statesTold.emit(states);
    const ofProcesses = scheduler.collectors.filter(({ gpuProcesses, processes }) => gpuProcesses ?? processes);
    if (answered.some(({ source }) => ofProcesses.some(({ id }) => id === source))) processesTold.emit();
  };

  const scheduler: Scheduler = new Scheduler({
    collectors: options.collectors,
    clock,
    log,
    onSetBack: (atMs) => ingest.forgetAfter(atMs),
    onClockStep: (byMs, atMs) => onEvent(clockEvent(byMs, atMs)),
    onTick(atMs, answered) {
      const reports = answered.map((report) =>
        report.readings === null ? report : { ...report, readings: throttle.extend(report.readings) },
      );
      for (const { source, readings } of reports) {
        if (readings === null) inForce.delete(source);
        else inForce.set(source, readings);
      }
      const between = scheduler.collectors.flatMap((collector) =>
        guarded(betweenOf(collector.id), () => checkTimed(collector.between?.() ?? [])),
      );
      if (between.length > 0) ingest.between(between.map((row) => ({ ...row, readings: throttle.extend(row.readings) })));
      const columns = readColumns(atMs);
      for (const { source } of columns)
        for (const event of guarded('what happened to a source', () => source.happened?.() ?? [])) onEvent({ ...event, atMs });
      ingest.tick(atMs, [...reports, ...derive(atMs, columns)], columns);
      tellStates(atMs, answered);
    },
  });

  const known = options.inventory ?? createInventory(() => scheduler.collectors);

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
    addCollector(collector, told) {
      scheduler.add(collector);
      if (told) named.set(collector.id, told);
    },
    async removeCollector(id) {
      const ended = scheduler.remove(id);
      inForce.delete(id);
      failures.delete(betweenOf(id));
      named.delete(id);
      ingest.end(clock.wallMs(), id);
      await ended;
    },
    states: () => scheduler.states().map(withBetween),
    onStates: (listener) => statesTold.on(listener),
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
        ...(await collectorItems(clock, scheduler.collectors, scheduler.states().map(withBetween))),
        recordingItem(ingest.recording()),
      ];
    },
    gpuProcesses: () =>
      scheduler.collectors.flatMap((collector) => guarded(`${collector.id}, processes`, () => collector.gpuProcesses?.() ?? [])),
    processes: () =>
      scheduler.collectors.flatMap((collector) => guarded(`${collector.id}, host processes`, () => collector.processes?.() ?? [])),
    onProcesses: (listener) => processesTold.on(listener),
    inventory: known,
    close() {
      closing ??= scheduler.close().then(() => ingest.close());
      return closing;
    },
  };
}

function recordingEvent({ error, lost }: { readonly error: Message | null; readonly lost: number }, atMs: number): EventInput {
  const at = { atMs, device: 'recording' };
  if (error !== null)
    return { ...at, kind: 'recording.stopped', severity: 'critical', text: message('message.event.recording.stopped', { error }) };
  const text =
    lost === 0
      ? message('message.event.recording.resumedWhole')
      : message('message.event.recording.resumed', { lost: message('message.count.samples', { count: lost }) });
  return { ...at, kind: 'recording.resumed', severity: 'info', text, values: { lost } };
}

function clockEvent(byMs: number, atMs: number): EventInput {
  const seconds = Math.round(Math.abs(byMs) / 1000);
  const text = byMs > 0 ? message('message.event.clock.ahead', { seconds }) : message('message.event.clock.back', { seconds });
  return { atMs, device: 'host', kind: 'clock.set', severity: 'warning', text, values: { byMs: Math.round(byMs) } };
}

function isBetter(a: Latest, b: Latest): boolean {
  if ((a.value === null) !== (b.value === null)) return a.value !== null;
  if (a.atMs !== b.atMs) return a.atMs > b.atMs;
  return provenances.indexOf(a.provenance) < provenances.indexOf(b.provenance);
}
