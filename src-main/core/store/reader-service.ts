import { scenarioService } from '../scenario/service';
import { defineService } from '../service';
import { openReader } from './reader';
import { storeService } from './service';
import { databasePath } from './writer';

/** Questions to the database, on a thread of their own. */
export const readerService = defineService({
  name: 'reader',
  needs: [scenarioService, storeService],
  start({ scenario, store }, { options, log, onStop }) {
    const reader = openReader({
      databasePath: databasePath(scenario.dataDir),
      workerPath: options.readerWorker,
      log,
      onDamage(found) {
        try {
          store.samples.quarantineDamaged(found);
        } catch (error) {
          // A disk that refuses even that leaves it to the next query.
          log('warn', `a damaged block stays where it is for now: ${String(error)}`);
        }
      },
    });
    onStop(() => reader.close());
    return reader;
  },
});
