import { afterEach, describe, expect, it } from 'vitest';
import { DisposableStore } from '@shared/base/disposable';
import type { StreamParams } from '@shared/contract/streams';
import { DeviceAxis } from '../../../../src-renderer/data/device-axis';
import { liveChoice } from '../../../../src-renderer/data/live-choice';
import { LiveValues } from '../../../../src-renderer/data/live-values';
import { valueOf } from '../../../../src-renderer/data/loadable';
import { Services } from '../../../../src-renderer/data/services';
import { throttleHistory } from '../../../../src-renderer/data/throttle-history';
import { settle, wire } from '../wired';
import { series } from './room';

const stops: DisposableStore[] = [];
afterEach(() => stops.splice(0).forEach((store) => store.dispose()));

async function open() {
  const store = new DisposableStore();
  stops.push(store);
  const asked: StreamParams<'telemetry.live'>[] = [];
  const wired = store.add(
    wire('gpus', (api) => ({ ...api, streams: { ...api.streams, 'telemetry.live': (params, sink) => (asked.push(params), api.streams['telemetry.live'](params, sink)) } })),
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
    const own = [series('room', 'it.power'), series('room/ups', 'facility.meter.power'), series('gpu0', 'gpu.load'), series('run/r1', 'train.loss')];
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
    const axis = store.add(new DeviceAxis(wired.client, own.map(({ id }) => id), () => services.telemetry.nowMs ?? 0));
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
});

describe('throttle history', () => {
  const span = { fromMs: 0, toMs: 100_000 };
  const held = (samples: Parameters<typeof throttleHistory>[0]) => Object.fromEntries(throttleHistory(samples, span).reasons.filter(({ spans }) => spans.length > 0).map(({ reason, spans }) => [reason, spans]));

  it('joins what follows on, cuts at the edges of the span, and counts only observed time', () => {
    const samples = [
      { atMs: -5_000, untilMs: 10_000, masks: [4] },
      { atMs: 10_000, untilMs: 20_000, masks: [4 | 32] },
      { atMs: 20_000, untilMs: 30_000, masks: [1] },
      { atMs: 30_000, untilMs: 40_000, masks: [] },
    ];
    expect(held(samples)).toEqual({
      'sw-power-cap': [{ fromMs: 0, toMs: 20_000, throughout: true }],
      'sw-thermal': [{ fromMs: 10_000, toMs: 20_000, throughout: true }],
    });
    const { seenMs, coarse, reasons } = throttleHistory(samples, span);
    expect([seenMs, coarse]).toEqual([30_000, false]);
    expect(reasons.find(({ reason }) => reason === 'sw-power-cap')!.heldMs).toBe(20_000);
    expect(reasons.map(({ reason }) => reason)).not.toContain('idle');
  });

  it('says of a bucket only that it held some of the time, and counts none of it as held', () => {
    const coarse = throttleHistory([{ atMs: 0, untilMs: 60_000, masks: [0, 4] }], span);
    expect(coarse.coarse).toBe(true);
    expect(coarse.reasons.find(({ reason }) => reason === 'sw-power-cap')).toEqual({ reason: 'sw-power-cap', heldMs: 0, spans: [{ fromMs: 0, toMs: 60_000, throughout: false }] });
  });
});
