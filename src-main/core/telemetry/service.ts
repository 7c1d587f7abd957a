import { ratesOf } from '@shared/model/gpu-settings';
import { devicesService } from '../devices/service';
import { scenarioService } from '../scenario/service';
import { defineService } from '../service';
import { settingsService } from '../settings-service';
import { storeService } from '../store/service';
import { createCollectors } from './collectors';
import { eventsService } from './events-service';
import { machineService } from './machine-service';
import { createTelemetry } from './telemetry';

/** What is measured, live and recorded. */
export const telemetryService = defineService({
  name: 'telemetry',
  needs: [scenarioService, storeService, settingsService, eventsService, machineService, devicesService],
  start({ scenario: { source }, store, settings, events, machine, devices }, { log, onBegin, onEnd, onStop }) {
    const { environment, cpuPower } = machine;
    const gpuRates = { current: () => ratesOf(settings.current.gpu), onChange: (listener: () => void) => settings.onChange(listener) };
    const telemetry = createTelemetry({
      writer: store.samples,
      // What is simulated is no hardware of this machine.
      collectors:
        source === null ? createCollectors(environment, { cpuPower, devices, log, onEvent: (event) => events.add(event), gpuRates }) : [],
      events,
      ...(source === null ? {} : { columns: [source], inventory: () => Promise.resolve(source.inventory()) }),
      log,
    });
    onStop(() => telemetry.close());
    onBegin(() => telemetry.start());
    onEnd(() => telemetry.close());
    return telemetry;
  },
});
