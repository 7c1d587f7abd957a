import { cpus, hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { DisposableStore, type Disposable } from '@shared/base/disposable';
import { Emitter } from '@shared/base/emitter';
import { AppError } from '@shared/contract/errors';
import type { DeviceEvent } from '@shared/model/device-event';
import { RATES_WANTED, ratesOf, typedRates } from '@shared/model/gpu-settings';
import type { RoomSummary } from '@shared/model/room';
import { isFinal } from '@shared/model/run';
import type { DesktopChange } from '@shared/model/settings';
import type { Port } from '@shared/rpc/port';
import { phrase } from '@shared/phrases/phrase';
import { serve } from '@shared/rpc/server';
import { bindApi } from './api';
import { scopeEvents } from './energy/power-scope';
import { LedgerKeeper } from './energy/ledger-keeper';
import { RunProcesses } from './energy/run-processes';
import { RoomPower, type RoomPoint } from './energy/room-power';
import { RoomTotals } from './energy/room-totals';
import { summarize } from './energy/room-summary';
import { LostBills } from './energy/lost-bills';
import { isNodeIdle } from './energy/node-load';
import { RunBilling } from './energy/run-billing';
import { watchHostStatus } from './host-status';
import { createEngineProbe } from './jobs/engines';
import { createJobs } from './jobs/jobs';
import type { CoreOptions } from './options';
import { DeviceRegistry } from './devices/registry';
import { DeviceTreeService, localNode } from './rooms/device-tree';
import { loadScenario } from './scenario/schema';
import { ScenarioSource } from './scenario/source';
import { SettingsService } from './settings';
import type { DamageFound } from './store/samples/block-reader';
import { openReader } from './store/reader';
import type { StoreWriter } from './store/types';
import { databasePath, openWriter } from './store/writer';
import { Backups } from './transfer/backups';
import { Imports } from './transfer/imports';
import { passedAt, systemClock } from './telemetry/clock';
import { createCollectors, machineEnvironment } from './telemetry/collectors';
import { nvmlLibraries } from './telemetry/collectors/nvml/library';
import { createCpuPower } from './telemetry/cpu-power-model';
import { EventLog } from './telemetry/event-log';
import { maxItPowerW, modelledIdleW } from './telemetry/rating';
import { createTelemetry, type Telemetry } from './telemetry/telemetry';
import { Unwind } from './unwind';

/** The product without a window. */
export interface Core {
  /** Serves the contract on this port until it closes or the returned handle is disposed. */
  connect(port: Port): Disposable;
  /** Changes how the desktop behaves, as a person chose there. */
  setDesktop(change: DesktopChange): void;
  /** Stops jobs (asks, waits, kills) and collectors, drains and closes the database. Safe twice; both calls wait. */
  close(): Promise<void>;
}

const toStderr = (level: string, text: string): void => void process.stderr.write(`${level}: ${text}\n`);

/**
 * Starts the core on a data folder; metering, or the scenario, begins at once.
 * @throws {AppError} `conflict` (the folder is another process's), `storage-full`, `storage-failed`, `not-found` (no such
 *   scenario; the message names those there are), `invalid-input` (the rates typed cannot be understood)
 */
export async function createCore(given: CoreOptions): Promise<Core> {
  const log = given.log ?? toStderr;
  const name = given.scenario ?? null;
  const scenario = name === null ? null : new ScenarioSource(name, await loadScenario(given.resourcesDir, name));
  // Nothing simulated ever comes near the real samples.
  const options = scenario === null ? given : { ...given, dataDir: join(given.dataDir, 'scenarios', scenario.name) };
  const unwind = new Unwind(log);
  try {
    return await startServices(options, scenario, unwind, log);
  } catch (error) {
    // Why it could not start is what counts; what failed to stop is in the log.
    await unwind.run().catch(() => undefined);
    throw error;
  }
}

/** Each part is registered with its stop where it begins, so that a start that fails half-way leaves nothing behind. */
async function startServices(
  options: CoreOptions,
  scenario: ScenarioSource | null,
  unwind: Unwind,
  log: NonNullable<CoreOptions['log']>,
): Promise<Core> {
  const startedAtMs = Date.now();
  let imports: Imports | null = null;
  unwind.add('what the imports left to do', null, () => imports?.settle());
  const writer = unwind.add('the database', openWriter({ dataDir: options.dataDir, log }), (opened) => opened.close());
  const started = unwind.add('listeners', new DisposableStore(), (listeners) => listeners.dispose());
  const settings = new SettingsService(writer, (error) => log('error', `a listener of the settings failed: ${String(error)}`));
  takeTyped(settings, options.gpuHz ?? null);
  const reader = openReader({
    databasePath: databasePath(options.dataDir),
    workerPath: options.readerWorker,
    log,
    onDamage: (found) => setApart(writer, found, log),
  });
  unwind.add('the reader', reader, (opened) => opened.close());
  writer.setRetention(settings.current.retention);
  started.add(settings.onChange(({ retention }) => writer.setRetention(retention)));
  const nvml = {
    workerPath: options.nvmlWorker ?? join(dirname(options.readerWorker), 'nvml.js'),
    libraries: nvmlLibraries(process.platform),
  };
  const environment = { ...machineEnvironment(), nvml, ...options.environment };
  const events = new EventLog(log);
  started.add(events.onEvent((event) => recordEvent(writer, event, log)));
  let { power } = settings.current;
  started.add(
    settings.onChange((next) => {
      for (const event of scopeEvents(power, next.power, Date.now())) events.add(event);
      power = next.power;
    }),
  );
  const gpuRates = { current: () => ratesOf(settings.current.gpu), onChange: (listener: () => void) => settings.onChange(listener) };
  const cpuPower = createCpuPower({ env: environment, resourcesDir: options.resourcesDir, overrides: () => settings.current.host });
  const basePowerW = (): number => settings.current.host.basePowerW;

  const roomPower = new RoomPower({
    settings: () => settings.current,
    maxItPowerW: () => scenario?.maxItPowerW ?? maxItPowerW(cpuPower, telemetry, basePowerW()),
    localNode: scenario === null,
    // A simulated room names all its parts itself, and another one the next time.
    ...(scenario === null ? { memory: writer.powerParts } : {}),
    onMemoryError: (error) => log('warn', `the parts of the room's power were not stored: ${String(error)}`),
  });
  started.add(events.onEvent((event) => roomPower.onEvent(event)));
  const roomTotals = new RoomTotals(() => roomPower.uncounted);
  const onEvent = (event: DeviceEvent): void => events.add(event);
  const devices = new DeviceRegistry({ store: writer, wallMs: () => Date.now(), monoMs: () => performance.now(), onEvent, log });
  unwind.add('devices', devices, (registry) => registry.close());
  started.add(events.onEvent(({ kind, device }) => kind === 'device-removed' && devices.setRemoved(device)));
  const ledger = new LedgerKeeper({
    table: writer.ledger,
    runs: () => [...jobs.processes()].map(([runId, pid]) => ({ runId, pid, usesGpu: jobs.get(runId)?.engine === 'cuda' })),
    gpuProcesses: () => telemetry.gpuProcesses(),
    processes: new RunProcesses({
      procRoot: environment.platform === 'linux' ? environment.procRoot : null,
      logicalCpus: Math.max(1, cpus().length),
    }),
    log,
  });
  // Stopped after the ticks: what they booked last is stored.
  unwind.add('the ledger', ledger, (kept) => kept.close());
  const telemetry: Telemetry = createTelemetry({
    writer,
    // What is simulated is no hardware of this machine.
    collectors: scenario === null ? createCollectors(environment, { cpuPower, devices, log, onEvent, gpuRates }) : [],
    events,
    ...(scenario === null ? {} : { columns: [scenario], inventory: () => Promise.resolve(scenario.inventory()) }),
    derive: (atMs, readings, columns, passedMs) => {
      ledger.note(readings, columns);
      return [...roomPower.derive(atMs, readings, columns, passedMs), ...roomTotals.derive(columns)];
    },
    log,
  });
  unwind.add('telemetry', telemetry, (begun) => begun.close());
  const tree = new DeviceTreeService({ store: writer, log });
  tree.discover(scenario === null ? [localNode(hostname())] : scenario.simulation.nodes);
  tree.setSeries(telemetry.listSeries());
  started.add(telemetry.onSeries((series) => tree.setSeries(series)));
  const engines = unwind.add('the engines', createEngineProbe({ ...options, log }), (probe) => probe.close());
  const ports = unwind.add('connections', new DisposableStore(), (open) => open.dispose());
  let billing: RunBilling | null = null;
  unwind.add('billing', null, () => billing?.flush());
  const jobs = createJobs({
    writer,
    launcher: options.launcher,
    append: (atMs, readings) => telemetry.append(atMs, readings),
    datasetsDir: join(options.resourcesDir, 'datasets'),
    enginesDir: options.enginesDir,
    log,
  });
  unwind.add('runs', jobs, (queue) => queue.close());
  const bills = new RunBilling({
    settings: () => settings.current,
    setEnergy: (runId, energy) => jobs.setEnergy(runId, energy),
    passedAt: (atMs) => passedAt(systemClock, atMs),
    modelledIdle: () => {
      const powerW = modelledIdleW(cpuPower, telemetry, basePowerW());
      return powerW === null ? null : { powerW, provenance: 'modelled' };
    },
  });
  billing = bills;
  started.add(jobs.onRun((run) => bills.onRun(run)));
  started.add(jobs.onDeleted((runId) => bills.forget(runId)));
  started.add(jobs.onDeleted((runId) => telemetry.forgetDevice(`run/${runId}`)));

  const changed = new Emitter<RoomSummary>((error) => log('error', `a room listener failed: ${String(error)}`));
  let latest: RoomSummary | null = null;
  const onTick = (point: RoomPoint): void => {
    ledger.tick(point);
    bills.onRoom(
      point,
      isNodeIdle((metric) => telemetry.latestAll(metric), point.atMs),
    );
    const runs = jobs.list();
    latest = summarize(point, settings.current, (metric) => telemetry.latestAll(metric), {
      running: runs.filter((run) => !isFinal(run.status) && run.status !== 'queued').length,
      queued: runs.filter((run) => run.status === 'queued').length,
    });
    changed.emit(latest);
  };
  let seen: RoomPoint | null = null;
  started.add(
    telemetry.onBatch(() => {
      // A training's own samples come by this door too; only a tick makes a new room point.
      const point = roomPower.latest;
      if (point === null || point === seen) return;
      seen = point;
      onTick(point);
    }),
  );
  // Known before the first tick, so that even a run begun at once has a modelled idle power.
  await cpuPower.identify();
  telemetry.start();
  const lostBills = new LostBills({
    source: () => ({ series: writer.listSeries(), reader, settings: settings.current, runs: jobs.list(), simulated: scenario !== null }),
    setEnergy: (runId, energy) => jobs.setEnergy(runId, energy),
    log,
  });
  unwind.add('bills of lost runs', lostBills, (begun) => begun.close());

  const room = {
    changed,
    get latest(): RoomSummary | null {
      return latest;
    },
    forgetDevice(device: string): void {
      if (!roomPower.knows(device) && !devices.knows(device)) throw new AppError('not-found', phrase('said.power.unknown', { device }));
      events.add({ atMs: Date.now(), device, kind: 'device-removed', code: null, text: phrase('said.event.removed'), severity: 'info' });
    },
  };
  const backups = new Backups({ databasePath: writer.path, readerWorker: options.readerWorker, log });
  unwind.add('backups', backups, (begun) => begun.close());
  imports = new Imports({
    dataDir: options.dataDir,
    writer,
    chooseFile: options.chooseFile ?? null,
    onSeries: () => telemetry.refreshSeries(),
    log,
  });
  unwind.add('imports', imports, (begun) => begun.close());
  const api = bindApi({ options, startedAtMs, writer, reader, telemetry, jobs, engines, settings, tree, devices, room, backups, imports });
  if (options.onStatus) started.add(watchHostStatus({ settings, jobs, tell: options.onStatus }));
  // Last: a run that begins here finds all that it needs, and nothing after it can fail the start.
  if (options.resumeRuns !== false) jobs.resume();
  return {
    connect(port) {
      const served = ports.add(serve(port, api, { log }));
      port.onClose(() => ports.remove(served));
      return served;
    },
    setDesktop({ meterInTray, startAtLogin }) {
      const { desktop } = settings.current;
      settings.set({ desktop: { meterInTray: meterInTray ?? desktop.meterInTray, startAtLogin: startAtLogin ?? desktop.startAtLogin } });
    },
    close: () => unwind.run(),
  };
}

/** What was typed at the start is the setting from here on, so that the window shows what is in force. */
function takeTyped(settings: SettingsService, typed: string | null): void {
  if (typed === null) return;
  const gpu = typedRates(settings.current.gpu, typed);
  if (gpu === null) throw new AppError('invalid-input', `GPU samples a second "${typed}": ${RATES_WANTED} is needed.`);
  settings.set({ gpu });
}

/** Takes a block that the reader could not read out of the way; a disk that refuses even that leaves it to the next question. */
function setApart(writer: StoreWriter, found: DamageFound, log: NonNullable<CoreOptions['log']>): void {
  try {
    writer.quarantineDamaged(found);
  } catch (error) {
    log('warn', `a damaged block stays where it is for now: ${String(error)}`);
  }
}

/** Keeps what happened to a device; when the disk refuses, it is still in the log and in memory. */
function recordEvent(
  writer: StoreWriter,
  { atMs, device, kind, code, severity, text }: DeviceEvent,
  log: NonNullable<CoreOptions['log']>,
): void {
  try {
    writer.appendEvents([{ atMs: Math.round(atMs), device, kind, code: code === null ? '' : String(code), severity, text }]);
  } catch (error) {
    log('warn', `an event of ${device} was not stored: ${String(error)}`);
  }
}
