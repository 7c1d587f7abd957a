import { eventsService } from '../events/service';
import { scenarioService } from '../scenario/service';
import { defineService } from '../service';
import { storeService } from '../store/service';
import { createTelemetry } from './telemetry';

/** What is measured, live and recorded. Who reads what is added by the collectors' service. */
export const telemetryService = defineService({
  name: 'telemetry',
  needs: [scenarioService, storeService, eventsService],
  start({ scenario: { source }, store, events }, { log, onBegin, onEnd, onStop }) {
    const telemetry = createTelemetry({
      writer: store.samples,
      collectors: [],
      onEvent: (event) => events.add(event),
      ...(source === null ? {} : { columns: [source], inventory: () => Promise.resolve(source.inventory()) }),
      log,
    });
    onStop(() => telemetry.close());
    onBegin(() => telemetry.start());
    onEnd(() => telemetry.close());
    return telemetry;
  },
});
