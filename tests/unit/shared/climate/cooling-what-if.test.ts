import { assumedModel, coolingWhatIfs, fittedModel, type WhatIfInput } from '@shared/climate/cooling-what-if';
import { plantPower } from '@shared/climate/plant-model';
import { noChange, type CoolingChange, type CoolingWhatIfs } from '@shared/model/cooling-what-if';
import type { PowerFit } from '@shared/model/power-fit';
import type { PowerPlace } from '@shared/model/power-tree';
import { quantity, withheld } from '@shared/model/provenance';
import { defaultSettings, type Facility } from '@shared/model/settings';
import type { WeatherYear } from '@shared/model/weather';
import { english } from '@shared/text/message';
import { describe, expect, it } from 'vitest';

/** 100 kW of IT, no losses: fans 5 kW, 105 kW to be removed, pumps 2.1 kW. */
const plain = { ...defaultSettings.facility, ups: { a0: 0, a1: 0, a2: 0 }, pdu: { a0: 0, a1: 0, a2: 0 }, fixedPercent: 0 };
const fixed: Facility = { ...plain, cooling: { mode: 'fixed', cop: 4 } };
const carnot: Facility = {
  ...plain,
  cooling: { mode: 'outdoor', carnotFraction: 0.5, evaporatorTempC: 12, outdoorDryBulbC: 20, condenserApproachK: 10 },
};
const none = withheld('°C', 'no-sensor');
const celsius = (value: number): ReturnType<typeof quantity> => quantity(value, '°C', 'measured');
const whatIfNow: WhatIfInput['now'] = {
  outdoor: { basis: null, dryBulbC: none, relativeHumidity: none, wetBulbC: none, dewPointC: none },
  inletC: celsius(24),
  dewPointC: celsius(9),
  supplyC: celsius(20),
  zones: [],
  rti: withheld('%', 'no-sensor'),
  thermalClass: 'A1',
};

const year = (dryBulbC: (hour: number) => number, relativeHumidity = NaN): WeatherYear => ({
  name: 'Kiel',
  source: '',
  latitude: null,
  longitude: null,
  utcOffsetH: 1,
  altitudeM: 0,
  design: { heatingC: null, coolingC: null, coolingWetBulbC: null },
  isLeap: false,
  dryBulbC: Float64Array.from({ length: 8_760 }, (_, hour) => dryBulbC(hour)),
  relativeHumidity: new Float64Array(8_760).fill(relativeHumidity),
});

function whatIf(change: Partial<CoolingChange>, given: Partial<WhatIfInput> = {}): CoolingWhatIfs {
  const facility = given.facility ?? fixed;
  return coolingWhatIfs({
    change: { ...noChange, ...change },
    model: assumedModel(facility, 100_000),
    facility,
    ratedW: 100_000,
    itW: quantity(100_000, 'W', 'measured'),
    year: year(() => 20),
    now: whatIfNow,
    pricePerKwh: 0.2,
    currency: 'EUR',
    gridKgPerKwh: 0.4,
    ...given,
  });
}
const row = (told: CoolingWhatIfs, id: CoolingWhatIfs['rows'][number]['id']) => {
  const found = told.rows.find((own) => own.id === id);
  if (found === undefined) throw new Error(id);
  return found;
};
const limits = (told: CoolingWhatIfs, id: CoolingWhatIfs['rows'][number]['id']): string[] => row(told, id).limits.map(english);

describe('what a change of the cooling comes to in a year', () => {
  it('is nothing where nothing is changed', () => {
    const told = whatIf({});
    expect(told.coolingKwh.value).toBeCloseTo((26.25 + 5 + 2.1) * 8_760, 4);
    expect(told.rows.map(({ savedKwh }) => savedKwh.value)).toEqual([0, 0, 0, 0, 0]);
    expect(told).toMatchObject({ basis: 'assumed', weather: 'year', weatherName: 'Kiel', economiserHours: null });
  });

  it('has fans by the cube of their speed, with the heat that they add, and a floor', () => {
    const told = whatIf({ fanSpeed: 0.8 });
    // Fans 5 · 0.512 kW; a quarter and 2 % of what they do not add any more.
    const lessW = 5_000 * (1 - 0.512);
    const kwh = (lessW * (1 + 0.25 + 0.02) * 8_760) / 1_000;
    expect(row(told, 'fans').savedKwh).toMatchObject({ provenance: 'modelled' });
    expect(row(told, 'fans').savedKwh.value).toBeCloseTo(kwh, 4);
    expect(row(told, 'fans').savedMoney).toBeCloseTo(kwh * 0.2, 4);
    expect(row(told, 'fans').savedKg).toBeCloseTo(kwh * 0.4, 4);
    expect(row(told, 'together').savedKwh.value).toBeCloseTo(kwh, 4);
    // √(0.35² + 0.05² + 0.2²)
    expect(row(told, 'fans').uncertaintyKwh).toBeCloseTo(kwh * Math.hypot(0.35, 0.05, 0.2), 4);
    const at = (fanSpeed: number): number =>
      plantPower(100_000, 100_000, fixed, { dryBulbC: 20, wetBulbC: null }, { ...noChange, fanSpeed }).fansW;
    expect([at(1), at(0.3), at(0.2)]).toEqual([5_000, 5_000 * 0.3 ** 3, 5_000 * 0.3 ** 3]);
  });

  it('lets the air over the racks rise no further than they bear', () => {
    const zone = { riseK: quantity(15, 'K', 'derived') } as WhatIfInput['now']['zones'][number];
    const now = { ...whatIfNow, zones: [zone], rti: quantity(120, '%', 'derived') };
    const told = whatIf({ fanSpeed: 0.5 }, { now });
    // 15 K at 75 % are 20 K.
    expect(limits(told, 'fans')).toEqual([
      'The racks’ air may rise by 20 K at most: reckoned with 75 % of the present speed',
      'Hot air runs back into the racks already (RTI above 100 %): slower fans add to it',
    ]);
    expect(row(told, 'fans').savedKwh.value).toBeCloseTo((5_000 * (1 - 0.75 ** 3) * 1.27 * 8_760) / 1_000, 4);
  });

  it('has warmer supply by the share of Carnot, and says where the class ends', () => {
    const told = whatIf({ supplyK: 4 }, { facility: carnot });
    // 0.5 · 285.15 / 18 and 0.5 · 289.15 / 14.
    const [before, after] = [(0.5 * 285.15) / 18, (0.5 * 289.15) / 14];
    expect(row(told, 'supply').savedKwh.value).toBeCloseTo((105_000 / before - 105_000 / after) * 8.76, 3);
    expect(limits(told, 'supply')).toEqual([
      'The warmest inlet would have 28 °C, beyond the 27 °C that are recommended, within class A1',
      'Above about 25 °C the servers’ own fans turn faster: what they draw more is not taken off',
    ]);
    expect(limits(whatIf({ supplyK: 9 }), 'supply')[0]).toBe('The warmest inlet would have 33 °C, beyond the 32 °C that class A1 allows');
    const colder = whatIf({ supplyK: -10 }, { now: { ...whatIfNow, supplyC: celsius(18), dewPointC: celsius(9) } });
    expect(row(colder, 'supply').savedKwh.value).toBeLessThan(0);
    expect(limits(colder, 'supply')[0]).toContain('water condenses');
    // The rule of thumb of a fixed COP.
    expect(row(whatIf({ supplyK: 2 }), 'supply').savedKwh.value).toBeCloseTo((105 / 4) * (1 - 1 / 1.025 ** 2) * 8_760, 3);
  });

  it('counts the hours in which an economiser does all or a part, by the wet bulb', () => {
    // 4,380 hours of 5 °C, 2,190 of 11 °C, 2,190 of 20 °C; saturated, so that the wet bulb is the same.
    const weather = year((hour) => (hour < 4_380 ? 5 : hour < 6_570 ? 11 : 20), 100);
    const told = whatIf({ economiserK: 4 }, { facility: carnot, year: weather });
    // Water of 9 °C: all. Of 15 °C: 3 of 6 K. Of 24 °C: none.
    expect(told.economiserHours).toEqual({ full: 4_380, partial: 2_190 });
    const cop = (outdoorC: number): number => Math.min(20, (0.5 * 285.15) / (outdoorC + 10 - 12));
    expect(row(told, 'economiser').savedKwh.value).toBeCloseTo((105 / cop(5)) * 4_380 + ((105 / cop(11)) * 2_190) / 2, 1);
    expect(limits(whatIf({ economiserK: 4 }), 'economiser')).toEqual([
      'The year of weather has no humidity: reckoned with the dry bulb, which is warmer',
      'The settings’ model has no water temperature: 12 °C is assumed',
    ]);
  });

  it('lets dry coolers carry what liquid loops take, and says for how long they do not', () => {
    const told = whatIf({ liquidShare: 0.5, liquidSupplyC: 32 });
    // Half of the fans, of the compressors and of the pumps; 2 % and 1.5 % of the 50 kW in the loops.
    const after = 52_500 / 4 + 2_500 + 52_500 * 0.02 + 50_000 * (0.02 + 0.015);
    expect(row(told, 'liquid').savedKwh.value).toBeCloseTo((33_350 - after) * 8.76, 3);
    expect(limits(told, 'liquid')).toEqual([]);
    const warm = whatIf({ liquidShare: 0.5, liquidSupplyC: 32 }, { year: year((hour) => (hour < 100 ? 30 : 10)) });
    expect(limits(warm, 'liquid')).toEqual(['In 100 hours of the year dry coolers do not reach that temperature: chillers help']);
  });

  it('scales a fitted power by what the plant’s model makes of the change, and says what it rests on', () => {
    const fittedOver = { fromMs: 1, toMs: 2 };
    const model = { basis: 'fitted' as const, fittedOver, uncertainty: 0.1, powerW: () => 50_000 };
    const told = whatIf({ fanSpeed: 0.8 }, { model });
    expect(told).toMatchObject({ basis: 'fitted', fittedOver, coolingKwh: { value: 438_000 } });
    expect(row(told, 'fans').savedShare).toBeCloseTo((5_000 * (1 - 0.512) * 1.27) / 33_350, 9);
  });

  it('goes by the curves of all that cools, where each has one, as far as they reach', () => {
    const fit = (of: string, proportional: number): PowerFit => ({
      of,
      kind: 'cooling',
      name: of,
      curve: { noLoadW: 1_000, proportional, quadratic: 0, perKelvin: 0.01, aboveC: 10 },
      fromMs: 5,
      toMs: 9,
      madeAtMs: 9,
      bucketMs: 60_000,
      points: 100,
      outliers: 0,
      impossible: 0,
      loadW: { low: 50_000, high: 120_000 },
      meanLoadW: 100_000,
      outdoorC: { low: 0, high: 30 },
      meanOutdoorC: 10,
      r2: 1,
      scaleW: 3_000,
      meters: { above: [of], below: [] },
      sample: [],
    });
    const cooling = (id: string): PowerPlace => ({ id, kind: 'cooling', name: id, parent: null, position: 0, device: null, meters: [] });
    const model = fittedModel([fit('a', 0.1), fit('b', 0.2)], [cooling('a'), cooling('b')]);
    // Twice 1 kW, 30 % of 100 kW, and twice 1 % a kelvin above 10 °C.
    expect(model?.powerW(100_000, { dryBulbC: 20, wetBulbC: null })).toBeCloseTo(2_000 + 30_000 + 20_000, 6);
    expect(model?.powerW(200_000, { dryBulbC: 20, wetBulbC: null })).toBeNull();
    expect(model).toMatchObject({ basis: 'fitted', fittedOver: { fromMs: 5, toMs: 9 } });
    expect(model?.uncertainty).toBeCloseTo((2 * Math.hypot(3, 3)) / 32, 9);
    expect(fittedModel([fit('a', 0.1)], [cooling('a'), cooling('b')])).toBeNull();
    expect(fittedModel([], [])).toBeNull();
  });

  it('takes one outdoor temperature where there is no year, at a wide uncertainty, and withholds all without IT power', () => {
    const one = whatIf({ fanSpeed: 0.8 }, { year: null });
    expect(one).toMatchObject({ weather: 'settings' });
    const fans = row(one, 'fans');
    expect((fans.uncertaintyKwh ?? 0) / (fans.savedKwh.value ?? 1)).toBeCloseTo(Math.hypot(0.35, 0.5, 0.2), 9);
    const dark = whatIf({ fanSpeed: 0.8 }, { itW: withheld('W', 'stale') });
    expect(dark.coolingKwh).toMatchObject({ value: null, withheld: 'stale' });
    expect(row(dark, 'fans')).toMatchObject({ savedKwh: { value: null }, uncertaintyKwh: null, savedMoney: null });
  });
});
