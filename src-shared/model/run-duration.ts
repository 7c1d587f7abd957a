import type { Run } from './run';

/** Stamps that are further from the bill than this are of a clock that was set, ms. */
const SET_MS = 60_000;

/**
 * How long a run took, ms, or has taken up to `nowMs` of the wall clock; null before it began. Where it is billed it is the
 * time that passed: the stamps of its start and end are those of a clock that may have been set between.
 */
export function runDurationMs(
  { startedAtMs, endedAtMs, energy }: Pick<Run, 'startedAtMs' | 'endedAtMs'> & { readonly energy: { readonly spanMs: number } | null },
  nowMs: number,
): number | null {
  if (startedAtMs === null) return null;
  const byStamps = Math.max(0, (endedAtMs ?? nowMs) - startedAtMs);
  return energy === null || Math.abs(byStamps - energy.spanMs) <= SET_MS ? byStamps : energy.spanMs;
}
