import { describe, expect, test } from 'vitest';
import type { Share } from '@shared/energy/booking';
import { Ledger, type LedgerPart } from '@shared/energy/ledger';
import { QUARTER_MS } from '@shared/energy/quarters';
import { RUN_MAX_GAP_MS } from '@shared/energy/run-bill';
import { counter, idle, noon, part, sum, tick } from './ledger-parts';

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
