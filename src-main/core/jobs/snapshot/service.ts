import { join } from 'node:path';
import { devicesService } from '../../devices/service';
import { secretsService } from '../../secrets/service';
import { defineService } from '../../service';
import { storeService } from '../../store/service';
import { Snapshots } from './snapshots';

/** What there was when each program began. */
export const snapshotsService = defineService({
  name: 'snapshots',
  needs: [storeService, secretsService, devicesService],
  start: ({ store, secrets, devices }, { options, log }) =>
    new Snapshots({
      writer: store,
      devices: () => devices.list(),
      redact: secrets.redactor.redact,
      pythonDir: join(options.resourcesDir, 'python'),
      log,
    }),
});
