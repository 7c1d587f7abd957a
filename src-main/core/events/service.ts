import { secretsService } from '../secrets/service';
import { defineService } from '../service';
import { storeService } from '../store/service';
import { EventLog } from './event-log';

/** What happens: told as it does, and kept in the database for good. */
export const eventsService = defineService({
  name: 'events',
  needs: [storeService, secretsService],
  start({ store, secrets }, { log, onStop }) {
    const events = new EventLog(store.events, log, secrets.redactor);
    onStop(() => void events.storeWaiting());
    return events;
  },
});
