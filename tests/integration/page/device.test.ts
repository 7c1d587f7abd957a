import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { AppError } from '@shared/contract/errors';
import type { Reading, Series } from '@shared/model/series';
import { DeviceAxis } from '../../../src-renderer/data/device-axis';
import { HistoryView } from '../../../src-renderer/data/history-view';
import { LiveValues } from '../../../src-renderer/data/live-values';
import { startTestCore, type TestCore } from '../../helpers/test-core';

const soon = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 60_000, interval: 20 });
const [SECOND_MS, MINUTE_MS, HOUR_MS] = [1_000, 60_000, 3_600_000];
const gpu = 'node/node-02/gpu3';
const slow: Omit<Reading, 'value'> = { device: 'sensor/slow', label: 'Slow', metric: 'sensor.temperature', provenance: 'measured' };
const TEN_MS = 10_000;

/** A rack whose GPU 3 of node 2 was metered for two hours, and a sensor that was read every 10 s, silent for two of ten minutes. */
let room: TestCore;
let all: readonly Series[];
let temperature: Series;
let slowId: number;
/** The last moment that was put in. */
let untilMs: number;
/** When the slow sensor was first read. */
let t0: number;

beforeAll(async () => {
  room = await startTestCore({ scenario: 'rack' });
  const { client } = room.open();
  await vi.waitFor(async () => expect((await client.call('series.list', {})).series.length).toBeGreaterThan(400), { timeout: 60_000 });
  all = (await client.call('series.list', {})).series;
  temperature = all.find(({ device, metric }) => device === gpu && metric === 'gpu.temperature')!;
  untilMs = Math.floor(Date.now() / SECOND_MS) * SECOND_MS - 5 * SECOND_MS;
  const { telemetry, store } = room.inside;
  const past = Array.from({ length: (2 * HOUR_MS) / SECOND_MS }, (_, i) => untilMs - 2 * HOUR_MS + i * SECOND_MS);
  const inMemory = untilMs - 6 * MINUTE_MS;
  store.samples.commit(past.filter((atMs) => atMs < inMemory).map((atMs) => ({ seriesId: temperature.id, atMs, value: 50 })));
  for (const atMs of past.filter((at) => at >= inMemory)) telemetry.append(atMs, [{ ...temperature, value: 60 }]);

  // Ten minutes up to now: what is older than six is in the database alone.
  t0 = Math.floor(untilMs / TEN_MS) * TEN_MS - 10 * MINUTE_MS;
  const times = Array.from({ length: 60 }, (_, i) => t0 + i * TEN_MS).filter((at) => at < t0 + 3 * MINUTE_MS || at >= t0 + 5 * MINUTE_MS);
  ({ id: slowId } = store.samples.ensureSeries(slow));
  telemetry.refreshSeries();
  const value = (atMs: number): number => (atMs - t0) / TEN_MS;
  const early = times.filter((at) => at < t0 + 3 * MINUTE_MS).map((atMs) => ({ seriesId: slowId, atMs, value: value(atMs) }));
  // A source that gives no more ends its line once.
  store.samples.commit([...early, { seriesId: slowId, atMs: t0 + 3 * MINUTE_MS, value: null }]);
  for (const atMs of times.filter((at) => at >= t0 + 5 * MINUTE_MS)) telemetry.append(atMs, [{ ...slow, value: value(atMs) }]);
});
afterAll(() => room.close());

const disposables: { dispose(): void }[] = [];
afterEach(() => disposables.splice(0).forEach((each) => each.dispose()));
const own = <T extends { dispose(): void }>(each: T): T => (disposables.push(each), each);

describe('LiveValues', () => {
  it('asks for its series alone and holds the newest value of each, over a lost connection too', async () => {
    const page = room.open();
    const powers = all.filter(({ metric }) => metric === 'gpu.power');
    expect(powers).toHaveLength(32);
    const nowMs = Date.now();
    const live = own(
      new LiveValues(
        page.client,
        powers.map(({ id }) => id),
        () => nowMs,
      ),
    );
    expect(page.wire.streamsOf('telemetry.live').map(({ params }) => params)).toEqual([]);
    await soon(() => expect(live.nowMs).not.toBeNull());
    expect(page.wire.streamsOf('telemetry.live').map(({ params }) => params)).toEqual([
      { sinceMs: nowMs - 10_000, seriesIds: powers.map(({ id }) => id) },
    ]);
    const first = live.nowMs!;
    await soon(() => expect(live.nowMs).toBeGreaterThan(first));
    for (const { id, device } of powers) {
      const { atMs, value } = room.inside.telemetry.latest(device, 'gpu.power')!;
      const shown = live.get(id)!;
      // As the core has it, unless the core has had another tick meanwhile.
      if (shown.atMs === atMs) expect(shown.value).toBe(value);
      expect(shown.value).toBeGreaterThan(50);
    }
    expect(live.get(temperature.id)).toBeNull();
    page.wire.cut();
    await soon(() => expect(page.client.connected).toBe(false));
    const lostMs = live.nowMs!;
    expect(live.get(powers[3]!.id)?.atMs).toBe(lostMs);
    page.reconnect();
    await soon(() => expect(live.get(powers[3]!.id)?.atMs).toBeGreaterThan(lostMs));
  });
});

describe('DeviceAxis', () => {
  it('asks the database for a window that was past before the first frame came', async () => {
    const axis = own(new DeviceAxis(room.open().client, Date.now));
    axis.window.set({ mode: 'fixed', fromMs: untilMs - 2 * HOUR_MS + MINUTE_MS, toMs: untilMs - HOUR_MS });
    axis.show([temperature.id]);
    await soon(() => expect(axis.read().tracks.get(String(temperature.id))!.y.includes(50)).toBe(true));
  });

  it('draws one device from memory, follows it live, and asks the database for what lies before', async () => {
    const page = room.open();
    const ofGpu = all.filter(({ device }) => device === gpu);
    const axis = own(new DeviceAxis(page.client, Date.now));
    axis.show(ofGpu.map(({ id }) => id));
    const track = () => axis.read().tracks.get(String(temperature.id))!;
    await soon(() => expect(track().x.length).toBeGreaterThan(250));
    expect(axis.read().tracks.size).toBe(ofGpu.length);
    expect(
      [...track().x].flatMap((x, i) => (x <= untilMs && !Number.isNaN(track().y[i]!) ? [track().y[i]] : [])).every((y) => y === 60),
    ).toBe(true);
    const before = axis.latest(temperature.id)!.atMs;
    await soon(() => expect(axis.latest(temperature.id)!.atMs).toBeGreaterThan(before));
    expect(axis.read().to).toBeGreaterThanOrEqual(axis.latest(temperature.id)!.atMs);

    axis.apply({ kind: 'select', from: untilMs - 2 * HOUR_MS + MINUTE_MS, to: untilMs - HOUR_MS });
    await soon(() => expect(track().x[0]).toBeLessThan(untilMs - 2 * HOUR_MS + 2 * MINUTE_MS));
    const { to } = axis.read();
    const shown = [...track().y].filter((y, i) => track().x[i]! <= to && !Number.isNaN(y));
    expect(shown.length).toBeGreaterThan(100);
    expect(shown.every((y) => y === 50)).toBe(true);
    axis.apply({ kind: 'end' });
    expect(axis.window.get().mode).toBe('fixed');
    axis.apply({ kind: 'reset' });
    expect(axis.window.get().mode).toBe('live');
  });

  it('keeps what it holds, and where it looks, when a series comes: a GPU that throttles for the first time begins one', async () => {
    const ids = all.filter(({ device }) => device === gpu).map(({ id }) => id);
    const late = ids.find((id) => id !== temperature.id)!;
    const axis = own(new DeviceAxis(room.open().client, Date.now));
    axis.show(ids.filter((id) => id !== late));
    const held = () => axis.read().tracks.get(String(temperature.id))!.x.length;
    await soon(() => expect(held()).toBeGreaterThan(250));
    const before = held();
    axis.apply({ kind: 'select', from: untilMs - MINUTE_MS, to: untilMs - 20 * SECOND_MS });
    const looked = axis.window.get();
    axis.show(ids);
    expect(axis.window.get()).toEqual(looked);
    expect(held()).toBeGreaterThan(30);
    await soon(() => expect(axis.latest(late)).not.toBeNull());
    axis.apply({ kind: 'reset' });
    expect(held()).toBeGreaterThanOrEqual(before - 10);
  });
});

describe('what stands still', () => {
  it('is told by a device’s chart, of its samples and of its history, and goes on when asked', async () => {
    const page = room.open();
    const axis = own(new DeviceAxis(page.client, Date.now));
    axis.show([temperature.id]);
    const track = () => axis.read().tracks.get(String(temperature.id))!;
    await soon(() => expect(track().x.length).toBeGreaterThan(250));
    expect(axis.failure.get()).toBeNull();
    page.wire.fail('telemetry.live', new AppError('internal', 'the source failed'));
    await soon(() => expect(axis.failure.get()?.message).toBe('the source failed'));
    axis.resume();
    await soon(() => expect(axis.failure.get()).toBeNull());

    page.wire.refuse('history.query', new AppError('storage-failed', 'disk gone'));
    axis.apply({ kind: 'select', from: untilMs - 2 * HOUR_MS + MINUTE_MS, to: untilMs - HOUR_MS });
    await soon(() => expect(axis.failure.get()?.code).toBe('storage-failed'));
    axis.resume();
    await soon(() => expect(track().x[0]).toBeLessThan(untilMs - 2 * HOUR_MS + 2 * MINUTE_MS));
    expect(axis.failure.get()).toBeNull();
  });

  it('is told by a map’s values', async () => {
    const page = room.open();
    const live = own(new LiveValues(page.client, [temperature.id], Date.now));
    await soon(() => expect(live.nowMs).not.toBeNull());
    page.wire.fail('telemetry.live', new AppError('internal', 'the source failed'));
    await soon(() => expect(live.failure.get()?.message).toBe('the source failed'));
    live.resume();
    await soon(() => expect(live.failure.get()).toBeNull());
  });
});

describe('a series read every 10 s', () => {
  const gaps = (y: ArrayLike<number>): number => Array.from(y).filter((value) => Number.isNaN(value)).length;
  async function open(): Promise<DeviceAxis> {
    const axis = own(new DeviceAxis(room.open().client, () => 0));
    axis.show([slowId]);
    await soon(() => expect(axis.read().tracks.get(String(slowId))!.x.length).toBeGreaterThan(20));
    return axis;
  }

  it('is one line in memory and in the database, broken only where it was silent for longer, and read between its samples', async () => {
    const axis = await open();
    const live = axis.read().tracks.get(String(slowId))!;
    expect(gaps(live.y)).toBe(0);
    // A cursor is at most half an interval from a sample, the newest reading an interval and a little old.
    expect(live.validForMs).toBeGreaterThan(TEN_MS);
    expect(live.validForMs).toBeLessThan(2 * TEN_MS);
    axis.apply({ kind: 'select', from: t0, to: t0 + 10 * MINUTE_MS });
    await soon(() => expect(axis.read().tracks.get(String(slowId))!.x[0]).toBe(t0));
    const both = axis.read().tracks.get(String(slowId))!;
    const firstGap = both.y.findIndex((value) => Number.isNaN(value));
    expect(both.x[firstGap - 1]).toBe(t0 + 170_000);
    expect(Array.from(both.x).find((_, i) => i > firstGap && !Number.isNaN(both.y[i]!))).toBe(t0 + 300_000);
    expect([...both.y.slice(0, firstGap)]).toEqual(Array.from({ length: 18 }, (_, i) => i));
    expect(gaps(both.y.filter((_, i) => both.x[i]! >= t0 + 300_000))).toBe(0);
  });

  it('holds until the next reading', async () => {
    const held = (await open()).steps(slowId);
    expect(held.length).toBeGreaterThan(20);
    expect(held.slice(0, -1).every(({ atMs, untilMs: next }) => next - atMs === TEN_MS)).toBe(true);
  });

  it('is one line in a history of raw samples too', async () => {
    const view = own(new HistoryView(room.open().client, { fromMs: t0, toMs: t0 + 3 * MINUTE_MS }, [slowId]));
    const line = () => view.read().tracks.get(String(slowId));
    await soon(() => expect(line()?.x.length).toBeGreaterThan(10));
    expect([...line()!.y].filter((value) => !Number.isNaN(value))).toEqual(Array.from({ length: 18 }, (_, i) => i));
    expect(gaps(line()!.y)).toBe(1);
    expect(line()!.validForMs).toBeGreaterThan(TEN_MS);
  });
});

it('left the core nothing to complain of', () => expect(room.complaints).toEqual([]));
