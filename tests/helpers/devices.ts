import type { StoredDevice } from '@shared/model/device-record';
import { DeviceRegistry } from '../../src-main/core/devices/registry';

export type DeviceStore = Pick<ConstructorParameters<typeof DeviceRegistry>[0], 'store' | 'samples'>;

/** What the store keeps of devices, in memory. @param recorded labels that have series */
export function memoryDevices(recorded: readonly string[] = []): DeviceStore {
  const rows = new Map<string, StoredDevice>();
  return {
    store: {
      load: () => [...rows.values()],
      save: (devices) => devices.forEach((row) => rows.set(row.device, row)),
    },
    samples: {
      listSeries: () => recorded.map((device, i) => ({ id: i + 1, device, metric: 'gpu.power', provenance: 'measured', label: 'H100' })),
    },
  };
}

/** A registry that remembers nothing beyond itself and tells nobody. */
export function freshDevices(): DeviceRegistry {
  return new DeviceRegistry({
    ...memoryDevices(),
    wallMs: () => Date.now(),
    monoMs: () => performance.now(),
    onEvent: () => undefined,
    log: () => undefined,
  });
}
