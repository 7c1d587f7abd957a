import { dewPoint, humidityRatio, moistAir, pressureAt, relativeHumidityAt } from '@shared/climate/moist-air';
import { describe, expect, it } from 'vitest';

describe('moist air', () => {
  it('has the pressure of the standard atmosphere', () => {
    expect(pressureAt(0)).toBe(101_325);
    // ASHRAE Handbook – Fundamentals 2017, chapter 1, table 1: 1000 m → 89.875 kPa, 2000 m → 79.495 kPa.
    expect(pressureAt(1000) / 1000).toBeCloseTo(89.875, 2);
    expect(pressureAt(2000) / 1000).toBeCloseTo(79.495, 2);
  });

  it('is known by temperature and relative humidity', () => {
    const air = moistAir(25, 50, 101_325);
    // The psychrometric chart at sea level: 25 °C and 50 % have 9.9 g/kg, 50.3 kJ/kg, a dew point of 13.9 °C and a wet bulb of 17.9 °C.
    expect(air?.humidityRatio).toBeCloseTo(9.88, 1);
    expect(air?.enthalpy).toBeCloseTo(50.3, 0);
    expect(air?.dewPointC).toBeCloseTo(13.86, 1);
    expect(air?.wetBulbC).toBeCloseTo(17.9, 1);
    expect(air?.density).toBeCloseTo(1.18, 1);
  });

  it('agrees with the formula of Stull for the wet bulb to its own error', () => {
    expect(Math.abs((moistAir(20, 50, 101_325)?.wetBulbC ?? NaN) - 13.7)).toBeLessThan(0.28);
  });

  it('goes from humidity to dew point and back', () => {
    for (const [t, rh] of [
      [18, 20],
      [22, 45],
      [35, 90],
      [-5, 60],
    ] as const)
      expect(relativeHumidityAt(t, dewPoint(t, rh) ?? NaN)).toBeCloseTo(rh, 3);
    expect(relativeHumidityAt(20, 25)).toBe(100);
  });

  it('has no dew point without water, and none of what is no reading', () => {
    expect(dewPoint(22, 0)).toBeNull();
    expect(dewPoint(NaN, 50)).toBeNull();
    expect(dewPoint(22, 300)).toBeNull();
    expect(moistAir(500, 50, 101_325)).toBeNull();
    expect(humidityRatio(22, NaN, 101_325)).toBeNull();
    expect(humidityRatio(22, 0, 101_325)).toBeLessThan(0.001);
  });
});
