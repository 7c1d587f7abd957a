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

/** The span of a preset that ends at `nowMs`; `all` has no length of its own. */
export function presetSpan(preset: Exclude<Preset, 'all'>, nowMs: number): TimeRange {
  return { fromMs: Math.max(0, nowMs - lengths[preset]), toMs: nowMs };
}

/** 2026-11-23T14:02:07 on the local clock, as a datetime-local field wants it. */
export function toLocalInput(atMs: number): string {
  const date = new Date(atMs);
  const pad = (value: number): string => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}T${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}`;
}

/** What a datetime-local field says, ms since the epoch; null when it is not filled in. */
export function fromLocalInput(text: string): number | null {
  const at = new Date(text).getTime();
  return text === '' || Number.isNaN(at) || at < 0 ? null : at;
}
