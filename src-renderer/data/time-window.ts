import type { TimeRange } from '@shared/model/time-range';

/** What part of the time axis is shown: the newest `spanMs`, moving along, or a fixed span. Times in ms since the epoch. */
export type TimeWindow = { readonly mode: 'live'; readonly spanMs: number } | ({ readonly mode: 'fixed' } & TimeRange);

/** A gesture on the axis. Positions are in axis units; a factor below 1 zooms in. */
export type AxisGesture =
  | { readonly kind: 'zoom'; readonly at: number; readonly factor: number }
  | { readonly kind: 'pan'; readonly by: number }
  | { readonly kind: 'select'; readonly from: number; readonly to: number }
  /** To the oldest there is; to the newest. As wide as before. */
  | { readonly kind: 'start' }
  | { readonly kind: 'end' }
  | { readonly kind: 'reset' };

export const MIN_SPAN_MS = 5_000;
export const MAX_SPAN_MS = 400 * 86_400_000;

export function spanOf(window: TimeWindow, nowMs: number): TimeRange {
  return window.mode === 'live' ? { fromMs: nowMs - window.spanMs, toMs: nowMs } : window;
}

/** To the oldest, as wide as the window is: where that is, the owner of the data knows. */
export function panToStart(window: TimeWindow, oldestMs: number, nowMs: number): Exclude<AxisGesture, { kind: 'start' }> {
  return { kind: 'pan', by: oldestMs - spanOf(window, nowMs).fromMs };
}

/** How far beyond now, as a share of the span, a window may reach: enough to see where now is. */
const FUTURE_SHARE = 0.04;

/**
 * The window after a gesture. Any change stops following; `reset` returns to `home`. Zooming out of a window that is
 * following keeps the newest moment at the right edge; nothing is gained by looking further into the future.
 */
export function afterGesture(
  window: TimeWindow,
  gesture: Exclude<AxisGesture, { kind: 'start' }>,
  nowMs: number,
  home: TimeWindow,
): TimeWindow {
  const { fromMs, toMs } = spanOf(window, nowMs);
  switch (gesture.kind) {
    case 'reset':
      return home;
    case 'select':
      return fixed(Math.min(gesture.from, gesture.to), Math.max(gesture.from, gesture.to), nowMs);
    case 'end':
      return fixed(nowMs - (toMs - fromMs), nowMs, nowMs);
    case 'pan':
      return fixed(fromMs + gesture.by, toMs + gesture.by, nowMs);
    case 'zoom': {
      const at = window.mode === 'live' && gesture.factor > 1 ? toMs : Math.min(toMs, Math.max(fromMs, gesture.at));
      return fixed(at - (at - fromMs) * gesture.factor, at + (toMs - at) * gesture.factor, nowMs);
    }
  }
}

function fixed(fromMs: number, toMs: number, nowMs: number): TimeWindow {
  const span = Math.min(MAX_SPAN_MS, Math.max(MIN_SPAN_MS, toMs - fromMs));
  const latest = Math.max(0, nowMs + span * FUTURE_SHARE - span);
  const from = Math.round(Math.max(0, Math.min(latest, (fromMs + toMs) / 2 - span / 2)));
  return { mode: 'fixed', fromMs: from, toMs: Math.round(from + span) };
}
