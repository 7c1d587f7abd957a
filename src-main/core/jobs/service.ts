import { join } from 'node:path';
import { defineService } from '../service';
import { storeService } from '../store/service';
import { telemetryService } from '../telemetry/service';
import { createJobs } from './jobs';

/** The queue of runs and the record of all of them. */
export const runsService = defineService({
  name: 'runs',
  needs: [storeService, telemetryService],
  start({ store, telemetry }, { options, log, onBegin, onEnd, onStop }) {
    const jobs = createJobs({
      writer: store,
      launcher: options.launcher,
      append: (atMs, readings) => telemetry.append(atMs, readings),
      datasetsDir: join(options.resourcesDir, 'datasets'),
      enginesDir: options.enginesDir,
      log,
    });
    const listening = jobs.onDeleted((runId) => telemetry.forgetDevice(`run/${runId}`));
    onStop(() => listening.dispose());
    if (options.resumeRuns !== false) onBegin(() => jobs.resume());
    onEnd(() => jobs.close());
    return jobs;
  },
});
