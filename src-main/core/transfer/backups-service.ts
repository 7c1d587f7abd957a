import { defineService } from '../service';
import { storeService } from '../store/service';
import { Backups } from './backups';

export const backupsService = defineService({
  name: 'backups',
  needs: [storeService],
  start({ store }, { options, log, onEnd }) {
    const backups = new Backups({ databasePath: store.path, readerWorker: options.readerWorker, showFile: options.showFile ?? null, log });
    onEnd(() => backups.close());
    return backups;
  },
});
