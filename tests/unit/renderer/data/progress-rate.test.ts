import { expect, it } from 'vitest';
import { ProgressRate } from '../../../../src-renderer/data/progress-rate';

it('tells the rate of the last ten seconds and how long the rest takes at it', () => {
  const rate = new ProgressRate();
  rate.note(0, 0);
  expect([rate.perS(0), rate.remainingMs(1000, 0)]).toEqual([null, null]);
  rate.note(100, 1_000);
  rate.note(200, 2_000);
  expect([rate.perS(2_000), rate.remainingMs(1_000, 2_000)]).toEqual([100, 8_000]);
  // Faster since: what lies further back counts no more.
  for (let s = 3; s <= 20; s += 1) rate.note(200 + (s - 2) * 400, s * 1000);
  expect(rate.perS(20_000)).toBe(400);
});

it('has no rate for what stands still, and begins anew with what begins anew', () => {
  const rate = new ProgressRate();
  rate.note(0, 0);
  rate.note(500, 1_000);
  expect(rate.perS(60_000)).toBeNull();
  rate.note(10, 61_000);
  expect(rate.perS(61_000)).toBeNull();
  rate.note(30, 62_000);
  expect(rate.perS(62_000)).toBe(20);
});
