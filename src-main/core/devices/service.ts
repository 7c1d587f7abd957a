import { defineService } from '../service';
import { storeService } from '../store/service';
import { eventsService } from '../events/service';
import { DeviceRegistry } from './registry';

/** Which hardware has which label. */
export const devicesService = defineService({
  name: 'devices',
  needs: [storeService, eventsService],
  start({ store, events }, { log, onStop }) {
    const devices = new DeviceRegistry({
      store: store.devices,
      samples: store.samples,
      wallMs: () => Date.now(),
      monoMs: () => performance.now(),
      onEvent: (event) => events.add(event),
      log,
    });
    onStop(() => devices.close());
    const listening = events.onEvent(({ kind, device }) => kind === 'device.removed' && devices.setRemoved(device));
    onStop(() => listening.dispose());
    return devices;
  },
});
