import { describe, expect, it } from 'vitest';
import { billLines, listAt, type Pricing } from '@shared/energy/bill';
import { emptySum, type EnergySum } from '@shared/energy/booking';
import { isPartial } from '@shared/energy/coverage';
import { QUARTER_MS } from '@shared/energy/quarters';
import { runBill, withheldBill, type BillRequest, type RunQuarter } from '@shared/energy/run-bill';
import type { PriceList } from '@shared/model/price-list';

const KWH = 3_600_000;
const list = (over: Partial<PriceList> = {}): PriceList => ({
  id: 1,
  fromMs: 0,
  currency: 'EUR',
  pricePerKwh: 0.3,
  gridKgPerKwh: 0.4,
  ...over,
});
const sum = (over: Partial<EnergySum>): EnergySum => ({ ...emptySum(), ...over });
const row = (quarter: number, ownJ: number, { own = {}, share = {} as Partial<EnergySum> | null } = {}): RunQuarter => ({
  quarter,
  own: sum({ joules: ownJ, knownMs: QUARTER_MS, ...own }),
  share: share === null ? null : sum({ joules: ownJ / 2, itJ: ownJ, knownMs: QUARTER_MS, provenance: 2, ...share }),
});
const bill = (quarters: readonly RunQuarter[], over: Partial<BillRequest> = {}): ReturnType<typeof runBill> =>
  runBill({
    quarters,
    spanMs: quarters.length * QUARTER_MS,
    gapMs: 0,
    lists: [list()],
    peakItW: null,
    samplesSeen: 1000,
    final: true,
    runsBeside: [],
    excludedDevices: [],
    ...over,
  });

describe('the bill of a run', () => {
  it('has no peak below its mean: a run of part of a second drew it in that part alone', () => {
    const short = row(8, 30, { own: { knownMs: 500 }, share: { knownMs: 500 } });
    const own = bill([short], { spanMs: 500, peakItW: 30 });
    expect([own.meanItW.value, own.peakItW.value]).toEqual([60, 60]);
    expect(bill([short], { spanMs: 500, peakItW: 75 }).peakItW.value).toBe(75);
    // What no tick saw is not known, whatever the mean is.
    expect(bill([short], { spanMs: 500 }).peakItW).toMatchObject({ value: null, withheld: 'no-samples' });
  });

  it('is what was booked to it, its part of the infrastructure, times the price', () => {
    const own = bill([row(8, 2 * KWH, { share: { joules: KWH, allocated: true } }), row(9, KWH)], { peakItW: 9000, samplesSeen: 3_000 });
    expect(own).toMatchObject({
      basis: 'ledger',
      final: true,
      spanMs: 2 * QUARTER_MS,
      allocated: { runs: [], ofRoom: true, byUse: false },
    });
    expect(own.itJ).toMatchObject({ value: 3 * KWH, provenance: 'derived', coverage: 1 });
    // A kilowatt-hour in the first, half a one in the second.
    expect(own.infrastructureJ).toMatchObject({ value: 1.5 * KWH, provenance: 'modelled' });
    expect(own.facilityJ.value).toBe(4.5 * KWH);
    expect(own.cost).toMatchObject({ value: 1.35, unit: 'EUR', provenance: 'modelled' });
    expect(own.co2eKg.value).toBeCloseTo(1.8, 9);
    expect([own.meanItW.value, own.peakItW.value, own.jPerSample.value]).toEqual([6000, 9000, KWH / 1000]);
    expect(own.lines).toEqual([
      {
        priceListId: 1,
        fromMs: 8 * QUARTER_MS,
        toMs: 10 * QUARTER_MS,
        energyJ: 4.5 * KWH,
        currency: 'EUR',
        pricePerKwh: 0.3,
        gridKgPerKwh: 0.4,
        cost: 1.35,
        co2eKg: 1.8,
      },
    ]);
  });

  it('prices each quarter by the list that was in force when it began, and says with what', () => {
    const lists = [list(), list({ id: 2, fromMs: 8.5 * QUARTER_MS, pricePerKwh: 0.5 }), list({ id: 3, fromMs: 99 * QUARTER_MS })];
    const own = bill([row(7, KWH), row(8, KWH), row(9, KWH)], { lists });
    expect(own.lines.map(({ priceListId, energyJ, cost }) => [priceListId, energyJ / KWH, cost])).toEqual([
      [1, 3, 0.9],
      [2, 1.5, 0.75],
    ]);
    expect(own.cost.value).toBeCloseTo(1.65, 9);
    expect(own).toMatchObject({ pricePerKwh: 0.5, currency: 'EUR' });
    const [inYen] = [bill([row(7, KWH), row(9, KWH)], { lists: [list(), list({ id: 2, fromMs: 8 * QUARTER_MS, currency: 'JPY' })] })];
    expect(inYen?.cost).toMatchObject({ value: null, unit: 'JPY', withheld: 'several-currencies' });
    expect(inYen?.lines.map(({ currency }) => currency)).toEqual(['EUR', 'JPY']);
    expect(listAt(lists, -1)).toBe(lists[0]);
    expect(listAt([], 0)).toBeNull();
    expect(bill([row(7, KWH)], { lists: [] }).cost.withheld).toBe('no-price');
  });

  it('takes a tariff with bands as another function, each line rounded once', () => {
    const nights: Pricing = (rows, prices) =>
      [rows.filter(({ quarter }) => quarter % 2 === 0), rows.filter(({ quarter }) => quarter % 2 === 1)].flatMap((own, i) =>
        own.map(({ quarter, energyJ }) => ({
          ...prices,
          priceListId: prices.id,
          fromMs: quarter * QUARTER_MS,
          toMs: (quarter + 1) * QUARTER_MS,
          energyJ,
          cost: i,
          co2eKg: 0,
        })),
      );
    expect(bill([row(8, KWH), row(9, KWH)], { pricing: nights }).cost.value).toBe(1);
    const third = billLines([{ quarter: 1, energyJ: KWH / 3 }], [list({ pricePerKwh: 0.1 })]);
    expect(third[0]?.cost).toBe(0.033333333);
  });

  it('carries unknown time and gaps as coverage, the facility apart from the IT', () => {
    const half = { joules: KWH / 4, itJ: KWH / 2, knownMs: QUARTER_MS / 2 };
    const own = bill([row(8, KWH, { share: half }), row(9, KWH)]);
    expect([own.itJ.coverage, own.facilityJ.coverage]).toEqual([1, 0.75]);
    expect([isPartial(own.itJ), isPartial(own.facilityJ), isPartial(own.cost)]).toEqual([false, true, true]);
    // Of the first quarter's IT only the half that the facility is known of.
    expect(own.facilityJ.value).toBe((0.5 + 0.25 + 1.5) * KWH);
    const silent = bill([row(8, KWH, { own: { knownMs: QUARTER_MS / 2, unknownMs: QUARTER_MS / 2 }, share: half })]);
    expect([silent.itJ.coverage, silent.facilityJ.coverage]).toEqual([0.5, 0.5]);
    expect(silent.jPerSample.withheld).toBe('low-coverage');
    // The core was away for a third of it.
    expect(bill([row(8, KWH), row(9, KWH)], { spanMs: 3 * QUARTER_MS, gapMs: QUARTER_MS }).itJ).toMatchObject({
      coverage: 2 / 3,
      windowMs: 2 * QUARTER_MS,
    });
    expect(bill([row(8, KWH, { share: null })]).facilityJ).toMatchObject({ value: null, withheld: 'no-samples' });
    expect(bill([], { spanMs: 1000 }).itJ).toMatchObject({ value: null, withheld: 'no-samples' });
  });

  it('marks what was parted by use, and what others had a part of', () => {
    expect(bill([row(8, KWH, { own: { allocated: true } })], { runsBeside: ['r3', 'r2'] }).allocated).toEqual({
      runs: ['r2', 'r3'],
      ofRoom: false,
      byUse: true,
    });
    expect(bill([row(8, KWH)]).allocated).toBeNull();
    expect(withheldBill(null, 'simulated-room', 5, true)).toMatchObject({ final: true, lines: [], itJ: { withheld: 'simulated-room' } });
  });
});
