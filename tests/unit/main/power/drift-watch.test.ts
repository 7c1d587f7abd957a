import { expect, it } from 'vitest';
import type { PowerPlace, PowerPlaceState } from '@shared/model/power-tree';
import { quantity } from '@shared/model/provenance';
import { DriftWatch } from '../../../../src-main/core/power/drift-watch';

const pdu: PowerPlace = { id: 'pdu', kind: 'pdu', name: 'PDU 1', parent: null, position: 0, device: null, meters: [] };
const state = (differenceW: number, more: Partial<PowerPlaceState> = {}): PowerPlaceState => ({
  id: 'pdu',
  inputW: quantity(1000, 'W', 'measured'),
  outputW: null,
  basis: 'meter',
  fedW: quantity(1000 - differenceW, 'W', 'derived'),
  unexplainedW: quantity(differenceW, 'W', 'derived'),
  allowedW: 20,
  holdsLosses: false,
  fittedW: null,
  toldW: null,
  unmetered: [],
  silent: [],
  ...more,
});
/** An hour of ticks, every 10 s. */
function hour(watch: DriftWatch, fromHour: number, of: (i: number) => PowerPlaceState) {
  return Array.from({ length: 361 }, (_, i) => {
    const ms = fromHour * 3_610_000 + i * 10_000;
    return watch.note(ms, ms, [pdu], [of(i)]);
  }).flat();
}

it('tells once when the mean of an hour leaves what the classes allow, and when it is back', () => {
  const watch = new DriftWatch();
  expect(hour(watch, 0, () => state(15))).toEqual([]);
  expect(hour(watch, 1, () => state(-35))).toMatchObject([
    { kind: 'power.unexplained', code: 'pdu', severity: 'warning', values: { allowedW: 20 } },
  ]);
  expect(hour(watch, 2, () => state(-35))).toEqual([]);
  expect(hour(watch, 3, () => state(3))).toMatchObject([{ kind: 'power.explained', code: 'pdu' }]);
});

it('says nothing of single readings, of losses, of what is not metered, or of an hour with a gap', () => {
  const watch = new DriftWatch();
  expect(hour(watch, 0, (i) => state(i % 2 === 0 ? 300 : -300))).toEqual([]);
  expect(hour(watch, 1, () => state(200, { holdsLosses: true }))).toEqual([]);
  expect(hour(watch, 2, () => state(200, { unmetered: ['light'] }))).toEqual([]);
  expect(hour(watch, 3, (i) => (i % 4 === 0 ? state(200) : { ...state(200), unexplainedW: null }))).toEqual([]);
  // More below than above is a fault of a meter, whatever lies between.
  expect(hour(watch, 5, () => state(-200, { holdsLosses: true }))).toMatchObject([{ kind: 'power.unexplained' }]);
});
