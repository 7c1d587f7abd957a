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
        open: store.runs.unbilled(),
        source: ({ startedAtMs, endedAtMs }) => ({
          series: store.samples.listSeries(),
          reader: reader.samples,
          settings: settings.current,
          runs: store.runs.underWay(startedAtMs ?? 0, endedAtMs ?? Date.now()),
          simulated: scenario.source !== null,
        }),
        setEnergy: (runId, energy) => runs.setEnergy(runId, energy),
        log,
      });
      onEnd(() => bills.close());
    });
  },
});
