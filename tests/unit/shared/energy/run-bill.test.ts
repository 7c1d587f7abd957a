import { describe, expect, it } from 'vitest';
import { isPartial } from '@shared/energy/coverage';
import { medianBaseline, RunMeter, type PowerPoint } from '@shared/energy/run-bill';

const tariff = { pricePerKwh: 0.25, currency: 'EUR' };
const carbon = { gridKgPerKwh: 0.4 };
const point = (atMs: number, itW: number | null, over: Partial<PowerPoint> = {}): PowerPoint => ({
  atMs,
  itW,
  itProvenance: 'measured',
  facilityW: itW === null ? null : itW * 1.5,
  facilityProvenance: 'modelled',
  ofRoom: false,
  excludedDevices: [],
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
    expect(bill).toMatchObject({ spanMs: 3_600_000, inconsistentMs: 0, allocated: null, final: true });
    expect(bill.itJ.coverage).toBe(1);
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

  it('covers IT and the facility each by its own samples, and infrastructure where both are known', () => {
    // IT draws 1000 W all the hour; the meter of the facility says 1500 W, and is silent in the second half.
    const meter = new RunMeter(0, { powerW: 100, provenance: 'derived' });
    for (let s = 0; s <= 3600; s++) meter.add(point(s * 1000, 1000, { facilityW: s <= 1800 ? 1500 : null, facilityProvenance: 'derived' }));
    meter.endAt(3_600_000);
    const bill = meter.bill(tariff, carbon, 1000, true);
    expect(bill.itJ).toMatchObject({ value: 3_600_000, coverage: 1, windowMs: 3_600_000 });
    expect(bill.facilityJ).toMatchObject({ value: 2_700_000, coverage: 0.5, windowMs: 1_800_000, provenance: 'derived' });
    expect(bill.infrastructureJ).toMatchObject({ value: 900_000, coverage: 0.5 });
    expect(bill.cost).toMatchObject({ coverage: 0.5, provenance: 'derived' });
    expect(bill.cost.value).toBeCloseTo(0.75 * 0.25, 12);
    expect(bill.co2eKg).toMatchObject({ coverage: 0.5 });
    expect([bill.itJ, bill.facilityJ, bill.infrastructureJ, bill.cost, bill.co2eKg].map(isPartial)).toEqual([
      false,
      true,
      true,
      true,
      true,
    ]);
  });

  it('withholds what less than half of the span is covered for, and no more', () => {
    const meter = new RunMeter(0, null);
    for (let s = 0; s <= 100; s++) meter.add(point(s * 1000, s <= 70 ? 100 : null, { facilityW: s <= 40 ? 150 : null }));
    const bill = meter.bill(tariff, carbon, 10, true);
    expect(bill.itJ).toMatchObject({ value: 7000, coverage: 0.7 });
    for (const figure of [bill.facilityJ, bill.infrastructureJ, bill.cost, bill.co2eKg])
      expect(figure).toMatchObject({ value: null, withheld: 'low-coverage', coverage: 0.4 });
    // All samples were processed, but not all of their energy is known.
    expect(bill.jPerSample).toMatchObject({ value: null, withheld: 'low-coverage' });
  });

  it('has no infrastructure below zero: a facility metered below its IT is said, not summed', () => {
    const meter = new RunMeter(0, null);
    for (let s = 0; s <= 100; s++) meter.add(point(s * 1000, 1000, { facilityW: s >= 20 && s < 30 ? 900 : 1300 }));
    const bill = meter.bill(tariff, carbon, 10, true);
    expect(bill.infrastructureJ.value).toBeCloseTo((19 + 70) * 300, 6);
    expect(bill.inconsistentMs).toBe(11_000);
    expect(bill.infrastructureJ.coverage).toBeCloseTo(0.89, 9);
    expect(bill.facilityJ.coverage).toBe(1);
    const wrong = new RunMeter(0, null);
    for (let s = 0; s <= 10; s++) wrong.add(point(s * 1000, 1000, { facilityW: 900 }));
    expect(wrong.bill(tariff, carbon, 10, true)).toMatchObject({
      infrastructureJ: { value: null },
      inconsistentMs: 10_000,
      facilityJ: { value: 9000 },
    });
  });

  it('allocates a node to the runs on it in equal shares of the time both ran, to the fraction of a tick', () => {
    const [first, second] = [
      new RunMeter(0, { powerW: 50, provenance: 'derived' }),
      new RunMeter(4_300, { powerW: 50, provenance: 'derived' }),
    ];
    const power = (s: number): PowerPoint => point(s * 1000, 100 + 10 * s);
    for (let s = 0; s <= 4; s++) first.add(power(s));
    first.beside('second', second.span);
    second.beside('first', first.span);
    second.add(power(4));
    for (let s = 5; s <= 12; s++) {
      if (s === 9) second.endAt(8_600);
      if (s === 12) first.endAt(11_500);
      first.add(power(s));
      second.add(power(s));
    }
    const [a, b] = [first, second].map((meter) => meter.bill(tariff, carbon, 10, true));
    // ∫(100 + 10 t) dt over a stretch.
    const energy = (from: number, to: number): number => 100 * (to - from) + 5 * (to ** 2 - from ** 2);
    expect(b?.itJ.value).toBeCloseTo(energy(4.3, 8.6) / 2, 6);
    expect((a?.itJ.value ?? 0) + (b?.itJ.value ?? 0)).toBeCloseTo(energy(0, 11.5), 6);
    expect((a?.facilityJ.value ?? 0) + (b?.facilityJ.value ?? 0)).toBeCloseTo(1.5 * energy(0, 11.5), 6);
    expect((a?.idleJ.value ?? 0) + (b?.idleJ.value ?? 0)).toBeCloseTo(50 * 11.5, 6);
    expect(a?.allocated).toEqual({ runs: ['second'], ofRoom: false });
    expect(b?.allocated).toEqual({ runs: ['first'], ofRoom: false });
    expect(a).toMatchObject({ spanMs: 11_500, itJ: { coverage: 1 } });
  });

  it('is as good as its worst part', () => {
    const meter = new RunMeter(0, null);
    meter.add(point(0, 100));
    meter.add(point(1000, 100, { itProvenance: 'modelled' }));
    expect(meter.bill(tariff, carbon, 1, false).itJ.provenance).toBe('modelled');
    meter.add(point(2000, 100, { itProvenance: 'simulated' }));
    expect(meter.bill(tariff, carbon, 1, false).idleJ.provenance).toBe('simulated');
  });
});

describe('medianBaseline', () => {
  it('is the median, robust to a spike, and absent with too few samples', () => {
    expect(medianBaseline([100, 101, 99, 100, 900], 'measured')).toEqual({ powerW: 100, provenance: 'derived' });
    expect(medianBaseline([100, 102, 98, 104, 96, 100], 'modelled')).toEqual({ powerW: 100, provenance: 'modelled' });
    expect(medianBaseline([100, 100, 100, 100], 'measured')).toBeNull();
  });
});
