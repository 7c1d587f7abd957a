import fc from 'fast-check';
import { expect, it } from 'vitest';
import { energyCut } from '@shared/energy/energy-cut';
import { PowerTreePlan, reconcile, type TreePowers } from '@shared/energy/power-tree';
import type { PowerPlace, PowerPlaceKind } from '@shared/model/power-tree';
import { quantity, withheld, type Quantity } from '@shared/model/provenance';

interface Told {
  readonly [device: string]: number | null | { readonly watts: number; readonly readMs: number };
}

const place = (id: string, kind: PowerPlaceKind, parent: string | null, more: Partial<PowerPlace> = {}): PowerPlace => ({
  id,
  kind,
  parent,
  name: id,
  position: 0,
  device: null,
  meters: [],
  ...more,
});
const at = (side: 'input' | 'output', ...devices: string[]): Partial<PowerPlace> => ({
  meters: devices.map((device) => ({ device, side, classPercent: 1 })),
});

const NOW = 100_000;
function powers(places: readonly PowerPlace[], meters: Told, equipment: Readonly<Record<string, Quantity>> = {}): TreePowers {
  return reconcile(new PowerTreePlan({ revision: 1, places: [...places] }), {
    nowMs: NOW,
    meter: (device) => {
      const told = meters[device];
      if (told === undefined || told === null) return { powerW: withheld('W', 'stale', 'measured'), readMs: NOW };
      return typeof told === 'number'
        ? { powerW: quantity(told, 'W', 'measured'), readMs: NOW }
        : { powerW: quantity(told.watts, 'W', 'measured'), readMs: told.readMs };
    },
    equipment: (device) => equipment[device] ?? null,
  });
}
const stateOf = ({ places }: TreePowers, id: string) => places.find((own) => own.id === id);

const room = [
  place('grid', 'utility', null, at('output', 'm/grid')),
  place('ups', 'ups', 'grid', {
    meters: [
      { device: 'm/in', side: 'input', classPercent: 1 },
      { device: 'm/out', side: 'output', classPercent: 0.5 },
    ],
  }),
  place('pdu', 'pdu', 'ups', at('output', 'm/pdu')),
  place('node', 'node', 'pdu', { device: 'local' }),
  place('chiller', 'cooling', 'grid', at('input', 'm/chiller')),
];
const told = { 'm/grid': 1500, 'm/in': 1060, 'm/out': 1000, 'm/pdu': 980, 'm/chiller': 400 };

it('takes facility power from the highest level that is metered, and no level twice', () => {
  const all = powers(room, told, { local: quantity(900, 'W', 'modelled') });
  expect(all.facility?.powerW).toMatchObject({ value: 1500, provenance: 'measured' });
  expect(all.facilityMeters).toEqual(['m/grid']);
  // Without the meter at the supply its branches are added up: the UPS's input and the chiller.
  const bare = room.map((own) => (own.id === 'grid' ? { ...own, meters: [] } : own));
  const branches = powers(bare, told, { local: quantity(900, 'W', 'modelled') });
  expect(branches.facility?.powerW).toMatchObject({ value: 1460, provenance: 'derived' });
  expect(branches.facilityMeters).toEqual(['m/in', 'm/chiller']);
  // Of a UPS that only its output is metered of, what it draws is not known.
  const half = bare.map((own) => (own.id === 'ups' ? { ...own, meters: own.meters.slice(1) } : own));
  expect(powers(half, told)).toMatchObject({ facility: null, open: ['ups'] });
  // Without a source nobody has said that these are all.
  expect(
    powers(
      room.filter(({ id }) => id === 'chiller').map((own) => ({ ...own, parent: null })),
      told,
    ),
  ).toMatchObject({ facility: null, open: [] });
});

it('tells what is unexplained below each meter, and by what the classes allow', () => {
  const all = powers(room, told, { local: quantity(900, 'W', 'measured') });
  expect(stateOf(all, 'grid')).toMatchObject({
    unexplainedW: { value: 40, provenance: 'derived' },
    allowedW: 15 + 10.6 + 4,
    unmetered: [],
  });
  expect(stateOf(all, 'ups')).toMatchObject({ unexplainedW: { value: 20 }, holdsLosses: false });
  expect(stateOf(all, 'pdu')).toMatchObject({ unexplainedW: { value: 80 }, allowedW: null });
  // A UPS of which only the input is metered: the loss is in it, and it says so.
  const lossy = room.map((own) => (own.id === 'ups' ? { ...own, meters: own.meters.slice(0, 1) } : own));
  expect(stateOf(powers(lossy, told), 'ups')).toMatchObject({ unexplainedW: { value: 80 }, holdsLosses: true });
  // What nothing tells of is in it too, and is named.
  const more = [...room, place('light', 'lighting', 'grid')];
  expect(stateOf(powers(more, told), 'grid')).toMatchObject({ unexplainedW: { value: 40 }, unmetered: ['light'] });
  // Below zero the meters contradict each other: nothing is clamped.
  expect(stateOf(powers(room, { ...told, 'm/grid': 1400 }), 'grid')?.unexplainedW?.value).toBe(-60);
});

it('withholds a sum by a silent meter and by one that was read at another time, and says whose', () => {
  const silent = powers(room, { ...told, 'm/grid': null });
  expect(silent.facility?.powerW).toMatchObject({ value: null, withheld: 'stale' });
  expect(silent.facility?.silent).toEqual(['m/grid']);
  expect(stateOf(silent, 'grid')).toMatchObject({ unexplainedW: { value: null }, silent: ['m/grid'] });
  // It does not fall back to a lower level: that would be another figure without a word.
  expect(silent.facilityMeters).toEqual(['m/grid']);
  const bare = room.map((own) => (own.id === 'grid' ? { ...own, meters: [] } : own));
  const skewed = powers(bare, { ...told, 'm/chiller': { watts: 400, readMs: NOW - 61_000 } });
  expect(skewed.facility?.powerW).toMatchObject({ value: null, withheld: 'skewed' });
  expect(skewed.facility?.silent).toEqual(['m/chiller']);
});

it('finds where the IT is metered, and what it carries beyond the equipment', () => {
  const [it] = powers(room, told, { local: quantity(900, 'W', 'modelled') }).it;
  expect(it).toMatchObject({
    place: { id: 'pdu' },
    totalW: { powerW: { value: 980 } },
    devices: ['local'],
    restW: { value: 80 },
    category: 2,
  });
  // Told by a meter itself, the node needs none above it.
  expect(powers(room, told, { local: quantity(900, 'W', 'measured') }).it).toEqual([]);
  // At the UPS's output, less the fans that hang on it.
  const atUps = [
    ...room.filter(({ id }) => id === 'grid' || id === 'ups'),
    place('pdu', 'pdu', 'ups'),
    place('fans', 'cooling', 'ups', at('input', 'm/fans')),
  ];
  expect(powers(atUps, { ...told, 'm/fans': 50 }).it).toMatchObject([
    { place: { id: 'ups' }, totalW: { powerW: { value: 950 } }, category: 1 },
  ]);
  expect(
    powers(
      atUps.map((own) => ({ ...own, meters: own.id === 'fans' ? [] : own.meters })),
      told,
    ).it,
  ).toEqual([]);
  // Two supplies of one rack are added up.
  const rack = [place('pdu', 'pdu', null), place('rack', 'rack', 'pdu', at('input', 'm/a', 'm/b'))];
  expect(powers(rack, { 'm/a': 300, 'm/b': 200 }).it).toMatchObject([{ place: { id: 'rack' }, totalW: { powerW: { value: 500 } } }]);
  expect(powers(rack, { 'm/a': 300, 'm/b': null }).it[0]?.totalW).toMatchObject({ powerW: { value: null }, silent: ['m/b'] });
});

it('adds up any tree to what its meters at the top tell, whatever is metered below', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.record({ watts: fc.double({ min: 1, max: 1e6, noNaN: true }), metered: fc.boolean(), nodes: fc.integer({ min: 0, max: 4 }) }),
        { minLength: 1, maxLength: 12 },
      ),
      (pdus) => {
        const places = [place('grid', 'utility', null)];
        const meters: Record<string, number> = {};
        pdus.forEach(({ watts, metered, nodes }, i) => {
          places.push(place(`pdu${i}`, 'pdu', 'grid', metered || nodes === 0 ? at('input', `m/pdu${i}`) : {}));
          meters[`m/pdu${i}`] = watts;
          for (let n = 0; n < nodes; n++) {
            places.push(place(`node${i}.${n}`, 'node', `pdu${i}`, at('input', `m/${i}.${n}`)));
            meters[`m/${i}.${n}`] = watts / nodes;
          }
        });
        const all = powers(places, meters);
        const totalW = pdus.reduce((sum, { watts }) => sum + watts, 0);
        expect(all.facility?.powerW.value).toBeCloseTo(totalW, 3);
        expect(new Set(all.facilityMeters).size).toBe(all.facilityMeters.length);
      },
    ),
  );
});

// A supply with two loads of 1000 W together; solar and a battery of which nobody said what they feed.
const generating = (grid: Partial<PowerPlace>): PowerPlace[] => [
  place('grid', 'utility', null, grid),
  place('pdu', 'pdu', 'grid', at('input', 'm/pdu')),
  place('chiller', 'cooling', 'grid', at('input', 'm/chiller')),
  place('solar', 'solar', null, at('output', 'm/solar')),
  place('battery', 'battery', null, at('output', 'm/battery')),
];
const cutOf = (places: readonly PowerPlace[]) =>
  energyCut({ revision: 1, places: [...places] }).facility?.map(({ device }) => device) ?? null;

it.each([
  ['the battery gives', 500, 300, 200],
  ['the battery is charged', 1_100, 100, -200],
  ['more is generated than drawn: the rest is exported', -400, 1_600, -200],
])('signs what is generated, charged and exported: %s', (_, grid, solar, battery) => {
  const loads = { 'm/pdu': 700, 'm/chiller': 300 };
  const metered = powers(generating(at('output', 'm/grid')), { ...loads, 'm/grid': grid, 'm/solar': solar, 'm/battery': battery });
  expect(metered.facility?.powerW.value).toBe(1_000);
  // What the loads draw comes from all three: nothing of it is unexplained, and no meter contradicts another.
  expect(stateOf(metered, 'grid')?.unexplainedW?.value).toBe(0);
  // Without a meter at the supply the loads are added up, and what is generated is in them already.
  const bare = powers(generating({}), { ...loads, 'm/solar': solar, 'm/battery': battery });
  expect(bare.facility?.powerW.value).toBe(1_000);
  expect(bare.facilityMeters).toEqual(['m/pdu', 'm/chiller']);
});

it('takes energies of what is generated as it does powers, and says where nobody can know who feeds what', () => {
  expect(cutOf(generating(at('output', 'm/grid')))).toEqual(['m/grid', 'm/solar', 'm/battery']);
  expect(cutOf(generating({}))).toEqual(['m/pdu', 'm/chiller']);
  // A second supply without a meter, with a load of its own: whether the sun feeds that one is not known.
  const two = [...generating(at('output', 'm/grid')), place('b', 'utility', null), place('pdu-b', 'pdu', 'b', at('input', 'm/b'))];
  const told2 = { 'm/grid': 500, 'm/pdu': 700, 'm/chiller': 300, 'm/solar': 300, 'm/battery': 200, 'm/b': 100 };
  expect(cutOf(two)).toBeNull();
  expect(powers(two, told2)).toMatchObject({ facility: null, open: ['solar', 'battery'] });
  expect(stateOf(powers(two, told2), 'grid')?.unexplainedW).toBeNull();
  // Silent, it withholds the sum, and the supply's rest with it.
  const silent = powers(generating(at('output', 'm/grid')), { 'm/grid': 500, 'm/pdu': 700, 'm/chiller': 300, 'm/solar': 300 });
  expect(silent.facility?.powerW).toMatchObject({ value: null, withheld: 'stale' });
  expect(stateOf(silent, 'grid')).toMatchObject({ unexplainedW: { value: null }, silent: ['m/battery'] });
});
