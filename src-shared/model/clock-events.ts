import type { MetricId } from './metrics';

/** Why an NVIDIA GPU's clocks are where they are; the bits of nvmlClocksEventReasons in nvml.h (once "throttle reasons"). */
export const clockEventReasons = [
  'idle',
  'application-clocks',
  'sw-power-cap',
  'hw-slowdown',
  'sync-boost',
  'sw-thermal',
  'hw-thermal',
  'hw-power-brake',
  'display-clocks',
] as const;
export type ClockEventReason = (typeof clockEventReasons)[number];

/** The series of each reason that takes performance from a busy GPU: power or heat. The others say what it was set to, or that it rests. */
export const throttleMetrics = {
  'sw-power-cap': 'gpu.throttled.sw_power_cap',
  'hw-slowdown': 'gpu.throttled.hw_slowdown',
  'sw-thermal': 'gpu.throttled.sw_thermal',
  'hw-thermal': 'gpu.throttled.hw_thermal',
  'hw-power-brake': 'gpu.throttled.hw_power_brake',
} as const satisfies Partial<Record<ClockEventReason, MetricId>>;
export type ThrottleReason = keyof typeof throttleMetrics;

/** Reasons that take performance away, lowest bit first. */
export const throttleReasons = clockEventReasons.filter((reason): reason is ThrottleReason => Object.hasOwn(throttleMetrics, reason));

/**
 * The reasons in a `gpu.clock.events` value, lowest bit first. Bits not known here are left out.
 * @param bits a whole number ≥ 0; anything else has none
 */
export function decodeClockEvents(bits: number | null): ClockEventReason[] {
  if (bits === null || !Number.isSafeInteger(bits) || bits < 0) return [];
  return clockEventReasons.filter((_, bit) => Math.floor(bits / 2 ** bit) % 2 === 1);
}

/** Whether power or heat holds the clocks down. */
export function isThrottled(bits: number | null): boolean {
  return decodeClockEvents(bits).some((reason) => Object.hasOwn(throttleMetrics, reason));
}
