import { afterEach, describe, expect, it, vi } from 'vitest';
import { RoomAxis } from '../../../../src-renderer/data/room-axis';
import { Services } from '../../../../src-renderer/data/services';
import { valueOf } from '../../../../src-renderer/data/loadable';
import { extent } from '../../../../src-renderer/charts/time/scale';
import { settle, wire, type Wired } from '../wired';

let wired: Wired | null = null;
let services: Services | null = null;

async function open(scenario: 'bare' | 'gpus' | 'empty'): Promise<{ wired: Wired; services: Services }> {
  wired = wire(scenario);
  services = new Services(wired.client);
  await settle();
  await settle();
  return { wired, services };
}

afterEach(() => {
  services?.dispose();
  wired?.dispose();
  wired = null;
  services = null;
});

describe('Services', () => {
  it('hold what the streams said first, and follow them', async () => {
    const {
      wired: { clock },
      services: own,
    } = await open('gpus');
    const first = valueOf(own.room.get())?.atMs;
    expect(first).toBe(clock.nowMs);
    await clock.advance(2000);
    expect(valueOf(own.room.get())?.atMs).toBe(clock.nowMs);
    expect(valueOf(own.runs.get())?.map(({ status }) => status)).toEqual(['running']);
    expect(valueOf(own.info.get())?.notices).toHaveLength(1);
  });

  it('leave nothing running in the core once disposed', async () => {
    const {
      wired: { clock },
      services: own,
    } = await open('bare');
    expect(clock.running).toBeGreaterThan(0);
    own.dispose();
    await settle();
    expect(clock.running).toBe(0);
  });
});

describe('Telemetry', () => {
  const itPower = (own: Services): number => valueOf(own.series.get())!.find((series) => series.metric === 'it.power')!.id;

  it('begins with a quarter of an hour from memory and goes on live', async () => {
    const {
      wired: { clock },
      services: own,
    } = await open('bare');
    const buffer = own.telemetry.buffer(itPower(own))!;
    expect(clock.nowMs - buffer.firstAtMs).toBeGreaterThan(14 * 60_000);
    const before = buffer.length;
    await clock.advance(5000);
    expect(buffer.length).toBe(before + 5);
    expect(own.telemetry.nowMs).toBe(clock.nowMs);
  });

  it('has every sample once, in order, after a lost connection', async () => {
    const { wired: own, services: held } = await open('bare');
    await own.clock.advance(3000);
    own.disconnect();
    await own.clock.advance(4000);
    own.reconnect();
    await settle();
    await own.clock.advance(1000);
    const { at } = held.telemetry.buffer(itPower(held))!.columns();
    expect(at.at(-1)).toBe(own.clock.nowMs);
    expect([...at].every((time, i) => i === 0 || time - at[i - 1]! === 1000)).toBe(true);
  });
});

describe('RoomAxis', () => {
  const openAxis = (own: Services): RoomAxis =>
    new RoomAxis({ client: own.client, telemetry: own.telemetry, series: own.series, runs: own.runs, labelRun: (run) => `run ${run.id}` });

  it('follows the newest sample and names the runs within the window', async () => {
    const {
      wired: { clock },
      services: own,
    } = await open('gpus');
    const axis = openAxis(own);
    await clock.advance(3000);
    const frame = axis.read();
    expect(frame.to).toBe(clock.nowMs);
    expect(frame.to - frame.from).toBe(60_000);
    expect(frame.spans.map((span) => span.label)).toEqual(['run r9d1f20c4a7']);
    axis.dispose();
  });

  it('adds eight GPUs up and shows the hottest', async () => {
    const {
      wired: { clock },
      services: own,
    } = await open('gpus');
    const axis = openAxis(own);
    await clock.advance(1000);
    const { tracks, to } = axis.read();
    const series = valueOf(own.series.get())!;
    const at = (metric: string): number[] =>
      series.filter((entry) => entry.metric === metric).map((entry) => own.telemetry.buffer(entry.id)!.columns().values.at(-1)!);
    expect(tracks.get('gpu.power')!.x.at(-1)).toBe(to);
    expect(tracks.get('gpu.power')!.y.at(-1)).toBeCloseTo(at('gpu.power').reduce((a, b) => a + b));
    expect(tracks.get('gpu.temperature')!.y.at(-1)).toBe(Math.max(...at('gpu.temperature')));
    axis.dispose();
  });

  it('joins SQLite and memory beyond a quarter of an hour without a seam, and shows a gap as a gap', async () => {
    const { services: own } = await open('bare');
    const axis = openAxis(own);
    axis.window.set({ mode: 'live', spanMs: 3_600_000 });
    await vi.waitFor(() => expect(axis.read().tracks.get('it.power')!.x[0]).toBeLessThan(axis.read().from + 60_000), { timeout: 4000 });
    const { from, tracks } = axis.read();
    const { x, y } = tracks.get('it.power')!;
    expect(x[0]).toBeLessThanOrEqual(from + 5000);
    expect(x.every((time, i) => i === 0 || time >= x[i - 1]!)).toBe(true);
    expect(y.some(Number.isNaN)).toBe(true);
    const known = x.filter((_, i) => !Number.isNaN(y[i]!));
    expect(known.every((time, i) => i === 0 || time - known[i - 1]! < 60_000)).toBe(true);
    axis.dispose();
  });

  it('stands still once the window is fixed', async () => {
    const {
      wired: { clock },
      services: own,
    } = await open('bare');
    const axis = openAxis(own);
    axis.window.set({ mode: 'fixed', fromMs: clock.nowMs - 40_000, toMs: clock.nowMs - 10_000 });
    let changes = 0;
    axis.onChange(() => (changes += 1));
    await clock.advance(5000);
    expect(axis.read().to).toBe(axis.read().from + 30_000);
    const quiet = changes;
    await clock.advance(5000);
    // Runs report twice a second; telemetry frames must not add to it.
    expect(changes - quiet).toBeLessThanOrEqual(11);
    axis.dispose();
  });

  it('returns to live as wide as it was', async () => {
    const {
      wired: { clock },
      services: own,
    } = await open('bare');
    const axis = openAxis(own);
    axis.follow(900_000);
    axis.apply({ kind: 'zoom', at: clock.nowMs, factor: 0.5 });
    expect(axis.window.get().mode).toBe('fixed');
    axis.apply({ kind: 'reset' });
    expect(axis.window.get()).toEqual({ mode: 'live', spanMs: 900_000 });
    axis.dispose();
  });

  it('has nothing to draw for a room never metered', async () => {
    const { services: own } = await open('empty');
    const axis = openAxis(own);
    const { tracks, from, to } = axis.read();
    expect(extent([...tracks.values()], from, to)).toBeNull();
    axis.dispose();
  });
});
