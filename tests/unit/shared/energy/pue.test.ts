import { expect, it } from 'vitest';
import { pueOf } from '@shared/energy/pue';
import type { EnergyAnswer, EnergyRow } from '@shared/model/energy';

const HOUR_MS = 3_600_000;
const row = (key: string, joules: number, more: Partial<EnergyRow> = {}): EnergyRow => ({
  key,
  joules: [joules],
  meteredJ: [joules],
  itJ: [0],
  knownMs: [HOUR_MS],
  unknownMs: [0],
  provenance: 'derived',
  allocated: false,
  ...more,
});
const answer = (...rows: EnergyRow[]): EnergyAnswer => ({
  edgesMs: [0, HOUR_MS],
  rows,
  omitted: 0,
  coarser: null,
  gapMs: [0],
  sinceMs: 0,
  untilMs: HOUR_MS,
});

it('is the facility’s energy over that of the IT, of the time in which both are known', () => {
  // 1.2 kWh of the room for 1 kWh of IT; the run drew more, in minutes when the facility's meter was silent.
  const pue = pueOf(answer(row('run', 3.9e6), row('infrastructure', 0.72e6, { itJ: [3.6e6], knownMs: [0.95 * HOUR_MS] })), HOUR_MS);
  expect(pue.ratio).toMatchObject({
    value: 1.2,
    unit: '1',
    provenance: 'derived',
    withheld: null,
    coverage: 0.95,
    windowMs: 0.95 * HOUR_MS,
  });
  expect(pue).toMatchObject({ category: 'pue3', meteredItShare: 1 });
});

it('claims no category where a part is modelled, and tells how much is metered', () => {
  const pue = pueOf(
    answer(row('run', 300, { meteredJ: [240], provenance: 'modelled' }), row('infrastructure', 100, { itJ: [300] })),
    HOUR_MS,
  );
  expect(pue).toMatchObject({ category: null, meteredItShare: 0.8 });
  expect(pue.ratio.provenance).toBe('modelled');
});

it('is withheld where less than nine tenths are covered, where nothing is known, and where the IT drew nothing', () => {
  expect(
    pueOf(answer(row('idle', 100), row('infrastructure', 50, { itJ: [100], knownMs: [0.89 * HOUR_MS] })), HOUR_MS).ratio,
  ).toMatchObject({ value: null, withheld: 'low-coverage', coverage: 0.89 });
  expect(pueOf(answer(), HOUR_MS).ratio).toMatchObject({ value: null, withheld: 'no-samples' });
  expect(pueOf(answer(row('infrastructure', 50)), HOUR_MS)).toMatchObject({
    ratio: { value: null, withheld: 'it-load-near-zero' },
    meteredItShare: null,
  });
});
