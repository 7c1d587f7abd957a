import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { agoMs, agoText } from '@shared/base/ago';
import { momentText, offsetText, onDay, parseMoment } from '../../../../src-renderer/i18n/moments';

const NOW = Date.UTC(2026, 10, 23, 13, 2, 7);
const HOUR_MS = 3_600_000;

/** Berlin's clock: one hour ahead of UTC, two in summer; 2026-10-25 has the hour from 2 to 3 twice, 2026-03-29 has none. */
describe('on a clock that is set twice a year', () => {
  const before = process.env['TZ'];
  beforeEach(() => {
    process.env['TZ'] = 'Europe/Berlin';
  });
  afterEach(() => {
    if (before === undefined) delete process.env['TZ'];
    else process.env['TZ'] = before;
  });

  it('a moment is written as the clock shows it, 24 hours', () => {
    expect(momentText(NOW, 'local')).toBe('2026-11-23 14:02:07');
    expect(momentText(NOW + 250, 'local')).toBe('2026-11-23 14:02:07.250');
    expect(momentText(NOW, 'utc')).toBe('2026-11-23 13:02:07');
    expect(offsetText(NOW, 'local')).toBe('UTC+1');
    expect(offsetText(Date.UTC(2026, 6, 1), 'local')).toBe('UTC+2');
    expect(offsetText(NOW, 'utc')).toBe('UTC');
  });

  it('the hour that autumn repeats keeps which of the two it is', () => {
    const first = Date.UTC(2026, 9, 25, 0, 30);
    expect(momentText(first, 'local')).toBe('2026-10-25 02:30:00+02:00');
    expect(momentText(first + HOUR_MS, 'local')).toBe('2026-10-25 02:30:00+01:00');
    expect(parseMoment('2026-10-25 02:30', NOW, 'local')).toBe(first);
  });

  it('every moment comes back from its field, to the millisecond', () => {
    const change = Date.UTC(2026, 9, 25);
    const moments = fc.oneof(
      fc.integer({ min: 0, max: 4_000_000_000_000 }),
      fc.integer({ min: change - 3 * HOUR_MS, max: change + 3 * HOUR_MS }),
    );
    fc.assert(
      fc.property(moments, fc.constantFrom('local' as const, 'utc' as const), (at, zone) => {
        expect(parseMoment(momentText(at, zone), NOW, zone)).toBe(at);
      }),
      { numRuns: 500 },
    );
  });

  it('an hour that spring leaves out is read as if the clock had not been set', () => {
    expect(parseMoment('2026-03-29 02:30', NOW, 'local')).toBe(Date.UTC(2026, 2, 29, 1, 30));
  });

  it.each([
    ['now', NOW],
    ['now-6h', NOW - 6 * HOUR_MS],
    ['NOW - 1d12h', NOW - 36 * HOUR_MS],
    ['now-90min', NOW - 1.5 * HOUR_MS],
    ['now-0.5h', NOW - 0.5 * HOUR_MS],
    ['现在-6小时', NOW - 6 * HOUR_MS],
    ['2026-11-23 14:02:07', NOW],
    ['2026-11-23T13:02:07Z', NOW],
    ['2026-11-23T21:02:07.5+08:00', NOW + 500],
    ['2026/11/23 14:02', NOW - 7_000],
    ['2026年11月23日 14:02:07', NOW],
    ['Nov 23, 2026, 14:02:07', NOW],
    ['November 23 2026 14:02:07', NOW],
    ['23 Nov 2026 14:02:07', NOW],
    ['14:02:07', NOW],
    ['１４：０２：０７', NOW],
    ['2026-11-23', Date.UTC(2026, 10, 22, 23)],
    ['2026年11月23日', Date.UTC(2026, 10, 22, 23)],
  ])('reads %j', (text, at) => expect(parseMoment(text, NOW, 'local')).toBe(at));

  it.each(['', 'soon', '2026-13-01', '2026-02-30', '2026-11-23 24:00', '2026-11-23 14:60', 'now-', 'now+1h', '11/23/2026', 'Foo 3, 2026'])(
    'refuses %j',
    (text) => expect(parseMoment(text, NOW, 'local')).toBeNull(),
  );

  it('a day that ends a range is meant with all of it', () => {
    expect(parseMoment('2026-10-25', NOW, 'local', 'end')).toBe(Date.UTC(2026, 9, 25, 23));
    expect(parseMoment('2026-11-22', NOW, 'utc', 'end')).toBe(Date.UTC(2026, 10, 23));
  });

  it('another day keeps the time of day', () => {
    expect(onDay('2026-11-20', NOW + 250, 'local')).toBe('2026-11-20 14:02:07.250');
    expect(onDay('2026-11-20', Date.UTC(2026, 9, 25, 0, 30), 'local')).toBe('2026-11-20 02:30:00');
  });
});

it('a distance from now is written in its largest units and read back', () => {
  expect(agoText(6 * HOUR_MS)).toBe('now-6h');
  expect(agoText(24 * HOUR_MS)).toBe('now-1d');
  expect(agoText(0)).toBe('now');
  fc.assert(fc.property(fc.integer({ min: 1, max: 40_000_000 }), (seconds) => agoMs(agoText(seconds * 1000)) === seconds * 1000));
});
