import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AccountName } from '@shared/energy/booking';
import { Ledger } from '@shared/energy/ledger';
import { QUARTER_MS } from '@shared/energy/quarters';
import { counter, part, tick } from './ledger-parts';

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
    drawnJ: fc.double({ min: 1e-3, max: 700, noNaN: true }),
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
