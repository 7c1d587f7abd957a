import { describe, expect, it } from 'vitest';
import { medianBaseline, RunMeter, type PowerPoint } from '@shared/energy/run-bill';

const tariff = { pricePerKwh: 0.25, currency: 'EUR' };
const carbon = { gridKgPerKwh: 0.4 };
const point = (atMs: number, itW: number | null, over: Partial<PowerPoint> = {}): PowerPoint => ({
  atMs,
  itW,
  itProvenance: 'measured',
  facilityW: itW === null ? null : itW * 1.5,
  leftOut: [],
  ...over,
});

describe('RunMeter', () => {
  it('splits an hour at 300 W over 100 W idle and prices the facility energy', () => {
    const meter = new RunMeter(0, { powerW: 100, provenance: 'derived' });
    for (let s = 0; s <= 3600; s++) meter.add(point(s * 1000, 300));
    meter.endAt(3_600_000);
    const bill = meter.bill(tariff, carbon, 1_000_000, true);
    expect(bill.itJ).toMatchObject({ value: 1_080_000, unit: 'J', provenance: 'derived', windowMs: 3_600_000 });
    expect(bill.idleJ.value).toBe(360_000);
    expect(bill.aboveIdleJ.value).toBe(720_000);
    expect(bill.infrastructureJ).toMatchObject({ value: 540_000, provenance: 'modelled' });
    expect(bill.facilityJ.value).toBe(1_620_000);
    expect(bill.cost).toMatchObject({ unit: 'EUR', provenance: 'modelled' });
    expect(bill.cost.value).toBeCloseTo(0.45 * 0.25, 12);
    expect(bill.co2eKg.value).toBeCloseTo(0.45 * 0.4, 12);
    expect(bill.jPerSample.value).toBeCloseTo(1.08, 12);
    expect(bill.meanItW.value).toBeCloseTo(300, 9);
    expect(bill).toMatchObject({ coveredMs: 3_600_000, gapMs: 0, final: true });
  });

  it('is complete only when a point at or after the end has come', () => {
    const meter = new RunMeter(1000, null);
    meter.add(point(500, 100));
    meter.add(point(1500, 100));
    meter.endAt(2200);
    expect(meter.complete).toBe(false);
    meter.add(point(2500, 100));
    expect(meter.complete).toBe(true);
    expect(meter.bill(tariff, carbon, 10, true).itJ.value).toBeCloseTo(120, 9);
  });

  it('withholds what it has no sample or no baseline for', () => {
    const empty = new RunMeter(0, null).bill(tariff, carbon, 0, false);
    for (const part of [empty.itJ, empty.facilityJ, empty.cost, empty.co2eKg, empty.jPerSample, empty.meanItW]) {
      expect(part).toMatchObject({ value: null, withheld: 'no-samples' });
    }
    const meter = new RunMeter(0, null);
    meter.add(point(0, 100));
    meter.add(point(1000, 100));
    expect(meter.bill(tariff, carbon, 1, false).itJ.value).toBe(100);
    expect(meter.bill(tariff, carbon, 1, false).aboveIdleJ.value).toBeNull();
  });

  it('is as good as its worst part', () => {
    const meter = new RunMeter(0, null);
    meter.add(point(0, 100));
    meter.add(point(1000, 100, { itProvenance: 'modelled' }));
    expect(meter.bill(tariff, carbon, 1, false).itJ.provenance).toBe('modelled');
    meter.add(point(2000, 100, { itProvenance: 'simulated' }));
    expect(meter.bill(tariff, carbon, 1, false).cost.provenance).toBe('simulated');
  });
});

describe('medianBaseline', () => {
  it('is the median, robust to a spike, and absent with too few samples', () => {
    expect(medianBaseline([100, 101, 99, 100, 900], 'measured')).toEqual({ powerW: 100, provenance: 'derived' });
    expect(medianBaseline([100, 102, 98, 104, 96, 100], 'modelled')).toEqual({ powerW: 100, provenance: 'modelled' });
    expect(medianBaseline([100, 100, 100, 100], 'measured')).toBeNull();
  });
});
