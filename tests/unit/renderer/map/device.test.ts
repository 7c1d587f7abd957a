import { afterEach, describe, expect, it, vi } from 'vitest';
import { DisposableStore } from '@shared/base/disposable';
import type { StreamParams } from '@shared/contract';
import { DeviceAxis } from '../../../../src-renderer/data/device-axis';
import { liveChoice } from '../../../../src-renderer/data/live-choice';
import { HistoryView } from '../../../../src-renderer/data/history-view';
import { LiveValues } from '../../../../src-renderer/data/live-values';
import { valueOf } from '../../../../src-renderer/data/loadable';
import { Services } from '../../../../src-renderer/data/services';
import { throttleHistory } from '../../../../src-renderer/data/throttle-history';
import { telemetryFrame } from '../../../helpers/telemetry-frame';
import { settle, wire } from '../wired';
import { series } from './room';

const stops: DisposableStore[] = [];
afterEach(() => stops.splice(0).forEach((store) => store.dispose()));

async function open() {
  const store = new DisposableStore();
  stops.push(store);
  const asked: StreamParams<'telemetry.live'>[] = [];
  const wired = store.add(
    wire('gpus', (api) => ({
      ...api,
      streams: { ...api.streams, 'telemetry.live': (params, sink) => (asked.push(params), api.streams['telemetry.live'](params, sink)) },
    })),
  );
  const services = store.add(new Services(wired.client));
  await settle();
  await settle();
  const all = valueOf(services.series.get())!;
  const gpuPower = all.filter(({ metric }) => metric === 'gpu.power').map(({ id }) => id);
  return { store, wired, services, asked, all, gpuPower };
}

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

describe('LiveValues', () => {
  it('asks for its series alone and holds the newest value of each, over a lost connection too', async () => {
    const { store, wired, asked, gpuPower } = await open();
    const live = store.add(new LiveValues(wired.client, gpuPower, wired.clock.now));
    await settle();
    expect(asked.at(-1)).toEqual({ sinceMs: wired.clock.nowMs - 10_000, seriesIds: gpuPower });
    let told = 0;
    store.add(live.onChange(() => (told += 1)));
    await wired.clock.advance(2000);
    expect(told).toBeGreaterThan(0);
    expect(live.get(gpuPower[3]!)).toMatchObject({ atMs: wired.clock.nowMs });
    expect(live.get(gpuPower[3]!)!.value).toBeGreaterThan(0);
    expect(live.get(999_999)).toBeNull();
    wired.reconnect();
    await wired.clock.advance(2000);
    expect(live.nowMs).toBe(wired.clock.nowMs);
  });
});

describe('DeviceAxis', () => {
  it('draws one device from memory, follows it live, and asks the database for what lies before', async () => {
    const { store, wired, services, all } = await open();
    const own = all.filter(({ device }) => device === 'gpu2');
    const axis = store.add(new DeviceAxis(wired.client, () => services.telemetry.nowMs ?? 0));
    axis.show(own.map(({ id }) => id));
    await settle();
    await settle();
    const id = own.find(({ metric }) => metric === 'gpu.temperature')!.id;
    const first = axis.read().tracks.get(String(id))!;
    expect(first.x.length).toBeGreaterThan(250);
    expect(axis.read().tracks.size).toBe(own.length);
    await wired.clock.advance(3000);
    expect(axis.read().to).toBe(wired.clock.nowMs);
    expect(axis.latest(id)!.atMs).toBe(wired.clock.nowMs);

    axis.apply({ kind: 'select', from: wired.clock.nowMs - 7_200_000, to: wired.clock.nowMs - 3_600_000 });
    await new Promise((done) => setTimeout(done, 200));
    await settle();
    const past = axis.read().tracks.get(String(id))!;
    expect(past.x[0]).toBeLessThan(wired.clock.nowMs - 7_100_000);
    axis.apply({ kind: 'end' });
    expect(axis.window.get().mode).toBe('fixed');
    axis.apply({ kind: 'reset' });
    expect(axis.window.get().mode).toBe('live');
  });

  it('keeps what it holds, and where it looks, when a series comes: a GPU that throttles for the first time begins one', async () => {
    const { store, wired, services, all } = await open();
    const own = all.filter(({ device }) => device === 'gpu2').map(({ id }) => id);
    const axis = store.add(new DeviceAxis(wired.client, () => services.telemetry.nowMs ?? 0));
    axis.show(own.slice(1));
    await settle();
    await settle();
    const held = axis.read().tracks.get(String(own[1]))!.x.length;
    expect(held).toBeGreaterThan(250);
    axis.apply({ kind: 'select', from: wired.clock.nowMs - 60_000, to: wired.clock.nowMs - 20_000 });
    const looked = axis.window.get();
    axis.show(own);
    expect(axis.window.get()).toEqual(looked);
    expect(axis.read().tracks.get(String(own[1]))!.x.length).toBeGreaterThan(30);
    await wired.clock.advance(3000);
    await settle();
    expect(axis.latest(own[0]!)!.atMs).toBe(wired.clock.nowMs);
    axis.apply({ kind: 'reset' });
    expect(axis.read().tracks.get(String(own[1]))!.x.length).toBeGreaterThanOrEqual(held);
  });
});

describe('a series read every 10 s', () => {
  const SLOW = 7001;
  const [tenS, t0] = [10_000, Date.UTC(2026, 10, 23, 13, 50, 0)];

  /** A core with one series: read every 10 s for ten minutes, silent from the third to the fifth. */
  async function openSlow() {
    const store = new DisposableStore();
    stops.push(store);
    const times = Array.from({ length: 60 }, (_, i) => t0 + i * tenS).filter((at) => at < t0 + 180_000 || at >= t0 + 300_000);
    const wired = store.add(
      wire('bare', (api) => ({
        ...api,
        streams: {
          ...api.streams,
          'telemetry.live': (_, sink) => {
            const live = times.filter((at) => at >= t0 + 240_000);
            sink.push(telemetryFrame(live, [SLOW], [live.map((_, i) => i)]));
            return { dispose: () => undefined };
          },
        },
        commands: {
          ...api.commands,
          'history.query': ({ seriesIds }) => {
            const past = times.filter((at) => at < t0 + 180_000);
            const [atMs, values] = [Float64Array.of(...past, past.at(-1)! + tenS), Float64Array.of(...past.map((_, i) => i), NaN)];
            return { bucketMs: 1, columns: seriesIds.map((seriesId) => ({ seriesId, atMs, min: values, max: values, mean: values })) };
          },
        },
      })),
    );
    const axis = store.add(new DeviceAxis(wired.client, () => 0));
    axis.show([SLOW]);
    await settle();
    return { store, wired, axis };
  }
  const gaps = (y: ArrayLike<number>): number => Array.from(y).filter((value) => Number.isNaN(value)).length;

  it('is one line in memory and in the database, broken only where it was silent for longer, and read between its samples', async () => {
    const { axis } = await openSlow();
    const live = axis.read().tracks.get(String(SLOW))!;
    expect(gaps(live.y)).toBe(0);
    expect(live.x.length).toBeGreaterThan(20);
    // A cursor is at most half an interval from a sample, the newest reading an interval and a little old.
    expect(live.validForMs).toBeGreaterThan(tenS);
    expect(live.validForMs).toBeLessThan(2 * tenS);
    axis.apply({ kind: 'select', from: t0, to: t0 + 600_000 });
    await vi.waitFor(() => expect(axis.read().tracks.get(String(SLOW))!.x[0]).toBe(t0), { timeout: 4_000 });
    const both = axis.read().tracks.get(String(SLOW))!;
    const firstGap = both.y.findIndex((value) => Number.isNaN(value));
    expect(both.x[firstGap - 1]).toBe(t0 + 170_000);
    expect(Array.from(both.x).find((_, i) => i > firstGap && !Number.isNaN(both.y[i]!))).toBe(t0 + 300_000);
    expect(both.y.slice(0, firstGap)).toHaveLength(18);
    expect(gaps(both.y.filter((_, i) => both.x[i]! >= t0 + 300_000))).toBe(0);
  });

  it('holds until the next reading', async () => {
    const { axis } = await openSlow();
    const held = axis.steps(SLOW);
    expect(held.slice(0, -1).every(({ atMs, untilMs }) => untilMs - atMs === tenS)).toBe(true);
  });

  it('is one line in a history of raw samples too', async () => {
    const { store, wired } = await openSlow();
    const view = store.add(new HistoryView(wired.client, { fromMs: t0, toMs: t0 + 600_000 }, [SLOW]));
    await vi.waitFor(() => expect(view.read().tracks.size).toBe(1), { timeout: 4_000 });
    const line = view.read().tracks.get(String(SLOW))!;
    expect([line.x.length, gaps(line.y)]).toEqual([19, 1]);
    expect(line.validForMs).toBeGreaterThan(tenS);
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
