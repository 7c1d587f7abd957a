import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Share } from '@shared/energy/booking';
import { Ledger, type LedgerPart } from '@shared/energy/ledger';
import { RUN_MAX_GAP_MS } from '@shared/energy/run-bill';
import { counter, noon, sum } from './ledger-parts';

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
                now === null || kind === 'none' || kind === 'restarted' ? null : counter(part.shownJ, { isNew: !held, wrapJ, maxW: 700 }),
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
