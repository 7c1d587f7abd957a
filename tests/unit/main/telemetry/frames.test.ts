import { describe, expect, it } from 'vitest';
import { TelemetryFrame } from '@shared/contract/telemetry';
import { coalesce, COALESCE_MS, liveFrames } from '../../../../src-main/core/telemetry/coalesce';
import { toFrames } from '../../../../src-main/core/telemetry/frames';
import type { TelemetryBatch } from '../../../../src-main/core/telemetry/ingest';
import { telemetryFrame } from '../../../helpers/telemetry-frame';
import { ManualClock } from './manual-clock';

const batch = (atMs: number, values: Record<number, number | null>): TelemetryBatch => ({
  atMs,
  samples: Object.entries(values).map(([seriesId, value]) => ({ seriesId: Number(seriesId), atMs, value })),
});

describe('toFrames', () => {
  it('puts series of the same times into one frame and others into their own, so that a NaN is always a gap', () => {
    const frames = toFrames([
      { seriesId: 1, atMs: [1000, 2000], values: [1, null] },
      { seriesId: 2, atMs: [1000, 1500, 2000], values: [5, 6, 7] },
      { seriesId: 3, atMs: [1000, 2000], values: [3, 4] },
      { seriesId: 4, atMs: [], values: [] },
    ]);
    expect(frames).toEqual([
      telemetryFrame(
        [1000, 2000],
        [1, 3],
        [
          [1, null],
          [3, 4],
        ],
      ),
      telemetryFrame([1000, 1500, 2000], [2], [[5, 6, 7]]),
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
    expect(sent).toEqual([telemetryFrame([1000], [2], [[2]]), telemetryFrame([2000, 3000], [2], [[8, 3]])]);
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
  function open(backlog: readonly TelemetryFrame[]) {
    const clock = new ManualClock();
    const listeners = new Set<(b: TelemetryBatch) => void>();
    const telemetry = {
      backlog: () => [...backlog],
      onBatch: (listener: (b: TelemetryBatch) => void) => {
        listeners.add(listener);
        return { dispose: () => void listeners.delete(listener) };
      },
    };
    const sent: TelemetryFrame[] = [];
    const waits: (() => void)[] = [];
    let reads = true;
    const sink = {
      push: (frame: TelemetryFrame) => void sent.push(frame),
      ready: () => (reads ? Promise.resolve() : new Promise<void>((resolve) => waits.push(resolve))),
    };
    const handle = liveFrames(telemetry, { sinceMs: 0, seriesIds: null }, sink, clock);
    return {
      sent,
      clock,
      listeners,
      handle,
      happen: (b: TelemetryBatch) => listeners.forEach((listener) => listener(b)),
      stopReading: () => (reads = false),
      readOne: () => waits.shift()?.(),
    };
  }
  const turn = (): Promise<void> => new Promise((done) => setImmediate(done));
  const old = (at: number): TelemetryFrame => telemetryFrame([at], [1], [[at]]);

  it('sends the backlog, then what comes after it, and unsubscribes when disposed', async () => {
    const live = open([old(1)]);
    live.happen(batch(2, { 1: 2 }));
    await turn();
    expect(live.sent).toEqual([old(1), old(2)]);
    live.handle.dispose();
    expect(live.listeners.size).toBe(0);
    expect(live.clock.pending).toBe(0);
  });

  it('sends a backlog of many frames as fast as the page reads it, and what happened meanwhile after it', async () => {
    const live = open([old(1), old(2), old(3)]);
    live.stopReading();
    await turn();
    live.happen(batch(4, { 1: 4 }));
    expect(live.sent).toEqual([old(1)]);
    for (let i = 0; i < 2; i++) {
      live.readOne();
      await turn();
    }
    expect(live.sent).toEqual([old(1), old(2), old(3), old(4)]);
    live.handle.dispose();
  });

  it('holds a bounded part for a page that does not read its backlog at all', async () => {
    const live = open([old(1), old(2)]);
    live.stopReading();
    await turn();
    for (let at = 10; at < 1_000; at++) live.happen(batch(at, { 1: at }));
    // Handed on to a sink that leaves out what the page has no credit for, and has it ask anew.
    expect(live.sent.length).toBeGreaterThan(1);
    live.handle.dispose();
    live.readOne();
    await turn();
    expect(live.sent.filter(({ atMs }) => atMs[0] === 2)).toEqual([]);
  });
});
