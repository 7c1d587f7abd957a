import type { DeviceEvent } from '@shared/model/device-event';
import { defineService } from '../service';
import { storeService } from '../store/service';
import { EventLog } from './event-log';

/** What happens: in memory for whoever listens, and in the database for good. */
export const eventsService = defineService({
  name: 'events',
  needs: [storeService],
  start({ store }, { log, onStop }) {
    const events = new EventLog(log);
    const recording = events.onEvent(({ atMs, device, kind, code, severity, text }: DeviceEvent) => {
      try {
        store.events.append([{ atMs: Math.round(atMs), device, kind, code: code === null ? '' : String(code), severity, text }]);
      } catch (error) {
        // When the disk refuses, it is still in the log and in memory.
        log('warn', `an event of ${device} was not stored: ${String(error)}`);
      }
    });
    onStop(() => recording.dispose());
    return events;
  },
});
