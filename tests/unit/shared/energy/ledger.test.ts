import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AccountName, Booked, Share } from '@shared/energy/booking';
import { Ledger, type LedgerPart, type LedgerTick } from '@shared/energy/ledger';
import { QUARTER_MS } from '@shared/energy/quarters';
import { RUN_MAX_GAP_MS } from '@shared/energy/run-bill';

const idle: readonly Share[] = [{ account: 'idle', share: 1, allocated: false }];
const noon = Date.UTC(2026, 2, 1, 12);

const part = (powerW: number | null, more: Partial<LedgerPart> = {}): LedgerPart => ({
  place: 'gpu0',
  powerW,
  provenance: 'measured',
  counter: null,
  ...more,
});
const tick = (passedMs: number, parts: readonly LedgerPart[], more: Partial<LedgerTick> = {}): LedgerTick => ({
  atMs: noon + passedMs,
  passedMs,
  parts,
  facilityW: null,
  facilityProvenance: 'modelled',
  sharesOf: () => idle,
  ...more,
});
const counter = (valueJ: number, more: Partial<NonNullable<LedgerPart['counter']>> = {}): LedgerPart['counter'] => ({
  valueJ,
  isNew: true,
  wrapJ: null,
  mostW: 5_000,
  ...more,
});
const sum = (
  booked: Booked,
  of: 'joules' | 'knownMs' | 'unknownMs',
  where: (account: string, place: string) => boolean = () => true,
): number =>
  booked.bookings.reduce(
    (total, booking) => total + (booking.place !== 'room' && where(booking.account, booking.place) ? booking[of] : 0),
    0,
  );

describe('the ledger of energy', () => {
  test('books a second of constant power: 100 W for 1 s are 100 J', () => {
    const ledger = new Ledger();
    ledger.tick(tick(0, [part(100)]));
    ledger.tick(tick(1000, [part(100)]));
    expect(ledger.take().bookings).toMatchObject([
      { account: 'idle', place: 'gpu0', joules: 100, meteredJ: 100, knownMs: 1000, unknownMs: 0, provenance: 0 },
      { account: 'infrastructure', joules: 0, unknownMs: 1000 },
    ]);
    expect(ledger.take().bookings).toEqual([]);
  });

  test('cuts exactly at the boundary of a quarter: 0 W to 200 W over 2 s, cut in the middle, are 50 J and 150 J', () => {
    const ledger = new Ledger();
    ledger.tick(tick(QUARTER_MS - 1000, [part(0)]));
    ledger.tick(tick(QUARTER_MS + 1000, [part(200)]));
    const own = ledger.take().bookings.filter(({ place }) => place === 'gpu0');
    expect(own.map(({ quarter, joules, knownMs }) => [quarter - noon / QUARTER_MS, joules, knownMs])).toEqual([
      [0, 50, 1000],
      [1, 150, 1000],
    ]);
  });

  test('prefers a counter, which knows what was drawn between two readings', () => {
    const ledger = new Ledger();
    ledger.tick(tick(0, [part(100, { counter: counter(5_000) })]));
    ledger.tick(tick(1000, [part(100, { counter: counter(5_180) })]));
    expect(sum(ledger.take(), 'joules')).toBe(180);
  });

  test('waits for a counter that was not read anew', () => {
    const ledger = new Ledger();
    ledger.tick(tick(0, [part(100, { counter: counter(0) })]));
    ledger.tick(tick(1000, [part(100, { counter: counter(0, { isNew: false }) })]));
    expect(sum(ledger.take(), 'joules')).toBe(0);
    ledger.tick(tick(2000, [part(100, { counter: counter(250) })]));
    const booked = ledger.take();
    expect(sum(booked, 'joules')).toBe(250);
    expect(sum(booked, 'knownMs')).toBe(2000);
  });

  test('takes a fall of a counter that wraps for energy, and any other for a restart that power bridges', () => {
    const ledger = new Ledger();
    ledger.tick(tick(0, [part(100, { counter: counter(990, { wrapJ: 1000 }) })]));
    ledger.tick(tick(1000, [part(100, { counter: counter(110, { wrapJ: 1000 }) })]));
    expect(sum(ledger.take(), 'joules')).toBe(120);
    ledger.tick(tick(2000, [part(100, { counter: counter(0) })]));
    expect(sum(ledger.take(), 'joules')).toBe(100);
    // Another card's counter in its place: no part draws 10 MJ in a second.
    ledger.tick(tick(3000, [part(100, { counter: counter(1e7) })]));
    expect(sum(ledger.take(), 'joules')).toBe(100);
  });

  test('books a silence as unknown time and bridges nothing', () => {
    const ledger = new Ledger();
    ledger.tick(tick(0, [part(100)]));
    ledger.tick(tick(1000, [part(null)]));
    ledger.tick(tick(2000, [part(100)]));
    ledger.tick(tick(2000 + RUN_MAX_GAP_MS + 1, [part(100)]));
    const booked = ledger.take();
    expect([sum(booked, 'joules'), sum(booked, 'knownMs'), sum(booked, 'unknownMs')]).toEqual([0, 0, 2000 + RUN_MAX_GAP_MS + 1]);
  });

  test('tells a long silence, and the time in which no ledger was kept, as gaps', () => {
    const ledger = new Ledger(new Map([['gpu0', noon - 3_600_000]]));
    ledger.tick(tick(0, [part(100)]));
    ledger.tick(tick(8 * 3_600_000, [part(100)]));
    expect(ledger.take().gaps).toEqual([
      { place: 'gpu0', fromMs: noon - 3_600_000, toMs: noon },
      { place: 'gpu0', fromMs: noon, toMs: noon + 8 * 3_600_000 },
    ]);
  });

  test('books by the time that passed where the wall clock was set', () => {
    const ledger = new Ledger();
    ledger.tick(tick(0, [part(100)]));
    ledger.tick(tick(1000, [part(100)], { atMs: noon - 7_200_000 }));
    ledger.tick(tick(2000, [part(100)], { atMs: noon + 86_400_000 }));
    const booked = ledger.take();
    expect([sum(booked, 'joules'), sum(booked, 'knownMs')]).toEqual([200, 2000]);
  });

  test('books nothing of a part that is in no sum, and no gap for the time it was not', () => {
    const ledger = new Ledger();
    ledger.tick(tick(0, [part(100)]));
    ledger.tick(tick(1000, []));
    ledger.tick(tick(2000, [part(100)]));
    const booked = ledger.take();
    expect([sum(booked, 'joules'), sum(booked, 'unknownMs'), booked.gaps]).toEqual([0, 0, []]);
    expect(booked.left).toEqual(['gpu0']);
  });

  test('what is first read some ticks after the beginning was there before, unread: its time until then is unknown', () => {
    const ledger = new Ledger(new Map([['cpu0', noon - 60_000]]));
    const held: readonly Share[] = [{ account: 'run:a', share: 1, allocated: false }];
    const room = (passedMs: number, parts: readonly LedgerPart[]): void =>
      ledger.tick(tick(passedMs, parts, { facilityW: 900, sharesOf: () => held }));
    const cpu = part(80, { place: 'cpu0' });
    room(0, [part(100)]);
    room(1000, [part(100)]);
    // A processor's power is told by two readings of a counter.
    room(2000, [part(100), cpu]);
    room(3000, [part(100), cpu]);
    const booked = ledger.take();
    const of = (place: string): unknown => booked.bookings.find((booking) => booking.place === place);
    expect(of('gpu0')).toMatchObject({ account: 'run:a', joules: 300, knownMs: 3000, unknownMs: 0 });
    expect(of('cpu0')).toMatchObject({ account: 'run:a', joules: 80, knownMs: 1000, unknownMs: 1000 });
    // Who held it before that is not known.
    expect(booked.gaps).toEqual([{ place: 'cpu0', fromMs: noon - 60_000, toMs: noon + 1000 }]);
    // One that is added later was not there before.
    room(60_000, [part(100), cpu]);
    room(61_000, [part(100), cpu, part(50, { place: 'gpu1' })]);
    expect(ledger.take().bookings.some(({ place }) => place === 'gpu1')).toBe(false);
  });

  test('gives each run its share of the infrastructure of the moments in which it drew, and of none that is not known', () => {
    const ledger = new Ledger();
    const shares: { value: readonly Share[] } = { value: idle };
    const room = (passedMs: number, facilityW: number | null): void =>
      ledger.tick(
        tick(passedMs, [part(200), part(100, { place: 'cpu0' })], {
          facilityW,
          facilityProvenance: 'modelled',
          sharesOf: () => shares.value,
        }),
      );
    room(0, null);
    // Of the first second the facility is not known, and it was no run's.
    room(1000, 500);
    shares.value = [
      { account: 'run:a', share: 0.5, allocated: true },
      { account: 'run:b', share: 0.25, allocated: true },
      { account: 'idle', share: 0.25, allocated: true },
    ];
    room(2000, 500);
    room(3000, 500);
    const booked = ledger.take();
    expect(booked.bookings.find(({ account }) => account === 'infrastructure')).toMatchObject({
      joules: 400,
      knownMs: 2000,
      unknownMs: 1000,
    });
    expect(booked.shares).toMatchObject([
      { account: 'run:a', joules: 200, itJ: 300, knownMs: 2 * 2000 * 0.5, meteredJ: 0, provenance: 2, allocated: true },
      { account: 'run:b', joules: 100, itJ: 150, knownMs: 2 * 2000 * 0.25, allocated: true },
    ]);
    shares.value = [{ account: 'run:a', share: 1, allocated: false }];
    room(4000, 500);
    expect(ledger.take().shares).toMatchObject([{ account: 'run:a', joules: 200, itJ: 300, allocated: false }]);
    // A second of which the facility is not known is in no share.
    room(5000, null);
    expect(ledger.take().shares).toEqual([]);
  });

  test('infrastructure is facility less IT where both are known, and unknown where the meters contradict each other', () => {
    const ledger = new Ledger();
    const room = (passedMs: number, itW: number, facilityW: number | null): void =>
      ledger.tick(tick(passedMs, [part(itW)], { facilityW, facilityProvenance: 'derived' }));
    room(0, 100, 150);
    room(1000, 200, 260);
    expect(ledger.take().bookings.find(({ place }) => place === 'room')).toMatchObject({
      joules: 205 - 150,
      itJ: 150,
      meteredJ: 55,
      knownMs: 1000,
      unknownMs: 0,
    });
    room(2000, 200, 190);
    expect(ledger.take().bookings.find(({ place }) => place === 'room')).toMatchObject({ joules: 0, itJ: 0, knownMs: 0, unknownMs: 1000 });
  });
});

/** One step of a random history of three parts. */
const step = fc.record({
  spanMs: fc.oneof(
    { weight: 8, arbitrary: fc.integer({ min: 900, max: 1_100 }) },
    { weight: 1, arbitrary: fc.integer({ min: -2_000, max: RUN_MAX_GAP_MS }) },
    { weight: 1, arbitrary: fc.integer({ min: 2_000, max: 4_000_000 }) },
  ),
  setMs: fc.oneof({ weight: 12, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: -1e8, max: 1e8 }) }),
  parts: fc.array(
    fc.record({
      state: fc.oneof(
        { weight: 8, arbitrary: fc.constant('read') },
        { weight: 1, arbitrary: fc.constant('silent') },
        { weight: 1, arbitrary: fc.constant('excluded') },
      ),
      powerW: fc.double({ min: 0, max: 700, noNaN: true }),
      counter: fc.constantFrom('none', 'read', 'read', 'read', 'held', 'restarted'),
      weights: fc.array(fc.double({ min: 0.01, max: 1, noNaN: true }), { minLength: 1, maxLength: 4 }),
    }),
    { minLength: 3, maxLength: 3 },
  ),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
const WRAP_J = 4_000;

test('the accounts of every part add up to what was metered of it, on any history', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 2, maxLength: 60 }), (steps) => {
      const ledger = new Ledger();
      let passedMs = 0;
      let atMs = noon;
      const known = ['gpu0', 'gpu1', 'cpu0'].map((place) => ({
        place,
        trueJ: 0,
        counterJ: 0,
        shownJ: 0,
        meteredJ: 0,
        knownMs: 0,
        unknownMs: 0,
        lastMs: 0,
        lastW: null as number | null,
        isIn: false,
      }));
      const play = (steps: readonly Step[], isLast: boolean): void => {
        for (const { spanMs, setMs, parts } of steps) {
          const isLate = spanMs <= 0;
          const nowMs = passedMs + spanMs;
          if (!isLate) {
            passedMs = nowMs;
            atMs += spanMs + setMs;
          }
          const given: LedgerPart[] = [];
          const weights = new Map<string, readonly number[]>();
          parts.forEach(({ state, powerW, counter: kind, weights: own }, i) => {
            const part = known[i];
            if (part === undefined) return;
            weights.set(part.place, own);
            if (isLate) {
              given.push({ place: part.place, powerW, provenance: 'measured', counter: null });
              return;
            }
            const now = state === 'read' || isLast ? powerW : null;
            if (state === 'excluded' && !isLast) {
              part.isIn = false;
              part.counterJ += 1;
              return;
            }
            const span = nowMs - part.lastMs;
            const isCovered = part.isIn && now !== null && part.lastW !== null && span <= RUN_MAX_GAP_MS;
            const drawnJ = isCovered ? (((part.lastW ?? 0) + now) / 2) * (span / 1000) : 0;
            // What was drawn while nobody looked is in the counter too.
            part.counterJ += isCovered ? drawnJ : 100;
            if (part.isIn && isCovered) {
              part.meteredJ += drawnJ;
              part.knownMs += span;
            } else if (part.isIn) part.unknownMs += span;
            Object.assign(part, { isIn: true, lastMs: nowMs, lastW: now });
            if (kind === 'restarted') part.counterJ = 0;
            const held = kind === 'held' && !isLast;
            if (!held) part.shownJ = part.counterJ % WRAP_J;
            const wrapJ = WRAP_J;
            given.push({
              place: part.place,
              powerW: now,
              provenance: 'measured',
              counter:
                now === null || kind === 'none' || kind === 'restarted' ? null : counter(part.shownJ, { isNew: !held, wrapJ, mostW: 700 }),
            });
          });
          const sharesOf = (place: string): Share[] => {
            const own = weights.get(place) ?? [1];
            const total = own.reduce((sum, weight) => sum + weight, 0);
            return own.map((weight, i) => ({
              account: i === 0 ? 'idle' : i === 1 ? 'other' : `run:${i}`,
              share: weight / total,
              allocated: own.length > 1,
            }));
          };
          ledger.tick({
            atMs: isLate ? atMs + spanMs : atMs,
            passedMs: nowMs,
            parts: given,
            facilityW: null,
            facilityProvenance: 'modelled',
            sharesOf,
          });
        }
      };
      const whole: Step[] = [
        { spanMs: 1_000, setMs: 0, parts: known.map(() => ({ state: 'read', powerW: 50, counter: 'read', weights: [1] })) },
      ];
      play(whole, true);
      play(steps, false);
      // What waits for a counter is booked with its next reading.
      play(whole, true);
      const booked = ledger.take();
      for (const { place, meteredJ, knownMs, unknownMs } of known) {
        const of = (what: 'joules' | 'knownMs' | 'unknownMs'): number => sum(booked, what, (_account, at) => at === place);
        const gapsMs = booked.gaps.reduce((total, gap) => total + (gap.place === place ? gap.toMs - gap.fromMs : 0), 0);
        expect(of('joules')).toBeCloseTo(meteredJ, 6);
        expect(of('knownMs')).toBeCloseTo(knownMs, 3);
        expect(of('unknownMs') + gapsMs).toBeCloseTo(unknownMs, 3);
      }
    }),
    { numRuns: 300 },
  );
});

test('the shares of the runs are the infrastructure, by what they drew of the IT', () => {
  const second = fc.record({
    parts: fc.array(fc.double({ min: 0, max: 700, noNaN: true }), { minLength: 3, maxLength: 3 }),
    overheadW: fc.double({ min: 0, max: 500, noNaN: true }),
    holders: fc.array(fc.constantFrom('run:a', 'run:b', 'run:c', 'idle'), { minLength: 3, maxLength: 3 }),
    isKnown: fc.oneof({ weight: 6, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
  });
  fc.assert(
    fc.property(fc.array(second, { minLength: 2, maxLength: 40 }), (seconds) => {
      const ledger = new Ledger();
      const wanted = new Map<string, number>();
      let before: { readonly itW: number; readonly facilityW: number | null; readonly parts: readonly number[] } | null = null;
      seconds.forEach(({ parts, overheadW, holders, isKnown }, i) => {
        const itW = parts.reduce((total, powerW) => total + powerW, 0);
        const facilityW = isKnown ? itW + overheadW : null;
        ledger.tick(
          tick(
            QUARTER_MS - 5_000 + i * 1_000,
            parts.map((powerW, at) => part(powerW, { place: `gpu${at}` })),
            { facilityW, sharesOf: (place) => [{ account: holders[Number(place.at(-1))] as AccountName, share: 1, allocated: false }] },
          ),
        );
        if (before !== null && before.facilityW !== null && facilityW !== null) {
          const itJ = (before.itW + itW) / 2;
          const infrastructureJ = (before.facilityW + facilityW) / 2 - itJ;
          holders.forEach((account, at) => {
            const ownJ = ((before?.parts[at] ?? 0) + (parts[at] ?? 0)) / 2;
            if (account !== 'idle' && itJ > 0) wanted.set(account, (wanted.get(account) ?? 0) + (infrastructureJ * ownJ) / itJ);
          });
        }
        before = { itW, facilityW, parts };
      });
      const { shares } = ledger.take();
      for (const account of ['run:a', 'run:b', 'run:c']) {
        const own = shares.filter((share) => share.account === account);
        expect(own.reduce((total, { joules }) => total + joules, 0)).toBeCloseTo(wanted.get(account) ?? 0, 6);
      }
    }),
  );
});

test('the parts and the infrastructure together are what the facility drew, with counters that come late', () => {
  const second = fc.record({
    powerW: fc.double({ min: 1, max: 700, noNaN: true }),
    overheadW: fc.double({ min: 0, max: 500, noNaN: true }),
    isNew: fc.boolean(),
    drawnJ: fc.double({ min: 0, max: 700, noNaN: true }),
  });
  fc.assert(
    fc.property(fc.array(second, { minLength: 2, maxLength: 40 }), (seconds) => {
      const ledger = new Ledger();
      let facilityJ = 0;
      let beforeW: number | null = null;
      let countedJ = 0;
      let shownJ = 0;
      seconds.forEach(({ powerW, overheadW, isNew, drawnJ }, i) => {
        countedJ += drawnJ;
        const isRead = isNew || i === 0 || i === seconds.length - 1;
        if (isRead) shownJ = countedJ;
        const facilityW = powerW + 100 + overheadW;
        // Across the boundary of a quarter.
        ledger.tick(
          tick(
            QUARTER_MS - 5_500 + i * 1_000,
            [part(powerW, { counter: counter(shownJ, { isNew: isRead }) }), part(100, { place: 'host' })],
            { facilityW, facilityProvenance: 'modelled' },
          ),
        );
        if (beforeW !== null) facilityJ += (beforeW + facilityW) / 2;
        beforeW = facilityW;
      });
      const { bookings } = ledger.take();
      expect(bookings.reduce((total, { joules }) => total + joules, 0)).toBeCloseTo(facilityJ, 6);
      expect(bookings.reduce((total, { unknownMs }) => total + unknownMs, 0)).toBe(0);
      const infrastructure = bookings.filter(({ account }) => account === 'infrastructure');
      expect(infrastructure.reduce((total, { itJ }) => total + itJ, 0)).toBeCloseTo(
        bookings.reduce((total, { account, joules }) => total + (account === 'idle' ? joules : 0), 0),
        6,
      );
    }),
  );
});
