import { scenarioService } from '../scenario/service';
import { defineService } from '../service';
import { openWriter } from './writer';

/** What has to wait until the database is closed: then it outlives a power cut too. */
export const afterStoreService = defineService({
  name: 'afterStore',
  needs: [],
  start: (_, life) => ({ run: (work: () => void) => life.onStop(work) }),
});

/** The one writer of the database. */
export const storeService = defineService({
  name: 'store',
  needs: [scenarioService, afterStoreService],
  start({ scenario }, life) {
    const writer = openWriter({ dataDir: scenario.dataDir, log: life.log });
    life.onStop(() => writer.close());
    return writer;
  },
});
