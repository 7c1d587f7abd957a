import { eventsService } from '../events/service';
import { defineService } from '../service';
import { storeService } from '../store/service';
import { PowerTreeService } from './power-tree';

/** What feeds what, and where the meters stand. */
export const powerTreeService = defineService({
  name: 'powerTree',
  needs: [storeService, eventsService],
  start: ({ store, events }, { log }) => new PowerTreeService({ store: store.powerTree, log, onEvent: (event) => void events.add(event) }),
});
