import { isFinal } from '@shared/model/run';
import { runsService } from '../jobs/service';
import { scenarioService } from '../scenario/service';
import { defineService } from '../service';
import { storeService } from '../store/service';
import { LostBills } from './lost-bills';
import { priceListsService } from './price-lists-service';

/** Bills the runs whose core was lost before their bill was final. */
export const lostBillsService = defineService({
  name: 'lostBills',
  needs: [scenarioService, storeService, priceListsService, runsService],
  start({ scenario, store, priceLists, runs }, { log, onBegin, onEnd, onStop }) {
    const bills = new LostBills({
      ledger: store.ledger,
      lists: () => priceLists.all,
      simulated: scenario.source !== null,
      runsUnderWay: (fromMs, toMs) => store.runs.underWay(fromMs, toMs),
      setEnergy: (runId, energy) => runs.setEnergy(runId, energy),
      log,
    });
    // Those that end now, although they ended while no core was there.
    const finding = runs.onFound((run) => isFinal(run.status) && bills.add(run));
    onStop(() => finding.dispose());
    onBegin(() => {
      for (const run of store.runs.unbilled()) bills.add(run);
    });
    onEnd(() => bills.close());
  },
});
