import type { CurveAxis } from '@shared/model/curve';
import type { AxisGesture } from './time-window';

/** A part of an axis, in its unit as shown. */
export interface AxisSpanOf {
  readonly from: number;
  readonly to: number;
}

/** The part of the axis that is shown; null = all of it. */
export type AxisWindow = AxisSpanOf | null;

/** What a curve's axis is never zoomed below. */
export const MIN_WIDTH: Readonly<Record<CurveAxis, number>> = { step: 10, time: 1000, energy: 1e-3 };

/** The part that is shown after a gesture, within `whole`. */
export function windowAfter(gesture: AxisGesture, { from, to }: AxisSpanOf, whole: AxisSpanOf, leastWidth: number): AxisWindow {
  const total = whole.to - whole.from;
  const within = (low: number, high: number): AxisWindow => {
    const width = Math.min(total, Math.max(leastWidth, high - low));
    const start = Math.max(whole.from, Math.min(whole.to - width, (low + high - width) / 2));
    return width >= total ? null : { from: start, to: start + width };
  };
  switch (gesture.kind) {
    case 'reset':
      return null;
    case 'select':
      return within(Math.min(gesture.from, gesture.to), Math.max(gesture.from, gesture.to));
    case 'start':
      return within(whole.from, whole.from + (to - from));
    case 'end':
      return within(whole.to - (to - from), whole.to);
    case 'pan':
      return within(from + gesture.by, to + gesture.by);
    case 'zoom':
      return within(gesture.at - (gesture.at - from) * gesture.factor, gesture.at + (to - gesture.at) * gesture.factor);
  }
}
