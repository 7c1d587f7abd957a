import { describe, expect, it } from 'vitest';
import type { Run } from '@shared/model/run';
import { readCompare, runsOf, without, writeCompare } from '../../../../src-renderer/features/training/compare/address';
import { differs, paramColumns, scalarColumns } from '../../../../src-renderer/features/training/compare/columns';
import { lookAt } from '../../../../src-renderer/features/training/compare/compare-panes';
import { markedBy, parallelView, type Ranges } from '../../../../src-renderer/features/training/compare/parallel-picture';
import { startColumns } from '../../../../src-renderer/features/training/compare/start-columns';
import { formatFor } from '../../../../src-renderer/i18n/format';
import type { Texts } from '../../../../src-renderer/i18n/use-texts';
import { recordedProgram, recordedSnapshot } from '../../../helpers/recorded-program';
import { recordedRun } from '../../../helpers/recorded-run';

const texts: Texts = { t: ((key: string) => key) as never, format: formatFor('en') };
const runs = [0, 1, 2, 3].map((n): Run => {
  const run = recordedRun(`r${n}`, 1_000 * n, 'succeeded');
  return { ...run, params: { ...run.params, learningRate: 1e-4 * 10 ** n, optimizer: n < 2 ? 'adam' : 'sgd' } };
});

describe('the address of a comparison', () => {
  it('holds all of it, and what it does not say is as it is by itself', () => {
    const view = {
      places: ['a', null, 'b,c/d'],
      tab: 'table',
      axis: 'time',
      scalars: ['val/mAP50', 'x & y'],
      smoothing: 0.6,
      isLog: true,
      colour: 'best:val/loss',
      showsAll: true,
    } as const;
    expect(readCompare(writeCompare(view))).toEqual(view);
    expect(writeCompare({ places: ['a', 'b'] })).toBe('runs=a,b');
    expect(readCompare('runs=a,b')).toMatchObject({ tab: 'curves', axis: 'step', scalars: null, smoothing: 0, isLog: false });
  });

  it('is read whatever stands in it: a run once, at most fifty, nothing out of bounds', () => {
    expect(readCompare('runs=a,,a,%E0%A4%A,b,,&x=parsecs&smooth=7&tab=none')).toMatchObject({
      places: ['a', null, null, null, 'b'],
      axis: 'step',
      smoothing: 0.99,
      tab: 'curves',
    });
    expect(readCompare('smooth=nonsense').smoothing).toBe(0);
    expect(runsOf(readCompare(`runs=${Array.from({ length: 80 }, (_, n) => `r${n}`).join()}`))).toHaveLength(50);
    expect(runsOf(readCompare(''))).toEqual([]);
  });

  it('keeps each run’s place, and so its colour, when one leaves', () => {
    const places = without(['a', 'b', 'c'], 'b');
    expect(places).toEqual(['a', null, 'c']);
    expect(without(places, 'c')).toEqual(['a']);
    expect([0, 7, 8, 16].map(lookAt)).toEqual([
      { colour: 1, dashed: false },
      { colour: 8, dashed: false },
      { colour: 1, dashed: true },
      { colour: 1, dashed: false },
    ]);
  });
});

describe('what runs differ in', () => {
  it('is told by parameter; one that a run lacks is a difference too', () => {
    const others = [...runs.slice(0, 2), { ...recordedRun('r9', 0, 'succeeded'), params: { epochs: 5 } }];
    const names = (of: readonly Run[]): string[] =>
      paramColumns(texts, of)
        .filter((column) => differs(column, of))
        .map(({ id }) => id);
    expect(names(runs)).toEqual(['param:learningRate', 'param:optimizer']);
    expect(names(others)).toEqual(expect.arrayContaining(['param:batchSize', 'param:optimizer']));
    expect(names(others)).not.toContain('param:epochs');
  });

  it('shows of each quantity the most telling figure and the best of the validation', () => {
    const ids = scalarColumns(texts, runs, false).map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining(['scalar:test/loss', 'scalar:test/accuracy']));
    expect(ids).not.toContain('scalar:train/loss');
    expect(scalarColumns(texts, runs, true).map(({ id }) => id)).toContain('scalar:train/loss');
  });
});

describe('parallel coordinates', () => {
  const { axes, by } = parallelView(texts, runs, null);

  it('have an axis for each differing parameter, of orders of magnitude where those were tried, one of names, results and energy', () => {
    expect(axes.map(({ column, names, isLog }) => [column.id, names, isLog]).slice(0, 2)).toEqual([
      ['param:learningRate', null, true],
      ['param:optimizer', ['adam', 'sgd'], false],
    ]);
    expect(axes.at(-1)?.column.id).toBe('energy');
    expect(by).not.toBeNull();
    expect(parallelView(texts, runs, 'energy').by?.id).toBe('energy');
  });

  it('mark the runs that lie in a marked part of every axis that has one', () => {
    expect(markedBy(new Map(), axes, runs)).toBeNull();
    expect(markedBy(new Map([['param:learningRate', []]]), axes, runs)).toBeNull();
    const rate: Ranges = new Map([['param:learningRate', [[5e-4, 1]]]]);
    const both: Ranges = new Map([...rate, ['param:optimizer', [[-0.2, 0.4]]]]);
    expect(markedBy(rate, axes, runs)).toEqual(new Set(['r1', 'r2', 'r3']));
    expect(markedBy(both, axes, runs)).toEqual(new Set(['r1']));
  });
});

describe('what compared programs were started with', () => {
  const [a, b, c] = ['a', 'b', 'c'].map((id) => recordedProgram(id, 1_000)) as [Run, Run, Run];
  const first = recordedSnapshot(1_000);
  const python = { ...first.python.value, packages: { value: [{ name: 'torch', version: '2.5.1' }], why: null } };
  const second = { ...first, environment: { ...first.environment, LR: '0.2' }, python: { value: python, why: null } } as typeof first;

  it('has of packages and variables those that are not alike, and nothing of one that was not noted', () => {
    const columns = startColumns(
      texts,
      [a, b, c],
      new Map([
        ['a', first],
        ['b', second],
      ]),
    );
    const lr = columns.find(({ id }) => id === 'start:variable:LR');
    expect([a, b, c].map((run) => lr?.value(run))).toEqual(['0.1', '0.2', null]);
    expect([a, b].map((run) => columns.find(({ id }) => id === 'start:package:torch')?.value(run))).toEqual([null, '2.5.1']);
    expect(columns.some(({ id }) => id === 'start:variable:HF_TOKEN')).toBe(false);
    const commit = columns.find(({ id }) => id === 'start:commit');
    expect([a, b, c].map((run) => commit?.value(run))).toEqual(['0123456789ab', '0123456789ab', null]);
    expect(columns.find(({ id }) => id === 'start:diff')?.value(a)).toMatch(/^\+1 −1 #[0-9a-f]{8}$/);
  });

  it('is nothing where nothing was noted', () => {
    expect(startColumns(texts, [a, b], new Map())).toEqual([]);
  });
});
