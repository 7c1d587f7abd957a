import { hostname } from 'node:os';
import { collectorsService } from '../telemetry/collectors-service';
import { roomPowerService } from '../energy/room-power-service';
import { treeService } from '../rooms/service';
import { defineService } from '../service';
import { settingsService } from '../settings-service';
import { readerService } from '../store/reader-service';
import { storeService } from '../store/service';
import { telemetryService } from '../telemetry/service';
import { readFitHistory } from './fitting/read-history';
import { PowerProposer } from './proposals';
import { powerTreeService } from './tree-service';

/** Where the meters that nobody placed may belong. */
export const powerProposalsService = defineService({
  name: 'powerProposals',
  needs: [
    storeService,
    readerService,
    settingsService,
    telemetryService,
    collectorsService,
    treeService,
    powerTreeService,
    roomPowerService,
  ],
  start({ store, reader, settings, telemetry, collectors, tree, powerTree, roomPower }) {
    return new PowerProposer({
      table: store.powerTree,
      tree: () => powerTree.current,
      rooms: () => tree.current.places,
      meters: roomPower.meters,
      feeds: () => collectors.list(),
      kinds: () => collectors.kinds(),
      series: () => telemetry.listSeries(),
      hostname: hostname(),
      history: (range, devices, signal) =>
        readFitHistory(
          range,
          devices,
          { reader, series: telemetry.listSeries(), cooling: settings.current.cooling, places: tree.current.places },
          signal,
        ),
    });
  },
});
