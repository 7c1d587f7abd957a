import { DisposableStore } from '@shared/base/disposable';
import { runsService } from '../jobs/service';
import { defineService } from '../service';
import { passedAt, systemClock } from '../telemetry/clock';
import { ledgerService } from './ledger-service';
import { priceListsService } from './price-lists-service';
import { roomPowerService } from './room-power-service';
import { RunBilling } from './run-billing';

/** Bills each run under way what the ledger books to it: it hears of each point after the ledger, which it needs. */
export const billingService = defineService({
  name: 'billing',
  needs: [ledgerService, priceListsService, roomPowerService, runsService],
  start({ ledger, priceLists, roomPower, runs }, { onStop }) {
    const billing = new RunBilling({
      ledger,
      prices: priceLists,
      setEnergy: (runId, energy) => runs.setEnergy(runId, energy),
      wallMs: () => systemClock.wallMs(),
      passedAt: (atMs) => passedAt(systemClock, atMs),
    });
    // The runs have ended by then: every bill becomes final.
    onStop(() => billing.flush());
    const listening = new DisposableStore();
    onStop(() => listening.dispose());
    listening.add(runs.onRun((run) => billing.onRun(run)));
    listening.add(runs.onDeleted((runId) => billing.forget(runId)));
    listening.add(roomPower.onPoint((point) => billing.onRoom(point)));
    return billing;
  },
});
