import { describe, expect, it } from 'vitest';
import { ColourSlots } from '../../../../src-renderer/charts/colour-slots';
import { presetSpan } from '../../../../src-renderer/features/history/ranges';
import { Thresholds } from '../../../../src-renderer/features/history/thresholds';
import { ViewSteps } from '../../../../src-renderer/features/history/view-steps';

const HOUR = 3_600_000;
const t0 = Date.UTC(2026, 10, 23, 14);

describe('the spans that were looked at', () => {
  it('lead back from a zoom to the preset that was chosen, which ends now again, and back to the zoom', () => {
    const steps = new ViewSteps({ span: presetSpan('1h', t0), preset: '1h' });
    steps.choose({ span: presetSpan('7d', t0), preset: '7d' });
    const zoomed = { fromMs: t0 - 30 * HOUR, toMs: t0 - 20 * HOUR };
    expect(steps.move(zoomed, 0)).toEqual({ span: zoomed, preset: null });
    const later = t0 + HOUR;
    expect(steps.reset(later)).toEqual({ span: presetSpan('7d', later), preset: '7d' });
    expect(steps.canGoBack.get()).toBe(true);
    expect(steps.back(later)).toEqual({ span: zoomed, preset: null });
    expect(steps.back(later)).toEqual({ span: presetSpan('7d', later), preset: '7d' });
    expect(steps.back(later)).toEqual({ span: presetSpan('1h', later), preset: '1h' });
    expect(steps.back(later)).toBeNull();
    expect(steps.canGoBack.get()).toBe(false);
  });

  it('take the gestures of one movement for one step', () => {
    const start = { fromMs: t0 - HOUR, toMs: t0 };
    const steps = new ViewSteps({ span: start, preset: null });
    for (let i = 1; i <= 20; i += 1) steps.move({ fromMs: t0 - HOUR - i * 1000, toMs: t0 - i * 1000 }, i * 20);
    steps.move({ fromMs: t0 - 2 * HOUR, toMs: t0 }, 5_000);
    expect(steps.back(t0)?.span).toEqual({ fromMs: t0 - HOUR - 20_000, toMs: t0 - 20_000 });
    expect(steps.back(t0)?.span).toEqual(start);
  });

  it('go on ending now while they are a preset, and stand still when they are not', () => {
    const steps = new ViewSteps({ span: presetSpan('1h', t0), preset: '1h' });
    expect(steps.follow(t0 + 10_000)).toBeNull();
    expect(steps.follow(t0 + 20_000)).toEqual({ span: presetSpan('1h', t0 + 20_000), preset: '1h' });
    steps.move({ fromMs: t0 - HOUR, toMs: t0 }, 0);
    expect(steps.follow(t0 + HOUR)).toBeNull();
    const all = new ViewSteps({ span: { fromMs: 0, toMs: t0 }, preset: 'all' });
    expect(all.follow(t0 + HOUR)).toBeNull();
  });
});

describe('the thresholds', () => {
  it('are kept from visit to visit, and what is kept unreadably is none', () => {
    const kept = new Map<string, string>();
    const storage = { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value) };
    const first = new Thresholds(storage);
    first.set('W', 120);
    first.set('°C', 83.5);
    first.set('W', null);
    expect([...new Thresholds(storage).values.get()]).toEqual([['°C', 83.5]]);
    kept.set('coldaisle.thresholds', '{"W":"much"}');
    expect(new Thresholds(storage).values.get().size).toBe(0);
    kept.set('coldaisle.thresholds', '{');
    expect(new Thresholds(storage).values.get().size).toBe(0);
  });
});

describe('the colours of lines', () => {
  const colours = (slots: ColourSlots, ids: readonly number[]): (number | undefined)[] => {
    const looks = slots.assign(ids);
    return ids.map((id) => looks.get(id)?.colour);
  };

  it('stay when another line goes, and a new line takes the free one', () => {
    const slots = new ColourSlots();
    expect(colours(slots, [11, 12, 13])).toEqual([1, 2, 3]);
    expect(colours(slots, [12, 13])).toEqual([2, 3]);
    expect(colours(slots, [12, 13, 14])).toEqual([2, 3, 1]);
    // Its own is taken meanwhile.
    expect(colours(slots, [11, 12, 13, 14])).toEqual([4, 2, 3, 1]);
  });

  it('come back with the line where no other has them', () => {
    const slots = new ColourSlots();
    colours(slots, [11, 12, 13]);
    colours(slots, [13]);
    expect(colours(slots, [13, 12])).toEqual([3, 2]);
  });

  it('begin again, dashed, with the ninth', () => {
    const looks = new ColourSlots().assign([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(looks.get(8)).toEqual({ colour: 8, dashed: false });
    expect(looks.get(9)).toEqual({ colour: 1, dashed: true });
  });
});
