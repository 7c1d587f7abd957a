import type { Disposable } from '@shared/base/disposable';
import type { DesktopChange } from '@shared/model/settings';
import type { Port } from '@shared/rpc/port';
import { apiService } from './api/service';
import { coolingService } from './cooling/service';
import { weatherHistoryService } from './cooling/weather-history-service';
import { weatherService } from './cooling/weather-service';
import { datasetsService } from './datasets/service';
import { devicesService } from './devices/service';
import { billingService } from './energy/billing-service';
import { ledgerService } from './energy/ledger-service';
import { powerFlowService } from './energy/power-flow-service';
import { priceListsService } from './energy/price-lists-service';
import { lostBillsService } from './energy/lost-bills-service';
import { roomPowerService } from './energy/room-power-service';
import { roomService } from './energy/room-service';
import { adoptionService } from './programs/adoption';
import { metersService } from './power/meters-service';
import { powerFitsService } from './power/fitting/service';
import { powerProposalsService } from './power/proposals-service';
import { powerTreeService } from './power/tree-service';
import { programsService, type ProgramStart } from './programs/service';
import { processesService } from './processes/service';
import { processDemandService } from './telemetry/process-demand';
import { runEventsService } from './events/run-events';
import { eventsService } from './events/service';
import { settingsEventsService } from './events/settings-events';
import { runtimeStatusService } from './runtime-status-service';
import { enginesService } from './jobs/engines-service';
import { limitsService } from './jobs/limits-service';
import { logsService } from './jobs/logs-service';
import { madeFilesService } from './jobs/made-files/service';
import { marksService } from './jobs/marks/service';
import { textLogsService } from './jobs/text-logs/service';
import { runsService } from './jobs/service';
import { snapshotsService } from './jobs/snapshot/service';
import { modelsService } from './models/service';
import type { CoreLog, CoreOptions } from './options';
import { runImportsService } from './readers/run-imports-service';
import { recipesService } from './recipes/service';
import { treeService } from './rooms/service';
import { servedFeedsService } from './scenario/feeds/service';
import { scenarioService } from './scenario/service';
import { secretsService } from './secrets/service';
import { selftestService } from './selftest/service';
import { startServices, type AnyService } from './service';
import { settingsService } from './settings-service';
import { readerService } from './store/reader-service';
import { afterStoreService, storeService } from './store/service';
import { collectorKindsService, collectorsService } from './telemetry/collectors-service';
import { machineService } from './telemetry/machine-service';
import { manualReadingsService } from './telemetry/manual-readings-service';
import { telemetryService } from './telemetry/service';
import { backupsService } from './transfer/backups-service';
import type { Download } from './transfer/exports';
import { exportsService } from './transfer/exports-service';
import { importsService } from './transfer/imports-service';
import { viewsService } from './views-service';

/** The product without a window. */
export interface Core {
  /** Serves the contract on this port until it closes or the returned handle is disposed. */
  connect(port: Port): Disposable;
  /** The same for the terminal of the person whose core this is; it needs nobody's consent to start a program. */
  connectTerminal(port: Port): Disposable;
  /** The file of an export, or of a program, for the browser that was told its address (`/export/ID`); null = there is none, or it was fetched. */
  download(id: string): Download | null;
  /** Changes how the desktop behaves, as a person chose there. */
  setDesktop(change: DesktopChange): void;
  /** Queues any program of this machine as a run, for the person at this machine. @returns the run's id @throws AppError */
  startProgram(request: ProgramStart): Promise<string>;
  /** Tells of each run that failed and is tried again, and of its next attempt, by their ids. */
  onRetry(listener: (failed: string, next: string) => void): Disposable;
  /** Stops jobs (asks, waits, kills) and collectors, drains and closes the database. Safe twice; both calls wait. */
  close(): Promise<void>;
}

/** All that the core is made of. Each starts after what it needs, whatever its place here. */
export const coreServices: readonly AnyService[] = [
  scenarioService,
  servedFeedsService,
  afterStoreService,
  storeService,
  secretsService,
  readerService,
  settingsService,
  eventsService,
  machineService,
  devicesService,
  telemetryService,
  collectorKindsService,
  processDemandService,
  collectorsService,
  manualReadingsService,
  powerTreeService,
  powerFitsService,
  powerProposalsService,
  roomPowerService,
  logsService,
  snapshotsService,
  runsService,
  marksService,
  textLogsService,
  madeFilesService,
  modelsService,
  programsService,
  adoptionService,
  runImportsService,
  processesService,
  enginesService,
  ledgerService,
  metersService,
  powerFlowService,
  weatherService,
  weatherHistoryService,
  coolingService,
  priceListsService,
  billingService,
  lostBillsService,
  limitsService,
  settingsEventsService,
  runEventsService,
  roomService,
  treeService,
  backupsService,
  importsService,
  exportsService,
  datasetsService,
  recipesService,
  selftestService,
  viewsService,
  apiService,
  runtimeStatusService,
];

const toStderr: CoreLog = (level, text) => void process.stderr.write(`${level}: ${text}\n`);

/**
 * Starts the core on a data folder; metering, or the scenario, begins at once.
 * @throws {AppError} `conflict` (the folder is another process's), `storage-full`, `storage-failed`, `not-found` (no such
 *   scenario; the message names those there are), `invalid-input` (the rates typed cannot be understood)
 */
export async function createCore(options: CoreOptions, services: readonly AnyService[] = coreServices): Promise<Core> {
  const running = await startServices(services, { options, log: options.log ?? toStderr });
  const settings = running.get(settingsService);
  return {
    connect: (port) => running.get(apiService).connect(port),
    connectTerminal: (port) => running.get(apiService).connectTerminal(port),
    download: (id) => running.get(exportsService).fetch(id) ?? running.get(madeFilesService).downloads.fetch(id),
    setDesktop({ meterInTray, startAtLogin }) {
      const { desktop } = settings.current;
      settings.set({ desktop: { meterInTray: meterInTray ?? desktop.meterInTray, startAtLogin: startAtLogin ?? desktop.startAtLogin } });
    },
    startProgram: (request) => running.get(programsService).start(request, 'terminal'),
    onRetry: (listener) => running.get(runsService).onRetry(({ failed, next }) => listener(failed.id, next.id)),
    close: () => running.close(),
  };
}
