import { airflow, rackCoolingIndex, returnTemperatureIndex, supplyHeatIndex, waterFlow, waterHeat } from '@shared/climate/indices';
import { classLimits } from '@shared/climate/thermal-class';
import { describe, expect, it } from 'vitest';

describe('rack cooling index', () => {
  it('is 100 where every inlet is as recommended', () => {
    expect(rackCoolingIndex([18, 22, 27], classLimits.A1)).toEqual({ high: 100, low: 100 });
  });

  it('falls by how far the inlets are beyond, of how far they may be', () => {
    // A1: (29−27) of one of four inlets, of 4 × (32−27); (18−16.5) of 4 × (18−15).
    const index = rackCoolingIndex([20, 29, 24, 16.5], classLimits.A1);
    expect(index?.high).toBeCloseTo(90, 9);
    expect(index?.low).toBeCloseTo(87.5, 9);
  });

  it('is below 0 beyond what is allowable, and there is none without inlets', () => {
    expect(rackCoolingIndex([33], classLimits.A1)?.high).toBeCloseTo(-20, 9);
    expect(rackCoolingIndex([], classLimits.A1)).toBeNull();
  });
});

describe('air that goes astray', () => {
  it('makes the return warmer or colder than the equipment does', () => {
    expect(returnTemperatureIndex(18, 28, 12)).toBeCloseTo(83.33, 2);
    expect(returnTemperatureIndex(18, 33, 12)).toBeCloseTo(125, 9);
    expect(returnTemperatureIndex(18, 18.2, 0.2)).toBeNull();
  });

  it('is warmed before it reaches the racks', () => {
    const racks = [
      { inletC: 20, outletC: 30, flow: 1 },
      { inletC: 24, outletC: 34, flow: 3 },
    ];
    // (1·2 + 3·6) / (1·12 + 3·16)
    expect(supplyHeatIndex(18, racks)).toBeCloseTo(20 / 60, 9);
    expect(supplyHeatIndex(18, [{ inletC: 18, outletC: 18, flow: 1 }])).toBeNull();
    expect(supplyHeatIndex(18, [])).toBeNull();
  });
});

describe('flows', () => {
  it('are those that carry the heat away', () => {
    expect(airflow(1000, 10, 1.2)).toBeCloseTo(298.2, 1);
    expect(airflow(1000, 0.1, 1.2)).toBeNull();
    expect((waterFlow(1000, 10) ?? NaN) * (1000 / 60)).toBeCloseTo(1.436, 2);
    expect(waterHeat(waterFlow(25_000, 6) ?? NaN, 6)).toBeCloseTo(25_000, 6);
  });
});
