import type { Api } from '@shared/rpc/api';
import { appApi } from './app';
import { backupsApi, backupsStreams } from './backups';
import { collectorsApi, collectorsStreams } from './collectors';
import { energyApi, energyStreams } from './energy';
import { curvesApi } from './curves';
import { enginesApi } from './engines';
import { eventsApi, eventsStreams } from './events';
import { exportsApi, exportsStreams } from './exports';
import { historyApi } from './history';
import { importsApi, importsStreams } from './imports';
import { roomsApi, roomsStreams } from './rooms';
import { runsApi, runsStreams } from './runs';
import { secretsApi, secretsStreams } from './secrets';
import type { Services } from './services';
import { settingsApi, settingsStreams } from './settings';
import { telemetryApi, telemetryStreams } from './telemetry';

/** Binds every name of the contract to a service, a file a domain as there; a name left out fails the type check here. */
export function bindApi(services: Services): Api {
  return {
    commands: {
      ...appApi(services),
      ...backupsApi(services),
      ...collectorsApi(services),
      ...curvesApi(services),
      ...energyApi(services),
      ...enginesApi(services),
      ...eventsApi(services),
      ...exportsApi(services),
      ...historyApi(services),
      ...importsApi(services),
      ...roomsApi(services),
      ...runsApi(services),
      ...secretsApi(services),
      ...settingsApi(services),
      ...telemetryApi(services),
    },
    streams: {
      ...backupsStreams(services),
      ...collectorsStreams(services),
      ...energyStreams(services),
      ...eventsStreams(services),
      ...exportsStreams(services),
      ...importsStreams(services),
      ...roomsStreams(services),
      ...runsStreams(services),
      ...secretsStreams(services),
      ...settingsStreams(services),
      ...telemetryStreams(services),
    },
  };
}
