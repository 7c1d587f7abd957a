import { z } from 'zod';
import { DeviceId } from './series';

/** How a piece of hardware is found. `nvidia`: an NVIDIA GPU; `mig`: a part of one; `drm`: an AMD or Intel GPU. */
export const hardwareKinds = ['nvidia', 'mig', 'drm', 'disk', 'net'] as const;
export const HardwareKind = z.enum(hardwareKinds);
export type HardwareKind = z.infer<typeof HardwareKind>;

/**
 * unheard: its source has not listed any device since the start. present: it answers. lost: it was there since the start
 * and is not now. missing: known from before, and not there since the start. removed: a person took it out for good.
 */
export const deviceStates = ['unheard', 'present', 'lost', 'missing', 'removed'] as const;
export type DeviceState = (typeof deviceStates)[number];

/** What one piece of hardware is told by. `device` is its label: once given, never given to another. */
export const StoredDevice = z.object({
  device: DeviceId,
  kind: HardwareKind,
  /** "GPU-…", "MIG-…", a card's unique id, a disk's WWID, a network card's MAC address. */
  uuid: z.string().nullable(),
  serial: z.string().nullable(),
  /** PCI address, "0000:1b:00.0". */
  bus: z.string().nullable(),
  /** PCI vendor and device, "10de:2330". */
  pciId: z.string().nullable(),
  model: z.string().nullable(),
  firstSeenMs: z.number(),
  lastSeenMs: z.number(),
  /** Since when it was told as lost or missing; null = it was there when last looked. */
  awaySinceMs: z.number().nullable(),
  /** When a person said that it is out for good; null = it is not. */
  removedAtMs: z.number().nullable(),
});
export type StoredDevice = z.infer<typeof StoredDevice>;

/** A known device and where it is now. */
export const DeviceRecord = StoredDevice.extend({ state: z.enum(deviceStates) });
export type DeviceRecord = z.infer<typeof DeviceRecord>;

/** "gpu3 NVIDIA H100 80GB HBM3" */
export function deviceName({ device, model }: Pick<StoredDevice, 'device' | 'model'>): string {
  return model === null ? device : `${device} ${model}`;
}

/**
 * "8 × NVIDIA H100 80GB HBM3 (gpu0–gpu7), 1 × NVIDIA A2 (gpu9)": every device by its number, a term for each model.
 */
export function devicesByModel(devices: readonly Pick<StoredDevice, 'device' | 'model'>[]): string {
  const models = [...new Set(devices.map(({ model }) => model))];
  return models
    .map((model) => {
      const own = devices.filter((one) => one.model === model).map(({ device }) => device);
      return `${own.length} × ${model ?? 'GPU'} (${ranges(own)})`;
    })
    .join(', ');
}

/** "gpu0–gpu2, gpu5" */
function ranges(devices: readonly string[]): string {
  const numbered = devices
    .map((device) => ({ device, number: Number(/\d+$/.exec(device)?.[0] ?? Number.NaN), family: device.replace(/\d+$/, '') }))
    .sort((a, b) => a.family.localeCompare(b.family, 'en') || a.number - b.number);
  const spans: { first: string; last: string; family: string; next: number }[] = [];
  for (const { device, number, family } of numbered) {
    const open = spans.at(-1);
    if (open && open.family === family && open.next === number) Object.assign(open, { last: device, next: number + 1 });
    else spans.push({ first: device, last: device, family, next: number + 1 });
  }
  return spans.map(({ first, last }) => (first === last ? first : `${first}–${last}`)).join(', ');
}
