import { describe, expect, it } from 'vitest';
import { afterGesture, MIN_SPAN_MS, spanOf, type TimeWindow } from '../../../../src-renderer/data/time-window';

const NOW = 1_700_000_000_000;
const live: TimeWindow = { mode: 'live', spanMs: 60_000 };

describe('afterGesture', () => {
  it('keeps the newest moment at the right when zooming out of live', () => {
    expect(afterGesture(live, { kind: 'zoom', at: NOW - 50_000, factor: 2 }, NOW, live)).toEqual({
      mode: 'fixed',
      fromMs: NOW - 120_000,
      toMs: NOW,
    });
  });

  it('zooms in around the pointer and stops following', () => {
    const next = afterGesture(live, { kind: 'zoom', at: NOW - 30_000, factor: 0.5 }, NOW, live);
    expect(next).toEqual({ mode: 'fixed', fromMs: NOW - 45_000, toMs: NOW - 15_000 });
  });

  it('selects whichever way the hand was drawn', () => {
    expect(afterGesture(live, { kind: 'select', from: NOW - 10_000, to: NOW - 40_000 }, NOW, live)).toEqual({
      mode: 'fixed',
      fromMs: NOW - 40_000,
      toMs: NOW - 10_000,
    });
  });

  it('never narrows below what samples can fill', () => {
    const { fromMs, toMs } = spanOf(afterGesture(live, { kind: 'select', from: NOW - 10_100, to: NOW - 10_000 }, NOW, live), NOW);
    expect(toMs - fromMs).toBe(MIN_SPAN_MS);
  });

  it('does not run off into the future', () => {
    const { fromMs, toMs } = spanOf(
      afterGesture({ mode: 'fixed', fromMs: NOW - 60_000, toMs: NOW }, { kind: 'pan', by: 1e9 }, NOW, live),
      NOW,
    );
    expect(toMs - fromMs).toBe(60_000);
    expect(toMs).toBeLessThan(NOW + 5_000);
  });

  it('returns home on reset', () => {
    expect(afterGesture({ mode: 'fixed', fromMs: 1, toMs: 2 }, { kind: 'reset' }, NOW, live)).toBe(live);
  });
});
