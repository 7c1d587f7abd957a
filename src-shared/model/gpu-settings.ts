import { GpuHz, type Gpu, type GpuDevice } from './settings';

/** How often each GPU is sampled, samples a second, whole, 1–10. */
export interface GpuRates {
  readonly hz: number;
  /** Those that differ, by device. */
  readonly devices: Readonly<Record<string, number>>;
}

const untouched: GpuDevice = { hz: null };

/** What is set for this GPU; the defaults where nothing is. */
export function gpuDeviceOf(gpu: Gpu, device: string): GpuDevice {
  return Object.hasOwn(gpu.devices, device) ? (gpu.devices[device] ?? untouched) : untouched;
}

/** The section with this GPU's entry changed; an entry that says nothing is left out. */
export function withGpuDevice(gpu: Gpu, device: string, change: Partial<GpuDevice>): Gpu {
  const next = { ...gpuDeviceOf(gpu, device), ...change };
  const others = Object.entries(gpu.devices).filter(([name]) => name !== device);
  return { ...gpu, devices: Object.fromEntries(next.hz === null ? others : [...others, [device, next]]) };
}

export function ratesOf(gpu: Gpu): GpuRates {
  return {
    hz: gpu.hz,
    devices: Object.fromEntries(Object.entries(gpu.devices).flatMap(([device, { hz }]) => (hz === null ? [] : [[device, hz]]))),
  };
}

export function hzOf(rates: GpuRates, device: string): number {
  return Object.hasOwn(rates.devices, device) ? (rates.devices[device] ?? rates.hz) : rates.hz;
}

/**
 * Rates as typed: `10` for all GPUs, `gpu3=10` for one, several with commas between.
 * @returns the changed section; null when it cannot be understood
 */
export function parseRates(gpu: Gpu, typed: string): Gpu | null {
  let next = gpu;
  for (const part of typed.split(',')) {
    const { device, rate } = /^(?:(?<device>[\w/.-]{1,120})=)?(?<rate>\d{1,2})$/.exec(part.trim())?.groups ?? {};
    const hz = GpuHz.safeParse(Number(rate));
    if (rate === undefined || !hz.success) return null;
    next = device === undefined ? { ...next, hz: hz.data } : withGpuDevice(next, device, { hz: hz.data });
  }
  return next;
}

/** The same from the environment, for a start that types none; null where it says nothing. */
export function givenRates(env: Readonly<Record<string, string | undefined>>): string | null {
  return env['COLDAISLE_GPU_HZ'] || null;
}

/** What {@link parseRates} takes, in words. */
export const RATES_WANTED = 'a whole number from 1 to 10 for all GPUs, or gpu3=10 for one, with commas between';
