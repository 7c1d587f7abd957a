import { describe, expect, it } from 'vitest';
import { TrainerEvent } from '@shared/contract/trainer';
import { ServingFigures } from '../../../../../src-main/trainer/serving/figures';
import { Latencies } from '../../../../../src-main/trainer/serving/latencies';

describe('Latencies', () => {
  it('tells percentiles of any number of them within 1 %', () => {
    const latencies = new Latencies();
    expect(latencies.percentile(0.5)).toBeNull();
    const all = Array.from({ length: 10_000 }, (_, i) => 0.05 * 1.001 ** i);
    for (const ms of [...all].reverse()) latencies.add(ms);
    for (const share of [0.01, 0.5, 0.95, 0.99, 1]) {
      const exact = all[Math.ceil(share * all.length) - 1] ?? NaN;
      expect(Math.abs((latencies.percentile(share) ?? NaN) / exact - 1)).toBeLessThanOrEqual(0.0101);
    }
    latencies.clear();
    expect(latencies.count).toBe(0);
  });
});

describe('ServingFigures', () => {
  it('tells each second what was asked, at the predictions made so far, and once that nothing is', () => {
    let nowMs = 1_000;
    const figures = new ServingFigures(() => nowMs);
    const take = () => {
      nowMs += 2_000;
      const event = figures.take();
      return event === null ? null : TrainerEvent.parse(event);
    };
    expect(take()).toBeNull();
    figures.queued(7);
    figures.batch(3);
    figures.batch(6);
    figures.answered({ status: 200, predictions: 8, ms: 4 });
    figures.answered({ status: 200, predictions: 1, ms: 4 });
    figures.answered({ status: 400, predictions: 0, ms: 0.1 });
    figures.answered({ status: 200, predictions: 0, ms: 0.1 });
    const said = take();
    expect(said).toMatchObject({ step: [9], progress: { epoch: 0, step: 9 } });
    expect(said?.t === 'scalars' && said.values).toMatchObject({
      'serve/requests_per_second': [2],
      'serve/predictions_per_second': [4.5],
      'serve/errors_per_second': [0.5],
      'serve/queue': [7],
      'serve/batch': [4.5],
    });
    const idle = take();
    expect(idle?.t === 'scalars' && idle.values).toEqual({
      'serve/requests_per_second': [0],
      'serve/predictions_per_second': [0],
      'serve/errors_per_second': [0],
      'serve/queue': [0],
    });
    expect(take()).toBeNull();
    const result = figures.result();
    expect(result.t === 'result' && result.values).toMatchObject({
      'serve/requests': 4,
      'serve/predictions': 9,
      'serve/errors': 1,
      'serve/batch': 4.5,
    });
    expect(result.t === 'result' && Number(result.values['serve/latency_p99'])).toBeCloseTo(4, 0);
  });
});
