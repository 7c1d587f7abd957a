import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { easterSunday, holidaysOf } from '@shared/tariff/holidays';
import { dayNumber } from '@shared/tariff/local-clock';
import { Tariff } from '@shared/tariff/tariff';
import { billOf, constant, local, tariff } from './support';

const BERLIN = 'Europe/Berlin';
const flat = { energy: [{ name: 'Energy', price: '0.30' }] };
const night = {
  bands: [
    { name: 'night', when: [{ from: '22:00', to: '06:00' }] },
    { name: 'day', when: [{}] },
  ],
  energy: [
    { name: 'Night', bands: ['night'], price: '0.20' },
    { name: 'Day', bands: ['day'], price: '0.30' },
  ],
};
const amount = (bill: ReturnType<typeof billOf>, name: string): number | undefined =>
  bill.periods[0]?.lines.find((line) => line.name === name)?.amount;

describe('a day whose clock is changed', () => {
  it.each([
    ['2025-10-26', '2025-10-27', 250, 75],
    ['2025-03-30', '2025-03-31', 230, 69],
  ])('%s has as much energy as hours', (from, to, kwh, cost) => {
    const bill = billOf(flat, BERLIN, from, to);
    expect(bill).toMatchObject({ kwh, total: cost, coverage: 1, isComplete: true });
  });

  it.each([
    ['2025-10-26', '2025-10-27', 66, 18],
    ['2025-03-30', '2025-03-31', 62, 14],
  ])('%s has its night hours by the local clock', (from, to, cost, atNight) => {
    const bill = billOf(night, BERLIN, from, to);
    expect(bill.total).toBe(cost);
    expect(amount(bill, 'Night')).toBe(atNight);
  });

  it('of half an hour, and one without a midnight, are as long as they are', () => {
    expect(billOf(flat, 'Australia/Lord_Howe', '2026-04-05', '2026-04-06').kwh).toBe(245);
    expect(billOf(flat, 'America/Sao_Paulo', '2018-11-04', '2018-11-05').kwh).toBe(230);
  });

  it('prices both hours that the clock shows as two', () => {
    const fromMs = local('2025-10-26', BERLIN);
    const hours = Array.from({ length: 25 }, (_, i) => ({
      fromMs: fromMs + i * 3_600_000,
      toMs: fromMs + (i + 1) * 3_600_000,
      price: i / 100,
    }));
    const dynamic = { energy: [{ name: 'Day-ahead', hourly: {} }] };
    const bill = billOf(dynamic, BERLIN, '2025-10-26', '2025-10-27', 10, new Map([['Day-ahead', hours]]));
    expect(bill).toMatchObject({ total: 30, isComplete: true });
    const short = billOf(dynamic, BERLIN, '2025-10-26', '2025-10-27', 10, new Map([['Day-ahead', hours.filter((_, i) => i !== 3)]]));
    expect(short.total).toBe(29.7);
    expect(short.lacking).toEqual([
      { what: 'price', charge: 'Day-ahead', kwh: 10, from: '2025-10-26T02:00+01:00', to: '2025-10-26T03:00+01:00' },
    ]);
  });
});

describe('bands', () => {
  const working = (overMidnight?: 'own-day') => ({
    overMidnight,
    bands: [
      { name: 'late', when: [{ days: ['fri' as const], from: '22:00', to: '06:00' }] },
      { name: 'else', when: [{}] },
    ],
    energy: [
      { name: 'Late', bands: ['late'], price: 1 },
      { name: 'Else', bands: ['else'], price: 0 },
    ],
  });

  it('a night belongs to the day it began on, or each hour to its own', () => {
    // Friday 6 to Monday 9 November 2026.
    expect(amount(billOf(working(), BERLIN, '2026-11-06', '2026-11-09'), 'Late')).toBe(80);
    expect(amount(billOf(working('own-day'), BERLIN, '2026-11-06', '2026-11-09'), 'Late')).toBe(80);
    // On Saturday alone: the morning is Friday's night, or nobody's.
    expect(amount(billOf(working(), BERLIN, '2026-11-07', '2026-11-08'), 'Late')).toBe(60);
    expect(amount(billOf(working('own-day'), BERLIN, '2026-11-07', '2026-11-08'), 'Late')).toBe(0);
  });

  it('a weekend is one in every season', () => {
    const bands = {
      seasons: [{ name: 'summer', from: '06-01', to: '09-30' }],
      bands: [
        { name: 'on', when: [{ days: ['weekday' as const], from: '12:00', to: '20:00', seasons: ['summer'] }] },
        { name: 'off', when: [{}] },
      ],
      energy: [
        { name: 'On', bands: ['on'], price: 1 },
        { name: 'Off', bands: ['off'], price: 0 },
      ],
    };
    expect(billOf(bands, BERLIN, '2026-07-11T15:00', '2026-07-11T16:00').total).toBe(0);
    expect(billOf(bands, BERLIN, '2026-07-10T15:00', '2026-07-10T16:00').total).toBe(10);
    expect(billOf(bands, BERLIN, '2026-05-29T15:00', '2026-05-29T16:00').total).toBe(0);
  });

  it('a season of one day less does not move the whole month', () => {
    const bands = {
      seasons: [{ name: 'winter', from: '11-01', to: '03-31' }],
      bands: [
        { name: 'winter', when: [{ seasons: ['winter'] }] },
        { name: 'summer', when: [{}] },
      ],
      energy: [
        { name: 'Winter', bands: ['winter'], price: 1 },
        { name: 'Summer', bands: ['summer'], price: 2 },
      ],
    };
    const bill = billOf(bands, BERLIN, '2026-10-31T23:00', '2026-11-01T01:00');
    expect(bill.periods.map(({ total }) => total)).toEqual([20, 10]);
  });

  it.each([
    ['strict', [dayNumber(2026, 7, 4), dayNumber(2027, 7, 4)]],
    ['nearest-weekday', [dayNumber(2026, 7, 3), dayNumber(2027, 7, 5)]],
    ['next-monday', [dayNumber(2026, 7, 6), dayNumber(2027, 7, 5)]],
    ['sunday-to-monday', [dayNumber(2026, 7, 4), dayNumber(2027, 7, 5)]],
  ] as const)('a holiday on a weekend is kept as the tariff says: %s', (observed, days) => {
    const holidays = holidaysOf({ holidays: [{ monthDay: '07-04' }], observed }, 2026, 2027);
    expect([dayNumber(2026, 7, 3), dayNumber(2026, 7, 4), dayNumber(2026, 7, 6)].filter((day) => holidays.has(day))).toEqual([days[0]]);
    expect([dayNumber(2027, 7, 4), dayNumber(2027, 7, 5)].filter((day) => holidays.has(day))).toEqual([days[1]]);
  });

  it('holidays that move are found', () => {
    expect([2024, 2025, 2026, 2038].map(easterSunday)).toEqual([
      dayNumber(2024, 3, 31),
      dayNumber(2025, 4, 20),
      dayNumber(2026, 4, 5),
      dayNumber(2038, 4, 25),
    ]);
    const days = holidaysOf(
      {
        observed: 'strict',
        holidays: [
          { month: 11, weekday: 'thu', nth: 4 },
          { month: 5, weekday: 'mon', nth: -1 },
        ],
      },
      2026,
      2026,
    );
    expect([days.has(dayNumber(2026, 11, 26)), days.has(dayNumber(2026, 5, 25)), days.has(dayNumber(2026, 5, 18))]).toEqual([
      true,
      true,
      false,
    ]);
  });

  it('energy that no charge is for is told, and the bill is not whole', () => {
    const { energy } = night;
    const bill = billOf({ ...night, energy: energy.slice(0, 1) }, BERLIN, '2026-11-06', '2026-11-07');
    expect(bill.isComplete).toBe(false);
    expect(bill.lacking).toEqual([{ what: 'band', kwh: 160, from: '2026-11-06T06:00+01:00', to: '2026-11-06T22:00+01:00' }]);
  });
});

describe('demand', () => {
  const demand = (own: object = {}) => ({ demand: [{ name: 'Demand', price: 10, windowMinutes: 15 as const, ...own }] });
  const two = [
    ...constant(80, local('2026-01-01', BERLIN), local('2026-02-01', BERLIN)),
    ...constant(60, local('2026-02-01', BERLIN), local('2026-03-01', BERLIN)),
  ];

  it('is that of each month', () => {
    const bill = billOf(demand(), BERLIN, '2026-01-01', '2026-03-01', two);
    expect(bill.periods.map(({ total }) => total)).toEqual([800, 600]);
    expect(bill.total).toBe(1400);
  });

  it('is not below a share of the months before, the least agreed, or the year’s highest', () => {
    const totals = (own: object): number[] =>
      billOf(demand(own), BERLIN, '2026-01-01', '2026-03-01', two).periods.map(({ total }) => total);
    expect(totals({ ratchet: { percent: 90, months: 11 } })).toEqual([800, 720]);
    expect(totals({ minimum: 70 })).toEqual([800, 700]);
    expect(totals({ peakOf: 'year' })).toEqual([800, 800]);
    expect(totals({ unit: 'kVA', powerFactor: 0.8 })).toEqual([1000, 750]);
    // A bill of February alone looks back as well.
    expect(billOf(demand({ ratchet: { percent: 90, months: 11 } }), BERLIN, '2026-02-01', '2026-03-01', two).total).toBe(720);
  });

  it('is the mean of a whole window; one that is not known whole sets no peak', () => {
    const day = constant(10, local('2026-01-01', BERLIN), local('2026-01-02', BERLIN), 5);
    const peak = day.map((interval, i) => (i === 30 || i === 32 ? { ...interval, kwh: 5 } : interval));
    const [period] = billOf(demand(), BERLIN, '2026-01-01', '2026-01-02', peak).periods;
    expect(period?.peaks[0]).toMatchObject({ measured: 43.3333333333, from: '2026-01-01T02:30+01:00', incompleteWindows: 0 });
    const [holed] = billOf(
      demand(),
      BERLIN,
      '2026-01-01',
      '2026-01-02',
      peak.filter((_, i) => i !== 31),
    ).periods;
    expect(holed?.peaks[0]).toMatchObject({ measured: 10, incompleteWindows: 1 });
  });

  it('belongs to the band that its window wholly lies in, or starts in', () => {
    const banded = (demandBand: 'whole' | 'start') => ({
      demandBand,
      bands: [
        { name: 'peak', when: [{ from: '08:00', to: '12:15' }] },
        { name: 'else', when: [{}] },
      ],
      demand: [{ name: 'Demand', price: 1, windowMinutes: 30 as const, bands: ['peak'] }],
    });
    const day = constant(10, local('2026-01-01', BERLIN), local('2026-01-02', BERLIN)).map((interval, i) =>
      i === 48 || i === 49 ? { ...interval, kwh: 25 } : interval,
    );
    expect(billOf(banded('whole'), BERLIN, '2026-01-01', '2026-01-02', day).periods[0]?.peaks[0]?.measured).toBe(10);
    expect(billOf(banded('start'), BERLIN, '2026-01-01', '2026-01-02', day).periods[0]?.peaks[0]).toMatchObject({
      measured: 100,
      from: '2026-01-01T12:00+01:00',
    });
  });

  it('without a window that is known, is lacking and not nothing', () => {
    const bill = billOf(demand(), BERLIN, '2026-01-01', '2026-01-02', []);
    expect(bill.periods[0]?.peaks[0]).toMatchObject({ measured: null, billed: null, incompleteWindows: 96 });
    expect(bill.lacking.map(({ what }) => what)).toEqual(['peak', 'load']);
  });

  it('goes on in even windows through the hour that comes twice', () => {
    const fromMs = local('2025-10-26', BERLIN);
    const load = constant(10, fromMs, local('2025-10-27', BERLIN)).map((interval, i) => (i === 13 ? { ...interval, kwh: 10 } : interval));
    const [period] = billOf(demand(), BERLIN, '2025-10-26', '2025-10-27', load).periods;
    expect(period?.peaks[0]).toMatchObject({ measured: 40, from: '2025-10-26T02:15+01:00', incompleteWindows: 0 });
  });
});

describe('amounts', () => {
  it('are rounded once a line, of decimal sums', () => {
    const small = constant(0, local('2026-01-01', BERLIN), local('2026-01-02', BERLIN)).map((interval) => ({ ...interval, kwh: 0.00416 }));
    expect(billOf({ energy: [{ name: 'E', price: 1 }], rounding: { digits: 5 } }, BERLIN, '2026-01-01', '2026-01-02', small).total).toBe(
      0.39936,
    );
    const half = [{ fromMs: local('2026-01-01', BERLIN), toMs: local('2026-01-02', BERLIN), kwh: 1 }];
    const of = (price: string, mode: 'half-up' | 'half-even'): number =>
      billOf({ energy: [{ name: 'E', price }], rounding: { mode } }, BERLIN, '2026-01-01', '2026-01-02', half).total;
    expect([of('1.005', 'half-up'), of('1.005', 'half-even'), of('-1.005', 'half-up')]).toEqual([1.01, 1, -1.01]);
  });

  it('go below nothing where the price does', () => {
    const hour = [0, 1].map((i) => ({
      fromMs: local('2026-01-01', BERLIN) + i * 3_600_000,
      toMs: local('2026-01-01', BERLIN) + (i + 1) * 3_600_000,
      kwh: 5,
    }));
    expect(billOf({ energy: [{ name: 'E', price: '-0.04' }] }, BERLIN, '2026-01-01', '2026-01-01T02:00', hour).total).toBe(-0.4);
  });

  it('of blocks, standing charges, taxes and what is delivered add up to the total', () => {
    const hours = constant(100, local('2026-02-01', BERLIN), local('2026-03-01', BERLIN), 60).map((interval, i) =>
      i < 10 ? { ...interval, kwh: -10 } : interval,
    );
    const bill = billOf(
      {
        energy: [{ name: 'Energy', blocks: [{ upToKwh: 1_000, price: '0.10' }, { price: '0.20' }] }],
        standing: [
          { name: 'By day', amount: 1, per: 'day' },
          { name: 'By year', amount: 365, per: 'year' },
        ],
        taxes: [
          { name: 'Duty', percent: 10, on: ['Energy'] },
          { name: 'VAT', percent: 20 },
        ],
        export: { price: '0.05' },
      },
      BERLIN,
      '2026-02-01',
      '2026-03-01',
      hours,
    );
    const kwh = 662 * 100;
    expect(bill.kwh).toBe(kwh);
    expect(bill.exportedKwh).toBe(100);
    const energy = 100 + (kwh - 1_000) * 0.2;
    const net = energy + 28 + 28 - 5 + energy * 0.1;
    expect(bill.periods[0]?.lines.map((line) => line.amount)).toEqual([
      100,
      (kwh - 1_000) * 0.2,
      28,
      28,
      -5,
      expect.closeTo(energy * 0.1, 9),
      expect.closeTo(net * 0.2, 9),
    ]);
    expect(bill.total).toBeCloseTo(net * 1.2, 9);
  });

  it('of each line sum up to the total, and of both parts of a span to the whole without rounding', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 500, noNaN: true }), { minLength: 96, maxLength: 96 }),
        fc.integer({ min: 1, max: 95 }),
        (kws, at) => {
          const fromMs = local('2026-03-28T12:00', BERLIN);
          const load = kws.map((kw, i) => ({ fromMs: fromMs + i * 900_000, toMs: fromMs + (i + 1) * 900_000, kwh: kw / 4 }));
          const precise = { ...night, rounding: { digits: 6 } };
          const [to, cut] = [fromMs + 96 * 900_000, fromMs + at * 900_000];
          const text = (ms: number): string =>
            new Date(ms + (ms >= Date.UTC(2026, 2, 29, 1) ? 7_200_000 : 3_600_000)).toISOString().slice(0, 16);
          const of = (from: number, end: number): number => {
            const bill = billOf(precise, BERLIN, text(from), text(end), load);
            const lines = bill.periods.flatMap((period) => period.lines.map((line) => line.amount));
            expect(bill.total).toBeCloseTo(
              lines.reduce((sum, one) => sum + one, 0),
              6,
            );
            return bill.total;
          };
          expect(of(fromMs, cut) + of(cut, to)).toBeCloseTo(of(fromMs, to), 4);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('of a load with a gap cover what is known and say the rest', () => {
    const load = constant(10, local('2026-01-01', BERLIN), local('2026-01-02', BERLIN)).filter((_, i) => i < 40 || i >= 48);
    const bill = billOf(flat, BERLIN, '2026-01-01', '2026-01-02', load);
    expect(bill).toMatchObject({ kwh: 220, total: 66, isComplete: false });
    expect(bill.coverage).toBeCloseTo(88 / 96, 9);
    expect(bill.lacking).toEqual([{ what: 'load', from: '2026-01-01T10:00+01:00', to: '2026-01-01T12:00+01:00' }]);
  });
});

describe('a tariff', () => {
  it.each([
    [{ energy: [{ name: 'E', bands: ['nigth'], price: 1 }] }, 'there is no band "nigth"'],
    [{ energy: [{ name: 'E' }] }, 'one of price, blocks and hourly is needed'],
    [
      {
        energy: [
          { name: 'E', price: 1 },
          { name: 'E', price: 2 },
        ],
      },
      'two lines are called "E"',
    ],
    [{ demand: [{ name: 'D', price: 1, unit: 'kVA' }] }, 'kVA needs a power factor'],
    [{ energy: [{ name: 'E', blocks: [{ price: 1 }, { upToKwh: 5, price: 2 }] }] }, 'each block but the last'],
    [{ bands: [{ name: 'b', when: [{ seasons: ['summer'] }] }] }, 'there is no season "summer"'],
    [{ taxes: [{ name: 'T', percent: 5, on: ['X'] }] }, 'there is no line "X"'],
    [{ priceperkwh: 1 }, 'priceperkwh'],
  ])('that is none is refused with its fault: %j', (own, words) => {
    const parsed = Tariff.safeParse({ name: 'T', currency: 'EUR', ...own });
    expect(parsed.success).toBe(false);
    expect(JSON.stringify(parsed.error?.issues)).toContain(words.replaceAll('"', String.raw`\"`));
  });

  it('is taken with what it leaves out', () => {
    expect(tariff({})).toMatchObject({ overMidnight: 'starting-day', demandBand: 'whole', rounding: { digits: 2, mode: 'half-up' } });
  });
});
