import type { StoredDevice } from '@shared/model/device-record';
import { DeviceRegistry } from '../../src-main/core/devices/registry';

export type DeviceStore = ConstructorParameters<typeof DeviceRegistry>[0]['store'];

/** What the store keeps of devices, in memory. @param recorded labels that have series */
export function memoryDevices(recorded: readonly string[] = []): DeviceStore {
  const rows = new Map<string, StoredDevice>();
  return {
    loadDevices: () => [...rows.values()],
    saveDevices: (devices) => devices.forEach((row) => rows.set(row.device, row)),
    listSeries: () => recorded.map((device, i) => ({ id: i + 1, device, metric: 'gpu.power', provenance: 'measured', label: 'H100' })),
  };
}

/** A registry that remembers nothing beyond itself and tells nobody. */
export function freshDevices(): DeviceRegistry {
  return new DeviceRegistry({
    store: memoryDevices(),
    wallMs: () => Date.now(),
    monoMs: () => performance.now(),
    onEvent: () => undefined,
    log: () => undefined,
  });
}
