import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CounterFault } from '@shared/energy/counter-check';
import { Ledger, type PartFinding } from '@shared/energy/ledger';
import { RUN_MAX_GAP_MS } from '@shared/energy/run-bill';
import { counter, part, sum, tick } from './ledger-parts';

const KWH_J = 3.6e6;

/** A GPU, second by second: what it draws, and what its counter shows at the end of each. */
interface Second {
  readonly powerW: number;
  readonly shownJ: number;
  readonly isNew?: boolean;
}

function play(
  seconds: readonly Second[],
  stepJ: number | null = 1e-3,
): { readonly bookedJ: number; readonly drawnJ: number; readonly findings: readonly PartFinding[] } {
  const ledger = new Ledger();
  let drawnJ = 0;
  const findings: PartFinding[] = [];
  seconds.forEach(({ powerW, shownJ, isNew = true }, second) => {
    if (second > 0) drawnJ += ((seconds[second - 1]?.powerW ?? 0) + powerW) / 2;
    ledger.tick(tick(second * 1_000, [part(powerW, { counter: counter(shownJ, { isNew, stepJ, maxW: 1_500 }) })]));
    findings.push(...ledger.takeFindings());
  });
  return { bookedJ: sum(ledger.take(), 'joules'), drawnJ, findings };
}

/** So many seconds of one power. */
const steady = (count: number, powerW: number, shownJ: (second: number) => number): Second[] =>
  Array.from({ length: count }, (_, second) => ({ powerW, shownJ: shownJ(second) }));
const faults = (findings: readonly PartFinding[]): (CounterFault | null)[] => findings.map(({ fault }) => fault);

describe('an energy counter', () => {
  test('that never moves while power is drawn books the power: 300 W for ten minutes are 180 kJ, and it is told after one', () => {
    const { bookedJ, findings } = play(steady(601, 300, () => 5_000));
    expect(bookedJ).toBeCloseTo(180_000, 6);
    expect(findings).toMatchObject([
      { place: 'gpu0', fault: 'standing', countedJ: 0, integratedJ: 18_000, spanMs: 60_000, provenance: 'measured' },
    ]);
  });

  test('that stops and counts on later is believed again, with nothing booked twice or left out, whether it catches up or not', () => {
    for (const caughtUpJ of [0, 300 * 300]) {
      // The counter tells 10 W more than the power while it counts.
      const counted = (second: number): number =>
        second <= 100 ? second * 310 : second < 400 ? 31_000 : 31_000 + caughtUpJ + (second - 399) * 310;
      const { bookedJ, findings } = play(steady(501, 300, counted));
      expect(faults(findings)).toEqual(['standing', null]);
      // 100 s and the last 100 by the counter, what lies between by power; its first step after it ends that time.
      expect(bookedJ).toBeCloseTo(100 * 310 + 300 * 300 + 100 * 310, 6);
    }
  });

  test('that stands while nothing is drawn is right', () => {
    const { bookedJ, findings } = play([...steady(300, 0, () => 700), ...steady(100, 200, (second) => 700 + second * 200)]);
    expect(findings).toEqual([]);
    expect(bookedJ).toBeCloseTo(99 * 200 + 100, 6);
  });

  test.each([
    ['in another unit, 1000 times as fast', 1_000],
    ['ten times as slowly', 0.1],
    ['three times as fast', 3],
  ])('that counts %s is held against the power of a minute, and told', (_, factor) => {
    const { bookedJ, drawnJ, findings } = play(steady(1_200, 300, (second) => second * 300 * factor));
    expect(faults(findings)).toEqual(['absurd']);
    // It is believed for a minute at most, and never beyond what no card draws.
    expect(Math.abs(bookedJ - drawnJ)).toBeLessThanOrEqual(
      60 * 300 * Math.max(0, factor < 50 ? factor - 1 : 0) + (factor < 1 ? 60 * 300 : 0),
    );
  });

  test('that runs right again is believed again after a minute', () => {
    let shownJ = 0;
    const { findings } = play(steady(600, 300, (second) => (shownJ += second < 200 ? 2_000 : 300)));
    expect(faults(findings)).toEqual(['absurd', null]);
    const [, back] = findings;
    expect(back?.countedJ).toBeCloseTo(back?.integratedJ ?? NaN, 6);
  });

  test('that differs from sampled power as the two do differ stays the one that counts', () => {
    // Bursts that no reading of power sees: 60 W at each reading, 95 W in the mean.
    const { bookedJ, findings } = play(steady(601, 60, (second) => second * 95));
    expect(findings).toEqual([]);
    expect(bookedJ).toBeCloseTo(600 * 95, 6);
  });

  test.each([
    ['0.01 kWh', 0.01],
    ['0.1 kWh', 0.1],
    ['1 kWh', 1],
  ])('of a meter that counts steps of %s is right, however long it stands between two of them', (_, kWh) => {
    const stepJ = kWh * KWH_J;
    // Long enough for several steps of the coarsest.
    const hours = kWh === 1 ? 6 : 2;
    const { bookedJ, drawnJ, findings } = play(
      steady(hours * 3_600, 800, (second) => Math.floor((second * 800 + 1_000) / stepJ) * stepJ),
      null,
    );
    expect(findings).toEqual([]);
    expect(Math.abs(bookedJ / drawnJ - 1)).toBeLessThan(1e-3);
  });

  test('of such a meter that stands for three of its steps has failed', () => {
    const { bookedJ, drawnJ, findings } = play(
      steady(16 * 3_600, 1_000, () => 7 * KWH_J),
      null,
    );
    expect(faults(findings)).toEqual(['standing']);
    expect(findings[0]?.integratedJ).toBeGreaterThan(3 * KWH_J);
    expect(bookedJ).toBeCloseTo(drawnJ, 3);
  });
});

test('whatever a counter does, the accounts add up to what was drawn to 0.1 %, and to the moments it left out', () => {
  const stretch = fc.record({
    seconds: fc.integer({ min: 1, max: 200 }),
    powerW: fc.integer({ min: 0, max: 900 }),
    does: fc.constantFrom<'counts' | 'stands' | 'starts anew' | 'is not read'>('counts', 'counts', 'stands', 'starts anew', 'is not read'),
    catchesUp: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(stretch, { minLength: 1, maxLength: 12 }), fc.constantFrom(1e-3, 40, 36_000), (stretches, stepJ) => {
      let trueJ = 0;
      let missedJ = 0;
      let shownJ = 0;
      let beforeW = 500;
      const seconds: Second[] = [{ powerW: 500, shownJ: 0 }];
      for (const { seconds: count, powerW, does, catchesUp } of [
        ...stretches,
        { seconds: 5, powerW: 500, does: 'counts' as const, catchesUp: false },
      ]) {
        if (does === 'starts anew') missedJ = trueJ;
        for (let second = 0; second < count; second++) {
          const drawnJ = (beforeW + powerW) / 2;
          trueJ += drawnJ;
          if (does === 'stands') missedJ += catchesUp ? 0 : drawnJ;
          else if (does !== 'is not read') shownJ = Math.floor((trueJ - missedJ) / stepJ) * stepJ;
          beforeW = powerW;
          seconds.push({ powerW, shownJ, isNew: does !== 'is not read' });
        }
      }
      const { bookedJ, drawnJ } = play(seconds, stepJ > 1 ? null : stepJ);
      // A coarse one shows its steps late, by one at most, and the last two seconds wait for the next.
      const slackJ = stepJ < 1 ? 0 : (stepJ < 1_000 ? 2 * stepJ * stretches.length : 0) + 2.5 * 500;
      // What a counter leaves out for a moment, and never makes up, no one can tell from power that was sampled badly; nor can one
      // tell that it began anew where it shows more than before at once.
      const momentJ = ((RUN_MAX_GAP_MS + 1_000) / 1_000) * 900;
      const leftOutJ =
        momentJ * stretches.filter(({ does, catchesUp }) => does === 'starts anew' || (does === 'stands' && !catchesUp)).length;
      expect(Math.abs(bookedJ - drawnJ)).toBeLessThanOrEqual(1e-3 * drawnJ + slackJ + leftOutJ);
    }),
    { numRuns: 300 },
  );
});
