import { DisposableStore, type Disposable } from '@shared/base/disposable';
import type { Port } from '@shared/rpc/port';
import { serve } from '@shared/rpc/server';
import { devicesService } from '../devices/service';
import { roomService } from '../energy/room-service';
import { enginesService } from '../jobs/engines-service';
import { runsService } from '../jobs/service';
import { treeService } from '../rooms/service';
import { scenarioService } from '../scenario/service';
import { defineService } from '../service';
import { settingsService } from '../settings-service';
import { readerService } from '../store/reader-service';
import { storeService } from '../store/service';
import { telemetryService } from '../telemetry/service';
import { backupsService } from '../transfer/backups-service';
import { importsService } from '../transfer/imports-service';
import { bindApi } from './index';

/** Serves the contract on the ports of pages. */
export interface Connections {
  /** Until the port closes or the returned handle is disposed. */
  connect(port: Port): Disposable;
}

export const apiService = defineService({
  name: 'api',
  needs: [
    scenarioService,
    storeService,
    readerService,
    settingsService,
    devicesService,
    telemetryService,
    roomService,
    runsService,
    enginesService,
    treeService,
    backupsService,
    importsService,
  ],
  start({ scenario, store, runs, ...others }, { options, log, onStop }): Connections {
    const startedAtMs = Date.now();
    const api = bindApi({ ...others, options: { ...options, dataDir: scenario.dataDir }, startedAtMs, writer: store, jobs: runs });
    const ports = new DisposableStore();
    onStop(() => ports.dispose());
    return {
      connect(port) {
        const served = ports.add(serve(port, api, { log }));
        port.onClose(() => ports.remove(served));
        return served;
      },
    };
  },
});
