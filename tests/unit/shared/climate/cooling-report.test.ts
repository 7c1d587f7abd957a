import { coolingReport, type ReportInput, type SensorCourse } from '@shared/climate/cooling-report';
import { describe, expect, it } from 'vitest';

const MINUTE = 60_000;
const course = (device: string, values: readonly number[], zone: string | null = null): SensorCourse => ({
  device,
  label: device,
  zone,
  provenance: 'measured',
  timesMs: values.map((_, i) => i * MINUTE),
  min: values,
  max: values,
  mean: values,
});
const report = (given: Partial<ReportInput>): ReturnType<typeof coolingReport> =>
  coolingReport({
    fromMs: 0,
    toMs: 10 * MINUTE,
    bucketMs: MINUTE,
    thermalClass: 'A1',
    altitudeM: 0,
    inlets: [],
    humidities: [],
    beside: [],
    ...given,
  });

describe('a report of the cooling', () => {
  it('says how long the inlets were within the limits', () => {
    const { inlets, excursions } = report({ inlets: [course('a', [20, 20, 28, 29, 33, 20, NaN, NaN, 20, 20])] });
    expect(inlets[0]).toMatchObject({ minC: 20, maxC: 33, coverage: 0.8, recommendedShare: 5 / 8, allowableShare: 7 / 8 });
    expect(inlets[0]?.quarterK).toBe(13);
    expect(excursions.map(({ limits, side, fromMs, toMs, extremeC }) => [limits, side, fromMs / MINUTE, toMs / MINUTE, extremeC])).toEqual([
      ['recommended', 'above', 2, 4, 33],
      ['allowable', 'above', 4, 4, 33],
    ]);
  });

  it('has the mean of the index over the moments in which nearly all inlets are known', () => {
    const inlets = [course('a', [27, 29, 29, NaN]), course('b', [27, 27, 27, 40])];
    const { rciHigh, rciLow } = report({ toMs: 4 * MINUTE, inlets });
    // 100, 80 and 80; the last minute knows one of two.
    expect(rciHigh.value).toBeCloseTo(260 / 3, 9);
    expect(rciHigh.coverage).toBeCloseTo(0.75, 9);
    expect(rciLow.value).toBe(100);
    const few = { value: null, withheld: 'low-coverage', coverage: 0.3 };
    expect(report({ inlets })).toMatchObject({ rciHigh: few, rciLow: few });
    expect(report({}).rciHigh).toMatchObject({ value: null, withheld: 'no-sensor' });
    expect(report({ inlets: [course('a', [])] }).rciHigh).toMatchObject({ value: null, withheld: 'no-samples' });
  });

  it('puts the air at the inlets on the psychrometric chart, by the dew point beside them', () => {
    const room = course('room', [18, 18, 18], null);
    const humid = { ...course('room', [60, 60, NaN], null) };
    const { cells } = report({ inlets: [course('a', [25, 25, 25])], humidities: [humid], beside: [room] });
    // 18 °C at 60 % holds 7.7 g/kg; the third minute has no humidity.
    expect(cells).toHaveLength(1);
    expect(cells[0]).toMatchObject({ temperatureC: 25, humidityRatio: 7.5 });
    expect(cells[0]?.hours).toBeCloseTo(2 / 60, 9);
  });

  it('says nothing of 15 minutes where the buckets are wider', () => {
    expect(report({ bucketMs: 15 * MINUTE, inlets: [course('a', [20, 30])] }).inlets[0]).toMatchObject({ quarterK: null, hourK: null });
  });
});
