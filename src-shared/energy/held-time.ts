import type { Provenance, Quantity } from '../model/provenance';
import { withheld, worstProvenance } from '../model/provenance';
import { overSpan } from './coverage';

export interface TimeSpan {
  readonly fromMs: number;
  readonly toMs: number;
}

/** How long something is known of a series, and for how much of that a condition held, ms. */
export interface HeldTime {
  readonly knownMs: number;
  readonly heldMs: number;
}

/**
 * A sample tells of the time since the one before it; of a silence longer than `maxGapMs`, and of a sample without a value, nothing is
 * known.
 * @param times ascending, ms; also the last sample before the span and the first after it, where there are such
 * @param shareOf for which share (0 to 1) of its time a value held
 */
export function heldTime(
  times: ArrayLike<number>,
  values: ArrayLike<number>,
  { fromMs, toMs }: TimeSpan,
  maxGapMs: number,
  shareOf: (value: number) => number,
): HeldTime {
  let [knownMs, heldMs] = [0, 0];
  for (let i = 1; i < times.length; i++) {
    const [before, atMs, value] = [times[i - 1] ?? NaN, times[i] ?? NaN, values[i] ?? NaN];
    const ms = Math.min(atMs, toMs) - Math.max(before, fromMs);
    if (!(ms > 0) || atMs - before > maxGapMs || Number.isNaN(value)) continue;
    knownMs += ms;
    heldMs += ms * shareOf(value);
  }
  return { knownMs, heldMs };
}

/** What is left of a span without its pauses; `toMs` null = it goes on. */
export function spansWithout(
  { fromMs, toMs }: TimeSpan,
  pauses: readonly { readonly fromMs: number; readonly toMs: number | null }[],
): TimeSpan[] {
  const spans: TimeSpan[] = [];
  let at = fromMs;
  for (const pause of [...pauses].sort((a, b) => a.fromMs - b.fromMs)) {
    if (pause.fromMs > at) spans.push({ fromMs: at, toMs: Math.min(pause.fromMs, toMs) });
    at = Math.max(at, pause.toMs ?? toMs);
    if (at >= toMs) return spans;
  }
  if (at < toMs) spans.push({ fromMs: at, toMs });
  return spans;
}

/** One GPU's part; null = there is no such series of it. */
export type GpuTime = (HeldTime & { readonly provenance: Provenance }) | null;

/**
 * For which share of the time of all of them it held, %. One that tells nothing lowers the coverage.
 * @param spanMs the time of one
 */
export function heldShare(gpus: readonly GpuTime[], spanMs: number): Quantity {
  if (gpus.length === 0) return withheld('%', 'no-gpu');
  const told = gpus.filter((gpu) => gpu !== null);
  if (told.length === 0) return withheld('%', 'no-sensor');
  const provenance = worstProvenance(['derived', ...told.map((gpu) => gpu.provenance)]);
  const knownMs = told.reduce((sum, gpu) => sum + gpu.knownMs, 0);
  const heldMs = told.reduce((sum, gpu) => sum + gpu.heldMs, 0);
  const share = overSpan(knownMs > 0 ? (100 * heldMs) / knownMs : 0, '%', provenance, knownMs, gpus.length * spanMs);
  // Two GPUs of a minute each tell of one minute.
  return share.windowMs === null ? share : { ...share, windowMs: share.windowMs / gpus.length };
}
