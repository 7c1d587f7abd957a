import { canFeedBack } from '@shared/model/power-tree';
import { devicesService } from '../devices/service';
import { eventsService } from '../events/service';
import { powerTreeService } from '../power/tree-service';
import { scenarioService } from '../scenario/service';
import { defineService } from '../service';
import { secretsService } from '../secrets/service';
import { settingsService } from '../settings-service';
import { storeService } from '../store/service';
import type { CollectorKind } from './collector-kind';
import { collectorContext } from './collector-context';
import { collectorKinds } from './collectors';
import { LiveCollectors } from './live-collectors';
import { machineService } from './machine-service';
import { manualReadingsService } from './manual-readings-service';
import { processDemandService } from './process-demand';
import { telemetryService } from './service';

/** Every kind of collector there is. */
export const collectorKindsService = defineService({
  name: 'collectorKinds',
  needs: [],
  start: (): readonly CollectorKind[] => collectorKinds,
});

/** What is read, and how: this machine's own sources, and the feeds that a person added. */
export const collectorsService = defineService({
  name: 'collectors',
  needs: [
    scenarioService,
    storeService,
    secretsService,
    settingsService,
    eventsService,
    machineService,
    devicesService,
    telemetryService,
    collectorKindsService,
    processDemandService,
    manualReadingsService,
    powerTreeService,
  ],
  start(
    {
      scenario,
      store,
      secrets,
      settings,
      events,
      machine,
      devices,
      telemetry,
      collectorKinds: kinds,
      processDemand,
      manualReadings,
      powerTree,
    },
    { log, onEnd },
  ) {
    const collectors = new LiveCollectors({
      // What is simulated is no hardware of this machine.
      kinds: scenario.source === null ? kinds : [],
      context: collectorContext(machine.environment, {
        cpuPower: machine.cpuPower,
        devices,
        secrets: secrets.vault,
        manual: manualReadings,
        processes: processDemand,
        log,
        onEvent: (event) => events.add(event),
      }),
      telemetry,
      table: scenario.source === null ? store.collectors : nothingSet,
      settings,
      vault: secrets.vault,
      onEvent: (event) => events.add(event),
      canFeedBack: (device) => canFeedBack(powerTree.current, device),
      log,
    });
    onEnd(() => collectors.close());
    return collectors;
  },
});

const nothingSet = { load: () => [], save: () => undefined, remove: () => undefined };
