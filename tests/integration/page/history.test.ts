import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { AppError } from '@shared/contract/errors';
import { HistoryLoader, type HistoryQuery } from '../../../src-renderer/data/history-loader';
import { HistoryView } from '../../../src-renderer/data/history-view';
import { startTestCore, type TestCore, type TestPage } from '../../helpers/test-core';
import type { HeldCall } from '../../helpers/wire';

const soon = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 60_000, interval: 20 });
const HOUR_MS = 3_600_000;
/** Three hours in which a series' value at any second was that second, so that a line says itself when it was. */
const secondsMs = Math.floor(Date.now() / HOUR_MS) * HOUR_MS - 4 * HOUR_MS;

/** A rack, which has hundreds of series. */
let room: TestCore;
let seconds: number;
beforeAll(async () => {
  room = await startTestCore({ scenario: 'rack' });
  const { client } = room.open();
  // Long enough for what was recorded when time began.
  const { retention } = await client.call('settings.get', {});
  const days = 36_500;
  await client.call('settings.set', { retention: { ...retention, rawDays: days, rollupDays: [days, days, days, days] } });
  const { samples } = room.inside.store;
  ({ id: seconds } = samples.ensureSeries({
    device: 'sensor/seconds',
    label: 'seconds',
    metric: 'sensor.temperature',
    provenance: 'measured',
  }));
  const column = (fromMs: number, count: number) => {
    const times = Float64Array.from({ length: count }, (_, i) => fromMs + i * 1000);
    return { seriesId: seconds, times, values: times.map((atMs) => atMs / 1000) };
  };
  samples.commitColumns([column(0, 120)], () => undefined);
  samples.commitColumns([column(secondsMs, (3 * HOUR_MS) / 1000)], () => undefined);
  await vi.waitFor(async () => expect((await client.call('series.list', {})).series.length).toBeGreaterThan(200), { timeout: 60_000 });
});
afterAll(() => room.close());

let page: TestPage;
beforeEach(() => {
  page = room.open();
});

describe('HistoryLoader', () => {
  let held: readonly HeldCall<'history.query'>[];
  let loader: HistoryLoader;
  const query = (fromMs: number): HistoryQuery => ({
    seriesIds: [seconds],
    fromMs: secondsMs + fromMs,
    toMs: secondsMs + 10_000,
    maxPoints: 100,
  });
  const asked = (): number[] => held.map(({ input }) => input.fromMs - secondsMs);
  const shown = (): number | undefined => loader.state.get().answer?.columns.get(seconds)?.mean[0];

  beforeEach(() => {
    held = page.wire.hold('history.query');
    loader = new HistoryLoader(page.client, 10);
  });
  afterEach(() => loader.dispose());

  it('asks once the hand rests, not for every step of it', async () => {
    for (let step = 1000; step <= 5000; step += 1000) loader.request(query(step));
    await page.wire.until(() => held.length > 0);
    expect(asked()).toEqual([5000]);
    expect(loader.state.get()).toMatchObject({ busy: true, answer: null });
    held[0]!.release();
    await soon(() => expect(loader.state.get().busy).toBe(false));
    expect(asked()).toEqual([5000]);
    expect(shown()).toBe(secondsMs / 1000 + 5);
  });

  it('cancels the question before and drops its answer', async () => {
    loader.request(query(1000));
    await page.wire.until(() => held.length === 1);
    loader.request(query(2000));
    await page.wire.until(() => held.length === 2);
    expect(held[0]!.cancelled).toBe(true);
    held[1]!.release();
    held[0]!.release();
    await page.wire.until(() => held.every(({ output }, i) => i === 0 || output !== null));
    await soon(() => expect(loader.state.get().busy).toBe(false));
    expect(shown()).toBe(secondsMs / 1000 + 2);
  });

  it('keeps the last answer while a newer one is on its way', async () => {
    loader.request(query(1000));
    await page.wire.until(() => held.length === 1);
    held[0]!.release();
    await soon(() => expect(loader.state.get().busy).toBe(false));
    loader.request(query(2000));
    await page.wire.until(() => held.length === 2);
    expect(shown()).toBe(secondsMs / 1000 + 1);
    expect(loader.state.get().busy).toBe(true);
  });

  it('tells a failure and can be asked again', async () => {
    page.wire.refuse('history.query', new AppError('storage-failed', 'disk gone'));
    loader.request(query(3000));
    await soon(() => expect(loader.state.get().error?.code).toBe('storage-failed'));
    expect(held).toHaveLength(0);
    loader.refresh();
    await page.wire.until(() => held.length === 1);
    held[0]!.release();
    await soon(() => expect(shown()).toBe(secondsMs / 1000 + 3));
    expect(loader.state.get().error).toBeNull();
  });

  it('asks again by itself after a failure, and says why until it is answered', async () => {
    page.wire.refuse('history.query', new AppError('storage-failed', 'disk gone'));
    loader.request(query(3000));
    await soon(() => expect(loader.failure.get()?.code).toBe('storage-failed'));
    await page.wire.until(() => held.length === 1);
    expect(asked()).toEqual([3000]);
    expect(loader.failure.get()?.code).toBe('storage-failed');
    held[0]!.release();
    await soon(() => expect(shown()).toBe(secondsMs / 1000 + 3));
    expect(loader.failure.get()).toBeNull();
  });

  it('asks again at once when a person says so, and not at all for what would be refused again', async () => {
    page.wire.refuse('history.query', new AppError('invalid-input', 'no such range'));
    loader.request(query(3000));
    await soon(() => expect(loader.failure.get()?.code).toBe('invalid-input'));
    loader.resume();
    await page.wire.until(() => held.length === 1);
    held[0]!.release();
    await soon(() => expect(loader.failure.get()).toBeNull());
    loader.resume();
    expect(held).toHaveLength(1);
  });

  it('asks again after a lost connection', async () => {
    loader.request(query(4000));
    await page.wire.until(() => held.length === 1);
    page.wire.cut();
    await soon(() => expect(page.client.connected).toBe(false));
    page.reconnect();
    await page.wire.until(() => held.length === 2);
    expect(asked()).toEqual([4000, 4000]);
    held[1]!.release();
    await soon(() => expect(shown()).toBe(secondsMs / 1000 + 4));
  });
});

describe('a question for many series', () => {
  it('is asked in parts, few at a time, and answered as a whole', async () => {
    const { series } = await page.client.call('series.list', {});
    const seriesIds = series.slice(0, 178).map(({ id }) => id);
    const held = page.wire.hold('history.query');
    const arrived: number[] = [];
    const loader = new HistoryLoader(page.client, 1, ({ seriesId }) => arrived.push(seriesId));
    const toMs = Math.ceil(Date.now() / 1000) * 1000;
    loader.request({ seriesIds, fromMs: toMs - 60_000, toMs, maxPoints: 404 });
    await page.wire.until(() => held.length === 2);
    held[0]!.release();
    await page.wire.until(() => held.length === 3);
    expect(arrived).toEqual([...held[0]!.input.seriesIds]);
    expect(loader.state.get()).toMatchObject({ busy: true, answer: null });
    for (let i = 1; i < held.length || loader.state.get().busy; i += 1) {
      await soon(() => expect(held.length > i || !loader.state.get().busy).toBe(true));
      held[i]?.release();
      // Never more than two at once.
      expect(held.filter(({ output }, n) => n <= i + 2 && output === null).length).toBeLessThanOrEqual(2);
    }
    const { columns } = loader.state.get().answer!;
    expect([...columns.keys()].sort((a, b) => a - b)).toEqual([...seriesIds].sort((a, b) => a - b));
    const power = series.find(({ id, metric }) => metric === 'gpu.power' && columns.has(id))!;
    expect(columns.get(power.id)!.mean.at(-1)).toBeGreaterThan(50);
    loader.dispose();
  });
});

const answered = (view: HistoryView): Promise<void> =>
  soon(() => expect(view.loader.state.get()).toMatchObject({ busy: false, answer: expect.anything() }));

describe('HistoryView', () => {
  it('asks at the resolution of the shown span and gives lines with bands', async () => {
    const toMs = secondsMs + 3 * HOUR_MS;
    const view = new HistoryView(page.client, { fromMs: toMs - 3 * HOUR_MS, toMs }, [seconds]);
    await answered(view);
    const coarse = view.loader.state.get().answer!.bucketMs;
    const band = view.read().tracks.get(String(seconds))!;
    if (!('low' in band)) throw new Error('no band');
    const known = Array.from(band.y, (mean, i) => [band.low[i]!, mean, band.high[i]!]).filter(([, mean]) => !Number.isNaN(mean));
    expect(known.length).toBeGreaterThan(100);
    // Within a bucket the seconds go on, so that its lowest and highest are as far apart as it is wide.
    expect(known.every(([low, mean, high]) => low! < mean! && mean! < high! && high! - low! < coarse / 1000)).toBe(true);
    view.span.set({ fromMs: toMs - 600_000, toMs });
    await soon(() => expect(view.loader.state.get().answer!.bucketMs).toBeLessThan(coarse));
    view.seriesIds.set([]);
    expect(view.loader.state.get().answer).toBeNull();
    view.dispose();
  });
});

describe('the period before', () => {
  const asked = () => page.wire.callsOf('history.query').map(({ input: { fromMs, toMs } }) => ({ fromMs, toMs }));
  const before = (): string => `${seconds}-before`;
  const bothDrawn = (view: HistoryView): Promise<void> =>
    soon(() => expect([...view.read().tracks.keys()].sort()).toEqual([String(seconds), before()]));

  it('is asked for over as long a span, and drawn with its own values over the shown one', async () => {
    const at = (n: number): number => secondsMs + n * 1000;
    const view = new HistoryView(page.client, { fromMs: at(5_000), toMs: at(5_060) }, [seconds], 'before');
    await bothDrawn(view);
    expect(asked()).toContainEqual({ fromMs: at(4_940), toMs: at(5_000) });
    const { tracks } = view.read();
    const valueAt = (track: string, x: number): number | undefined => tracks.get(track)?.y[tracks.get(track)?.x.indexOf(x) ?? -1];
    for (const x of [at(5_000), at(5_030), at(5_059)])
      expect([valueAt(String(seconds), x), valueAt(before(), x)]).toEqual([x / 1000, x / 1000 - 60]);

    // A shorter span is compared with one as short, right before it.
    view.span.set({ fromMs: at(5_050), toMs: at(5_060) });
    await soon(() => expect(asked()).toContainEqual({ fromMs: at(5_040), toMs: at(5_050) }));
    await soon(() => {
      const track = view.read().tracks.get(before());
      expect([track?.x[0], track?.y[0]]).toEqual([at(5_050), at(5_040) / 1000]);
    });
    view.compare.set(null);
    expect([...view.read().tracks.keys()]).toEqual([String(seconds)]);
    view.dispose();
  });

  it('is cut off where time begins', async () => {
    const view = new HistoryView(page.client, { fromMs: 20_000, toMs: 60_000 }, [seconds], 'before');
    await bothDrawn(view);
    expect(asked()).toContainEqual({ fromMs: 0, toMs: 20_000 });
    const track = view.read().tracks.get(before());
    expect([track?.x[0], track?.y[0]]).toEqual([40_000, 0]);
    view.dispose();
  });
});

it('left the core nothing to complain of', () => expect(room.complaints).toEqual([]));
