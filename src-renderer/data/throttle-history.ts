import { decodeClockEvents, type ClockEventReason } from '@shared/model/clock-events';
import { heldDownBy } from './map-metric';
import type { MaskSample } from './device-axis';
import type { TimeSpan } from './time-window';

/** A stretch of time in which a reason held the clocks down. */
export interface HeldSpan {
  readonly fromMs: number;
  readonly toMs: number;
  /** False where a bucket of history saw it only some of the time. */
  readonly throughout: boolean;
}

export interface HeldDown {
  readonly reason: ClockEventReason;
  readonly spans: readonly HeldSpan[];
  /** Time in which it certainly held, ms. */
  readonly heldMs: number;
}

export interface ThrottleHistory {
  readonly reasons: readonly HeldDown[];
  /** Time that was observed at all, ms: what shares are taken of. */
  readonly seenMs: number;
  /** Whether buckets of history stand for several values each. */
  readonly coarse: boolean;
}

/** What held a GPU's clocks down, and when, over the span. Every reason that takes performance is listed, also those that never held. */
export function throttleHistory(samples: readonly MaskSample[], span: TimeSpan): ThrottleHistory {
  const spans = new Map<ClockEventReason, HeldSpan[]>(heldDownBy.map((reason) => [reason, []]));
  let seenMs = 0;
  let coarse = false;
  for (const { atMs, untilMs, masks } of samples) {
    const fromMs = Math.max(span.fromMs, atMs);
    const toMs = Math.min(span.toMs, untilMs);
    if (toMs <= fromMs || masks.length === 0) continue;
    seenMs += toMs - fromMs;
    coarse ||= masks.length > 1;
    const decoded = masks.map((mask) => new Set(decodeClockEvents(mask)));
    for (const [reason, own] of spans) {
      const times = decoded.filter((reasons) => reasons.has(reason)).length;
      if (times === 0) continue;
      const throughout = times === decoded.length;
      const before = own.at(-1);
      if (before && before.toMs === fromMs && before.throughout === throughout) own[own.length - 1] = { ...before, toMs };
      else own.push({ fromMs, toMs, throughout });
    }
  }
  const reasons = [...spans].map(([reason, own]): HeldDown => ({ reason, spans: own, heldMs: own.reduce((sum, entry) => sum + (entry.throughout ? entry.toMs - entry.fromMs : 0), 0) }));
  return { reasons, seenMs, coarse };
}
