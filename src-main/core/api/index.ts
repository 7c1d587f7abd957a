import type { Api } from '@shared/rpc/api';
import { appApi } from './app';
import { backupsApi, backupsStreams } from './backups';
import { energyApi } from './energy';
import { enginesApi } from './engines';
import { eventsApi } from './events';
import { exportsApi, exportsStreams } from './exports';
import { historyApi } from './history';
import { importsApi, importsStreams } from './imports';
import { roomsApi, roomsStreams } from './rooms';
import { runsApi, runsStreams } from './runs';
import { secretsApi } from './secrets';
import type { Services } from './services';
import { settingsApi, settingsStreams } from './settings';
import { telemetryApi, telemetryStreams } from './telemetry';

/** Binds every name of the contract to a service, a file a domain as there; a name left out fails the type check here. */
export function bindApi(services: Services): Api {
  return {
    commands: {
      ...appApi(services),
      ...backupsApi(services),
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
      ...exportsStreams(services),
      ...importsStreams(services),
      ...roomsStreams(services),
      ...runsStreams(services),
      ...settingsStreams(services),
      ...telemetryStreams(services),
    },
  };
}
