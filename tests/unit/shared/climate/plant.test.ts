import { coolingPlant, type PlantInput } from '@shared/climate/plant';
import { plantReport, type PlantCourse, type PlantReportInput } from '@shared/climate/plant-report';
import type { SensorValue } from '@shared/climate/sensor-values';
import type { OutdoorAir } from '@shared/model/cooling';
import type { PowerPlace } from '@shared/model/power-tree';
import { quantity, withheld } from '@shared/model/provenance';
import { defaultSettings, type Facility } from '@shared/model/settings';
import { describe, expect, it } from 'vitest';

const told = (device: string, value: number | null, label = device): SensorValue => ({ device, label, value, provenance: 'measured' });
const place = (id: string, name: string, meters: readonly (readonly [string, 'input' | 'output'])[]): PowerPlace => ({
  id,
  kind: 'cooling',
  name,
  parent: null,
  position: 0,
  device: null,
  meters: meters.map(([device, side]) => ({ device, side, classPercent: 1 })),
});
/** No losses but a COP of 4, fans of 5 % and pumps of 2 %. */
const facility: Facility = {
  ...defaultSettings.facility,
  ups: { a0: 0, a1: 0, a2: 0 },
  pdu: { a0: 0, a1: 0, a2: 0 },
  cooling: { mode: 'fixed', cop: 4 },
  fixedPercent: 0,
};
const outdoor = (dryBulbC: number | null): OutdoorAir => ({
  basis: 'sensor',
  dryBulbC: dryBulbC === null ? withheld('°C', 'no-sensor') : quantity(dryBulbC, '°C', 'measured'),
  relativeHumidity: withheld('%', 'no-sensor'),
  wetBulbC: withheld('°C', 'no-sensor'),
  dewPointC: withheld('°C', 'no-sensor'),
});
const plant = (given: Partial<PlantInput>): ReturnType<typeof coolingPlant> =>
  coolingPlant({
    places: [],
    itPowerW: quantity(100_000, 'W', 'measured'),
    ratedW: 100_000,
    facility,
    outdoor: outdoor(null),
    waterSupplyC: withheld('°C', 'no-sensor'),
    waterReturnC: withheld('°C', 'no-sensor'),
    heat: [],
    flow: [],
    power: [],
    running: [],
    alarm: [],
    load: [],
    ...given,
  });

describe('the plant at a moment', () => {
  it('is modelled where nothing tells of it, and says so', () => {
    const { heatW, heatBasis, powerW, powerBasis, cop, chillerCop } = plant({});
    // 100 kW and fans of 5 kW; a quarter of it, the fans and 2 % of it.
    expect([heatBasis, powerBasis]).toEqual(['it', 'model']);
    expect(heatW.value).toBeCloseTo(105_000, 6);
    expect(powerW).toMatchObject({ provenance: 'modelled' });
    expect(powerW.value).toBeCloseTo(26_250 + 5_000 + 2_100, 6);
    expect(cop.value).toBeCloseTo(105_000 / 33_350, 9);
    expect(chillerCop).toMatchObject({ value: null, withheld: 'no-sensor' });
    expect(plant({ itPowerW: withheld('W', 'stale') }).cop).toMatchObject({ value: null, withheld: 'stale' });
  });

  it('has its COP by meters in the tree, that of the chillers apart, and no heat that is handed over twice', () => {
    const places = [
      place('c', 'Chiller 1', [
        ['m/chiller', 'input'],
        ['m/heat', 'input'],
        ['m/reuse', 'output'],
      ]),
      place('p', 'Pumps', [['m/pumps', 'input']]),
    ];
    const now = plant({
      places,
      heat: [told('m/heat', 120_000), told('m/reuse', 30_000)],
      power: [told('m/chiller', 24_000), told('m/pumps', 6_000), told('m/it', 100_000)],
    });
    expect(now).toMatchObject({ heatBasis: 'heat-meter', powerBasis: 'meters', isFree: false, freeBasis: 'power' });
    expect(now.cop).toMatchObject({ value: 4, provenance: 'derived' });
    expect(now.chillerCop.value).toBe(5);
    expect(now.units.map(({ name, kind, powerW }) => [name, kind, powerW.value])).toEqual([
      ['Chiller 1', 'chiller', 24_000],
      ['Pumps', 'other', 6_000],
    ]);
    const free = plant({ places, heat: [told('m/heat', 120_000)], power: [told('m/chiller', 500), told('m/pumps', 6_000)] });
    expect(free).toMatchObject({ isFree: true, chillerCop: { value: null, withheld: 'compressors-rest' } });
    // A pump that no meter tells: the cooling's power is the model's.
    expect(plant({ places, power: [told('m/chiller', 24_000)] }).powerBasis).toBe('model');
    const silent = plant({ places, heat: [told('m/heat', null)], power: [told('m/chiller', 24_000), told('m/pumps', 6_000)] });
    expect(silent.cop).toMatchObject({ value: null, withheld: 'missing' });
  });

  it('has its heat by flow and rise of the water, and the flow by heat and rise', () => {
    const water = { waterSupplyC: quantity(12, '°C', 'measured'), waterReturnC: quantity(18, '°C', 'measured') };
    const byFlow = plant({ ...water, flow: [told('m/flow', 15)] });
    // 15 m³/h · 998.2 kg/m³ · 4186 J/(kg·K) · 6 K.
    expect(byFlow.heatW).toMatchObject({ provenance: 'derived' });
    expect(byFlow.heatW.value).toBeCloseTo((15 * 998.2 * 4186 * 6) / 3600, 6);
    expect(byFlow).toMatchObject({ heatBasis: 'water', waterFlow: { value: 15, provenance: 'measured' } });
    const byHeat = plant({ ...water, heat: [told('m/heat', 100_000)] });
    expect(byHeat.waterFlow.value).toBeCloseTo((3600 * 100_000) / (998.2 * 4186 * 6), 6);
    expect(plant({ heat: [told('a', 1), told('b', 2)] }).heatW).toMatchObject({ value: null, withheld: 'ambiguous-meters' });
  });

  it('takes a meter of the whole plant in the place of its units, and knows the chillers in it by their names', () => {
    const power = [
      told('sensor/m1', 30_000, 'Cooling plant'),
      told('sensor/m2', 20_000, 'Chiller 1'),
      told('sensor/m3/crah-1', 4_000, 'Air handlers'),
    ];
    const heat = [told('sensor/m1', 100_000)];
    // By name alone, and with the whole plant placed in the tree.
    for (const places of [[], [place('c', 'Cooling', [['sensor/m1', 'input']])]]) {
      const now = plant({ places, power, heat });
      expect([now.powerW.value, now.chillerCop.value, now.isFree]).toEqual([30_000, 5, false]);
    }
  });

  it('has each unit of a controller that tells of several, also where its meter is placed as a whole', () => {
    const now = plant({
      places: [place('c', 'Air handling', [['sensor/m3', 'input']])],
      power: [told('sensor/m3', 8_000)],
      running: [told('sensor/m3/crah-1', 0, 'CRAH 1'), told('sensor/m3/crah-2', 1, 'CRAH 2')],
    });
    expect(now.units.map(({ name, state, powerW }) => [name, state, powerW.value])).toEqual([
      ['Air handling', null, 8_000],
      ['CRAH 1', 'off', null],
      ['CRAH 2', 'on', null],
    ]);
    const single = plant({
      places: [place('c', 'Chiller', [['sensor/m2', 'input']])],
      power: [told('sensor/m2', 8_000)],
      running: [told('sensor/m2/state', 1, 'Chiller')],
    });
    expect(single.units.map(({ name, state }) => [name, state])).toEqual([['Chiller', 'on']]);
  });

  it('knows its units by what they tell of themselves, and by the names of meters that nobody placed', () => {
    const now = plant({
      power: [told('sensor/m1/crah1', 3_000, 'CRAH 1'), told('sensor/m1/crah1/L1', 1_000, 'CRAH 1'), told('sensor/m1/rack', 9_000, 'Rack')],
      running: [told('sensor/m2', 0, 'Chiller'), told('sensor/m1/crah1', 1, 'CRAH 1')],
      alarm: [told('sensor/m1/crah1', 1, 'CRAH 1')],
      load: [told('sensor/m1/crah1', 40, 'CRAH 1')],
    });
    expect(now.units.map(({ name, kind, state, load, powerW }) => [name, kind, state, load.value, powerW.value])).toEqual([
      ['Chiller', 'chiller', 'off', null, null],
      ['CRAH 1', 'crah', 'alarm', 40, 3_000],
    ]);
    expect(now).toMatchObject({ isFree: true, freeBasis: 'state', powerW: { value: 3_000 }, powerBasis: 'meters' });
  });

  it('cools for nothing by the weather where nothing else tells it', () => {
    const cooling: Facility['cooling'] = {
      mode: 'outdoor',
      carnotFraction: 0.5,
      evaporatorTempC: 18,
      outdoorDryBulbC: 20,
      condenserApproachK: 8,
    };
    const at = (dryBulbC: number | null): unknown => plant({ facility: { ...facility, cooling }, outdoor: outdoor(dryBulbC) }).isFree;
    expect([at(10), at(10.5), at(null)]).toEqual([true, false, null]);
  });
});

describe('the plant over a period', () => {
  const course = (...values: readonly (number | null)[]): PlantCourse => ({
    provenance: 'measured',
    values: new Map(values.flatMap((value, slot) => (value === null ? [] : [[slot, value] as const]))),
  });
  const report = (given: Partial<PlantReportInput>): ReturnType<typeof plantReport> =>
    plantReport({
      slots: [0, 4],
      slotMs: 900_000,
      windowMs: 3_600_000,
      facility,
      ratedW: 100_000,
      heat: [],
      isHeatUnclear: false,
      flow: null,
      waterSupply: null,
      waterReturn: null,
      power: null,
      chillerPower: [],
      running: [],
      it: null,
      outdoorC: () => null,
      ...given,
    });

  it('has energies over what is known of each, and the COP over what is known of both', () => {
    const told = report({ heat: [course(100_000, 100_000, 200_000, null)], power: [course(20_000, 20_000, null, 40_000)] });
    expect(told.heatKwh).toMatchObject({ value: 100, coverage: 0.75, provenance: 'derived' });
    expect(told.powerKwh.value).toBe(20);
    expect(told.cop).toMatchObject({ value: 5, coverage: 0.5, windowMs: 3_600_000 });
    expect(told).toMatchObject({ heatBasis: 'heat-meter', powerBasis: 'meters' });
    const sparse = report({ heat: [course(100_000)], power: [course(20_000)] });
    expect(sparse.cop).toMatchObject({ value: null, withheld: 'low-coverage', coverage: 0.25 });
  });

  it('has the hours and the heat of free cooling by what the chillers tell, by their power, or by the weather', () => {
    const heat = [course(100_000, 100_000, 100_000, 100_000)];
    const byState = report({ heat, running: [course(1, 0, 0, null)] });
    expect(byState).toMatchObject({ freeHours: { value: 0.5 }, freeKwh: { value: 50 }, freeBasis: 'state' });
    expect(byState.freeShare).toMatchObject({ coverage: 0.75 });
    expect(byState.freeShare.value).toBeCloseTo(2 / 3, 12);
    const byPower = report({ heat, chillerPower: [course(20_000, 0, 0, 0)] });
    expect(byPower).toMatchObject({ freeHours: { value: 0.75 }, freeBasis: 'power', chillerCop: { value: 20 } });
    const cooling: Facility['cooling'] = {
      mode: 'outdoor',
      carnotFraction: 0.5,
      evaporatorTempC: 18,
      outdoorDryBulbC: 20,
      condenserApproachK: 8,
    };
    const byWeather = report({ heat, facility: { ...facility, cooling }, outdoorC: (slot) => 8 + 2 * slot });
    expect(byWeather).toMatchObject({ freeHours: { value: 0.5, provenance: 'modelled' }, freeBasis: 'weather' });
    expect(report({ heat }).freeHours).toMatchObject({ value: null, withheld: 'no-sensor' });
  });

  it('is modelled around the IT where nothing is metered', () => {
    const told = report({ it: course(100_000, 100_000, 100_000, 100_000) });
    expect(told).toMatchObject({ heatBasis: 'it', powerBasis: 'model', cop: { provenance: 'modelled' } });
    expect(told.cop.value).toBeCloseTo(105_000 / 33_350, 9);
    expect(report({}).cop).toMatchObject({ value: null, withheld: 'no-sensor' });
  });
});
