import { describe, expect, it } from 'vitest';
import { rowOf, type RunRow } from '@shared/model/run-list';
import type { RunFrame } from '@shared/contract/runs';
import { Store } from '../../../../src-renderer/data/store';
import { ready, type Loadable } from '../../../../src-renderer/data/loadable';
import { RunCurves } from '../../../../src-renderer/data/run-curves';
import { foldRunFrame, LOG_LINES, type RunLive } from '../../../../src-renderer/data/run-live';
import { foldRuns } from '../../../../src-renderer/data/services';
import { exampleParams, FakeRun } from '../../../fakes/page-core-runs';

const START = 1_700_000_000_000;
const fake = new FakeRun('r1', exampleParams, START, null, 0);
const frameAt = (nowMs: number, afterStep = 0): RunFrame => ({
  run: fake.run(nowMs),
  batches: fake.batches(nowMs, afterStep),
  epochs: fake.epochs(nowMs),
  log: fake.log(nowMs),
});

describe('foldRunFrame', () => {
  it('gives a page that joins late the same as one that was there from the beginning', () => {
    const early = foldRunFrame(
      foldRunFrame(null, frameAt(START + 8_000), true),
      frameAt(START + 20_000, fake.run(START + 8_000).progress.step),
      false,
    );
    const late = foldRunFrame(null, frameAt(START + 20_000), true);
    expect(early).toEqual(late);
    expect(late.batches.step.length).toBeGreaterThan(300);
  });

  it('does not add twice what overlaps', () => {
    const first = foldRunFrame(null, frameAt(START + 10_000), true);
    const again = foldRunFrame(first, frameAt(START + 12_000), false);
    expect(again.batches.step).toEqual(fake.batches(START + 12_000).step);
    expect(again.log.map((line) => line.seq)).toEqual([...new Set(again.log.map((line) => line.seq))]);
  });

  it('keeps the last lines of a flooding log', () => {
    const flood = (from: number): RunFrame => ({
      ...frameAt(START + 10_000),
      log: Array.from({ length: 300 }, (_, i) => ({ seq: from + i, atMs: START, source: 'stdout' as const, text: String(from + i) })),
    });
    const { log } = foldRunFrame(foldRunFrame(null, flood(0), true), flood(300), false);
    expect(log).toHaveLength(LOG_LINES);
    expect(log.at(-1)?.text).toBe('599');
  });
});

describe('foldRuns', () => {
  const run = (id: string, createdAtMs: number): RunRow => ({ ...rowOf(fake.run(START)), id, createdAtMs });

  it('holds the living ones, newest first: replaces on a full frame, updates on a partial one, lets go what ended or is deleted', () => {
    const all = foldRuns(null, { full: true, runs: [run('d', 0), run('a', 1), run('b', 2)], deleted: [] });
    expect(all.map(({ id }) => id)).toEqual(['b', 'a', 'd']);
    const next = foldRuns(all, {
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

describe('RunCurves', () => {
  const source = (nowMs: number): Store<Loadable<RunLive>> => new Store<Loadable<RunLive>>(ready(foldRunFrame(null, frameAt(nowMs), true)));

  it('puts the whole plan on the axis, and epochs at their last batch', () => {
    const curves = new RunCurves(source(START + 15_000));
    const frame = curves.read();
    expect([frame.from, frame.to]).toEqual([0, 1000]);
    expect(frame.tracks.get('valLoss')?.x).toEqual([200]);
    curves.dispose();
  });

  it('zooms within the plan and back', () => {
    const curves = new RunCurves(source(START + 60_000));
    curves.apply({ kind: 'select', from: 400, to: 200 });
    expect(curves.window.get()).toEqual({ from: 200, to: 400 });
    curves.apply({ kind: 'pan', by: 5000 });
    expect(curves.window.get()).toEqual({ from: 800, to: 1000 });
    curves.apply({ kind: 'zoom', at: 900, factor: 100 });
    expect(curves.window.get()).toBeNull();
    curves.dispose();
  });
});
