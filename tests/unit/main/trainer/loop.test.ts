import { describe, expect, it } from 'vitest';
import { TRAINER_LINE_MAX, TrainerEvent, type TrainerScalars } from '@shared/contract/trainer';
import { scoreBinary, scoreNumbers, scoreRows } from '../../../../src-main/trainer/losses';
import { splitValidation } from '../../../../src-main/trainer/tasks/parts';
import { mulberry32, shuffle } from '../../../../src-main/trainer/random';
import { BatchReporter } from '../../../../src-main/trainer/reporter';

describe('the random numbers', () => {
  it('are the same row for the same seed, spread over [0, 1)', () => {
    const row = (seed: number): number[] => Array.from({ length: 10_000 }, mulberry32(seed));
    expect(row(42)).toEqual(row(42));
    expect(row(42)).not.toEqual(row(43));
    const values = row(0xffff_ffff);
    expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
    expect(values.reduce((sum, value) => sum + value) / values.length).toBeCloseTo(0.5, 1);
  });

  it('shuffle without losing any', () => {
    const items = Uint32Array.from({ length: 1000 }, (_, i) => i);
    shuffle(items, mulberry32(1));
    expect(items).not.toEqual(Uint32Array.from({ length: 1000 }, (_, i) => i));
    expect(items.toSorted()).toEqual(Uint32Array.from({ length: 1000 }, (_, i) => i));
  });
});

describe('the validation part', () => {
  it('is the share asked for, disjoint from the rest, and neither is ever empty', () => {
    const rows = Uint32Array.from({ length: 8000 }, (_, i) => i);
    const { train, validation } = splitValidation(rows, 0.2, mulberry32(1));
    expect([train.length, validation.length]).toEqual([6400, 1600]);
    expect(new Set([...train, ...validation]).size).toBe(8000);
    for (const share of [0.01, 0.9]) {
      const tiny = splitValidation(Uint32Array.of(0, 1), share, mulberry32(1));
      expect([tiny.train.length, tiny.validation.length]).toEqual([1, 1]);
    }
  });
});

describe('scoring', () => {
  it('is the mean of −ln p of the labels, and the share of them that are the largest', () => {
    const gradient = new Float32Array(6);
    const score = scoreRows([0.7, 0.2, 0.1, 0.3, 0.3, 0.4], Uint8Array.of(0, 1), gradient);
    expect(score.loss).toBeCloseTo(-(Math.log(0.7) + Math.log(0.3)) / 2, 12);
    expect(score.accuracy).toBe(0.5);
    expect(Array.from(gradient)).toEqual([Math.fround(-1 / 1.4), 0, 0, 0, Math.fround(-1 / 0.6), 0]);
  });

  it('does not take infinity from a probability of zero, and does not hide what is no number', () => {
    expect(scoreRows([0, 1], Uint8Array.of(0)).loss).toBeCloseTo(-Math.log(1e-7), 6);
    expect(scoreRows([NaN, NaN], Uint8Array.of(0))).toEqual({ loss: NaN, accuracy: 0 });
  });
});

describe('the losses', () => {
  const slope = (score: (outputs: number[], gradient?: Float32Array) => number, outputs: number[]): void => {
    const gradient = new Float32Array(outputs.length);
    score(outputs, gradient);
    const step = 1e-5;
    outputs.forEach((_, i) => {
      const moved = (by: number): number => score(outputs.map((value, k) => (k === i ? value + by : value)));
      expect(gradient[i]).toBeCloseTo((moved(step) - moved(-step)) / (2 * step), 4);
    });
  };
  const labels = [1, 0, 1];
  const weights = [2, 1, 0.5];

  it('have the gradients that their differences have, weighed or not', () => {
    for (const of of [null, weights]) {
      slope((p, gradient) => scoreRows(p, labels, gradient, of).loss, [0.2, 0.8, 0.6, 0.4, 0.9, 0.1]);
      slope((p, gradient) => scoreBinary(p, labels, gradient, of).loss, [0.7, 0.2, 0.4]);
    }
    for (const loss of ['mse', 'mae', 'huber'] as const)
      slope((outputs, gradient) => scoreNumbers(loss, outputs, [1, -2, 0.5, 4], gradient), [0.4, 1.5, 0.2, 4.3]);
  });

  it('are those that they are defined as', () => {
    expect(scoreNumbers('mse', [1, 2], [0, 4])).toBe(2.5);
    expect(scoreNumbers('mae', [1, 2], [0, 4])).toBe(1.5);
    expect(scoreNumbers('huber', [0.5, 2], [0, 5])).toBe((0.125 + 2.5) / 2);
    expect(scoreBinary([0.7, 0.2], [1, 1])).toEqual({ loss: -(Math.log(0.7) + Math.log(0.2)) / 2, accuracy: 0.5 });
  });
});

describe('the batches', () => {
  function report(batches: number, msEach: number) {
    let nowMs = 0;
    const events: TrainerScalars[] = [];
    const reporter = new BatchReporter(
      (event) => event.t === 'scalars' && events.push(event),
      () => nowMs,
    );
    reporter.startEpoch(1);
    for (let step = 1; step <= batches; step++) {
      nowMs += msEach;
      reporter.batch(step, { 'train/loss': 1 / 3, 'train/accuracy': 2 / 3 }, 32);
    }
    reporter.flush();
    reporter.flush();
    return { events, seconds: nowMs / 1000 };
  }

  it.each([1, 2, 30, 99, 250])('of %i ms each come at ten lines a second at most, none lost, with their throughput', (msEach) => {
    const { events, seconds } = report(2000, msEach);
    expect(events.length).toBeLessThanOrEqual(seconds * 10 + 1);
    expect(events.flatMap(({ step }) => step)).toEqual(Array.from({ length: 2000 }, (_, i) => i + 1));
    for (const { values } of events) expect(values['train/samples_per_second']?.at(-1)).toBeCloseTo(32_000 / msEach, -1);
    expect(events.flatMap(({ values }) => values.epoch?.filter((epoch) => epoch !== null) ?? [])).toEqual([1]);
  });

  it('stay within what a line may be, even when there are very many', () => {
    const { events } = report(5000, 0.001);
    for (const event of events) {
      expect(JSON.stringify(event).length).toBeLessThan(TRAINER_LINE_MAX);
      expect(() => TrainerEvent.parse(event)).not.toThrow();
    }
    expect(events.flatMap(({ step }) => step)).toHaveLength(5000);
  });

  it('do not count the time between two epochs', () => {
    let nowMs = 0;
    const rates: unknown[] = [];
    const reporter = new BatchReporter(
      (event) => event.t === 'scalars' && rates.push(event.values['train/samples_per_second']?.at(-1)),
      () => nowMs,
    );
    for (const epoch of [1, 2]) {
      reporter.startEpoch(epoch);
      nowMs += 50;
      reporter.batch(epoch, { 'train/loss': 1 }, 100);
      reporter.flush();
      nowMs += 60_000;
    }
    expect(rates).toEqual([2000, 2000]);
  });
});

it.each(['epochs', 'stepsPerEpoch'])('a plan with no %s is refused: no progress can be told by it', (name) => {
  const plan = { t: 'plan', epochs: 1, stepsPerEpoch: 1, trainSamples: 1, validationSamples: 0, testSamples: 0, weights: 0 };
  expect(TrainerEvent.safeParse(plan).success).toBe(true);
  expect(TrainerEvent.safeParse({ ...plan, [name]: 0 }).success).toBe(false);
});
