import { airFaults, classLimits, envelope, thermalClasses } from '@shared/climate/thermal-class';
import { describe, expect, it } from 'vitest';

const { recommended, allowable } = classLimits.A2;

describe('thermal classes', () => {
  it('tells in what air lies outside', () => {
    expect(airFaults(recommended, 22, 45)).toEqual([]);
    expect(airFaults(recommended, 28, 45)).toEqual(['too-hot']);
    expect(airFaults(recommended, 17.9, 45)).toEqual(['too-cold']);
    // 22 °C and 8 % have a dew point of about −13 °C.
    expect(airFaults(recommended, 22, 8)).toEqual(['too-dry']);
    expect(airFaults(recommended, 22, 72)).toEqual(['too-humid']);
    // 26 °C and 65 % have a dew point of 18.9 °C.
    expect(airFaults(recommended, 26, 65)).toEqual(['too-humid']);
    expect(airFaults(allowable, 26, 65)).toEqual([]);
    expect(airFaults(allowable, 36, 5)).toEqual(['too-hot', 'too-dry']);
    expect(airFaults(recommended, 28, null)).toEqual(['too-hot']);
  });

  it.each(thermalClasses)('draws the allowable range of %s around the recommended one', (id) => {
    const outer = envelope(classLimits[id].allowable, 101_325);
    const inner = envelope(classLimits[id].recommended, 101_325);
    const temperatures = outer.map(({ temperatureC }) => temperatureC);
    expect(Math.min(...temperatures)).toBe(classLimits[id].allowable.minC);
    expect(Math.max(...temperatures)).toBe(classLimits[id].allowable.maxC);
    const highest = (points: typeof outer): number => Math.max(...points.map(({ humidityRatio }) => humidityRatio));
    const lowest = (points: typeof outer): number => Math.min(...points.map(({ humidityRatio }) => humidityRatio));
    expect(highest(inner)).toBeLessThanOrEqual(highest(outer));
    expect(lowest(inner)).toBeGreaterThanOrEqual(lowest(outer));
  });

  it('follows the relative humidity where that is the narrower limit', () => {
    const at = (t: number): number[] =>
      envelope(recommended, 101_325)
        .filter(({ temperatureC }) => temperatureC === t)
        .map(({ humidityRatio }) => humidityRatio);
    // 18 °C: 70 % is 9.0 g/kg, below a dew point of 15 °C, which is 10.65 g/kg.
    expect(at(18)[1]).toBeCloseTo(9.0, 1);
    expect(at(27)[1]).toBeCloseTo(10.65, 1);
    // A dew point of −9 °C is 1.76 g/kg.
    expect(at(22)[0]).toBeCloseTo(1.76, 1);
  });
});
