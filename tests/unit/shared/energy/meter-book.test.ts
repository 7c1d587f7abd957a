import fc from 'fast-check';
import { expect, it } from 'vitest';
import { MeterBook, type CounterMark, type MeterBooking, type MeterFinding } from '@shared/energy/meter-book';
import { QUARTER_MS } from '@shared/energy/quarters';

const KWH = 3.6e6;
const START = 1_795_435_200_000;

/** A meter read every 10 s: by default at 3.6 kW, so that it counts 0.01 kWh a reading. */
class Rig {
  readonly book: MeterBook;
  readonly bookings = new Map<number, MeterBooking>();
  readonly findings: MeterFinding[] = [];
  ms = 0;

  constructor(mark: CounterMark | null = null) {
    this.book = new MeterBook(mark);
  }

  read(valueJ: number | null, powerW: number | null = 3_600, stepMs = 10_000): this {
    this.ms += stepMs;
    const counter = valueJ === null ? null : { valueJ, isNew: true };
    this.book.tick({ atMs: START + this.ms, passedMs: this.ms, powerW, counter });
    this.findings.push(...this.book.takeFindings());
    for (const { quarter, ...more } of this.book.take()) {
      const own = this.bookings.get(quarter) ?? { quarter, joules: 0, countedJ: 0, knownMs: 0, unknownMs: 0, correctedJ: 0 };
      this.bookings.set(quarter, own);
      for (const key of ['joules', 'countedJ', 'knownMs', 'unknownMs', 'correctedJ'] as const) own[key] += more[key];
    }
    return this;
  }

  /** Counts on from a value. @returns the last */
  count(fromJ: number, readings: number, powerW = 3_600, perW = powerW): number {
    for (let i = 1; i <= readings; i++) this.read(fromJ + i * perW * 10, powerW);
    return fromJ + readings * perW * 10;
  }

  sum(of: 'joules' | 'countedJ' | 'knownMs' | 'unknownMs'): number {
    return [...this.bookings.values()].reduce((sum, booking) => sum + booking[of], 0);
  }

  get kinds(): string[] {
    return this.findings.map(({ kind }) => kind);
  }
}

it('takes the first reading for a baseline, and books what was counted from there in place of the integral of power', () => {
  const rig = new Rig().read(1_234 * KWH);
  // The power meter reads 5 % less than was counted.
  rig.count(1_234 * KWH, 100, 3_420, 3_600);
  expect(rig.sum('joules')).toBeCloseTo(100 * 36_000, 3);
  expect(rig.sum('countedJ')).toBeCloseTo(100 * 36_000, 3);
  expect(rig.sum('knownMs')).toBe(1_000_000);
  expect(rig.findings).toEqual([]);
});

it('fills with what was counted the time in which the meter was not heard', () => {
  const rig = new Rig().read(100 * KWH);
  const at = rig.count(100 * KWH, 30);
  // An hour without an answer; the meter went on.
  rig.read(null, null).read(at + 1.01 * 3600 * 3600, 3_600, 3_626_400);
  expect(rig.sum('joules')).toBeCloseTo(30 * 36_000 + 1.01 * 3600 * 3600, 3);
  expect(rig.sum('unknownMs')).toBeCloseTo(0, 6);
  // Four quarters and more: none of them has it all.
  expect(Math.max(...[...rig.bookings.values()].map(({ joules }) => joules))).toBeLessThan(1.05 * 3_600 * (QUARTER_MS / 1000));
});

it('goes on after a restart from where the counter stood, and drops what cannot be', () => {
  const mark = { valueJ: 500 * KWH, atMs: START - 3_600_000, rateW: 3_600 };
  const rig = new Rig(mark).read(503.6 * KWH);
  expect(rig.sum('joules')).toBeCloseTo(3.6 * KWH, 3);
  expect(rig.sum('unknownMs')).toBe(0);
  expect(new Rig(mark).read(9_999_999 * KWH).sum('joules')).toBe(0);
  expect(new Rig(mark).read(3 * KWH).sum('joules')).toBe(0);
});

it('takes a fall for a wrap only where the power fits it', () => {
  const end = 100_000 * KWH;
  const rig = new Rig().read(end - 200_000);
  rig.count(end - 200_000, 5).toFixed();
  rig.read(16_000);
  expect(rig.kinds).toEqual(['wrap']);
  rig.count(16_000, 20);
  expect(rig.sum('joules')).toBeCloseTo(26 * 36_000, 3);
  // The same fall from the middle of its range is none.
  const other = new Rig().read(54_321 * KWH);
  const at = other.count(54_321 * KWH, 20);
  expect(at).toBeGreaterThan(54_321 * KWH);
  other.read(0);
  other.count(0, 20);
  expect(other.kinds).toEqual(['reset']);
  expect(other.sum('joules')).toBeCloseTo(41 * 36_000, 3);
});

it('corrects a dip when the counter is back: at once, and after it was taken for a reset', () => {
  const rig = new Rig().read(800 * KWH);
  const at = rig.count(800 * KWH, 50);
  rig
    .read(0)
    .read(0)
    .read(at + 3 * 36_000);
  expect(rig.kinds).toEqual(['dip']);
  expect(rig.sum('joules')).toBeCloseTo(53 * 36_000, 3);

  const late = new Rig().read(800 * KWH);
  const before = late.count(800 * KWH, 50);
  late.read(0);
  // It counts twice as much while it is low: what is booked by that is corrected.
  late.count(0, 60, 3_600, 5_000);
  late.read(before + 62 * 36_000);
  expect(late.kinds).toEqual(['reset', 'dip']);
  expect(late.sum('joules')).toBeCloseTo(112 * 36_000, 0);
  expect(late.sum('countedJ')).toBeCloseTo(112 * 36_000, 0);
});

it('takes a tiny step back for rounding', () => {
  const rig = new Rig().read(1_000 * KWH);
  const at = rig.count(1_000 * KWH, 20);
  rig.read(at - 100).read(at + 2 * 36_000);
  expect(rig.findings).toEqual([]);
  expect(rig.sum('joules')).toBeCloseTo(22 * 36_000, 3);
});

it('books no jump that the power does not tell, says it once, and a moment of nonsense leaves no trace', () => {
  const rig = new Rig().read(10 * KWH);
  const at = rig.count(10 * KWH, 50);
  rig.read(4_294_967_295 * KWH).read(at + 2 * 36_000);
  expect(rig.kinds).toEqual(['jump']);
  expect(rig.sum('joules')).toBeCloseTo(52 * 36_000, 3);
  // Another scale for good: by power, and one word of it.
  const scaled = new Rig().read(10 * KWH);
  const end = scaled.count(10 * KWH, 50);
  scaled.count(end * 1000, 100, 3_600, 3_600_000);
  expect(scaled.kinds).toEqual(['jump']);
  expect(scaled.sum('joules')).toBeCloseTo(150 * 36_000, -3);
});

it('goes by a fine counter where a single reading of power is a thousand times too large', () => {
  const rig = new Rig().read(10 * KWH);
  const at = rig.count(10 * KWH, 100);
  rig.read(at + 36_000, 3_600_000).read(at + 72_000);
  expect(rig.sum('joules')).toBeCloseTo(102 * 36_000, 3);
});

it('tells a counter that stands still, books by power until it moves, and nothing twice', () => {
  const rig = new Rig().read(10 * KWH);
  rig.count(10 * KWH, 50);
  const at = 10 * KWH + 50 * 36_000;
  for (let i = 0; i < 400; i++) rig.read(at);
  expect(rig.kinds).toEqual(['stuck']);
  rig.count(at, 50);
  expect(rig.sum('joules')).toBeCloseTo(500 * 36_000, -3);
});

it('counts by steps of whole kWh to the joule, over any number of quarters', () => {
  const rig = new Rig().read(5 * KWH, 500);
  let drawn = 0;
  for (let i = 0; i < 6_000; i++) {
    drawn += 500 * 10;
    rig.read(5 * KWH + Math.floor(drawn / KWH) * KWH, 490);
  }
  const counted = Math.floor(drawn / KWH) * KWH;
  expect(rig.sum('countedJ')).toBeCloseTo(counted, 0);
  // What came after its last step is booked by power.
  expect(rig.sum('joules') - counted).toBeLessThan(KWH);
  expect(rig.bookings.size).toBeGreaterThan(60);
});

it('adds up to what was drawn to 0.1 %, whatever the counter does in between', () => {
  const trouble = fc.constantFrom('dip', 'silent', 'spike', 'back', 'null', 'none', 'none', 'none');
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 200, max: 20_000 }), fc.integer({ min: 5, max: 60 }), trouble), { minLength: 1, maxLength: 20 }),
      (spans) => {
        const rig = new Rig().read(777 * KWH, spans[0]?.[0] ?? 0);
        let [valueJ, before] = [777 * KWH, spans[0]?.[0] ?? 0];
        const step = (powerW: number, show: (valueJ: number) => number | null, power: number | null): void => {
          valueJ += ((before + powerW) / 2) * 10;
          before = powerW;
          rig.read(show(valueJ), power);
        };
        for (const [powerW, readings, what] of spans) {
          for (let i = 0; i < readings; i++) step(powerW, (value) => value, powerW);
          if (what === 'dip') step(powerW, () => 0, powerW);
          if (what === 'spike') step(powerW, (value) => value * 1000, powerW);
          if (what === 'back') step(powerW, (value) => value - 50, powerW);
          if (what === 'null') step(powerW, () => null, powerW);
          if (what === 'silent') step(powerW, () => null, null);
        }
        step(before, (value) => value, before);
        step(before, (value) => value, before);
        const drawnJ = valueJ - 777 * KWH;
        expect(Math.abs(rig.sum('joules') - drawnJ)).toBeLessThanOrEqual(drawnJ * 1e-3 + 1);
        expect(rig.kinds).not.toContain('reset');
      },
    ),
    { numRuns: 200 },
  );
});
