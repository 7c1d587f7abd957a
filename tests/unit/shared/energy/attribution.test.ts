import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cpuShares, gpuShares, type CpuUse, type GpuHolder } from '@shared/energy/attribution';
import type { Share } from '@shared/energy/booking';

const holder = (runId: string | null, loadPercent: number | null, kind: GpuHolder['kind'] = 'compute'): GpuHolder => ({
  runId,
  kind,
  loadPercent,
});
const table = (shares: readonly Share[]): Record<string, number> =>
  Object.fromEntries(shares.map(({ account, share }) => [account, share]));
const total = (shares: readonly Share[]): number => shares.reduce((sum, { share }) => sum + share, 0);

describe('whose the energy of a GPU is', () => {
  it('is wholly that of the run that holds it, also while it waits', () => {
    expect(gpuShares([holder('a', 0)], [], 0)).toEqual([{ account: 'run:a', share: 1, allocated: false }]);
    expect(table(gpuShares([holder('a', 0), holder(null, 0, 'graphics')], [], 0))).toEqual({ 'run:a': 1 });
  });

  it('is shared by use between several, and says that it is allocated', () => {
    const shares = gpuShares([holder('a', 60), holder('b', 20), holder(null, 20)], [], 100);
    expect(table(shares)).toEqual({ 'run:a': 0.6, 'run:b': 0.2, other: 0.2 });
    expect(shares.every(({ allocated }) => allocated)).toBe(true);
    expect(table(gpuShares([holder('a', null), holder('b', null)], [], 100))).toEqual({ 'run:a': 0.5, 'run:b': 0.5 });
  });

  it('leaves the desktop what it draws, and no more', () => {
    expect(table(gpuShares([holder('a', 90), holder(null, 10, 'graphics')], [], 100))).toEqual({ 'run:a': 0.9, other: 0.1 });
    expect(table(gpuShares([holder(null, 25, 'graphics')], [], 25))).toEqual({ other: 0.25, idle: 0.75 });
  });

  it('is that of a reservation where no process is in sight, else of other work by its load, else nobody’s', () => {
    expect(table(gpuShares([], ['a', 'b'], 80))).toEqual({ 'run:a': 0.5, 'run:b': 0.5 });
    expect(table(gpuShares([], [], 80))['other']).toBeCloseTo(0.8, 12);
    expect(gpuShares([], [], null)).toEqual([{ account: 'idle', share: 1, allocated: false }]);
    expect(table(gpuShares([holder(null, 0)], ['a'], 0))).toEqual({ other: 1 });
  });
});

describe('whose the energy of the processors is', () => {
  it('is that of each run by its CPU time, of other work by the rest that was busy, and nobody’s else', () => {
    expect(table(cpuShares([{ runId: 'a', share: 0.5 }], 0.75))).toEqual({ 'run:a': 0.5, other: 0.25, idle: 0.25 });
    expect(table(cpuShares([], 0.25))).toEqual({ other: 0.25, idle: 0.75 });
    expect(table(cpuShares([], null))).toEqual({ idle: 1 });
  });

  it('gives runs that do not tell their time what is busy beside the others', () => {
    const shares = table(
      cpuShares(
        [
          { runId: 'a', share: 0.25 },
          { runId: 'b', share: null },
          { runId: 'c', share: null },
        ],
        0.75,
      ),
    );
    expect(shares).toEqual({ 'run:a': 0.25, 'run:b': 0.25, 'run:c': 0.25, idle: 0.25 });
  });
});

it('gives away no more than there is where the runs’ ticks add up to more', () => {
  const shares = cpuShares(
    [
      { runId: 'a', share: 0.9999999999999981 },
      { runId: 'b', share: 5.000018177270249e-10 },
    ],
    null,
  );
  expect(total(shares)).toBeCloseTo(1, 12);
});

it('always gives the whole away, and to nobody less than nothing', () => {
  const percent = fc.option(fc.double({ min: 0, max: 100, noNaN: true }));
  const anyHolder = fc.record({
    runId: fc.constantFrom('a', 'b', null),
    kind: fc.constantFrom<GpuHolder['kind']>('compute', 'graphics'),
    loadPercent: percent,
  });
  const anyUse = fc.record<CpuUse>({ runId: fc.constantFrom('a', 'b'), share: fc.option(fc.double({ min: 0, max: 1, noNaN: true })) });
  fc.assert(
    fc.property(
      fc.array(anyHolder, { maxLength: 5 }),
      fc.uniqueArray(anyUse, { maxLength: 2, selector: ({ runId }) => runId }),
      percent,
      (holders, use, load) => {
        for (const shares of [
          gpuShares(holders, ['a'], load),
          gpuShares(holders, [], load),
          cpuShares(use, load === null ? null : load / 100),
        ]) {
          expect(total(shares)).toBeCloseTo(1, 9);
          expect(Math.min(...shares.map(({ share }) => share))).toBeGreaterThan(0);
        }
      },
    ),
  );
});
