import { describe, expect, it } from 'vitest';
import { TelemetryFrame } from '@shared/contract/telemetry';
import { coalesce, COALESCE_MS, liveFrames } from '../../../../src-main/core/telemetry/coalesce';
import { toFrames } from '../../../../src-main/core/telemetry/frames';
import type { TelemetryBatch } from '../../../../src-main/core/telemetry/ingest';
import { ManualClock } from './manual-clock';

const batch = (atMs: number, values: Record<number, number | null>): TelemetryBatch => ({
  atMs,
  samples: Object.entries(values).map(([seriesId, value]) => ({ seriesId: Number(seriesId), atMs, value })),
});

describe('toFrames', () => {
  it('puts series of the same times into one frame and others into their own, so that a null is always a gap', () => {
    const frames = toFrames([
      { seriesId: 1, atMs: [1000, 2000], values: [1, null] },
      { seriesId: 2, atMs: [1000, 1500, 2000], values: [5, 6, 7] },
      { seriesId: 3, atMs: [1000, 2000], values: [3, 4] },
      { seriesId: 4, atMs: [], values: [] },
    ]);
    expect(frames).toEqual([
      {
        atMs: [1000, 2000],
        seriesIds: [1, 3],
        values: [
          [1, null],
          [3, 4],
        ],
      },
      { atMs: [1000, 1500, 2000], seriesIds: [2], values: [[5, 6, 7]] },
    ]);
    for (const frame of frames) TelemetryFrame.parse(frame);
  });

  it('tells times apart that only differ in the middle', () => {
    expect(
      toFrames([
        { seriesId: 1, atMs: [1, 2, 9], values: [0, 0, 0] },
        { seriesId: 2, atMs: [1, 3, 9], values: [0, 0, 0] },
      ]),
    ).toHaveLength(2);
  });
});

describe('coalesce', () => {
  it('sends the first batch at once and the rest of a burst together, at most four times a second', async () => {
    const clock = new ManualClock();
    const sent: TelemetryFrame[] = [];
    const coalescer = coalesce((frame) => sent.push(frame), null, clock);
    coalescer.push(batch(1000, { 1: 10 }));
    expect(sent).toHaveLength(1);
    for (let i = 1; i <= 20; i++) coalescer.push(batch(1000 + i, { 1: i }));
    expect(sent).toHaveLength(1);
    await clock.advance(COALESCE_MS);
    expect(sent).toHaveLength(2);
    expect(sent[1]?.atMs).toHaveLength(20);
    await clock.advance(COALESCE_MS);
    coalescer.push(batch(3000, { 1: 1 }));
    expect(sent).toHaveLength(3);
    coalescer.dispose();
    expect(clock.pending).toBe(0);
  });

  it('passes only the wanted series, sorts late samples, and lets the last of one time count', async () => {
    const clock = new ManualClock();
    const sent: TelemetryFrame[] = [];
    const coalescer = coalesce((frame) => sent.push(frame), [2], clock);
    coalescer.push(batch(500, { 1: 1 }));
    expect(sent).toEqual([]);
    coalescer.push(batch(1000, { 1: 1, 2: 2 }));
    coalescer.push(batch(3000, { 2: 3 }));
    coalescer.push(batch(2000, { 2: 7 }));
    coalescer.push(batch(2000, { 2: 8 }));
    await clock.advance(COALESCE_MS);
    expect(sent).toEqual([
      { atMs: [1000], seriesIds: [2], values: [[2]] },
      { atMs: [2000, 3000], seriesIds: [2], values: [[8, 3]] },
    ]);
    coalescer.dispose();
  });

  it('sends nothing after it was disposed, and holds a bounded part of a flood', async () => {
    const clock = new ManualClock();
    const sent: TelemetryFrame[] = [];
    const coalescer = coalesce((frame) => sent.push(frame), null, clock);
    coalescer.push(batch(0, { 1: 0 }));
    for (let i = 1; i <= 10_000; i++) coalescer.push(batch(i, { 1: i }));
    await clock.advance(COALESCE_MS);
    const { atMs } = sent[1] ?? { atMs: [] };
    expect(atMs.length).toBeLessThanOrEqual(512);
    expect(atMs.at(-1)).toBe(10_000);
    coalescer.push(batch(20_000, { 1: 1 }));
    coalescer.dispose();
    await clock.advance(COALESCE_MS * 2);
    expect(sent).toHaveLength(2);
  });
});

describe('liveFrames', () => {
  it('sends the backlog, then what comes after it, and unsubscribes when disposed', () => {
    const clock = new ManualClock();
    const listeners = new Set<(b: TelemetryBatch) => void>();
    const backlog: TelemetryFrame = { atMs: [1], seriesIds: [1], values: [[1]] };
    const telemetry = {
      backlog: () => [backlog],
      onBatch: (listener: (b: TelemetryBatch) => void) => {
        listeners.add(listener);
        return { dispose: () => void listeners.delete(listener) };
      },
    };
    const sent: TelemetryFrame[] = [];
    const live = liveFrames(telemetry, { sinceMs: 0, seriesIds: null }, (frame) => sent.push(frame), clock);
    for (const listener of listeners) listener(batch(2, { 1: 2 }));
    expect(sent).toEqual([backlog, { atMs: [2], seriesIds: [1], values: [[2]] }]);
    live.dispose();
    expect(listeners.size).toBe(0);
    expect(clock.pending).toBe(0);
  });
});
