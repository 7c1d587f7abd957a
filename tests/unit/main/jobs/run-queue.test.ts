import { describe, expect, it } from 'vitest';
import { freshControl, plainLaunch, type RunControl, type RunLaunch } from '@shared/model/launch';
import type { RunStatus } from '@shared/model/run';
import { SERVING_KIND } from '@shared/model/serving';
import { english } from '@shared/text/message';
import { inOrder, placeBefore, planQueue, type QueueView } from '../../../../src-main/core/jobs/run-queue';

type Queued = QueueView['waiting'][number];

const run = (id: string, launch: Partial<RunLaunch> = {}, control: Partial<RunControl> = {}, createdAtMs = 0): Queued => ({
  id,
  kind: 'program',
  name: null,
  createdAtMs,
  launch: { ...plainLaunch, ...launch },
  control: { ...freshControl, ...control },
});

function plan(waiting: Queued[], over: Partial<QueueView> & { statuses?: Record<string, RunStatus> } = {}) {
  const { statuses = {}, ...view } = over;
  const planned = planQueue({
    waiting,
    busy: [],
    slots: 1,
    nowMs: 1000,
    find: (id) => (statuses[id] === undefined ? null : { id, name: null, status: statuses[id] }),
    isPresent: () => true,
    ...view,
  });
  const said = (of: ReadonlyMap<string, Parameters<typeof english>[0]>) =>
    Object.fromEntries([...of].map(([id, why]) => [id, english(why)]));
  return { start: planned.start, waits: said(planned.waits), refused: said(planned.refused), lookAtMs: planned.lookAtMs };
}

describe('planQueue', () => {
  it('lets one that serves begin beside others, and keeps nobody waiting for it', () => {
    const serving = { ...run('s'), kind: SERVING_KIND };
    const first = plan([serving, run('b')], { busy: [run('a')] });
    expect(first).toMatchObject({ start: ['s'], waits: { b: 'Waits its turn: run a is under way' } });
    expect(plan([run('b')], { busy: [serving] }).start).toEqual(['b']);
  });

  it('gives each GPU to one run, runs on different GPUs go together, and each that waits is told for what', () => {
    const planned = plan([run('b', { gpus: ['gpu0'] }), run('c', { gpus: ['gpu1'] }), run('d', { gpus: ['gpu0', 'gpu1'] })], {
      busy: [run('a', { gpus: ['gpu0'] })],
    });
    expect(planned.start).toEqual(['c']);
    expect(planned.waits).toEqual({ b: 'Waits for gpu0: run a has it', d: 'Waits for gpu0: run a has it' });
  });

  it('lets those share a GPU that all say so, and no other', () => {
    const busy = [run('a', { gpus: ['gpu0'], shared: true })];
    expect(plan([run('b', { gpus: ['gpu0'], shared: true })], { busy }).start).toEqual(['b']);
    expect(plan([run('b', { gpus: ['gpu0'] })], { busy }).start).toEqual([]);
  });

  it('passes nobody who wants several by those who want one', () => {
    const planned = plan([run('b', { gpus: ['gpu0', 'gpu1'] }), run('c', { gpus: ['gpu1'] })], { busy: [run('a', { gpus: ['gpu0'] })] });
    expect(planned.start).toEqual([]);
    expect(planned.waits['c']).toBe('Waits for gpu1: run b comes first');
  });

  it('goes by priority, then by order, then by age', () => {
    const waiting = [run('a', {}, {}, 1), run('b', { priority: 5 }, {}, 2), run('c', {}, { order: 0 }, 3)];
    expect(inOrder(waiting).map(({ id }) => id)).toEqual(['b', 'c', 'a']);
    expect(plan(waiting)).toMatchObject({ start: ['b'], waits: { c: 'Waits its turn: run b comes first' } });
    expect(plan(waiting, { slots: 2 }).start).toEqual(['b', 'c']);
  });

  it('waits for a GPU that is away, and keeps it for that run', () => {
    const planned = plan([run('a', { gpus: ['gpu7'] }), run('b', { gpus: ['gpu7'] })], { isPresent: () => false });
    expect(planned.waits).toEqual({ a: 'Waits for gpu7, which is not there now', b: 'Waits for gpu7: run a comes first' });
  });

  it('waits for the runs it follows, and never begins after one that did not succeed', () => {
    const after = (on: 'success' | 'end'): Partial<RunLaunch> => ({ after: [{ run: 'x', on }] });
    expect(plan([run('a', after('success'))], { statuses: { x: 'running' } }).waits).toEqual({ a: 'Waits for run x to succeed' });
    expect(plan([run('a', after('success'))], { statuses: { x: 'succeeded' } }).start).toEqual(['a']);
    expect(plan([run('a', after('end'))], { statuses: { x: 'failed' } }).start).toEqual(['a']);
    expect(plan([run('a', after('success'))], { statuses: { x: 'failed' } }).refused).toEqual({
      a: 'Not started: run x, which had to succeed before, did not',
    });
    expect(plan([run('a', after('end'))]).refused).toEqual({ a: 'Not started: run x, which had to be over before, was deleted' });
  });

  it('waits for the time of an attempt, lets others go meanwhile, and says when to look again', () => {
    const planned = plan([run('a', {}, { attempt: 2, notBeforeMs: 5000 }), run('b')]);
    expect(planned).toMatchObject({ start: ['b'], lookAtMs: 5000 });
    expect(planned.waits['a']).toMatch(/^Attempt 2 begins at /);
    expect(plan([run('a', {}, { attempt: 2, notBeforeMs: 5000 })], { nowMs: 5000 }).start).toEqual(['a']);
  });
});

it('lets one that is wanted now go before all others, without a slot and before its time, but for no GPU that is taken', () => {
  const busy = [run('a'), run('g', { gpus: ['gpu0'] })];
  const waiting = [run('b', { priority: 5 }), run('c', {}, { notBeforeMs: 5000 }), run('d', { gpus: ['gpu0'] })];
  expect(plan(waiting, { busy, urgent: new Set(['c']) }).start).toEqual(['c']);
  expect(plan(waiting, { busy, urgent: new Set(['d']) })).toMatchObject({ start: [], waits: { d: 'Waits for gpu0: run g has it' } });
  // Whom it passes keeps what he waits for.
  const wide = [run('e', { gpus: ['gpu0', 'gpu1'] }), run('f', { gpus: ['gpu1'] })];
  expect(plan(wide, { busy, urgent: new Set(['f']) })).toMatchObject({ start: ['f'], waits: { e: 'Waits for gpu0: run g has it' } });
});

it('placeBefore finds a place among its new neighbours, with their priority', () => {
  const waiting = [run('a', { priority: 5 }, {}, 1), run('b', {}, {}, 2), run('c', {}, {}, 3), run('d', {}, {}, 4)];
  const moved = (id: string, before: string | null): string => {
    const place = placeBefore(waiting, id, before);
    return inOrder(
      waiting.map((one) =>
        one.id === id && place
          ? { ...one, launch: { ...one.launch, priority: place.priority }, control: { ...one.control, order: place.order } }
          : one,
      ),
    )
      .map((one) => one.id)
      .join('');
  };
  expect(moved('d', 'c')).toBe('abdc');
  expect(moved('d', 'b')).toBe('adbc');
  expect(moved('d', 'a')).toBe('dabc');
  expect(moved('a', null)).toBe('bcda');
  expect(moved('b', 'b')).toBe('abcd');
});
