import { writeFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { AppError } from '@shared/contract/errors';
import { ROOM_DEVICE } from '@shared/model/device-tree';
import { shippedParams } from '../../helpers/training-sources';
import type { Series } from '@shared/model/series';
import { RoomAxis } from '../../../src-renderer/data/room-axis';
import { Services } from '../../../src-renderer/data/services';
import { valueOf } from '../../../src-renderer/data/loadable';
import { extent } from '../../../src-renderer/charts/time/scale';
import { databasePath } from '../../../src-main/core/store/writer';
import { createChildLauncher } from '../../../src-main/hosts/child-launcher';
import { fakeTrainer } from '../../helpers/fake-trainer';
import { startTestCore, type TestCore, type TestPage } from '../../helpers/test-core';
import { settle, type TappedCall } from '../../helpers/wire';

const soon = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 60_000, interval: 25 });
const HOUR_MS = 3_600_000;
/** What the core still has in memory. */
const MEMORY_MS = 14 * 60_000;
/** Half an hour ago nothing was read for so long. */
const SILENT_MS = 40_000;

/** A workstation with two GPUs that was metered for an hour already, and whose database before that could not be read. */
let room: TestCore;
let runId: string;
let itPower: Series;
/** When the hour ended that was there before the first page. */
let fromMs: number;
beforeAll(async () => {
  room = await startTestCore({
    scenario: 'workstation',
    launcher: createChildLauncher({ program: fakeTrainer('patient') }),
    prepare: (folder) => writeFileSync(databasePath(folder), 'no database at all'.repeat(1_000)),
  });
  const { client } = room.open();
  const found = async (): Promise<Series | undefined> =>
    (await client.call('series.list', {})).series.find(({ device, metric }) => device === ROOM_DEVICE && metric === 'it.power');
  await vi.waitFor(async () => expect(await found()).toBeDefined(), { timeout: 60_000 });
  itPower = (await found())!;
  fromMs = Math.floor(Date.now() / 1000) * 1000 - 2_000;
  const { telemetry, store } = room.inside;
  const past = Array.from({ length: HOUR_MS / 1000 }, (_, i) => fromMs - i * 1000)
    .filter((atMs) => atMs <= fromMs - HOUR_MS / 2 - SILENT_MS || atMs > fromMs - HOUR_MS / 2)
    .reverse();
  store.samples.commit(
    past.filter((atMs) => atMs < fromMs - MEMORY_MS).map((atMs) => ({ seriesId: itPower.id, atMs, value: powerAt(atMs) })),
  );
  store.samples.commit([{ seriesId: itPower.id, atMs: fromMs - HOUR_MS / 2 - SILENT_MS + 1000, value: null }]);
  for (const atMs of past.filter((at) => at >= fromMs - MEMORY_MS)) telemetry.append(atMs, [{ ...itPower, value: powerAt(atMs) }]);
  ({ runId } = await client.call('runs.start', { recipe: 'mnist-mlp', engine: 'wasm', params: shippedParams('mnist-mlp') }));
  await vi.waitFor(async () => expect((await client.call('runs.get', { runId })).status).toBe('running'), { timeout: 60_000 });
});
afterAll(() => room.close());

const powerAt = (atMs: number): number => 300 + (Math.floor(atMs / 1000) % 97);

const opened: Services[] = [];
afterEach(() => opened.splice(0).forEach((services) => services.dispose()));

async function open(): Promise<{ page: TestPage; services: Services }> {
  const page = room.open();
  const services = new Services(page.client);
  opened.push(services);
  await soon(() => expect(valueOf(services.series.get())).not.toBeNull());
  return { page, services };
}

/** The next samples have come. */
async function ticks(services: Services, count = 1): Promise<void> {
  for (let n = 0; n < count; n += 1) {
    const before = services.telemetry.nowMs ?? 0;
    await soon(() => expect(services.telemetry.nowMs).toBeGreaterThan(before));
  }
}

/** What the core has in memory of a series since a moment. */
function inMemory(id: number, sinceMs: number): { at: number[]; values: number[] } {
  const [frame] = room.inside.telemetry.backlog(sinceMs, [id]);
  return { at: [...(frame?.atMs ?? [])], values: [...(frame?.values ?? [])] };
}

describe('Services', () => {
  it('hold what the streams said first, and follow them', async () => {
    const { services } = await open();
    await soon(() => expect(valueOf(services.room.get())?.itPowerW.value).toBeGreaterThan(0));
    const first = valueOf(services.room.get())!;
    await ticks(services, 2);
    expect(valueOf(services.room.get())!.atMs).toBeGreaterThan(first.atMs);
    expect(valueOf(services.runs.get())?.map(({ id, status }) => [id, status])).toEqual([[runId, 'running']]);
    expect(valueOf(services.room.get())?.runningJobs).toBe(1);
    expect(valueOf(services.info.get())).toMatchObject({ scenario: 'workstation', notices: [{ code: 'database-set-aside' }] });
    expect(valueOf(services.tree.get())?.places.map(({ name }) => name)).toEqual(['Office', 'workstation']);
  });

  it('leave nothing running in the core once disposed', async () => {
    const { page, services } = await open();
    const { services: other } = await open();
    await ticks(services);
    expect(page.wire.streams.filter(({ over }) => !over).length).toBeGreaterThan(6);
    services.dispose();
    await settle();
    expect(page.wire.streams.filter(({ over }) => !over)).toEqual([]);
    const sent = page.wire.streams.map(({ frames }) => frames);
    await ticks(other, 2);
    expect(page.wire.streams.map(({ frames }) => frames)).toEqual(sent);
  });
});

describe('a stream that ends with an error', () => {
  it('says so where its value stood, and the others go on', async () => {
    const { page, services } = await open();
    await soon(() => expect(services.room.get().state).toBe('ready'));
    page.wire.fail('room.live', new AppError('storage-failed', 'disk gone'));
    await soon(() => expect(services.room.get()).toMatchObject({ state: 'ready', stopped: { error: { code: 'storage-failed' } } }));
    await ticks(services);
    expect(services.runs.get().state).toBe('ready');
    // The core hears of it too, and sends no more of it.
    expect(page.wire.streamsOf('room.live')[0]).toMatchObject({ over: true });
  });
});

describe('Telemetry', () => {
  it('begins with what is in the core’s memory and goes on live', async () => {
    const { services } = await open();
    await ticks(services);
    const buffer = services.telemetry.buffer(itPower.id)!;
    expect(services.telemetry.nowMs! - buffer.firstAtMs).toBeGreaterThan(MEMORY_MS - 60_000);
    const { at, values } = buffer.columns();
    const asPut = [...at].flatMap((atMs, i) => (atMs <= fromMs ? [[values[i], powerAt(atMs)]] : []));
    expect(asPut.length).toBeGreaterThan(600);
    expect(asPut.every(([shown, put]) => shown === put)).toBe(true);
    const before = buffer.length;
    await ticks(services, 2);
    expect(buffer.length).toBeGreaterThanOrEqual(before + 2);
    expect(buffer.lastAtMs).toBe(services.telemetry.nowMs);
  });

  it('has every sample once, in order, after a lost connection', async () => {
    const { page, services } = await open();
    const { services: other } = await open();
    await ticks(services, 2);
    page.wire.cut();
    const lostMs = services.telemetry.nowMs!;
    await ticks(other, 2);
    expect(services.telemetry.nowMs).toBe(lostMs);
    page.reconnect();
    await ticks(services, 1);
    const { at, values } = services.telemetry.buffer(itPower.id)!.columns();
    expect(at.at(-1)).toBeGreaterThan(lostMs + 1_000);
    const known = inMemory(itPower.id, at[0]!);
    expect([...at]).toEqual(known.at.slice(0, at.length));
    expect([...values]).toEqual(known.values.slice(0, at.length));
  });
});

describe('RoomAxis', () => {
  const openAxis = (own: Services): RoomAxis =>
    new RoomAxis({ client: own.client, telemetry: own.telemetry, series: own.series, runs: own.runs, labelRun: (run) => `run ${run.id}` });

  it('follows the newest sample and names the runs within the window', async () => {
    const { services } = await open();
    const axis = openAxis(services);
    await ticks(services, 2);
    const frame = axis.read();
    expect(frame.to).toBe(services.telemetry.nowMs);
    expect(frame.to - frame.from).toBe(60_000);
    await soon(() => expect(axis.read().spans.map(({ label }) => label)).toEqual([`run ${runId}`]));
    axis.dispose();
  });

  it('adds the GPUs up and shows the hottest', async () => {
    const { services } = await open();
    const axis = openAxis(services);
    await ticks(services);
    const { tracks, to } = axis.read();
    const at = (metric: string): number[] =>
      valueOf(services.series.get())!
        .filter((entry) => entry.metric === metric)
        .map((entry) => services.telemetry.buffer(entry.id)!.columns().values.at(-1)!);
    const powers = at('gpu.power');
    expect(powers).toHaveLength(2);
    expect(Math.min(...powers)).toBeGreaterThan(15);
    expect(tracks.get('gpu.power')!.x.at(-1)).toBe(to);
    expect(tracks.get('gpu.power')!.y.at(-1)).toBeCloseTo(powers[0]! + powers[1]!);
    expect(tracks.get('gpu.temperature')!.y.at(-1)).toBe(Math.max(...at('gpu.temperature')));
    axis.dispose();
  });

  it('joins SQLite and memory without a seam, and shows a gap as a gap', async () => {
    const { services } = await open();
    const axis = openAxis(services);
    axis.window.set({ mode: 'live', spanMs: HOUR_MS - 120_000 });
    await soon(() => expect(axis.read().tracks.get('it.power')!.x[0]).toBeLessThan(axis.read().from + 10_000));
    const { x, y } = axis.read().tracks.get('it.power')!;
    expect(x.every((time, i) => i === 0 || time >= x[i - 1]!)).toBe(true);
    const known = [...x].filter((_, i) => !Number.isNaN(y[i]!));
    const holes = known.flatMap((time, i) => (i > 0 && time - known[i - 1]! > 15_000 ? [[known[i - 1]!, time]] : []));
    expect(holes).toHaveLength(1);
    const [[before, after]] = holes as [[number, number]];
    expect(Math.abs(after - (fromMs - HOUR_MS / 2))).toBeLessThan(10_000);
    expect(Math.abs(after - before - SILENT_MS)).toBeLessThan(15_000);
    expect([...x].some((time, i) => time > before && time < after && Number.isNaN(y[i]!))).toBe(true);
    axis.dispose();
  });

  it('stands still once the window is fixed', async () => {
    const { page, services } = await open();
    const axis = openAxis(services);
    await ticks(services);
    const nowMs = services.telemetry.nowMs!;
    axis.window.set({ mode: 'fixed', fromMs: nowMs - 40_000, toMs: nowMs - 10_000 });
    await ticks(services);
    // Runs and new series tell of themselves; samples must not add to it.
    const told = (): number =>
      page.wire.streams.reduce((sum, { name, frames }) => sum + (name === 'runs.live' || name === 'series.live' ? frames : 0), 0);
    const [toldBefore, live] = [told(), page.wire.streamsOf('telemetry.live')[0]!];
    const samples = live.frames;
    let changes = 0;
    axis.onChange(() => (changes += 1));
    await ticks(services, 2);
    expect([axis.read().from, axis.read().to]).toEqual([nowMs - 40_000, nowMs - 10_000]);
    expect(live.frames).toBeGreaterThan(samples);
    expect(changes).toBeLessThanOrEqual(told() - toldBefore);
    axis.dispose();
  });

  it('returns to live as wide as it was', async () => {
    const { services } = await open();
    const axis = openAxis(services);
    await ticks(services);
    axis.follow(900_000);
    axis.apply({ kind: 'zoom', at: services.telemetry.nowMs!, factor: 0.5 });
    expect(axis.window.get().mode).toBe('fixed');
    axis.apply({ kind: 'reset' });
    expect(axis.window.get()).toEqual({ mode: 'live', spanMs: 900_000 });
    axis.dispose();
  });

  it('has nothing to draw of a time that nothing was metered in', async () => {
    const { page, services } = await open();
    const axis = openAxis(services);
    await ticks(services);
    const nowMs = services.telemetry.nowMs!;
    axis.window.set({ mode: 'fixed', fromMs: nowMs - 48 * HOUR_MS, toMs: nowMs - 24 * HOUR_MS });
    const asked = (): readonly TappedCall<'history.query'>[] => page.wire.callsOf('history.query');
    await page.wire.until(() => asked().some(({ input, output }) => input.seriesIds.includes(itPower.id) && output !== null));
    await soon(() => expect(asked().every(({ output }) => output !== null)).toBe(true));
    const { tracks, from, to } = axis.read();
    expect(extent([...tracks.values()], from, to)).toBeNull();
    axis.dispose();
  });
});

it('left the core nothing to complain of but the database that it set aside', () => {
  expect(room.complaints.filter((line) => !line.includes('set aside') && !line.includes('damaged'))).toEqual([]);
});
