import type { Power } from './settings';

/** Whether this device's power counts, as far as a person has a say in it. */
export function isCounted(power: Power, device: string): boolean {
  return !power.excludedDevices.includes(device);
}

/** The section with this device counted, or left out. */
export function withCounted(power: Power, device: string, counted: boolean): Power {
  const others = power.excludedDevices.filter((name) => name !== device);
  return { ...power, excludedDevices: counted ? others : [...others, device] };
}
