import { describe, expect, it } from 'vitest';
import { layoutPanes, toAxis, toPixel } from '../../../../../src-renderer/charts/time/layout';
import { extent, niceScale, niceStep, paneScale, ticks } from '../../../../../src-renderer/charts/time/scale';
import { timeTicks, type ClockOffset } from '../../../../../src-renderer/charts/time/time-ticks';
import type { PaneSpec } from '../../../../../src-renderer/charts/time/types';
import { timeAxis, valueAxis, type XAxis } from '../../../../../src-renderer/charts/time/x-axis';
import { Format, formatFor } from '../../../../../src-renderer/i18n/format';

const spec = (over: Partial<PaneSpec> = {}): PaneSpec => ({
  id: 'p',
  title: '',
  unit: 'W',
  tracks: [],
  floor: 'zero',
  minRange: 10,
  formatTick: String,
  formatValue: String,
  ...over,
});

describe('scales', () => {
  it('steps by 1, 2, 2.5 or 5', () => {
    expect([0.07, 1, 1.3, 2.2, 3, 7, 60].map(niceStep)).toEqual([0.1, 1, 2, 2.5, 5, 10, 100]);
  });

  it('hold the data, and ticks fall on whole steps', () => {
    const scale = niceScale(41.3, 66.9, 3);
    expect(scale.min).toBeLessThanOrEqual(41.3);
    expect(scale.max).toBeGreaterThanOrEqual(66.9);
    expect(ticks(scale)).toEqual([40, 50, 60]);
  });

  it('stay within their bounds', () => {
    expect(niceScale(0.2, 1.04, 2, [0, 1]).max).toBe(1);
  });

  it('begin at zero where that is the rule, and do not blow noise up', () => {
    expect(paneScale(spec(), [100, 101], 80).min).toBe(0);
    const flat = paneScale(spec({ floor: 'fit', minRange: 20 }), [50, 50.1], 80);
    expect(flat.max - flat.min).toBeGreaterThanOrEqual(20);
    // One value alone: its ticks differ in digits that one reads.
    const alone = paneScale(spec({ floor: 'fit', minRange: 1e-9 }), [0.6094, 0.6094], 80);
    expect(alone.max - alone.min).toBeGreaterThan(0.02);
    expect(alone.min).toBeLessThan(0.6094);
    expect(alone.max).toBeGreaterThan(0.6094);
  });

  it('tick in whole GiB where bytes are shown so', () => {
    const scale = paneScale(spec({ tickUnit: () => ({ factor: 2 ** 30, offset: 0 }), minRange: 1 }), [0, 58 * 2 ** 30], 120);
    expect(ticks(scale).every((tick) => (tick / 2 ** 30) % 1 === 0)).toBe(true);
  });

  it('tick in whole °F where temperatures are shown so, from 32 on', () => {
    const format = new Format('en', 'local', 'fahrenheit');
    const pane = spec({ floor: 'fit', minRange: 5, tickUnit: (largest) => format.tickUnit('°C', largest) });
    const scale = paneScale(pane, [30, 70], 120);
    expect(scale.min).toBeLessThanOrEqual(30);
    expect(scale.max).toBeGreaterThanOrEqual(70);
    const labels = ticks(scale).map((tick) => format.tick(tick, '°C', scale.max, scale.step));
    expect(labels).toEqual(['80', '100', '120', '140', '160']);
    // 80 °F is 26.67 °C.
    expect(ticks(scale)[0]).toBeCloseTo((80 - 32) / 1.8, 9);
  });

  it('look only at what is shown, bands included', () => {
    const band = { x: [0, 10, 20, 30], y: [5, 5, 5, 500], low: [1, 2, 3, 400], high: [9, 8, 7, 600] };
    expect(extent([band], 10, 19)).toEqual([1, 9]);
    expect(extent([{ x: [1], y: [Number.NaN] }], 0, 2)).toBeNull();
    // What lies beyond an edge counts where a line comes from it: not the first sample after a time that nothing was recorded in.
    expect(extent([{ x: [1, 9], y: [2, 7] }], 3, 5)).toEqual([2, 7]);
    expect(extent([{ x: [9, 10], y: [7, 8] }], 3, 5)).toBeNull();
    expect(extent([{ x: [1, 2, 9], y: [2, Number.NaN, 7] }], 3, 5)).toBeNull();
  });
});

describe('layoutPanes', () => {
  const request = (id: string, collapsed: boolean, rows = 1) => ({ id, collapsed, rows });

  it('gives the height of an empty pane to the others, without overlap', () => {
    const layout = layoutPanes(800, 600, [request('a', true), request('b', false), request('c', false)], false);
    const [a, b, c] = layout.panes;
    expect(a!.height).toBeLessThan(b!.height / 4);
    expect(b!.height).toBe(c!.height);
    expect(a!.top + a!.height).toBeLessThan(b!.top);
    expect(b!.top + b!.height).toBeLessThan(c!.top);
    expect(c!.top + c!.height).toBeLessThanOrEqual(layout.axisTop);
  });

  it('gives a pane with many lines room for its readout', () => {
    const layout = layoutPanes(800, 400, [request('a', false, 1), request('b', false, 6), request('c', false, 1)], false);
    expect(layout.panes[1]!.height).toBeGreaterThanOrEqual(6 * 24);
  });

  it('turns pixels into axis values and back', () => {
    const layout = layoutPanes(800, 300, [request('a', false)], false);
    expect(toAxis(layout, layout.left, 100, 200)).toBe(100);
    expect(toAxis(layout, layout.right, 100, 200)).toBe(200);
    expect(toPixel(layout, toAxis(layout, 321, 100, 200), 100, 200)).toBeCloseTo(321);
  });
});

/** How far a zone's clock is ahead of UTC, by the zone data of this runtime. */
function zone(timeZone: string): ClockOffset {
  const format = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' });
  return (at) => {
    const name = format.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? '';
    const [, sign, hours, minutes] = /([+-])(\d{2}):(\d{2})/.exec(name) ?? [];
    return sign === undefined ? 0 : (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
  };
}

describe('timeTicks', () => {
  const utc = (): number => 0;
  const at = (iso: string): number => Date.parse(`${iso}Z`);
  const berlin = zone('Europe/Berlin');
  /** What the clock shows at the ticks: month-day hour:minute. */
  const shown = (from: string, to: string, count: number, offset: ClockOffset): string[] =>
    timeTicks(at(from), at(to), count, offset).ticks.map((tick) =>
      new Date(tick.at + offset(tick.at) * 60_000).toISOString().slice(5, 16).replace('T', ' '),
    );

  it('falls on round times at most as often as asked', () => {
    const { unit, ticks: found } = timeTicks(at('2026-11-23T14:02:07'), at('2026-11-23T14:07:07'), 6, utc);
    expect(unit).toBe('minute');
    expect(found.map((tick) => new Date(tick.at).toISOString().slice(11, 16))).toEqual(['14:03', '14:04', '14:05', '14:06', '14:07']);
  });

  it('marks midnight as the beginning of a day, and the first of January as that of a year', () => {
    const { ticks: found } = timeTicks(at('2026-11-23T18:00:00'), at('2026-11-24T06:00:00'), 5, utc);
    expect(found.filter(({ begins }) => begins === 'day').map((tick) => tick.at)).toEqual([at('2026-11-24T00:00:00')]);
    expect(timeTicks(at('2026-12-31T20:00:00'), at('2027-01-01T04:00:00'), 8, utc).ticks.find(({ begins }) => begins === 'year')?.at).toBe(
      at('2027-01-01T00:00:00'),
    );
  });

  it('counts on the shown clock', () => {
    const { ticks: found } = timeTicks(at('2026-11-23T00:00:00'), at('2026-11-25T00:00:00'), 3, () => 480);
    expect(found.filter(({ begins }) => begins === 'day').map((tick) => tick.at)).toEqual([
      at('2026-11-23T16:00:00'),
      at('2026-11-24T16:00:00'),
    ]);
    expect(shown('2026-11-23T00:00:00', '2026-11-23T04:00:00', 5, zone('Asia/Kathmandu'))).toEqual([
      '11-23 06:00',
      '11-23 07:00',
      '11-23 08:00',
      '11-23 09:00',
    ]);
  });

  it('goes on hour by hour when summer time begins and ends: what is left out has none, what is repeated has two', () => {
    expect(shown('2026-03-28T23:00:00', '2026-03-29T03:00:00', 6, berlin)).toEqual([
      '03-29 00:00',
      '03-29 01:00',
      '03-29 03:00',
      '03-29 04:00',
      '03-29 05:00',
    ]);
    expect(shown('2026-10-24T22:00:00', '2026-10-25T03:00:00', 6, berlin)).toEqual([
      '10-25 00:00',
      '10-25 01:00',
      '10-25 02:00',
      '10-25 02:00',
      '10-25 03:00',
      '10-25 04:00',
    ]);
  });

  it('has each tick of several hours once, that of an hour left out at the moment of the change', () => {
    expect(shown('2026-03-28T23:00:00', '2026-03-29T08:00:00', 6, berlin)).toEqual([
      '03-29 00:00',
      '03-29 03:00',
      '03-29 04:00',
      '03-29 06:00',
      '03-29 08:00',
      '03-29 10:00',
    ]);
    expect(shown('2026-10-24T22:00:00', '2026-10-25T09:00:00', 6, berlin)).toEqual([
      '10-25 00:00',
      '10-25 02:00',
      '10-25 04:00',
      '10-25 06:00',
      '10-25 08:00',
      '10-25 10:00',
    ]);
  });

  it('has every midnight over a change, also where the clock shows none', () => {
    expect(shown('2026-10-23T22:00:00', '2026-10-27T00:00:00', 4, berlin)).toEqual([
      '10-24 00:00',
      '10-25 00:00',
      '10-26 00:00',
      '10-27 00:00',
    ]);
    expect(shown('2026-09-05T04:00:00', '2026-09-07T04:00:00', 3, zone('America/Santiago'))).toEqual([
      '09-05 00:00',
      '09-06 01:00',
      '09-07 00:00',
    ]);
  });

  it('counts weeks from Monday, and months and years from their first day', () => {
    const weeks = timeTicks(at('2026-03-01T00:00:00'), at('2026-04-19T00:00:00'), 8, berlin);
    expect(weeks.unit).toBe('day');
    expect(weeks.ticks.map((tick) => new Date(tick.at + berlin(tick.at) * 60_000).toUTCString().slice(0, 16))).toEqual([
      'Mon, 02 Mar 2026',
      'Mon, 09 Mar 2026',
      'Mon, 16 Mar 2026',
      'Mon, 23 Mar 2026',
      'Mon, 30 Mar 2026',
      'Mon, 06 Apr 2026',
      'Mon, 13 Apr 2026',
    ]);
    expect(shown('2026-01-15T00:00:00', '2027-01-15T00:00:00', 5, berlin)).toEqual([
      '04-01 00:00',
      '07-01 00:00',
      '10-01 00:00',
      '01-01 00:00',
    ]);
    expect(timeTicks(at('2020-06-01T00:00:00'), at('2026-06-01T00:00:00'), 7, berlin).ticks.map(({ begins }) => begins)).toEqual(
      Array.from({ length: 6 }, () => 'year'),
    );
  });

  it('is ascending and without a double, whatever the span, over every change of a year', () => {
    for (const name of ['Europe/Berlin', 'America/Santiago', 'Australia/Lord_Howe', 'Asia/Kathmandu']) {
      const offset = zone(name);
      for (const hours of [3, 12, 48, 200, 900, 9_000]) {
        for (let day = 0; day < 365; day += 13) {
          const from = at('2026-01-01T00:00:00') + day * 86_400_000;
          const found = timeTicks(from, from + hours * 3_600_000, 10, offset).ticks.map((tick) => tick.at);
          expect(found.length).toBeGreaterThanOrEqual(3);
          expect(found).toEqual([...new Set(found)].sort((a, b) => a - b));
          const apart = found.slice(1).map((tick, i) => tick - (found[i] ?? 0));
          expect(Math.max(...apart)).toBeLessThanOrEqual(2.1 * Math.max(3_600_000, Math.min(...apart)) + 3_600_000);
        }
      }
    }
  });

  it('gives nothing for a span without length', () => {
    expect(timeTicks(5, 5, 4, utc).ticks).toEqual([]);
  });
});

describe('the axes', () => {
  const format = formatFor('en');

  it('label times as fine as they are apart, and dates where days begin', () => {
    const axis = timeAxis(formatFor('en', 'utc'));
    expect(axis.kind).toBe('time');
    const labels = (days: number): string[] => {
      const from = Date.UTC(2026, 10, 23);
      return axis.ticks(from, from + days * 86_400_000, 6).map(({ label }) => label);
    };
    expect(labels(300)).toContain('2027');
    expect(labels(300).every((label) => /^([A-Z][a-z]{2}|2027)$/.test(label))).toBe(true);
    expect(labels(20).every((label) => /^[A-Z][a-z]{2} \d+$/.test(label))).toBe(true);
  });

  it('label steps as whole numbers, energies as they are, shares as per cent', () => {
    const axis = (kind: 'step' | 'energy' | 'share'): XAxis => valueAxis(kind, format, (text) => `at ${text}`);
    expect(
      axis('step')
        .ticks(0, 3, 10)
        .map(({ label }) => label),
    ).toEqual(['0', '1', '2', '3']);
    expect(
      axis('energy')
        .ticks(0, 1, 4)
        .map(({ label }) => label),
    ).toEqual(['0', '0.25', '0.5', '0.75', '1']);
    expect(
      axis('share')
        .ticks(0, 1, 4)
        .map(({ label }) => label),
    ).toEqual(['0%', '25%', '50%', '75%', '100%']);
    expect(axis('step').format(1500)).toBe('at 1,500');
    expect(axis('share').format(0.125)).toBe('at 12.5%');
  });
});
