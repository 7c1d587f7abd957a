import { hostname } from 'node:os';
import { scenarioService } from '../scenario/service';
import { defineService } from '../service';
import { storeService } from '../store/service';
import { telemetryService } from '../telemetry/service';
import { DeviceTreeService, localNode } from './device-tree';

/** Where each device stands in the room. */
export const treeService = defineService({
  name: 'tree',
  needs: [scenarioService, storeService, telemetryService],
  start({ scenario: { source }, store, telemetry }, { log, onStop }) {
    const tree = new DeviceTreeService({ store: store.tree, log });
    tree.discover(source === null ? [localNode(hostname())] : source.simulation.nodes);
    tree.setSeries(telemetry.listSeries());
    const listening = telemetry.onSeries(() => tree.setSeries(telemetry.listSeries()));
    onStop(() => listening.dispose());
    return tree;
  },
});
