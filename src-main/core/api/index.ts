import type { Api } from '@shared/rpc/api';
import { appApi } from './app';
import { energyApi } from './energy';
import { historyApi, historyStreams } from './history';
import { importApi, importStreams } from './imports';
import { roomsApi, roomsStreams } from './rooms';
import { runsApi, runsStreams } from './runs';
import type { Services } from './services';
import { settingsApi, settingsStreams } from './settings';
import { telemetryStreams } from './telemetry';
import { transferApi, transferStreams } from './transfer';

/** Binds every name of the contract to a service; a name left out fails the type check here. */
export function bindApi(services: Services): Api {
  return {
    commands: {
      ...appApi(services),
      ...historyApi(services),
      ...energyApi(services),
      ...runsApi(services),
      ...settingsApi(services),
      ...roomsApi(services),
      ...transferApi(services),
      ...importApi(services),
    },
    streams: {
      ...telemetryStreams(services),
      ...runsStreams(services),
      ...settingsStreams(services),
      ...historyStreams(services),
      ...roomsStreams(services),
      ...transferStreams(services),
      ...importStreams(services),
    },
  };
}
