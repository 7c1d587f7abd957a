import { describe, expect, it } from 'vitest';
import { heldShare, heldTime, spansWithout } from '@shared/energy/held-time';
import { judgedScalars, runEfficiency, type EfficiencyInputs } from '@shared/energy/run-efficiency';
import { withheldBill } from '@shared/energy/run-bill';
import { quantity, withheld, type Quantity } from '@shared/model/provenance';
import type { Run } from '@shared/model/run';
import { recordedRun } from '../../../helpers/recorded-run';

const whole = (value: number, unit: string): Quantity => ({ ...quantity(value, unit, 'derived', 60_000), coverage: 1 });
const energy = (over: Partial<NonNullable<Run['energy']>> = {}): Run['energy'] => ({
  ...withheldBill(null, 'no-samples', 60_000, true),
  itJ: whole(6_000, 'J'),
  cost: whole(2, 'EUR'),
  ...over,
});
const run = (over: Partial<Run> = {}): Run => ({
  ...recordedRun('r1', 1_000, 'succeeded'),
  plan: { epochs: 3, stepsPerEpoch: 200, trainSamples: 6_400, validationSamples: 0, testSamples: 0, weights: 1 },
  progress: { epoch: 2, step: 300 },
  extremes: { 'val/loss': { min: 0.25, max: 0.75 }, 'val/accuracy': { min: 0.5, max: 0.9 }, 'train/loss': { min: 0.1, max: 2 } },
  result: null,
  declared: {},
  energy: energy(),
  ...over,
});
const nothing: EfficiencyInputs = { first: new Map(), gpus: [], idle: [], throttled: [], activeMs: 60_000 };
const first = new Map([
  ['val/loss', 0.75],
  ['val/accuracy', 0.5],
]);
const below5 = (value: number): number => (value < 5 ? 1 : 0);

describe('what a run got for its energy and its money', () => {
  it('is its energy by steps and by the epochs it came to', () => {
    const { perStep, perEpoch } = runEfficiency(run(), nothing);
    expect(perStep).toEqual({ ...whole(20, 'J') });
    expect(perEpoch).toEqual({ ...whole(4_000, 'J') });
  });

  it('is withheld where the run told no steps, where the bill has gaps, and where there is no bill', () => {
    expect(runEfficiency(run({ progress: { epoch: 0, step: 0 } }), nothing).perStep.withheld).toBe('not-told');
    expect(runEfficiency(run({ plan: null }), nothing).perEpoch.withheld).toBe('not-told');
    const partial = energy({ itJ: { ...whole(6_000, 'J'), coverage: 0.9 } });
    expect(runEfficiency(run({ energy: partial }), nothing).perStep).toMatchObject({
      value: null,
      withheld: 'low-coverage',
      coverage: 0.9,
    });
    expect(runEfficiency(run({ energy: null }), nothing).perStep).toMatchObject({ value: null, withheld: 'no-samples' });
  });

  it('has the money for each improvement, of a share for a percentage point', () => {
    const costs = new Map(runEfficiency(run(), { ...nothing, first }).costs.map((each) => [each.name, each]));
    expect([...costs.keys()]).toEqual(['val/loss', 'val/accuracy']);
    expect(costs.get('val/loss')).toMatchObject({ first: 0.75, best: 0.25, isShare: false, cost: { value: 4, unit: 'EUR' } });
    expect(costs.get('val/accuracy')?.isShare).toBe(true);
    expect(costs.get('val/accuracy')?.cost.value).toBeCloseTo(0.05, 12);
  });

  it('withholds that where nothing became better, nothing was told at first, or nothing has a price', () => {
    const reasonOf = (over: Partial<Run>, of = first): unknown =>
      runEfficiency(run(over), { ...nothing, first: of }).costs[0]?.cost.withheld;
    expect(reasonOf({ extremes: { 'val/loss': { min: 0.75, max: 0.9 } } })).toBe('no-improvement');
    expect(reasonOf({}, new Map())).toBe('not-told');
    expect(reasonOf({ energy: energy({ cost: withheld('', 'no-price') }) })).toBe('no-price');
  });

  it('judges a program that validates nothing by what it told of no part of the data', () => {
    const extremes = { loss: { min: 1, max: 2 }, lr: { min: 0, max: 1 }, 'train/loss': { min: 1, max: 2 } };
    expect(judgedScalars(run({ kind: 'program', extremes }))).toEqual(['loss']);
    expect(judgedScalars(run({ extremes }))).toEqual([]);
  });
});

describe('the time for which a condition held', () => {
  it('is that before each sample, cut to the span, without silences and missing values', () => {
    const times = [0, 1_000, 2_000, 3_000, 10_000, 11_000, 12_000];
    const values = [0, 2, 80, NaN, 0, 4.9, 5];
    // Known: 0.5 s to 2 s, and 10 s to 11.5 s; idle: 0.5 s to 1 s, and 10 s to 11 s.
    expect(heldTime(times, values, { fromMs: 500, toMs: 11_500 }, 3_000, below5)).toEqual({ knownMs: 3_000, heldMs: 1_500 });
    expect(heldTime([], [], { fromMs: 0, toMs: 1_000 }, 3_000, below5)).toEqual({ knownMs: 0, heldMs: 0 });
  });

  it('leaves out pauses, also one that goes on', () => {
    const pauses = [
      { fromMs: 20, toMs: 30 },
      { fromMs: 80, toMs: null },
    ];
    expect(spansWithout({ fromMs: 0, toMs: 100 }, pauses)).toEqual([
      { fromMs: 0, toMs: 20 },
      { fromMs: 30, toMs: 80 },
    ]);
    expect(spansWithout({ fromMs: 0, toMs: 100 }, [])).toEqual([{ fromMs: 0, toMs: 100 }]);
  });

  it('is a share of the time of all GPUs; one that tells nothing lowers the coverage', () => {
    const gpu = (heldMs: number, knownMs = 60_000) => ({ knownMs, heldMs, provenance: 'measured' as const });
    expect(heldShare([gpu(15_000), gpu(45_000)], 60_000)).toEqual(whole(50, '%'));
    expect(heldShare([gpu(15_000), gpu(0, 30_000)], 60_000)).toMatchObject({ coverage: 0.75, provenance: 'derived' });
    expect(heldShare([gpu(0), null, null], 60_000)).toMatchObject({ value: null, withheld: 'low-coverage' });
    expect(heldShare([gpu(0)], 60_000).value).toBe(0);
    expect(heldShare([], 60_000)).toMatchObject({ value: null, withheld: 'no-gpu' });
    expect(heldShare([null], 60_000)).toMatchObject({ value: null, withheld: 'no-sensor' });
    expect(heldShare([gpu(0, 0)], 60_000)).toMatchObject({ value: null, withheld: 'no-samples' });
  });

  it('is not known of a run beside a simulated room', () => {
    const simulated = withheldBill(null, 'simulated-room', 60_000, true);
    expect(runEfficiency(run({ energy: simulated }), nothing)).toMatchObject({
      idle: { value: null, withheld: 'simulated-room' },
      throttled: { value: null, withheld: 'simulated-room' },
    });
  });
});
