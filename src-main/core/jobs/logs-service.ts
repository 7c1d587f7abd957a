import { dirname, join } from 'node:path';
import { defineService } from '../service';
import { settingsService } from '../settings-service';
import { storeService } from '../store/service';
import { RunLogs } from './log/run-logs';

/** What lies in files of each run, beside the database. */
export const RUNS_FOLDER = 'runs';

/** The logs of the runs. */
export const logsService = defineService({
  name: 'logs',
  needs: [storeService, settingsService],
  start({ store, settings }, { log, onStop }) {
    const logs = new RunLogs({
      runsDir: join(dirname(store.path), RUNS_FOLDER),
      maxBytes: () => settings.current.logs.maxBytesPerRun,
      now: () => Math.round(Date.now()),
      log,
    });
    onStop(() => logs.close());
    return logs;
  },
});
