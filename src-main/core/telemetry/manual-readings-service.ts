import { defineService } from '../service';
import { storeService } from '../store/service';
import { EnteredReadings } from './manual-readings';
import { telemetryService } from './service';

/** What persons read off meters. */
export const manualReadingsService = defineService({
  name: 'manualReadings',
  needs: [storeService, telemetryService],
  start: ({ store, telemetry }, { log }) =>
    new EnteredReadings({ table: store.manualReadings, samples: store.samples, telemetry, wallMs: Date.now, log }),
});
