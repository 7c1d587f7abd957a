import { watchRuntimeStatus } from './runtime-status';
import { runsService } from './jobs/service';
import { defineService } from './service';
import { settingsService } from './settings-service';

/** Tells the runtime what its own windows and menus go by. */
export const runtimeStatusService = defineService({
  name: 'runtimeStatus',
  needs: [settingsService, runsService],
  start({ settings, runs }, { options, onStop }) {
    const { onStatus } = options;
    if (!onStatus) return;
    const watching = watchRuntimeStatus({ settings, jobs: runs, tell: onStatus });
    onStop(() => watching.dispose());
  },
});
