import { describe, expect, it } from 'vitest';
import { quantity, withheld, type Quantity } from '@shared/model/provenance';
import { recipes } from '@shared/model/recipes';
import type { Run, RunEnergy } from '@shared/model/run';
import { defaultSettings } from '@shared/model/settings';
import type { RoomPoint } from '../../../../src-main/core/energy/room-power';
import { passedAt } from '../../../../src-main/core/telemetry/clock';
import { ManualClock } from '../telemetry/manual-clock';
import { RunBilling } from '../../../../src-main/core/energy/run-billing';
import { unlabelled } from '../../../helpers/runs';

const point = (atMs: number, itW: number | null, passedMs = atMs): RoomPoint => {
  const q = (value: number | null): Quantity => (value === null ? withheld('W', 'stale') : quantity(value, 'W', 'modelled'));
  return {
    atMs,
    passedMs,
    devices: [],
    meteredNodes: [],
    ratedW: 1000,
    itPowerW: q(itW),
    localItPowerW: q(itW),
    facilityPowerW: q(itW === null ? null : itW * 2),
    powerRatio: quantity(2, '1', 'modelled'),
    meteredItShare: 0,
    parts: [],
    meters: [],
    uncounted: [],
    silent: [],
  };
};
const run = (over: Partial<Run> = {}): Run => ({
  id: 'r1',
  ...unlabelled,
  recipe: 'mnist-mlp',
  engine: 'wasm',
  engineUsed: 'wasm',
  params: recipes['mnist-mlp'].defaults,
  status: 'running',
  createdAtMs: 9_000,
  startedAtMs: 10_000,
  endedAtMs: null,
  failure: null,
  plan: { epochs: 2, stepsPerEpoch: 100, trainSamples: 3200, validationSamples: 800, testSamples: 100, weights: 10 },
  progress: { epoch: 1, step: 50 },
  last: { loss: null, accuracy: null, valLoss: null, valAccuracy: null, samplesPerSecond: null },
  result: null,
  energy: null,
  ...over,
});

function billing(): { billing: RunBilling; bills: RunEnergy[] } {
  const bills: RunEnergy[] = [];
  return {
    bills,
    billing: new RunBilling({
      settings: () => defaultSettings,
      setEnergy: (_id, energy) => bills.push(energy),
      modelledIdle: () => ({ powerW: 40, provenance: 'modelled' }),
    }),
  };
}

describe('RunBilling', () => {
  it.each([
    ['set back by an hour', -3_600_000],
    ['set ahead by a year', 365 * 86_400_000],
  ])('bills a run in which the wall clock is %s for the time that passed, without a gap', async (_, byMs) => {
    const clock = new ManualClock();
    const bills: RunEnergy[] = [];
    const own = new RunBilling({
      settings: () => defaultSettings,
      setEnergy: (_id, energy) => bills.push(energy),
      modelledIdle: () => null,
      passedAt: (atMs) => passedAt(clock, atMs),
    });
    const tick = async (): Promise<void> => {
      await clock.advance(1000);
      own.onRoom(point(clock.wallMs(), 300, clock.passedMs()), true);
    };
    await tick();
    const startedAtMs = clock.wallMs();
    own.onRun(run({ startedAtMs }));
    for (let s = 0; s < 10; s++) await tick();
    clock.setWall(clock.wallMs() + byMs);
    for (let s = 0; s < 20; s++) await tick();
    own.onRun(run({ startedAtMs, status: 'succeeded', endedAtMs: clock.wallMs() }));
    await tick();
    expect(bills.at(-1)).toMatchObject({ final: true, spanMs: 30_000, itJ: { value: 9000, coverage: 1 } });
  });

  it('says the time that the machine slept in a run as a gap', async () => {
    const clock = new ManualClock();
    const bills: RunEnergy[] = [];
    const own = new RunBilling({
      settings: () => defaultSettings,
      setEnergy: (_id, energy) => bills.push(energy),
      modelledIdle: () => null,
      passedAt: (atMs) => passedAt(clock, atMs),
    });
    const tick = async (): Promise<void> => {
      await clock.advance(1000);
      own.onRoom(point(clock.wallMs(), 300, clock.passedMs()), true);
    };
    await tick();
    const startedAtMs = clock.wallMs();
    own.onRun(run({ startedAtMs }));
    for (let s = 0; s < 10; s++) await tick();
    clock.sleep(10_000);
    for (let s = 0; s < 10; s++) await tick();
    own.onRun(run({ startedAtMs, status: 'succeeded', endedAtMs: clock.wallMs() }));
    await tick();
    expect(bills.at(-1)).toMatchObject({ final: true, spanMs: 30_000, itJ: { value: 5700, windowMs: 19_000 } });
  });

  it('meters a run from its start to its end, to the last fraction of a tick', () => {
    const { billing: own, bills } = billing();
    for (let s = 0; s <= 9; s++) own.onRoom(point(s * 1000 + 500, 100), true);
    own.onRun(run({ startedAtMs: 9_800 }));
    own.onRoom(point(10_500, 300), true);
    own.onRoom(point(11_500, 300), true);
    expect(bills.at(-1)).toMatchObject({ final: false, spanMs: 1700, itJ: { coverage: 1 } });
    own.onRun(run({ startedAtMs: 9_800, status: 'succeeded', endedAtMs: 12_000, progress: { epoch: 2, step: 200 } }));
    own.onRoom(point(12_500, 300), true);
    const final = bills.at(-1);
    // Ramp 160→300 W over 0.7 s, then 300 W for 1.5 s.
    expect(final?.itJ.value).toBeCloseTo(0.7 * 230 + 1.5 * 300, 6);
    expect(final).toMatchObject({ final: true, spanMs: 2200, itJ: { coverage: 1 } });
    // The quiet seconds before the run were at 100 W.
    expect(final?.idleJ.value).toBeCloseTo(220, 6);
    expect(final?.jPerSample.value).toBeCloseTo((0.7 * 230 + 1.5 * 300) / 6400, 9);
    const count = bills.length;
    own.onRoom(point(13_500, 300), true);
    expect(bills).toHaveLength(count);
  });

  it('takes the modelled idle power when the core saw too little before the run', () => {
    const { billing: own, bills } = billing();
    own.onRoom(point(9_500, 100), true);
    own.onRun(run());
    own.onRoom(point(10_500, 100), true);
    own.onRoom(point(11_500, 100), true);
    expect(bills.at(-1)?.idleJ.value).toBeCloseTo(1.5 * 40, 6);
  });

  it('reports withheld power as a gap', () => {
    const { billing: own, bills } = billing();
    own.onRun(run());
    for (const [s, w] of [
      [10, 100],
      [11, 100],
      [12, null],
      [13, 100],
      [14, 100],
    ] as const)
      own.onRoom(point(s * 1000, w), true);
    expect(bills.at(-1)).toMatchObject({ spanMs: 4000, itJ: { coverage: 0.5 } });
  });

  it('closes open bills at the end of the core and forgets deleted runs', () => {
    const { billing: own, bills } = billing();
    own.onRun(run());
    own.onRun(run({ id: 'r2' }));
    own.forget('r2');
    own.onRoom(point(10_000, 100), true);
    own.onRoom(point(11_000, 100), true);
    own.flush();
    expect(bills.at(-1)).toMatchObject({ final: true, spanMs: 1000 });
    expect(bills).toHaveLength(3);
  });
});

describe('what a run is billed for', () => {
  const watts = (value: number | null): Quantity => (value === null ? withheld('W', 'stale') : quantity(value, 'W', 'measured'));

  it('is the node it runs on, with that node’s share of the facility', () => {
    const { billing: own, bills } = billing();
    own.onRun(run());
    for (let s = 10; s <= 12; s++) own.onRoom({ ...point(s * 1000, 100), itPowerW: watts(400), facilityPowerW: watts(600) }, false);
    expect(bills.at(-1)).toMatchObject({
      itJ: { value: 200 },
      facilityJ: { value: 300 },
      infrastructureJ: { value: 100 },
      allocated: { runs: [], ofRoom: true },
    });
    // The rest of the room is silent: what the node draws is known, its share of the facility is not.
    own.onRoom({ ...point(13_000, 100), itPowerW: watts(null), facilityPowerW: watts(600) }, false);
    expect(bills.at(-1)).toMatchObject({ itJ: { value: 300, coverage: 1 }, facilityJ: { value: 300, windowMs: 2000 } });
  });

  it('is nothing in a simulated room, which every figure says, also when the run has ended', () => {
    const { billing: own, bills } = billing();
    const simulated = (atMs: number): RoomPoint => ({ ...point(atMs, 5_000), localItPowerW: null });
    own.onRun(run());
    own.onRoom(simulated(11_000), false);
    expect(bills.at(-1)).toMatchObject({
      final: false,
      spanMs: 1000,
      itJ: { value: null, withheld: 'simulated-room' },
      cost: { value: null, withheld: 'simulated-room' },
    });
    own.onRun(run({ status: 'succeeded', endedAtMs: 11_500 }));
    own.onRoom(simulated(12_000), false);
    expect(bills.at(-1)).toMatchObject({ final: true, spanMs: 1500, itJ: { value: null } });
    const count = bills.length;
    own.onRoom(simulated(13_000), false);
    expect(bills).toHaveLength(count);
  });

  it('is half of the node while two runs are on it', () => {
    const bills = new Map<string, RunEnergy>();
    const own = new RunBilling({
      settings: () => defaultSettings,
      setEnergy: (id, energy) => bills.set(id, energy),
      modelledIdle: () => null,
    });
    own.onRun(run());
    for (let s = 10; s <= 14; s++) own.onRoom(point(s * 1000, 100), false);
    own.onRun(run({ id: 'r2', startedAtMs: 14_500 }));
    for (let s = 15; s <= 20; s++) own.onRoom(point(s * 1000, 100), false);
    expect(bills.get('r1')?.itJ.value).toBeCloseTo(450 + 275, 6);
    expect(bills.get('r2')?.itJ.value).toBeCloseTo(275, 6);
    expect(bills.get('r1')?.allocated).toEqual({ runs: ['r2'], ofRoom: false });
    expect(bills.get('r2')?.cost.value).toBeCloseTo(((275 * 2) / 3.6e6) * defaultSettings.tariff.pricePerKwh, 12);
  });

  it('above idle is over the power at rest, not over somebody else’s load', () => {
    const { billing: own, bills } = billing();
    for (let s = 0; s < 60; s++) own.onRoom(point(s * 1000, 100), true);
    for (let s = 60; s < 600; s++) own.onRoom(point(s * 1000, 700), false);
    own.onRun(run({ startedAtMs: 600_000 }));
    for (let s = 600; s <= 610; s++) own.onRoom(point(s * 1000, 900), false);
    expect(bills.at(-1)).toMatchObject({ itJ: { value: 9000 }, idleJ: { value: 1000 }, aboveIdleJ: { value: 8000 } });
  });

  it('forgets the idle power of other parts than those that count now', () => {
    const { billing: own, bills } = billing();
    for (let s = 0; s < 60; s++) own.onRoom(point(s * 1000, 100), true);
    own.onRoom({ ...point(60_000, 70), uncounted: [{ device: 'gpu0', label: 'gpu0', why: 'excluded' }] }, true);
    own.onRun(run({ startedAtMs: 60_500 }));
    own.onRoom({ ...point(61_000, 70), uncounted: [{ device: 'gpu0', label: 'gpu0', why: 'excluded' }] }, false);
    // Too few since: the model's 40 W.
    expect(bills.at(-1)).toMatchObject({ idleJ: { value: 20 }, excludedDevices: ['gpu0'] });
  });
});
