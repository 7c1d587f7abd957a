import { dirname, join } from 'node:path';
import { isFinal } from '@shared/model/run';
import { secretsService } from '../secrets/service';
import { defineService } from '../service';
import { storeService } from '../store/service';
import { telemetryService } from '../telemetry/service';
import { createJobs } from './jobs';
import { logsService } from './logs-service';
import { deleteRemains, RUNS_FOLDER } from './run-folders';

/** The queue of runs and the record of all of them. */
export const runsService = defineService({
  name: 'runs',
  needs: [storeService, telemetryService, logsService, secretsService],
  start({ store, telemetry, logs, secrets }, { options, log, onBegin, onEnd, onStop }) {
    const runsDir = join(dirname(store.path), RUNS_FOLDER);
    const jobs = createJobs({
      writer: store,
      logs,
      launcher: options.launcher,
      redact: secrets.redactor.redactMessage,
      append: (atMs, readings) => telemetry.append(atMs, readings),
      runsDir,
      datasetsDir: join(options.resourcesDir, 'datasets'),
      pythonDir: join(options.resourcesDir, 'python'),
      enginesDir: options.enginesDir,
      log,
    });
    const deleted = jobs.onDeleted((runId) => telemetry.forgetDevice(`run/${runId}`));
    onStop(() => deleted.dispose());
    const ended = jobs.onRun((run) => {
      if (isFinal(run.status)) telemetry.endDevice(`run/${run.id}`);
    });
    onStop(() => ended.dispose());
    onBegin(() => {
      // A trainer that is slow to end holds up no start.
      void jobs.recover(options.resumeRuns !== false);
      deleteRemains(runsDir).catch((error: unknown) => log('warn', `the files of deleted runs are still there: ${String(error)}`));
    });
    onEnd(() => jobs.close());
    return jobs;
  },
});
