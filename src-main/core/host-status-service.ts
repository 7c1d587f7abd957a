import { watchHostStatus } from './host-status';
import { runsService } from './jobs/service';
import { defineService } from './service';
import { settingsService } from './settings-service';

/** Tells the host what its own windows and menus go by. */
export const hostStatusService = defineService({
  name: 'hostStatus',
  needs: [settingsService, runsService],
  start({ settings, runs }, { options, onStop }) {
    const { onStatus } = options;
    if (!onStatus) return;
    const watching = watchHostStatus({ settings, jobs: runs, tell: onStatus });
    onStop(() => watching.dispose());
  },
});
