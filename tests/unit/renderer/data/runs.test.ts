import { describe, expect, it, vi } from 'vitest';
import type { RunFrame } from '@shared/contract/runs';
import { AppError } from '@shared/contract/errors';
import type { Curve, CurveQuery } from '@shared/model/curve';
import { rowOf, type RunRow } from '@shared/model/run-list';
import type { RpcClient } from '@shared/rpc/client';
import { Store } from '../../../../src-renderer/data/store';
import { ready, type Loadable } from '../../../../src-renderer/data/loadable';
import { CurveStore } from '../../../../src-renderer/data/curve-store';
import { scalarGroups } from '../../../../src-renderer/data/scalar-groups';
import { RunCurves } from '../../../../src-renderer/data/run-curves';
import { reduceRunFrame, type RunLive } from '../../../../src-renderer/data/run-live';
import { reduceRuns } from '../../../../src-renderer/data/services';
import { curvesOf, exampleParams, FakeRun } from '../../../fakes/page-core-runs';

const START = 1_700_000_000_000;
const fake = new FakeRun('r1', exampleParams, START, null, 0);
const frameAt = (nowMs: number): RunFrame => ({ run: fake.run(nowMs), curves: true });

describe('foldRunFrame', () => {
  it('gives a page that joins late the same as one that was there from the beginning', () => {
    const early = reduceRunFrame(reduceRunFrame(null, frameAt(START + 8_000)), frameAt(START + 20_000));
    const late = reduceRunFrame(null, frameAt(START + 20_000));
    expect({ ...early, curveNews: 1 }).toEqual(late);
  });

  it('counts how often the curves grew', () => {
    const first = reduceRunFrame(null, frameAt(START + 8_000));
    const quiet = reduceRunFrame(first, { ...frameAt(START + 9_000), curves: false });
    expect([first, quiet, reduceRunFrame(quiet, frameAt(START + 9_000))].map(({ curveNews }) => curveNews)).toEqual([1, 1, 2]);
  });
});

describe('reduceRuns', () => {
  const run = (id: string, createdAtMs: number): RunRow => ({ ...rowOf(fake.run(START)), id, createdAtMs });

  it('holds the living ones, newest first: replaces on a full frame, updates on a partial one, lets go what ended or is deleted', () => {
    const all = reduceRuns(null, { full: true, runs: [run('d', 0), run('a', 1), run('b', 2)], deleted: [] });
    expect(all.map(({ id }) => id)).toEqual(['b', 'a', 'd']);
    const next = reduceRuns(all, {
      full: false,
      runs: [run('c', 3), { ...run('a', 1), status: 'failed' }, { ...run('d', 0), status: 'running' }],
      deleted: ['b'],
    });
    expect(next.map((entry) => [entry.id, entry.status])).toEqual([
      ['c', 'starting'],
      ['d', 'running'],
    ]);
  });
});

/** A core whose run is at the moment `at.ms`; counts the points it told. */
function fakeClient(at: { ms: number }) {
  const told: number[] = [];
  const call = (async (name: string, query: CurveQuery) => {
    if (name !== 'runs.curves') throw new Error(name);
    const curves = curvesOf(fake, at.ms, query);
    told.push(curves.reduce((sum, { x }) => sum + x.length, 0));
    return Promise.resolve({ curves, energy: [] });
  }) as RpcClient['call'];
  return { client: { call }, told };
}

describe('RunCurves', () => {
  const source = (nowMs: number): Store<Loadable<RunLive>> => new Store<Loadable<RunLive>>(ready(reduceRunFrame(null, frameAt(nowMs))));

  it('puts the whole plan on the axis, and epochs at their last batch', async () => {
    const curves = new RunCurves(fakeClient({ ms: START + 15_000 }).client, 'r1', source(START + 15_000), 'step');
    await vi.waitFor(() => expect(curves.isLoaded).toBe(true));
    const frame = curves.read();
    expect([frame.from, frame.to]).toEqual([0, 1000]);
    expect(frame.tracks.get('val/loss')?.x).toEqual([200]);
    expect(curves.names.get().split('\n')).toContain('train/loss_epoch');
    curves.dispose();
  });

  it('zooms within the plan and back', () => {
    const curves = new RunCurves(fakeClient({ ms: START + 60_000 }).client, 'r1', source(START + 60_000), 'step');
    curves.apply({ kind: 'select', from: 400, to: 200 });
    expect(curves.window.get()).toEqual({ from: 200, to: 400 });
    curves.apply({ kind: 'pan', by: 5000 });
    expect(curves.window.get()).toEqual({ from: 800, to: 1000 });
    curves.apply({ kind: 'zoom', at: 900, factor: 100 });
    expect(curves.window.get()).toBeNull();
    curves.dispose();
  });

  it('asks for what is new when it is told that there is something, and for nothing else', async () => {
    const at = { ms: START + 8_000 };
    const { client, told } = fakeClient(at);
    const live = source(at.ms);
    const curves = new RunCurves(client, 'r1', live, 'step');
    await vi.waitFor(() => expect(told).toHaveLength(1));
    const steps = fake.run(at.ms).progress.step;
    at.ms += 2_000;
    const before = live.get();
    if (before.state !== 'ready') throw new Error('not ready');
    live.set(ready(reduceRunFrame(before.value, { ...frameAt(at.ms), curves: false })));
    live.set(ready(reduceRunFrame(before.value, frameAt(at.ms))));
    await vi.waitFor(() => expect(curves.read().tracks.get('train/loss')?.x).toHaveLength(fake.run(at.ms).progress.step));
    expect(told).toHaveLength(2);
    expect(told[1]).toBe((fake.run(at.ms).progress.step - steps) * 3);
    curves.dispose();
  });
});

describe('a part of a long curve', () => {
  /** A core whose curve, of which each entry stands for several points, ends at `at.step`; queries for a part wait for `free`. */
  function longCurve(at: { step: number }) {
    const parts: { range: NonNullable<CurveQuery['range']>; free: () => void }[] = [];
    const curveOf = (x: readonly number[], from: number, entryPoints: number): Curve => ({
      runId: 'r1',
      name: 'train/loss',
      points: at.step,
      after: from,
      restarted: false,
      entryPoints,
      x: Float64Array.from(x),
      y: Float64Array.from(x),
      unplaced: 0,
      damaged: 0,
    });
    const stepsTo = (from: number, to: number): number[] => Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i + 1);
    const call = (async (_: string, { range, after }: CurveQuery) => {
      const from = after?.[0]?.points ?? 0;
      if (range === undefined) return { curves: [curveOf(stepsTo(from, at.step), from, 4)], energy: [] };
      const answer = { curves: [curveOf(stepsTo(range.from, Math.min(range.to, at.step)), 0, 1)], energy: [] };
      await new Promise<void>((free) => parts.push({ range, free }));
      return answer;
    }) as RpcClient['call'];
    return { client: { call }, parts };
  }
  const live = (): Store<Loadable<RunLive>> => new Store<Loadable<RunLive>>(ready(reduceRunFrame(null, frameAt(START + 60_000))));
  const ofDetail = (curves: RunCurves): number | undefined => {
    const track = curves.read().tracks.get('train/loss');
    return track === undefined || 'low' in track ? undefined : track.x.at(-1);
  };

  it('is asked for again while the run goes on within it', async () => {
    const at = { step: 500 };
    const { client, parts } = longCurve(at);
    const source = live();
    const curves = new RunCurves(client, 'r1', source, 'step');
    await vi.waitFor(() => expect(curves.decimated.get()).toBe(true));
    curves.window.set({ from: 400, to: 600 });
    await vi.waitFor(() => expect(parts).toHaveLength(1));
    parts[0]?.free();
    await vi.waitFor(() => expect(ofDetail(curves)).toBe(500));
    at.step = 550;
    const before = source.get();
    if (before.state !== 'ready') throw new Error('not ready');
    source.set(ready(reduceRunFrame(before.value, frameAt(START + 60_000))));
    await vi.waitFor(() => expect(parts).toHaveLength(2));
    parts[1]?.free();
    await vi.waitFor(() => expect(ofDetail(curves)).toBe(550));
    curves.dispose();
  });

  it('is drawn by the newest answer, whichever comes last', async () => {
    const { client, parts } = longCurve({ step: 900 });
    const curves = new RunCurves(client, 'r1', live(), 'step');
    await vi.waitFor(() => expect(curves.decimated.get()).toBe(true));
    curves.window.set({ from: 100, to: 200 });
    await vi.waitFor(() => expect(parts).toHaveLength(1));
    curves.window.set({ from: 300, to: 400 });
    await vi.waitFor(() => expect(parts).toHaveLength(2));
    parts[1]?.free();
    await vi.waitFor(() => expect(ofDetail(curves)).toBe(400));
    parts[0]?.free();
    await new Promise((resolve) => setImmediate(resolve));
    expect(ofDetail(curves)).toBe(400);
    curves.dispose();
  });
});

describe('CurveStore', () => {
  const curve = (over: Partial<Curve>): Curve => ({
    runId: 'r1',
    name: 'loss',
    points: 3,
    after: 0,
    restarted: false,
    entryPoints: 1,
    x: Float64Array.of(1, 2, 3),
    y: Float64Array.of(9, 8, 7),
    unplaced: 0,
    damaged: 0,
    ...over,
  });

  it('asks anew for a curve that went back, and for one that has grown too long', async () => {
    const asked: CurveQuery[] = [];
    const answers = [
      curve({}),
      curve({ after: 3, points: 4, restarted: true, x: Float64Array.of(2), y: Float64Array.of(5) }),
      curve({ points: 4, x: Float64Array.of(1, 2), y: Float64Array.of(9, 5) }),
      curve({ after: 4, points: 9, x: Float64Array.of(3, 4, 5, 6, 7), y: Float64Array.of(1, 1, 1, 1, 1) }),
      curve({
        points: 9,
        entryPoints: 4,
        x: Float64Array.of(1, 4),
        y: Float64Array.of(4, 1),
        low: Float64Array.of(1, 1),
        high: Float64Array.of(9, 1),
      }),
    ];
    const call = ((_: string, query: CurveQuery) => {
      asked.push(query);
      const next = answers.shift();
      return next ? Promise.resolve({ curves: [next], energy: [] }) : Promise.reject(new AppError('storage-failed', 'gone'));
    }) as RpcClient['call'];
    const store = new CurveStore({ call }, { runIds: ['r1'], x: 'step', maxPoints: 3 });
    store.refresh();
    await vi.waitFor(() => expect(asked).toHaveLength(1));
    store.refresh();
    await vi.waitFor(() => expect(store.of('r1').get('loss')).toMatchObject({ points: 4, x: [1, 2], y: [9, 5] }));
    store.refresh();
    await vi.waitFor(() => expect(store.of('r1').get('loss')).toMatchObject({ points: 9, entryPoints: 4, low: [1, 1], high: [9, 1] }));
    expect(asked.map(({ after }) => after?.[0]?.points)).toEqual([undefined, 3, undefined, 4, undefined]);
    store.refresh();
    await vi.waitFor(() => expect(store.error?.code).toBe('storage-failed'));
    // What is drawn stays.
    expect(store.of('r1').get('loss')?.points).toBe(9);
    store.dispose();
  });
});

describe('scalarGroups', () => {
  it('put the parts of one quantity together, whatever it is called', () => {
    const names = ['val/mAP50', 'train/loss', 'epoch', 'energy/it', 'lr', 'val/loss', 'train/loss_epoch', 'test/loss', 'grad/a/b'];
    expect(scalarGroups(names).map(({ base, scalars }) => [base, ...scalars.map(({ name }) => name)])).toEqual([
      ['mAP50', 'val/mAP50'],
      ['loss', 'train/loss', 'train/loss_epoch', 'val/loss', 'test/loss'],
      ['lr', 'lr'],
      ['grad/a/b', 'grad/a/b'],
    ]);
  });
});
