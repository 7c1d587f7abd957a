import { describe, expect, it, vi } from 'vitest';
import type { RunFrame } from '@shared/contract/runs';
import { AppError } from '@shared/contract/errors';
import type { Curve, CurveAnswer, CurveQuery } from '@shared/model/curve';
import { rowOf, type RunRow } from '@shared/model/run-list';
import type { RpcClient } from '@shared/rpc/client';
import { CurveStore } from '../../../../src-renderer/data/curve-store';
import { scalarGroups } from '../../../../src-renderer/data/scalar-groups';
import { ready, type Loadable } from '../../../../src-renderer/data/loadable';
import { RunCurves } from '../../../../src-renderer/data/run-curves';
import { Store } from '../../../../src-renderer/data/store';
import { reduceRunFrame, type RunLive } from '../../../../src-renderer/data/run-live';
import { reduceRuns } from '../../../../src-renderer/data/services';
import { recordedRun } from '../../../helpers/recorded-run';

const START = 1_700_000_000_000;
const frameAt = (step: number): RunFrame => ({ run: recordedRun('r1', START, 'running', step), curves: true });

describe('reduceRunFrame', () => {
  it('gives a page that joins late the same as one that was there from the beginning', () => {
    const early = reduceRunFrame(reduceRunFrame(null, frameAt(100)), frameAt(400));
    const late = reduceRunFrame(null, frameAt(400));
    expect({ ...early, curveNews: 1 }).toEqual(late);
  });

  it('counts how often the curves grew', () => {
    const first = reduceRunFrame(null, frameAt(100));
    const quiet = reduceRunFrame(first, { ...frameAt(120), curves: false });
    expect([first, quiet, reduceRunFrame(quiet, frameAt(120))].map(({ curveNews }) => curveNews)).toEqual([1, 1, 2]);
  });
});

describe('reduceRuns', () => {
  const run = (id: string, createdAtMs: number): RunRow => ({ ...rowOf(recordedRun(id, createdAtMs, 'starting', 0)), createdAtMs });

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

describe('RunCurves', () => {
  it('grow in place, ready to be drawn: an update costs what is new', async () => {
    const J_PER_WH = 3600;
    const told = (after: number, x: number[], y: number[]): CurveAnswer => ({
      curves: [
        {
          ...{ runId: 'r1', name: 'loss', points: after + x.length, after, restarted: false, entryPoints: 1, unplaced: 0, damaged: 0 },
          ...{ x: Float64Array.from(x, (wh) => wh * J_PER_WH), y: Float64Array.from(y) },
        },
      ],
      energy: [{ runId: 'r1', provenance: 'measured', coverage: 1 }],
    });
    const answers = [told(0, [1, 2], [9, Infinity]), told(2, [3], [-Infinity]), told(3, [4], [0])];
    const call = (() => Promise.resolve(answers.shift())) as unknown as RpcClient['call'];
    const source = new Store<Loadable<RunLive>>(ready({ run: recordedRun('r1', 0, 'running'), curveNews: 0 }));
    const curves = new RunCurves({ call }, 'r1', source, 'energy');
    const columns = () => curves.read().tracks.get('loss');
    await vi.waitFor(() => expect(columns()).toEqual({ x: [1, 2], y: [9, NaN] }));
    const before = columns();
    for (const news of [1, 2]) {
      source.set(ready({ run: recordedRun('r1', 0, 'running'), curveNews: news }));
      await vi.waitFor(() => expect(columns()?.x.length).toBe(2 + news));
    }
    expect(columns()).toEqual({ x: [1, 2, 3, 4], y: [9, NaN, NaN, 0] });
    expect([columns()?.x === before?.x, columns()?.y === before?.y]).toEqual([true, true]);
    curves.dispose();
  });
});

describe('scalarGroups', () => {
  it('puts what other trainers call one quantity into one chart, by their own ways to write it', () => {
    const names = ['loss (running mean)', 'loss', 'val_loss', 'evaluate/loss', 'eval_loss', 'train_loss', 'validation_split', 'test_acc'];
    expect(scalarGroups(names).map(({ base, scalars }) => [base, ...scalars.map(({ name, part }) => `${name}: ${part}`)])).toEqual([
      [
        'loss',
        'loss (running mean): null',
        'loss: null',
        'train_loss: train',
        'val_loss: val',
        'eval_loss: val',
        'evaluate/loss: evaluate',
      ],
      ['split', 'validation_split: val'],
      ['acc', 'test_acc: test'],
    ]);
  });

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
