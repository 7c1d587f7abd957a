import { expect, it } from 'vitest';
import { energyCut } from '@shared/energy/energy-cut';
import { pueFamily, type MeterSums } from '@shared/energy/pue-family';
import type { EnergyAnswer, EnergyRow } from '@shared/model/energy';
import type { PowerPlace, PowerPlaceKind } from '@shared/model/power-tree';
import type { Provenance } from '@shared/model/provenance';

const HOUR = 3_600_000;
const KWH = 3.6e6;
const place = (id: string, kind: PowerPlaceKind, parent: string | null, side?: 'input' | 'output', classPercent = 1): PowerPlace => ({
  id,
  kind,
  parent,
  name: id,
  position: 0,
  device: null,
  meters: side === undefined ? [] : [{ device: `m/${id}`, side, classPercent }],
});
const sums = (device: string, kwh: readonly number[], more: Partial<MeterSums> = {}): MeterSums => ({
  device,
  flow: 'import',
  amount: kwh.map((own) => own * KWH),
  knownMs: kwh.map(() => HOUR),
  ...more,
});
/** Two hours, of 100 kWh of IT and 60 kWh around it each. */
function ledger(provenance: Provenance = 'modelled', knownMs = HOUR): EnergyAnswer {
  const row = (key: string, kwh: number, of: Partial<EnergyRow> = {}): EnergyRow => ({
    key,
    joules: [kwh * KWH, kwh * KWH],
    meteredJ: [0, 0],
    itJ: [0, 0],
    knownMs: [knownMs, knownMs],
    unknownMs: [0, 0],
    provenance,
    allocated: false,
    ...of,
  });
  return {
    edgesMs: [0, HOUR, 2 * HOUR],
    rows: [row('idle', 100), row('infrastructure', 60, { itJ: [100 * KWH, 100 * KWH] })],
    omitted: 0,
    gapMs: [0, 0],
    coarser: null,
    sinceMs: 0,
    untilMs: 2 * HOUR,
  };
}
const fluidsOf = (meters: readonly MeterSums[]): ReadonlySet<string> => {
  const electric = new Set(meters.filter(({ flow }) => flow === 'import').map(({ device }) => device));
  return new Set(meters.map(({ device }) => device).filter((device) => !electric.has(device)));
};
const family = (places: readonly PowerPlace[], meters: readonly MeterSums[], of = ledger()) =>
  pueFamily({
    ledger: of,
    cut: energyCut({ revision: 1, places: [...places] }, fluidsOf(meters)),
    meters,
    gridKgPerKwh: 0.4,
    modelW: (itW) => itW * 1.5 + 1_000,
    untilMs: 2 * HOUR,
  });

const room = [
  place('grid', 'utility', null, 'output', 0.5),
  place('ups', 'ups', 'grid', 'output', 0.5),
  place('pdu', 'pdu', 'ups', 'output', 1),
  place('chiller', 'cooling', 'grid', 'input', 1),
  place('roof', 'solar', null, 'output', 1),
];
const meters = [
  sums('m/grid', [120, 130]),
  sums('m/roof', [30, 20]),
  sums('m/pdu', [100, 100]),
  sums('m/ups', [104, 104]),
  sums('m/chiller', [25, 26]),
];

it('is the ledger’s, modelled, where nothing is metered', () => {
  const [first] = family([], []).stretches;
  expect(first).toMatchObject({
    pue: { value: 1.6, provenance: 'modelled' },
    category: null,
    uncertainty: null,
    isMetered: false,
    missing: [],
  });
  expect(first?.dcie.value).toBeCloseTo(0.625, 12);
  expect(first).toMatchObject({ coolingPue: { withheld: 'no-sensor' }, wue: { withheld: 'no-sensor' }, ref: { withheld: 'no-sensor' } });
});

it('is that of the meters where they stand, with its category, its uncertainty and what belongs to it', () => {
  const [first, second] = family(room, meters).stretches;
  expect(first).toMatchObject({ pue: { value: 1.5, provenance: 'derived' }, category: 'pue2', meteredItShare: 1, isMetered: true });
  expect(second?.pue.value).toBeCloseTo(1.5, 12);
  expect(first?.coolingPue.value).toBeCloseTo(1.25, 12);
  // 120 kWh of the grid at 0.4 kg, 100 kWh of IT.
  expect(first?.cue.value).toBeCloseTo(0.48, 12);
  expect(first?.ref.value).toBeCloseTo(30 / 150, 12);
  // √((120·0.5 %)² + (30·1 %)²)/150 and 1 % by √3, k = 2.
  const relative = Math.hypot(Math.hypot(0.6, 0.3) / 150, 0.01) / Math.sqrt(3);
  expect(first?.uncertainty).toBeCloseTo(2 * 1.5 * relative, 12);
});

it('counts as renewable what the room used of it, and as emitted what came from the grid: nothing that goes out is taken off', () => {
  const out = (device: string, kwh: number): MeterSums => ({ ...sums(device, [kwh, 0]), flow: 'export' });
  const own = [...meters.filter(({ device }) => device !== 'm/grid' && device !== 'm/roof'), sums('m/grid', [40, 130])];
  const [first] = family(room, [...own, out('m/grid', 60), sums('m/roof', [180, 20])]).stretches;
  // 180 from the roof, 40 from the grid, 60 back to it.
  expect(first?.pue.value).toBeCloseTo(1.6, 12);
  expect(first?.ref.value).toBeCloseTo((180 - 60) / 160, 12);
  expect(first?.cue.value).toBeCloseTo((40 * 0.4) / 100, 12);
  // More went out than the roof gave: of a battery, say.
  expect(family(room, [...own, out('m/grid', 60), sums('m/roof', [40, 20])]).stretches[0]?.ref.value).toBe(0);
});

it('tells by where the IT is metered what category it is', () => {
  const without = (id: string) => room.map((own) => (own.id === id ? { ...own, meters: [] } : own));
  expect(family(without('pdu'), meters).stretches[0]).toMatchObject({ category: 'pue1', itKwh: { value: 104 } });
  const nodes = [...without('pdu'), place('a', 'node', 'pdu', 'input'), place('b', 'node', 'pdu', 'input')];
  const own = [...meters, sums('m/a', [48, 48]), sums('m/b', [50, 50])];
  expect(family(nodes, own).stretches[0]).toMatchObject({ category: 'pue3', itKwh: { value: 98 } });
  // Cooling that hangs on the UPS is taken off.
  const fans = [...without('pdu'), place('fans', 'cooling', 'ups', 'input')];
  expect(family(fans, [...meters, sums('m/fans', [4, 4])]).stretches[0]).toMatchObject({ category: 'pue1', itKwh: { value: 100 } });
});

it('adds water that is used up and heat that is handed over, and neither what runs in circles nor what the air takes', () => {
  const standing = (device: string, side: 'input' | 'output') => ({ device, side, classPercent: 1 });
  const more = [standing('m/water', 'input'), standing('m/loop', 'input'), standing('m/district', 'output')];
  const places = room.map((own) => (own.id === 'chiller' ? { ...own, meters: [...own.meters, ...more] } : own));
  const [first] = family(places, [
    ...meters,
    sums('m/water', [], { flow: 'volume', amount: [0.05, 0.05], knownMs: [HOUR, HOUR] }),
    sums('m/loop', [120, 120], { flow: 'heat' }),
    sums('m/loop', [], { flow: 'volume', amount: [17, 17], knownMs: [HOUR, HOUR] }),
    sums('m/district', [30, 30], { flow: 'heat' }),
  ]).stretches;
  // They tell no power, and keep none from being known.
  expect(first).toMatchObject({ pue: { value: 1.5 }, isMetered: true, missing: [] });
  expect(first?.coolingPue.value).toBeCloseTo(1.25, 12);
  expect(first?.wue).toMatchObject({ unit: 'L/kWh' });
  expect(first?.wue.value).toBeCloseTo(0.5, 12);
  expect(first?.erf.value).toBeCloseTo(0.2, 12);
});

it('marks the change from modelled to metered, and withholds what neither tells, with whose fault it is', () => {
  const late = meters.map((own) => ({ ...own, knownMs: [0, HOUR], amount: [0, own.amount[1] ?? 0] }));
  const changed = family(room, late);
  expect(changed.stretches.map(({ isMetered }) => isMetered)).toEqual([false, true]);
  expect(changed.meteredFromMs).toBe(HOUR);
  expect(changed.stretches[0]?.missing).toContain('m/grid');
  const broken = meters.map((own) => (own.device === 'm/grid' ? { ...own, knownMs: [HOUR, HOUR / 2] } : own));
  const dark = family(room, broken, ledger('derived', HOUR / 2)).stretches[1];
  expect(dark).toMatchObject({ pue: { value: null, withheld: 'low-coverage' }, category: null, missing: ['m/grid'] });
});

it('is no figure where the IT draws nothing, or more than the facility', () => {
  expect(
    family(
      room,
      meters.map((own) => (own.device === 'm/pdu' ? sums('m/pdu', [0.0005, 100]) : own)),
    ).stretches[0]?.pue.withheld,
  ).toBe('it-load-near-zero');
  expect(
    family(
      room,
      meters.map((own) => (own.device === 'm/pdu' ? sums('m/pdu', [200, 100]) : own)),
    ).stretches[0]?.pue.withheld,
  ).toBe('inconsistent-meters');
});

it('holds the model against the meters of the facility, and says nothing of it where there are none', () => {
  const [first] = family(room, meters).stretches;
  // 100 kW of IT: 150 kW and the fixed kilowatt, against 150 kWh of the grid and the roof.
  expect(first?.modelKwh).toMatchObject({ value: 151, provenance: 'modelled' });
  expect(first?.modelError).toBeCloseTo(1 / 150, 12);
  // Meters that tell most of an hour: the model is held against that part of it.
  const most = meters.map((own) => ({
    ...own,
    amount: own.amount.map((whole) => whole * 0.96),
    knownMs: own.knownMs.map((ms) => ms * 0.96),
  }));
  expect(family(room, most).stretches[0]?.modelError).toBeCloseTo(1 / 150, 12);
  expect(family([], []).stretches[0]).toMatchObject({ modelKwh: { value: null, withheld: 'no-sensor' }, modelError: null });
  const idle = meters.map((own) => (own.device === 'm/grid' ? sums('m/grid', [0, 0], { knownMs: [0, 0] }) : own));
  expect(family(room, idle).stretches[0]).toMatchObject({ modelKwh: { withheld: 'no-sensor' }, modelError: null });
});
