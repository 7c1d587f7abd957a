import { runsService } from '../jobs/service';
import { scenarioService } from '../scenario/service';
import { defineService } from '../service';
import { settingsService } from '../settings-service';
import { readerService } from '../store/reader-service';
import { storeService } from '../store/service';
import { LostBills } from './lost-bills';

/** Bills the runs whose core was lost before their bill was final. */
export const lostBillsService = defineService({
  name: 'lostBills',
  needs: [scenarioService, storeService, readerService, settingsService, runsService],
  start({ scenario, store, reader, settings, runs }, { log, onBegin, onEnd }) {
    onBegin(() => {
      const bills = new LostBills({
        source: () => ({
          series: store.samples.listSeries(),
          reader: reader.samples,
          settings: settings.current,
          runs: runs.list(),
          simulated: scenario.source !== null,
        }),
        setEnergy: (runId, energy) => runs.setEnergy(runId, energy),
        log,
      });
      onEnd(() => bills.close());
    });
  },
});
