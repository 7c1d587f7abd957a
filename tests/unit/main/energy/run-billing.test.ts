import { describe, expect, it } from 'vitest';
import { quantity, withheld, type Quantity } from '@shared/model/provenance';
import { recipes } from '@shared/model/recipes';
import type { Run, RunEnergy } from '@shared/model/run';
import type { Sample, Series } from '@shared/model/series';
import { defaultSettings } from '@shared/model/settings';
import type { RoomPoint } from '../../../../src-main/core/energy/room-power';
import { passedAt } from '../../../../src-main/core/telemetry/clock';
import { ManualClock } from '../telemetry/manual-clock';
import { billFromHistory, RunBilling } from '../../../../src-main/core/energy/run-billing';

const point = (atMs: number, itW: number | null, passedMs = atMs): RoomPoint => {
  const q = (value: number | null): Quantity => (value === null ? withheld('W', 'stale') : quantity(value, 'W', 'modelled'));
  return { atMs, passedMs, ratedW: 1000, itPowerW: q(itW), facilityPowerW: q(itW === null ? null : itW * 2), powerRatio: quantity(2, '1', 'modelled'), meteredItShare: 0, parts: [], meters: [], uncounted: [], silent: [] };
};
const run = (over: Partial<Run> = {}): Run => ({
  id: 'r1',
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
    billing: new RunBilling({ settings: () => defaultSettings, setEnergy: (_id, energy) => bills.push(energy), modelledIdle: () => ({ powerW: 40, provenance: 'modelled' }) }),
  };
}

describe('RunBilling', () => {
  it.each([
    ['set back by an hour', -3_600_000],
    ['set ahead by a year', 365 * 86_400_000],
  ])('bills a run in which the wall clock is %s for the time that passed, without a gap', async (_, byMs) => {
    const clock = new ManualClock();
    const bills: RunEnergy[] = [];
    const own = new RunBilling({ settings: () => defaultSettings, setEnergy: (_id, energy) => bills.push(energy), modelledIdle: () => null, passedAt: (atMs) => passedAt(clock, atMs) });
    const tick = async (): Promise<void> => {
      await clock.advance(1000);
      own.onRoom(point(clock.wallMs(), 300, clock.passedMs()));
    };
    await tick();
    const startedAtMs = clock.wallMs();
    own.onRun(run({ startedAtMs }));
    for (let s = 0; s < 10; s++) await tick();
    clock.setWall(clock.wallMs() + byMs);
    for (let s = 0; s < 20; s++) await tick();
    own.onRun(run({ startedAtMs, status: 'succeeded', endedAtMs: clock.wallMs() }));
    await tick();
    expect(bills.at(-1)).toMatchObject({ final: true, coveredMs: 30_000, gapMs: 0, itJ: { value: 9000 } });
  });

  it('says the time that the machine slept in a run as a gap', async () => {
    const clock = new ManualClock();
    const bills: RunEnergy[] = [];
    const own = new RunBilling({ settings: () => defaultSettings, setEnergy: (_id, energy) => bills.push(energy), modelledIdle: () => null, passedAt: (atMs) => passedAt(clock, atMs) });
    const tick = async (): Promise<void> => {
      await clock.advance(1000);
      own.onRoom(point(clock.wallMs(), 300, clock.passedMs()));
    };
    await tick();
    const startedAtMs = clock.wallMs();
    own.onRun(run({ startedAtMs }));
    for (let s = 0; s < 10; s++) await tick();
    clock.sleep(600_000);
    for (let s = 0; s < 10; s++) await tick();
    own.onRun(run({ startedAtMs, status: 'succeeded', endedAtMs: clock.wallMs() }));
    await tick();
    expect(bills.at(-1)).toMatchObject({ final: true, coveredMs: 19_000, gapMs: 601_000, itJ: { value: 5700 } });
  });

  it('meters a run from its start to its end, to the last fraction of a tick', () => {
    const { billing: own, bills } = billing();
    for (let s = 0; s <= 9; s++) own.onRoom(point(s * 1000 + 500, 100));
    own.onRun(run({ startedAtMs: 9_800 }));
    own.onRoom(point(10_500, 300));
    own.onRoom(point(11_500, 300));
    expect(bills.at(-1)).toMatchObject({ final: false, gapMs: 0, coveredMs: 1700 });
    own.onRun(run({ startedAtMs: 9_800, status: 'succeeded', endedAtMs: 12_000, progress: { epoch: 2, step: 200 } }));
    own.onRoom(point(12_500, 300));
    const final = bills.at(-1);
    // Ramp 160→300 W over 0.7 s, then 300 W for 1.5 s.
    expect(final?.itJ.value).toBeCloseTo(0.7 * 230 + 1.5 * 300, 6);
    expect(final).toMatchObject({ final: true, coveredMs: 2200, gapMs: 0 });
    // The quiet seconds before the run were at 100 W.
    expect(final?.idleJ.value).toBeCloseTo(220, 6);
    expect(final?.jPerSample.value).toBeCloseTo((0.7 * 230 + 1.5 * 300) / 6400, 9);
    const count = bills.length;
    own.onRoom(point(13_500, 300));
    expect(bills).toHaveLength(count);
  });

  it('takes the modelled idle power when the core saw too little before the run', () => {
    const { billing: own, bills } = billing();
    own.onRoom(point(9_500, 100));
    own.onRun(run());
    own.onRoom(point(10_500, 100));
    own.onRoom(point(11_500, 100));
    expect(bills.at(-1)?.idleJ.value).toBeCloseTo(1.5 * 40, 6);
  });

  it('reports withheld power as a gap', () => {
    const { billing: own, bills } = billing();
    own.onRun(run());
    for (const [s, w] of [[10, 100], [11, 100], [12, null], [13, 100], [14, 100]] as const) own.onRoom(point(s * 1000, w));
    expect(bills.at(-1)).toMatchObject({ coveredMs: 2000, gapMs: 2000 });
  });

  it('closes open bills at the end of the core and forgets deleted runs', () => {
    const { billing: own, bills } = billing();
    own.onRun(run());
    own.onRun(run({ id: 'r2' }));
    own.forget('r2');
    own.onRoom(point(10_000, 100));
    own.onRoom(point(11_000, 100));
    own.flush();
    expect(bills.at(-1)).toMatchObject({ final: true, coveredMs: 1000 });
    expect(bills).toHaveLength(3);
  });
});

describe('billFromHistory', () => {
  it('bills a lost run from the stored samples of its span', async () => {
    const series: Series[] = [
      { id: 1, device: 'host', metric: 'it.power', provenance: 'measured', label: 'Host' },
      { id: 2, device: 'room', metric: 'facility.power', provenance: 'modelled', label: 'Room' },
    ];
    const samples = async ({ seriesIds, fromMs, toMs }: { seriesIds: readonly number[]; fromMs: number; toMs: number }): Promise<Sample[]> =>
      Array.from({ length: 60 }, (_, s) => ({ seriesId: seriesIds[0] ?? 0, atMs: s * 1000, value: seriesIds[0] === 1 ? 200 : 300 })).filter((s) => s.atMs >= fromMs && s.atMs <= toMs);
    const bill = await billFromHistory(run({ status: 'failed', endedAtMs: 20_000 }), series, { samples }, defaultSettings);
    expect(bill?.itJ.value).toBeCloseTo(2_000, 6);
    expect(bill?.facilityJ.value).toBeCloseTo(3_000, 6);
    expect(bill).toMatchObject({ final: true, gapMs: 0 });
    expect(await billFromHistory(run({ startedAtMs: null }), series, { samples }, defaultSettings)).toBeNull();
  });

  it('takes the room’s own total where the room has several nodes, not it and its parts', async () => {
    const key = (id: number, device: string, metric: Series['metric']): Series => ({ id, device, metric, provenance: 'simulated', label: device });
    const series = [key(1, 'node/a', 'it.power'), key(2, 'node/b', 'it.power'), key(3, 'room', 'it.power'), key(4, 'room', 'facility.power')];
    const values = [0, 80, 120, 200, 300];
    const samples = async ({ seriesIds: [id = 0] }: { seriesIds: readonly number[] }): Promise<Sample[]> => Array.from({ length: 60 }, (_, s) => ({ seriesId: id, atMs: s * 1000, value: values[id] ?? null }));
    const bill = await billFromHistory(run({ status: 'failed', endedAtMs: 20_000 }), series, { samples }, defaultSettings);
    expect(bill?.itJ.value).toBeCloseTo(2_000, 6);
    expect(bill?.facilityJ.value).toBeCloseTo(3_000, 6);
  });
});
