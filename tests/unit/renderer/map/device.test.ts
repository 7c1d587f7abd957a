import { describe, expect, it } from 'vitest';
import { liveChoice } from '../../../../src-renderer/data/live-choice';
import { throttleHistory } from '../../../../src-renderer/data/throttle-history';
import { series } from './room';

describe('what a page holds live', () => {
  it('is everything on one machine; of a hall the room, this machine and the runs', () => {
    const few = [series('gpu0', 'gpu.load')];
    expect(liveChoice(null, few)).toBe('all');
    const nodes = Array.from({ length: 2000 }, (_, i) => series(`node/n${i}/gpu0`, 'gpu.load'));
    const own = [
      series('room', 'it.power'),
      series('room/ups', 'facility.meter.power'),
      series('gpu0', 'gpu.load'),
      series('run/r1', 'train.loss'),
    ];
    const chosen = liveChoice('all', [...nodes, ...own]);
    expect(chosen).toEqual(own.map(({ id }) => id));
    expect(liveChoice(chosen, [...nodes, ...own])).toBe(chosen);
  });
});

describe('throttle history', () => {
  const span = { fromMs: 0, toMs: 100_000 };
  const [MASKS, ANY, CAP, HEAT] = [1, 2, 3, 4];
  type Step = readonly [atMs: number, untilMs: number, mean: number | null, min?: number, max?: number];
  const history = (steps: Partial<Record<number, readonly Step[]>>) =>
    throttleHistory(
      (id) => (steps[id] ?? []).map(([atMs, untilMs, mean, min, max]) => ({ atMs, untilMs, mean, min: min ?? mean, max: max ?? mean })),
      {
        masks: MASKS,
        any: steps[ANY] ? ANY : null,
        reasons: new Map([
          ['sw-power-cap', CAP],
          ['sw-thermal', HEAT],
        ]),
      },
      span,
    );
  const held = (steps: Parameters<typeof history>[0]) =>
    Object.fromEntries(
      history(steps)
        .reasons.filter(({ spans }) => spans.length > 0)
        .map(({ reason, spans }) => [reason, spans]),
    );

  it('is the share of the time of each reason, at any zoom, counting only observed time', () => {
    const steps = {
      [ANY]: [
        [-5_000, 10_000, 1],
        [10_000, 20_000, 0.5],
        [20_000, 30_000, 0],
        [30_000, 40_000, null],
      ],
      // Heat came in the second bucket for the first time: its series has but the end of that bucket.
      [CAP]: [
        [-5_000, 10_000, 1],
        [10_000, 20_000, 0.25],
        [20_000, 30_000, 0],
      ],
      [HEAT]: [
        [10_000, 20_000, 0.8],
        [20_000, 30_000, 0],
      ],
    } as const;
    expect(held(steps)).toEqual({
      'sw-power-cap': [
        { fromMs: 0, toMs: 10_000, share: 1 },
        { fromMs: 10_000, toMs: 20_000, share: 0.25 },
      ],
      'sw-thermal': [{ fromMs: 10_000, toMs: 20_000, share: 0.5 }],
    });
    const { coarse, reasons } = history(steps);
    expect(coarse).toBe(false);
    expect(reasons.find(({ reason }) => reason === 'sw-power-cap')!.share).toBeCloseTo(12_500 / 30_000, 12);
    expect(reasons.find(({ reason }) => reason === 'hw-thermal')!.share).toBe(0);
    expect(history({}).reasons[0]!.share).toBeNull();
    expect(reasons.map(({ reason }) => reason)).toEqual(['sw-power-cap', 'hw-slowdown', 'sw-thermal', 'hw-thermal', 'hw-power-brake']);
  });

  it('reads what was recorded before by its masks: exactly where they stay the same, else only as some of the time', () => {
    const steps = {
      [MASKS]: [
        [0, 10_000, 4],
        [10_000, 20_000, 4 | 32],
        [20_000, 30_000, 2, 0, 4],
        [30_000, 40_000, 4],
      ],
      [ANY]: [[30_000, 40_000, 0.5]],
      [CAP]: [[30_000, 40_000, 0.5]],
    } as const;
    expect(held(steps)).toEqual({
      'sw-power-cap': [
        { fromMs: 0, toMs: 20_000, share: 1 },
        { fromMs: 20_000, toMs: 30_000, share: null },
        { fromMs: 30_000, toMs: 40_000, share: 0.5 },
      ],
      'sw-thermal': [{ fromMs: 10_000, toMs: 20_000, share: 1 }],
    });
    const { coarse, reasons } = history(steps);
    expect(coarse).toBe(true);
    // Of the 30 s of which it is known.
    expect(reasons[0]!.share).toBeCloseTo(25_000 / 30_000, 12);
    expect(history({ [MASKS]: [[0, 60_000, 4]] }).reasons[0]).toEqual({
      reason: 'sw-power-cap',
      share: 1,
      spans: [{ fromMs: 0, toMs: 60_000, share: 1 }],
    });
  });
});
