import { coolingService } from '../cooling/service';
import { weatherHistoryService } from '../cooling/weather-history-service';
import { weatherService } from '../cooling/weather-service';
import { datasetsService } from '../datasets/service';
import { devicesService } from '../devices/service';
import { ledgerService } from '../energy/ledger-service';
import { powerFlowService } from '../energy/power-flow-service';
import { roomPowerService } from '../energy/room-power-service';
import { roomService } from '../energy/room-service';
import { eventsService } from '../events/service';
import { enginesService } from '../jobs/engines-service';
import { logsService } from '../jobs/logs-service';
import { madeFilesService } from '../jobs/made-files/service';
import { marksService } from '../jobs/marks/service';
import { runsService } from '../jobs/service';
import { snapshotsService } from '../jobs/snapshot/service';
import { textLogsService } from '../jobs/text-logs/service';
import { modelsService } from '../models/service';
import type { CoreOptions } from '../options';
import { powerFitsService } from '../power/fitting/service';
import { powerProposalsService } from '../power/proposals-service';
import { powerTreeService } from '../power/tree-service';
import { processesService } from '../processes/service';
import { adoptionService } from '../programs/adoption';
import { programsService } from '../programs/service';
import { runImportsService } from '../readers/run-imports-service';
import { recipesService } from '../recipes/service';
import { treeService } from '../rooms/service';
import { scenarioService } from '../scenario/service';
import { secretsService } from '../secrets/service';
import { selftestService } from '../selftest/service';
import type { Needed } from '../service';
import { settingsService } from '../settings-service';
import { readerService } from '../store/reader-service';
import { storeService } from '../store/service';
import { collectorsService } from '../telemetry/collectors-service';
import { manualReadingsService } from '../telemetry/manual-readings-service';
import { telemetryService } from '../telemetry/service';
import { backupsService } from '../transfer/backups-service';
import { exportsService } from '../transfer/exports-service';
import { importsService } from '../transfer/imports-service';
import { viewsService } from '../views-service';

/** The services that the contract is bound to. */
export const servedServices = [
  scenarioService,
  storeService,
  readerService,
  settingsService,
  eventsService,
  devicesService,
  telemetryService,
  processesService,
  collectorsService,
  manualReadingsService,
  ledgerService,
  powerFlowService,
  powerTreeService,
  powerFitsService,
  powerProposalsService,
  roomPowerService,
  roomService,
  weatherService,
  weatherHistoryService,
  coolingService,
  snapshotsService,
  runsService,
  programsService,
  adoptionService,
  runImportsService,
  logsService,
  marksService,
  textLogsService,
  madeFilesService,
  modelsService,
  enginesService,
  treeService,
  backupsService,
  importsService,
  exportsService,
  datasetsService,
  recipesService,
  secretsService,
  selftestService,
  viewsService,
] as const;

/** Their interfaces by name, and what the core was started with. */
export interface Services extends Needed<typeof servedServices> {
  /** `dataDir` is that of what is shown (scenario/service.ts). */
  readonly options: CoreOptions;
  readonly startedAtMs: number;
  /** Who asks. */
  readonly by: 'page' | 'terminal';
}
