import { describe, expect, it } from 'vitest';
import { plainLaunch, type RunLimits } from '@shared/model/launch';
import { quantity, withheld } from '@shared/model/provenance';
import type { Run } from '@shared/model/run';
import { english } from '@shared/text/message';
import { limitReached, unheldLimits } from '../../../../src-main/core/jobs/limits-service';
import { unlabelled } from '../../../helpers/runs';

const none: RunLimits = { seconds: null, kWh: null, cost: null, memoryBytes: null };

function run(limits: Partial<RunLimits>, bill: { itJ: number | null; cost: number | null; pricePerKwh?: number }): Run {
  const figure = (value: number | null, unit: string) => (value === null ? withheld(unit, 'no-sensor') : quantity(value, unit, 'modelled'));
  const nothing = withheld('J', 'no-sensor');
  return {
    ...unlabelled,
    ...{ id: 'r', recipe: 'sh', engine: 'program', engineUsed: null, params: {}, status: 'running', createdAtMs: 0, startedAtMs: 0 },
    ...{ endedAtMs: null, failure: null, plan: null, progress: { epoch: 0, step: 0 }, last: {}, result: null },
    launch: { ...plainLaunch, limits: { ...none, ...limits } },
    energy: {
      ...{ basis: 'ledger', itJ: figure(bill.itJ, 'J'), infrastructureJ: nothing, facilityJ: nothing, meanItW: nothing, peakItW: nothing },
      ...{ jPerSample: nothing, cost: figure(bill.cost, 'EUR'), co2eKg: nothing, spanMs: 0, inconsistentMs: 0, allocated: null },
      ...{ excludedDevices: [], pricePerKwh: bill.pricePerKwh ?? 0.3, currency: 'EUR', gridKgPerKwh: 0, lines: [], final: false },
    },
  };
}

const said = (one: Run, nowMs = 60_000, memoryTold = true): string[] => unheldLimits(one, nowMs, memoryTold).map(english);

describe('limits that do not hold', () => {
  it('are said where nothing is metered, once the first figures could be there', () => {
    const blind = run({ kWh: 2, cost: 0.5 }, { itJ: null, cost: null });
    expect(said(blind, 1_000)).toEqual([]);
    expect(said(blind)).toEqual([
      'The energy limit of 2 kWh does not hold: what this run draws is not metered here',
      'The cost limit of 0.5 does not hold: what this run draws is not metered here',
    ]);
  });

  it('are said where energy costs nothing or has no price', () => {
    const text = ['The cost limit of 0.5 does not hold: energy has no price in the tariff (Settings)'];
    expect(said(run({ kWh: 2, cost: 0.5 }, { itJ: 5, cost: 0, pricePerKwh: 0 }))).toEqual(text);
    expect(said(run({ cost: 0.5 }, { itJ: 5, cost: null }))).toEqual(text);
  });

  it('are said of memory that nobody tells, and of none that hold', () => {
    expect(said(run({ memoryBytes: 2 ** 30 }, { itJ: 5, cost: 1 }), 60_000, false)).toEqual([
      'The memory limit of 1024 MiB does not hold: this machine does not tell the memory of its processes',
    ]);
    expect(said(run({ kWh: 2, cost: 0.5, memoryBytes: 1, seconds: 3 }, { itJ: 5, cost: 0.1 }))).toEqual([]);
  });
});

it('a limit is told in the digits that a person typed', () => {
  const reached = limitReached(run({ cost: 5e-7 }, { itJ: 5, cost: 1e-6 }), 60_000);
  expect(reached && english(reached)).toBe('Stopped: the cost limit of 0.0000005 EUR was reached');
});
