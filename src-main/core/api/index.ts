import type { Api } from '@shared/rpc/api';
import { appApi } from './app';
import { backupsApi, backupsStreamsApi } from './backups';
import { collectorsApi, collectorsStreamsApi } from './collectors';
import { coolingApi, coolingStreamsApi } from './cooling';
import { energyApi, energyStreamsApi } from './energy';
import { curvesApi } from './curves';
import { datasetsApi, datasetsStreamsApi } from './datasets';
import { enginesApi } from './engines';
import { eventsApi, eventsStreamsApi } from './events';
import { exportsApi, exportsStreamsApi } from './exports';
import { historyApi } from './history';
import { importsApi, importsStreamsApi } from './imports';
import { madeFilesApi } from './made-files';
import { manualApi, manualStreamsApi } from './manual';
import { marksApi, marksStreamsApi } from './marks';
import { modelsApi } from './models';
import { powerTreeApi, powerTreeStreamsApi } from './power-tree';
import { programsApi, programsStreamsApi } from './programs';
import { recipesApi, recipesStreamsApi } from './recipes';
import { roomsApi, roomsStreamsApi } from './rooms';
import { runImportsApi, runImportsStreamsApi } from './run-imports';
import { runsApi, runsStreamsApi } from './runs';
import { secretsApi, secretsStreamsApi } from './secrets';
import type { Services } from './services';
import { selftestApi, selftestStreamsApi } from './selftest';
import { settingsApi, settingsStreamsApi } from './settings';
import { telemetryApi, telemetryStreamsApi } from './telemetry';
import { viewsApi, viewsStreamsApi } from './views';

/** Binds every name of the contract to a service, a file a domain as there; a name left out fails the type check here. */
export function bindApi(services: Services): Api {
  return {
    commands: {
      ...appApi(services),
      ...backupsApi(services),
      ...collectorsApi(services),
      ...coolingApi(services),
      ...curvesApi(services),
      ...energyApi(services),
      ...datasetsApi(services),
      ...recipesApi(services),
      ...enginesApi(services),
      ...eventsApi(services),
      ...exportsApi(services),
      ...historyApi(services),
      ...importsApi(services),
      ...madeFilesApi(services),
      ...manualApi(services),
      ...marksApi(services),
      ...modelsApi(services),
      ...powerTreeApi(services),
      ...programsApi(services),
      ...roomsApi(services),
      ...runImportsApi(services),
      ...runsApi(services),
      ...secretsApi(services),
      ...selftestApi(services),
      ...settingsApi(services),
      ...telemetryApi(services),
      ...viewsApi(services),
    },
    streams: {
      ...backupsStreamsApi(services),
      ...collectorsStreamsApi(services),
      ...coolingStreamsApi(services),
      ...datasetsStreamsApi(services),
      ...recipesStreamsApi(services),
      ...energyStreamsApi(services),
      ...eventsStreamsApi(services),
      ...exportsStreamsApi(services),
      ...importsStreamsApi(services),
      ...manualStreamsApi(services),
      ...marksStreamsApi(services),
      ...powerTreeStreamsApi(services),
      ...programsStreamsApi(services),
      ...roomsStreamsApi(services),
      ...runImportsStreamsApi(services),
      ...runsStreamsApi(services),
      ...secretsStreamsApi(services),
      ...selftestStreamsApi(services),
      ...settingsStreamsApi(services),
      ...telemetryStreamsApi(services),
      ...viewsStreamsApi(services),
    },
  };
}
