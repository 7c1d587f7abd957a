import { defineService } from '../service';
import { storeService } from '../store/service';
import { EventLog } from './event-log';

/** What happens: told as it does, and kept in the database for good. */
export const eventsService = defineService({
  name: 'events',
  needs: [storeService],
  start({ store }, { log, onStop }) {
    const events = new EventLog(store.events, log);
    onStop(() => void events.storeWaiting());
    return events;
  },
});
