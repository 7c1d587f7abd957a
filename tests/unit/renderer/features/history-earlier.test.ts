import { describe, expect, it } from 'vitest';

import { series } from '../map/room';
import { resolved, sameView } from '../../../../src-renderer/features/history/address';
import { earlierByMs } from '../../../../src-renderer/features/history/earlier';
import { clockBefore, momentText, parseMoment } from '../../../../src-renderer/i18n/moments';
import type { SavedView, ViewState } from '@shared/model/saved-view';

// The tests run on a clock with summer time where the environment names one; the expectations hold on any.
const local = (text: string): number => parseMoment(text, 0, 'local')!;

describe('the time that a span is compared with', () => {
  it('is the same on the clock a day, a week, a month before, over the change to and from summer time', () => {
    for (const [at, day, week] of [
      ['2026-03-29 12:00:00', '2026-03-28 12:00:00', '2026-03-22 12:00:00'],
      ['2026-10-25 12:00:00', '2026-10-24 12:00:00', '2026-10-18 12:00:00'],
      ['2027-01-01 00:30:00', '2026-12-31 00:30:00', '2026-12-25 00:30:00'],
    ] as const) {
      const span = { fromMs: local(at), toMs: local(at) + 3_600_000 };
      expect(momentText(span.fromMs - earlierByMs('day', span, 'local'), 'local')).toBe(day);
      expect(momentText(span.fromMs - earlierByMs('week', span, 'local'), 'local')).toBe(week);
    }
    expect(clockBefore(Date.UTC(2026, 2, 31, 8, 15), { months: 1 }, 'utc')).toBe(Date.UTC(2026, 1, 28, 8, 15));
    expect(clockBefore(Date.UTC(2024, 2, 31, 8, 15), { months: 1 }, 'utc')).toBe(Date.UTC(2024, 1, 29, 8, 15));
    expect(clockBefore(Date.UTC(2026, 0, 31), { months: 1 }, 'utc')).toBe(Date.UTC(2025, 11, 31));
  });

  it('is right before it, or as far as was picked', () => {
    const span = { fromMs: 10_000, toMs: 14_000 };
    expect([earlierByMs('before', span, 'utc'), earlierByMs(1_234, span, 'utc')]).toEqual([4_000, 1_234]);
  });
});

describe('a saved view', () => {
  const view: ViewState = {
    window: { mode: 'live', spanMs: 3_600_000 },
    series: [
      { device: 'gpu0', metric: 'gpu.power' },
      { device: 'gpu0', metric: 'gpu.load' },
    ],
    compare: 'day',
    thresholds: { W: 1, '%': 2 },
    smoothing: 0.6,
    log: ['W', '%'],
  };
  const known = [series('gpu0', 'gpu.power'), series('gpu0', 'gpu.load')];

  it('is unchanged however its parts are ordered, and by series that are not recorded here', () => {
    const turned: ViewState = { ...view, series: [...view.series].reverse(), thresholds: { '%': 2, W: 1 }, log: ['%', 'W'] };
    expect(sameView(view, turned, known)).toBe(true);
    expect(sameView(view, { ...view, series: view.series.slice(0, 1) }, known.slice(0, 1))).toBe(true);
    expect(sameView(view, { ...view, series: view.series.slice(0, 1) }, known)).toBe(false);
    expect(sameView(view, { ...view, compare: 'week' }, known)).toBe(false);
    expect(sameView(view, { ...view, thresholds: { W: 1 } }, known)).toBe(false);
    expect(sameView(view, { ...view, window: { mode: 'fixed', fromMs: 0, toMs: 3_600_000 } }, known)).toBe(false);
  });

  it('is found by its name in whatever case; an address that says itself what to show is taken as it is', () => {
    const saved: SavedView = { id: 1, name: 'Night', savedAtMs: 0, view };
    expect(resolved('view=nIGHT', [saved])).toBe(
      'from=now-1h&to=now&s=gpu.power@gpu0&s=gpu.load@gpu0&compare=day&t=W:1&t=%25:2&log=W&log=%25&smooth=0.6&view=Night',
    );
    expect(resolved('view=Day', [saved])).toBeNull();
    expect(resolved('from=0&to=9999&view=Day', [saved])).toBe('from=0&to=9999&view=Day');
  });
});

describe('a note’s moment', () => {
  it('is read back from its field as it was, to the millisecond, also in the hour that autumn repeats', () => {
    const start = Date.UTC(2026, 9, 24, 22, 0, 0, 7);
    for (let atMs = start; atMs < start + 8 * 3_600_000; atMs += 1_234_567)
      expect(parseMoment(momentText(atMs, 'local'), 0, 'local')).toBe(atMs);
  });
});
