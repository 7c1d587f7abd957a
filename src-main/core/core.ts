import { join } from 'node:path';
import { DisposableStore, type Disposable } from '@shared/base/disposable';
import { Emitter } from '@shared/base/emitter';
import type { RoomSummary } from '@shared/model/room';
import { isFinal } from '@shared/model/run';
import type { Port } from '@shared/rpc/port';
import { serve } from '@shared/rpc/server';
import { bindApi } from './api';
import { RoomPower, type RoomPoint } from './energy/room-power';
import { summarize } from './energy/room-summary';
import { billFromHistory, RunBilling } from './energy/run-billing';
import { createEngineProbe } from './jobs/engines';
import { createJobs, type Jobs } from './jobs/jobs';
import type { CoreOptions } from './options';
import { SettingsService } from './settings';
import { openReader } from './store/reader';
import type { StoreReader, StoreWriter } from './store/types';
import { databasePath, openWriter } from './store/writer';
import { Backups } from './transfer/backups';
import { createCollectors, machineEnvironment } from './telemetry/collectors';
import { createCpuPower } from './telemetry/cpu-power-model';
import { maxItPowerW, modelledIdleW } from './telemetry/rating';
import { createTelemetry, type Telemetry } from './telemetry/telemetry';

/** The product without a window. */
export interface Core {
  /** Serves the contract on this port until it closes or the returned handle is disposed. */
  connect(port: Port): Disposable;
  /** Stops jobs (asks, waits, kills) and collectors, drains and closes the database. Safe twice; both calls wait. */
  close(): Promise<void>;
}

const toStderr = (level: string, text: string): void => void process.stderr.write(`${level}: ${text}\n`);

/**
 * Starts the core on a data folder; metering begins at once.
 * @throws {AppError} `conflict` (the folder is another process's), `storage-full`, `storage-failed`
 */
export async function createCore(options: CoreOptions): Promise<Core> {
  const log = options.log ?? toStderr;
  const writer = openWriter({ dataDir: options.dataDir, log });
  try {
    return await startServices(options, writer, log);
  } catch (error) {
    writer.close();
    throw error;
  }
}

async function startServices(options: CoreOptions, writer: StoreWriter, log: NonNullable<CoreOptions['log']>): Promise<Core> {
  const startedAtMs = Date.now();
  const started = new DisposableStore();
  const settings = new SettingsService(writer);
  const reader = openReader({ databasePath: databasePath(options.dataDir), workerPath: options.readerWorker, log });
  const environment = { ...machineEnvironment(), ...options.environment };
  const cpuPower = createCpuPower({ env: environment, resourcesDir: options.resourcesDir, overrides: () => settings.current.host });
  const basePowerW = (): number => settings.current.host.basePowerW;

  const roomPower = new RoomPower({ settings: () => settings.current, maxItPowerW: () => maxItPowerW(cpuPower, telemetry, basePowerW()) });
  const telemetry: Telemetry = createTelemetry({
    writer,
    collectors: createCollectors(environment, { cpuPower }),
    derive: (atMs, readings) => roomPower.derive(atMs, readings),
    log,
  });
  const engines = createEngineProbe(options);
  const jobs = createJobs({
    writer,
    launcher: options.launcher,
    append: (atMs, readings) => telemetry.append(atMs, readings),
    datasetsDir: join(options.resourcesDir, 'datasets'),
    enginesDir: options.enginesDir,
    log,
  });
  const billing = new RunBilling({
    settings: () => settings.current,
    setEnergy: (runId, energy) => jobs.setEnergy(runId, energy),
    modelledIdle: () => {
      const powerW = modelledIdleW(cpuPower, telemetry, basePowerW());
      return powerW === null ? null : { powerW, provenance: 'modelled' };
    },
  });
  started.add(jobs.onRun((run) => billing.onRun(run)));
  started.add(jobs.onDeleted((runId) => billing.forget(runId)));

  const changed = new Emitter<RoomSummary>((error) => log('error', `a room listener failed: ${String(error)}`));
  let latest: RoomSummary | null = null;
  const onTick = (point: RoomPoint): void => {
    billing.onRoom(point);
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
  await billLostRuns(jobs, writer, reader, settings, log);

  const room = {
    changed,
    get latest(): RoomSummary | null {
      return latest;
    },
  };
  const backups = new Backups({ databasePath: writer.path, readerWorker: options.readerWorker, log });
  const api = bindApi({ options, startedAtMs, writer, reader, telemetry, jobs, engines, settings, room, backups });
  const ports = new DisposableStore();
  let closing: Promise<void> | null = null;
  const close = async (): Promise<void> => {
    await jobs.close();
    billing.flush();
    ports.dispose();
    await Promise.all([telemetry.close(), engines.close(), reader.close(), backups.close()]);
    started.dispose();
    writer.close();
  };
  return {
    connect(port) {
      const served = ports.add(serve(port, api, { log }));
      port.onClose(() => ports.remove(served));
      return served;
    },
    close: () => (closing ??= close()),
  };
}

/** A run whose core was lost never got its last samples: its bill is made from what the database holds. */
async function billLostRuns(jobs: Jobs, writer: StoreWriter, reader: StoreReader, settings: SettingsService, log: NonNullable<CoreOptions['log']>): Promise<void> {
  for (const run of jobs.list()) {
    if (run.failure?.code !== 'core-lost' || run.energy?.final === true) continue;
    try {
      const energy = await billFromHistory(run, writer.listSeries(), reader, settings.current);
      if (energy) jobs.setEnergy(run.id, energy);
    } catch (error) {
      log('warn', `the energy of run ${run.id} stays as it was when the core was lost: ${String(error)}`);
    }
  }
}
