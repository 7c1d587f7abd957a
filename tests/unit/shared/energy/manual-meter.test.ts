import { expect, it } from 'vitest';
import { bookingChange, followReadings } from '@shared/energy/manual-meter';
import { QUARTER_MS } from '@shared/energy/quarters';
import type { ManualReading } from '@shared/model/manual-reading';

const noon = Date.UTC(2026, 9, 1, 12);
const HOUR = 4 * QUARTER_MS;
const shown = (hours: number, value: number, begins = false): ManualReading => ({
  atMs: noon + hours * HOUR,
  kind: 'shown',
  value,
  begins,
});
const used = (hours: number, value: number): ManualReading => ({ atMs: noon + hours * HOUR, kind: 'used', value, begins: false });
const usedOf = (...readings: ManualReading[]): (number | null)[] => followReadings(readings).map((one) => one.used);

it('takes differences in the order of time, a first reading as a baseline, a bill as what was used', () => {
  expect(usedOf(shown(2, 130), shown(0, 100), shown(1, 110))).toEqual([null, 10, 20]);
  const bills = followReadings([shown(0, 100), used(1, 7), used(2, 5), shown(3, 120)]);
  expect(bills.map((one) => one.shown)).toEqual([100, 107, 112, 120]);
  expect(bills.map((one) => one.used)).toEqual([null, 7, 5, 8]);
});

it('refuses a meter that counts back unless it was exchanged, and a bill with nothing before it', () => {
  expect(() => followReadings([shown(0, 100), shown(1, 99)])).toThrow(/showed 100 on .* and 99 on .* does not count back/);
  expect(usedOf(shown(0, 100), shown(1, 3, true), shown(2, 5))).toEqual([null, null, 2]);
  expect(() => followReadings([used(0, 5), shown(1, 9)])).toThrow(/says what was used/);
});

it('books what was used evenly over the time between, and exactly what was used', () => {
  const bookings = bookingChange([], followReadings([shown(0.125, 100), shown(2, 130)]), 3.6e6);
  const total = bookings.reduce((sum, { joules }) => sum + joules, 0);
  expect(total).toBeCloseTo(30 * 3.6e6, 3);
  expect(bookings).toHaveLength(8);
  expect(bookings[0]).toMatchObject({ quarter: noon / QUARTER_MS, knownMs: QUARTER_MS / 2, unknownMs: 0, correctedJ: 0 });
  expect(bookings[1]?.joules).toBeCloseTo(((30 * 3.6e6) / 1.875) * 0.25, 3);
  expect(bookings.every(({ joules, countedJ }) => joules === countedJ)).toBe(true);
});

it('books a correction as the difference, leaves what it does not touch, and takes all back with the readings', () => {
  const before = followReadings([shown(0, 0), shown(1, 4), shown(2, 8), shown(3, 12)]);
  const after = followReadings([shown(0, 0), shown(1, 4), shown(2, 10), shown(3, 12)]);
  const change = bookingChange(before, after, 1);
  expect(change.map(({ quarter, joules }) => [quarter - noon / QUARTER_MS, joules])).toEqual([
    ...[4, 5, 6, 7].map((quarter) => [quarter, 0.5]),
    ...[8, 9, 10, 11].map((quarter) => [quarter, -0.5]),
  ]);
  expect(change.every(({ knownMs }) => knownMs === 0)).toBe(true);
  const gone = bookingChange(before, [], 1);
  expect(gone.reduce((sum, { joules }) => sum + joules, 0)).toBe(-12);
  expect(gone.every(({ knownMs }) => knownMs === -QUARTER_MS)).toBe(true);
});

it('says so and books nothing where two readings are too far apart to tell of a quarter of an hour', () => {
  const years = followReadings([shown(0, 0), shown(24 * 500, 1000)]);
  expect(years[1]).toMatchObject({ used: 1000, isBooked: false });
  expect(bookingChange([], years, 1)).toEqual([]);
});
