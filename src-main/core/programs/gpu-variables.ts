import type { DeviceRecord } from '@shared/model/device-record';
import { message, type KeyedMessage } from '@shared/text/message';

type Vendor = 'nvidia' | 'amd' | 'intel';

const AMD = '1002';
const INTEL = '8086';

function vendorOf({ kind, pciId }: DeviceRecord): Vendor | null {
  if (kind === 'nvidia' || kind === 'mig') return 'nvidia';
  if (kind !== 'drm') return null;
  const [vendor] = (pciId ?? '').toLowerCase().split(':');
  return vendor === AMD ? 'amd' : vendor === INTEL ? 'intel' : null;
}

/** The GPUs that a run can be given. */
export const gpusOf = (devices: readonly DeviceRecord[]): DeviceRecord[] => devices.filter((one) => vendorOf(one) !== null);

/**
 * The GPU that is meant by its label ("gpu0"), its number, its UUID or how that begins, or its PCI address.
 * @returns undefined where there is none, or several
 */
export function findGpu(devices: readonly DeviceRecord[], typed: string): DeviceRecord | undefined {
  const gpus = gpusOf(devices);
  const exact = gpus.find(({ device, uuid, bus }) => [device, uuid, bus, device.replace(/^gpu(?=\d+$)/, '')].includes(typed));
  if (exact !== undefined) return exact;
  const begun = gpus.filter(({ uuid }) => typed.length >= 8 && uuid?.startsWith(typed) === true);
  return begun.length === 1 ? begun[0] : undefined;
}

/**
 * The variables by which a program sees these GPUs and no others. NVIDIA's are named by UUID. ROCm and Level Zero count theirs, so
 * they are named by their place among those that are there, in the order of the bus. A maker's GPUs of which none is asked for are
 * hidden too; oneAPI has no way to hide all of its own.
 * @returns why not: a GPU is not there, or tells no UUID
 */
export function gpuVariables(asked: readonly string[], devices: readonly DeviceRecord[]): Record<string, string> | KeyedMessage {
  if (asked.length === 0) return {};
  const here = gpusOf(devices).filter(({ state }) => state === 'present');
  const chosen: DeviceRecord[] = [];
  for (const gpu of asked) {
    const found = here.find(({ device }) => device === gpu);
    if (found === undefined) return message('message.queue.gpuAway', { gpu });
    chosen.push(found);
  }
  const of = (vendor: Vendor, list: readonly DeviceRecord[]): DeviceRecord[] => list.filter((one) => vendorOf(one) === vendor);
  const places = (vendor: Vendor): string => {
    const inBusOrder = of(vendor, here).sort((a, b) => ((a.bus ?? '') < (b.bus ?? '') ? -1 : 1));
    return of(vendor, chosen)
      .map((one) => inBusOrder.indexOf(one))
      .join(',');
  };
  const variables: Record<string, string> = {};
  if (of('nvidia', here).length > 0) {
    const uuids = of('nvidia', chosen).map(({ uuid }) => uuid);
    const unnamed = of('nvidia', chosen).find(({ uuid }) => uuid === null);
    if (unnamed !== undefined) return message('message.queue.gpuUnnamed', { gpu: unnamed.device });
    variables['CUDA_VISIBLE_DEVICES'] = uuids.join(',');
  }
  if (of('amd', here).length > 0) variables['HIP_VISIBLE_DEVICES'] = places('amd') || '-1';
  if (of('intel', chosen).length > 0) {
    variables['ZE_ENABLE_PCI_ID_DEVICE_ORDER'] = '1';
    variables['ZE_AFFINITY_MASK'] = places('intel');
  }
  return variables;
}
