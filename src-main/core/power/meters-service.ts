import { ledgerService } from '../energy/ledger-service';
import { roomPowerService } from '../energy/room-power-service';
import { eventsService } from '../events/service';
import { defineService } from '../service';
import { storeService } from '../store/service';
import { isReadByEye } from '../telemetry/collectors/manual/form';
import { powerTreeService } from './tree-service';
import { MeterKeeper } from './meter-keeper';

/** Books what the meters measure, tick by tick, and corrects by it what the ledger has of the room. */
export const metersService = defineService({
  name: 'meters',
  needs: [storeService, eventsService, roomPowerService, ledgerService, powerTreeService],
  start({ store, events, roomPower, ledger, powerTree }, { log, onStop }) {
    let facilityMeters: ReadonlySet<string> = new Set();
    const keeper = new MeterKeeper({
      table: store.meterEnergy,
      readings: roomPower.meters,
      isPlaced: (device) => powerTree.current.places.some(({ meters }) => meters.some((meter) => meter.device === device)),
      isBookedApart: isReadByEye,
      onEvent: (event) => void events.add(event),
      onCorrection: ({ device, quarter, joules }) => {
        if (facilityMeters.has(device)) ledger.correctFacility(quarter, joules);
      },
      log,
    });
    onStop(() => keeper.close());
    const ticking = roomPower.onPoint(({ atMs, passedMs, facilityMeters: own }) => {
      facilityMeters = new Set(own);
      keeper.tick(atMs, passedMs);
    });
    onStop(() => ticking.dispose());
    return keeper;
  },
});
