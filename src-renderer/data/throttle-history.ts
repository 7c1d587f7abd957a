import { decodeClockEvents, throttleMetrics, throttleReasons, type ThrottleReason } from '@shared/model/clock-events';
import type { Series } from '@shared/model/series';
import type { TimeRange } from '@shared/model/time-range';
import type { HeldSample } from './device-axis';

/** A stretch of time in which a reason held the clocks down for the same share of it. */
export interface ThrottleSpan {
  readonly fromMs: number;
  readonly toMs: number;
  /** Share of the stretch, above 0 to 1; null where an old recording tells only that it held some of the time. */
  readonly share: number | null;
}

export interface ThrottleShare {
  readonly reason: ThrottleReason;
  readonly spans: readonly ThrottleSpan[];
  /** Share of the observed time in which it held; null where none tells it. */
  readonly share: number | null;
}

export interface ThrottleHistory {
  readonly reasons: readonly ThrottleShare[];
  /** Whether some of the span is known only as "some of the time". */
  readonly coarse: boolean;
}

/** The series of one GPU that tell its throttle history; null where it has none. */
export interface ThrottleSources {
  /** Bits; alone in recordings from before there were series of shares. */
  readonly masks: number | null;
  /** 0 or 1: throttled by any reason. */
  readonly any: number | null;
  readonly reasons: ReadonlyMap<ThrottleReason, number>;
}

export function throttleSources(series: readonly Series[]): ThrottleSources {
  const find = (metric: Series['metric']): number | null => series.find((entry) => entry.metric === metric)?.id ?? null;
  return {
    masks: find('gpu.clock.events'),
    any: find('gpu.throttled'),
    reasons: new Map(
      throttleReasons.flatMap((reason) => {
        const id = find(throttleMetrics[reason]);
        return id === null ? [] : [[reason, id]];
      }),
    ),
  };
}

/**
 * What held a GPU's clocks down, when and for what share of the time, over the span. Every reason is listed, also those
 * that never held. Where the series of shares are not recorded yet (`any` begins later), the masks' ends tell what they can.
 */
export function throttleHistory(
  steps: (seriesId: number) => readonly HeldSample[],
  sources: ThrottleSources,
  span: TimeRange,
): ThrottleHistory {
  const builder = new Builder(span);
  const any = sources.any === null ? [] : steps(sources.any);
  const beginsMs = any.find(({ mean }) => mean !== null)?.atMs ?? Infinity;
  if (sources.masks !== null && beginsMs > span.fromMs) {
    for (const sample of steps(sources.masks)) {
      if (sample.atMs >= beginsMs) break;
      builder.mask({ ...sample, untilMs: Math.min(sample.untilMs, beginsMs) });
    }
  }
  const own = new Map([...sources.reasons].map(([reason, id]) => [reason, new Map(steps(id).map(({ atMs, mean }) => [atMs, mean]))]));
  for (const sample of any) {
    const held = sample.mean;
    // Longer than any reason by itself it cannot have been held: the bucket in which a reason's series begins shows only its end.
    if (held !== null) builder.shares(sample, (reason) => Math.min(own.get(reason)?.get(sample.atMs) ?? 0, held));
  }
  return builder.history();
}

class Builder {
  private readonly spans = new Map<ThrottleReason, ThrottleSpan[]>(throttleReasons.map((reason) => [reason, []]));
  private seenMs = 0;
  private coarse = false;

  constructor(private readonly span: TimeRange) {}

  mask(sample: HeldSample): void {
    const ends = [...new Set([sample.min, sample.max].filter((mask): mask is number => mask !== null))];
    if (ends.length === 0) return;
    this.coarse ||= ends.length > 1;
    const decoded = ends.map((mask) => decodeClockEvents(mask));
    this.shares(sample, (reason) => {
      const times = decoded.filter((reasons) => reasons.includes(reason)).length;
      return times === decoded.length ? 1 : times === 0 ? 0 : null;
    });
  }

  shares(sample: HeldSample, shareOf: (reason: ThrottleReason) => number | null): void {
    const fromMs = Math.max(this.span.fromMs, sample.atMs);
    const toMs = Math.min(this.span.toMs, sample.untilMs);
    if (toMs <= fromMs) return;
    this.seenMs += toMs - fromMs;
    for (const [reason, own] of this.spans) {
      const share = shareOf(reason);
      if (share === 0) continue;
      const before = own.at(-1);
      if (before && before.toMs === fromMs && before.share === share) own[own.length - 1] = { ...before, toMs };
      else own.push({ fromMs, toMs, share });
    }
  }

  history(): ThrottleHistory {
    const reasons = [...this.spans].map(([reason, spans]): ThrottleShare => {
      let knownMs = this.seenMs;
      let heldMs = 0;
      for (const { fromMs, toMs, share } of spans) {
        if (share === null) knownMs -= toMs - fromMs;
        else heldMs += share * (toMs - fromMs);
      }
      return { reason, spans, share: knownMs > 0 ? heldMs / knownMs : null };
    });
    return { reasons, coarse: this.coarse };
  }
}
