import { dirname, join } from 'node:path';
import { defineService } from '../service';
import { secretsService } from '../secrets/service';
import { settingsService } from '../settings-service';
import { storeService } from '../store/service';
import { RunLogs } from './log/run-logs';
import { RUNS_FOLDER } from './run-folders';

/** The logs of the runs. */
export const logsService = defineService({
  name: 'logs',
  needs: [storeService, settingsService, secretsService],
  start({ store, settings, secrets }, { log, onStop }) {
    const logs = new RunLogs({
      runsDir: join(dirname(store.path), RUNS_FOLDER),
      maxBytes: () => settings.current.logs.maxBytesPerRun,
      now: () => Math.round(Date.now()),
      redact: secrets.redactor.redact,
      log,
    });
    onStop(() => logs.close());
    return logs;
  },
});
