import type { TimeRange } from '@shared/model/time-range';

export const presets = ['15m', '1h', '6h', '24h', '7d', 'all'] as const;
export type Preset = (typeof presets)[number];

const HOUR_MS = 3_600_000;
const lengths: Readonly<Record<Exclude<Preset, 'all'>, number>> = {
  '15m': HOUR_MS / 4,
  '1h': HOUR_MS,
  '6h': 6 * HOUR_MS,
  '24h': 24 * HOUR_MS,
  '7d': 168 * HOUR_MS,
};

/** The preset of this length; null = none. */
export function presetOf(spanMs: number): Exclude<Preset, 'all'> | null {
  return presets.find((preset): preset is Exclude<Preset, 'all'> => preset !== 'all' && lengths[preset] === spanMs) ?? null;
}

/** The span of a preset that ends at `nowMs`; `all` has no length of its own. */
export function presetSpan(preset: Exclude<Preset, 'all'>, nowMs: number): TimeRange {
  return { fromMs: Math.max(0, nowMs - lengths[preset]), toMs: nowMs };
}

/** The name of a span of any other length that goes on ending now. */
export const FOLLOWING = 'now';

/** Whether a span so named goes on ending now. */
export function isFollowing(preset: string | null): boolean {
  return preset === FOLLOWING || presets.some((entry) => entry === preset && entry !== 'all');
}
