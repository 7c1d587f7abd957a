import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { shippedParams } from '../../helpers/training-sources';
import { RunCurves } from '../../../src-renderer/data/run-curves';
import { reduceRunFrame, type RunLive } from '../../../src-renderer/data/run-live';
import { StreamStore } from '../../../src-renderer/data/stream-store';
import { valueOf } from '../../../src-renderer/data/loadable';
import { createChildLauncher } from '../../../src-main/hosts/child-launcher';
import { fakeTrainer } from '../../helpers/fake-trainer';
import { curvesUpTo, recordedRun, STEPS, STEPS_PER_EPOCH } from '../../helpers/recorded-run';
import { recordInto, startTestCore, type TestCore, type TestPage } from '../../helpers/test-core';

const soon = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 60_000, interval: 20 });
const startedMs = Date.now() - 3_600_000;
const stopped = 'r0stopped';

/** A core with a run that was stopped in its fourth epoch, and one that goes on, with more batches than are told one by one. */
let room: TestCore;
let running: string;
beforeAll(async () => {
  room = await startTestCore({
    scenario: 'workstation',
    launcher: createChildLauncher({ program: fakeTrainer('paced') }),
    prepare: (folder) =>
      recordInto(folder, ({ runs }) => runs.save(recordedRun(stopped, startedMs, 'stopped', 750), { curves: curvesUpTo(startedMs, 750) })),
  });
  const { client } = room.open();
  ({ runId: running } = await client.call('runs.start', { recipe: 'mnist-mlp', engine: 'wasm', params: shippedParams('mnist-mlp') }));
  await vi.waitFor(async () => expect((await client.call('runs.get', { runId: running })).progress.step).toBeGreaterThan(5_000), {
    timeout: 60_000,
  });
});
afterAll(() => room.close());

const disposables: { dispose(): void }[] = [];
afterEach(() => disposables.splice(0).forEach((each) => each.dispose()));

function open(runId: string): { page: TestPage; live: StreamStore<'run.live', RunLive>; curves: RunCurves } {
  const page = room.open();
  const live = new StreamStore<'run.live', RunLive>(page.client, 'run.live', { runId }, reduceRunFrame);
  const curves = new RunCurves(page.client, runId, live, 'step');
  disposables.push(curves, live);
  return { page, live, curves };
}
const lastStep = (curves: RunCurves): number => curves.read().tracks.get('train/loss')?.x.at(-1) ?? 0;

describe('RunCurves', () => {
  it('puts the whole plan on the axis, and epochs at their last batch', async () => {
    const { curves } = open(stopped);
    await soon(() => expect(curves.isLoaded).toBe(true));
    const frame = curves.read();
    expect([frame.from, frame.to]).toEqual([0, STEPS]);
    const [recorded] = curvesUpTo(startedMs, 750);
    expect([...frame.tracks.get('train/loss')!.x]).toEqual(recorded!.step);
    expect([...frame.tracks.get('train/loss')!.y]).toEqual(recorded!.value);
    expect([...frame.tracks.get('val/loss')!.x]).toEqual([1, 2, 3].map((epoch) => epoch * STEPS_PER_EPOCH));
    expect(curves.names.get().split('\n')).toContain('train/loss_epoch');
  });

  it('zooms within the plan and back', async () => {
    const { curves } = open(stopped);
    await soon(() => expect(curves.isLoaded).toBe(true));
    curves.apply({ kind: 'select', from: 400, to: 200 });
    expect(curves.window.get()).toEqual({ from: 200, to: 400 });
    curves.apply({ kind: 'pan', by: 5000 });
    expect(curves.window.get()).toEqual({ from: 800, to: 1000 });
    curves.apply({ kind: 'zoom', at: 900, factor: 100 });
    expect(curves.window.get()).toBeNull();
  });

  it('asks for what is new when it is told that there is something, and for nothing else', async () => {
    const { page, live, curves } = open(running);
    const asked = () => page.wire.callsOf('runs.curves').filter(({ output }) => output !== null);
    await soon(() => expect(curves.isLoaded).toBe(true));
    const first = lastStep(curves);
    await soon(() => expect(lastStep(curves)).toBeGreaterThan(first + 5));
    // As often as the stream told of news, at most.
    expect(page.wire.callsOf('runs.curves').length).toBeLessThanOrEqual(valueOf(live.get())!.curveNews);
    const [whole, ...later] = asked();
    const pointsOf = (call: (typeof later)[number], name: string) => call.output!.curves.find((curve) => curve.name === name);
    expect(pointsOf(whole!, 'train/loss')!.points).toBeGreaterThan(5_000);
    let known = pointsOf(whole!, 'train/loss')!.points;
    for (const call of later) {
      const told = pointsOf(call, 'train/loss');
      if (!told) continue;
      expect(call.input.after?.find(({ name }) => name === 'train/loss')?.points).toBe(known);
      expect(told.after).toBe(known);
      known = told.points;
    }
    expect(known).toBeGreaterThan(pointsOf(whole!, 'train/loss')!.points);
  });
});

describe('a part of a long curve', () => {
  it('is asked for again while the run goes on within it', async () => {
    const { curves } = open(running);
    await soon(() => expect(curves.decimated.get()).toBe(true));
    const begun = lastStep(curves);
    curves.window.set({ from: 4_900, to: 9_900 });
    /** The points of the part in its own detail, each a step. */
    const detail = (): number[] => {
      const track = curves.read().tracks.get('train/loss')!;
      return [...track.x].filter((x) => x >= begun - 50);
    };
    const oneByOne = (x: readonly number[]): boolean => x.length > 20 && x.every((step, i) => i === 0 || step === x[i - 1]! + 1);
    await soon(() => expect(oneByOne(detail())).toBe(true));
    const reached = detail().at(-1)!;
    await soon(() => expect(detail().at(-1)).toBeGreaterThan(reached));
    expect(oneByOne(detail())).toBe(true);
  });

  it('is drawn by the newest answer, whichever comes last', async () => {
    const { page, curves } = open(running);
    await soon(() => expect(curves.decimated.get()).toBe(true));
    const held = page.wire.hold('runs.curves');
    const parts = () => held.filter(({ input }) => input.range !== undefined);
    const shown = (): readonly number[] => [...(curves.read().tracks.get('train/loss')?.x ?? [])];
    curves.window.set({ from: 100, to: 200 });
    await page.wire.until(() => parts().length === 1);
    curves.window.set({ from: 300, to: 400 });
    await page.wire.until(() => parts().length === 2);
    parts()[1]!.release();
    const within = (x: readonly number[], from: number, to: number): number => x.filter((step) => step >= from && step <= to).length;
    await soon(() => expect(within(shown(), 300, 400)).toBe(101));
    parts()[0]!.release();
    await page.wire.until(() => parts()[0]!.output !== null);
    expect(within(shown(), 300, 400)).toBe(101);
    expect(within(shown(), 100, 200)).toBeLessThan(5);
  });
});

it('left the core nothing to complain of', () => expect(room.complaints).toEqual([]));
