import { describe, expect, it } from 'vitest';
import type { ColumnData, DataTable } from '@shared/datasets/column';
import { derive } from '@shared/datasets/derive';
import { TrainingRecipe, type RecipeDeclaration } from '@shared/studio/recipe';
import type { Prepared } from '../../../../src-main/trainer/prepared';
import { LearningRate, Patience } from '../../../../src-main/trainer/schedule';
import { taskData } from '../../../../src-main/trainer/tasks';
import type { SampleRange } from '../../../../src-main/trainer/tasks/task';

const numbers = (...values: number[]): ColumnData => ({ type: 'number', values: Float64Array.from(values) });
const table = (columns: Record<string, ColumnData>, rows: number): DataTable => ({
  rows,
  columns: Object.entries(columns).map(([name, data]) => ({ name, unit: name === 't' ? '°C' : '', data })),
});
const prepared = (of: DataTable, parts: readonly number[] | null): Prepared => ({
  table: of,
  parts: parts === null ? null : Uint8Array.from(parts),
  fitted: [],
});
const recipe = (over: Partial<RecipeDeclaration>): TrainingRecipe =>
  TrainingRecipe.parse({
    ...{ v: 1, name: 'x', data: { dataset: 'x' }, inputs: ['a'], learningRate: 0.1, epochs: 1, batchSize: 2, seed: 1 },
    task: { type: 'classification', target: 'kind' },
    model: { layers: [{ type: 'dense', units: 2, activation: 'softmax' }] },
    loss: 'sparse-cross-entropy',
    ...over,
  });
const all = (order: Uint32Array): SampleRange => ({ order, from: 0, count: order.length });

describe('classes', () => {
  const kinds: ColumnData = { type: 'category', categories: ['ham', 'spam'], codes: Int32Array.of(0, 0, 0, 1, -1, 0, 1, 0) };
  const rows = table({ a: numbers(0, 1, 2, 3, 4, 5, 6, 7), kind: kinds }, 8);
  const parts = [0, 0, 0, 0, 0, 1, 2, 2];

  it('without a label are left out and counted, and the rare one weighs more in training alone', () => {
    const data = taskData(prepared(rows, parts), recipe({ classWeights: 'balanced' }), 1);
    expect(data.leftOut).toBe(1);
    expect(data.parts).toEqual({ train: Uint32Array.of(0, 1, 2, 3), validation: Uint32Array.of(5), test: Uint32Array.of(6, 7) });
    expect(data.inputs({ order: data.parts.train, from: 2, count: 2 }, null)).toEqual(Float32Array.of(2, 3));
    const half = new Array<number>(8).fill(0.5);
    // 4 rows, 2 classes: 4 / (2·3) and 4 / (2·1).
    const gradient = new Float32Array(8);
    expect(data.score(half, all(data.parts.train), gradient).loss).toBeCloseTo(Math.log(2), 12);
    expect(gradient[0]).toBeCloseTo(-(4 / 6) / (4 * 0.5), 6);
    expect(gradient[7]).toBeCloseTo(-2 / (4 * 0.5), 6);
    const meter = data.meter('validation');
    meter.add([0.25, 0.75], all(data.parts.validation));
    expect(meter.values()).toEqual({ loss: -Math.log(0.25), accuracy: 0 });
  });

  it('of the test part stand against the most frequent one, with F1 and calibration', () => {
    const data = taskData(prepared(rows, parts), recipe({}), 1);
    const meter = data.meter('test');
    meter.add([0.1, 0.9, 0.2, 0.8], all(data.parts.test));
    const told = meter.values();
    expect(told).toMatchObject({ accuracy: 0.5, accuracy_majority: 0.5 });
    // spam: one hit of two told and one there; ham: none. Claimed 1.7 in all, right once.
    expect(told['f1_macro']).toBeCloseTo((2 / 3 + 0) / 2, 12);
    expect(told['calibration_error']).toBeCloseTo((Math.abs(0.9 - 1) + Math.abs(0.8 - 0)) / 2, 12);
  });

  it('that do not fit are refused at their field', () => {
    const refused =
      (over: Partial<RecipeDeclaration>, of = rows, in3: readonly number[] | null = parts) =>
      (): unknown =>
        taskData(prepared(of, in3), recipe(over), 1);
    expect(refused({ inputs: ['b'] })).toThrow('inputs.0: ');
    expect(refused({ inputs: ['kind'] })).toThrow('inputs.0: “kind” is of the type category');
    expect(refused({}, table({ a: numbers(0, NaN, 2, 3, 4, 5, 6, 7), kind: kinds }, 8))).toThrow('inputs.0: “a” lacks a value in 1 row');
    expect(refused({}, rows, null)).toThrow('prepare.split: there is no test part');
    expect(refused({}, rows, [0, 0, 0, 0, 0, 0, 2, 2])).toThrow('holdOut: there is no validation part');
    expect(refused({ task: { type: 'classification', target: 'none' } })).toThrow('task.target');
  });
});

describe('a forecast', () => {
  // Two places, their days mixed; of the second one a day is missing.
  const rows = table(
    {
      day: numbers(1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6),
      place: { type: 'category', categories: ['n', 's'], codes: Int32Array.of(0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1) },
      t: numbers(10, 100, 11, 101, 13, NaN, 16, 103, 20, 104, 25, 105),
    },
    12,
  );
  const task = { type: 'regression' as const, targets: ['t'], forecast: { steps: 2, horizon: 1, order: 'day', group: 'place' } };
  const of = recipe({
    task,
    inputs: ['t'],
    loss: 'mse',
    model: {
      layers: [
        { type: 'lstm', units: 2 },
        { type: 'dense', units: 1 },
      ],
    },
  });
  const parts = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 2, 2];

  it('looks back within its own place, over no gap, and belongs to the part of what it tells', () => {
    const data = taskData(prepared(rows, parts), of, 1);
    expect(data.input).toEqual([2, 1]);
    // n: 10,11→13; 11,13→16; 13,16→20; 16,20→25. s: days 1,2→3 lacks its target, 2,3→4 and 3,4→5 their window; 103,104→105.
    expect(data.leftOut).toBe(3);
    const seen = (order: Uint32Array): number[] => [...data.inputs(all(order), null)];
    expect(Object.values(data.parts).map(seen)).toEqual([
      [10, 11, 11, 13],
      [13, 16],
      [16, 20, 103, 104],
    ]);
  });

  it('is held against the newest value, in the target’s own unit', () => {
    const split = { method: 'time', column: 'day', validation: 0.2, test: 0.2, seed: 1 } as const;
    const north = table({ day: numbers(1, 2, 3, 4, 5, 6, 7, 8, 9, 10), t: numbers(1, 3, 5, 7, 9, 11, 13, 15, 17, 19) }, 10);
    const made = derive(north, null, { split, steps: [{ do: 'normalise', columns: ['t'], as: 'min-max' }], augment: [], target: null });
    const data = taskData(made, recipe({ task: { ...task, forecast: { steps: 2, horizon: 1 } }, inputs: ['t'], loss: 'mse' }), 1);
    expect(data.ownUnits).toEqual({ scale: [10], offset: [1] });
    expect(data.scalars['test/mae']).toMatchObject({ unit: '°C', better: 'lower' });
    const meter = data.meter('test');
    // It tells 17 for 17, and 18 for 19.
    meter.add([1.6, 1.7], all(data.parts.test));
    const told = meter.values();
    expect(told['mae']).toBeCloseTo(0.5, 9);
    expect(told['rmse']).toBeCloseTo(Math.sqrt(0.5), 9);
    expect(told['mae_naive']).toBeCloseTo(2, 9);
    expect(told['loss']).toBeCloseTo(0.01 / 2, 9);
  });

  it('needs an order that is one', () => {
    const wrong = { ...of, task: { ...task, forecast: { ...task.forecast, order: 'place' } } };
    expect(() => taskData(prepared(rows, parts), wrong, 1)).toThrow('task.forecast.order');
  });
});

describe('the next token', () => {
  const text: ColumnData = { type: 'text', values: ['abracadabra', null, 'abracadabra'] };
  const of = (over: object = {}): TrainingRecipe =>
    recipe({ task: { type: 'next-token', vocabulary: 3, context: 4, validation: 0.25, test: 0.25, ...over } });

  it('is that behind its context; what training has too seldom is none of them', () => {
    const data = taskData(prepared(table({ a: text }, 3), null), of(), 1);
    // 24 letters with the blank lines between: 12 to train with. a, b and r are the most frequent.
    expect(data.kept).toMatchObject({ vocabulary: ['a', 'b', 'r'] });
    expect(data.output).toEqual({ shapes: [[5]], activation: 'softmax' });
    expect([...data.inputs({ order: data.parts.train, from: 0, count: 1 }, null)]).toEqual([2, 3, 4, 2]);
    const gradient = new Float32Array(5);
    data.score([0.2, 0.2, 0.2, 0.2, 0.2], { order: data.parts.train, from: 0, count: 1 }, gradient);
    // The fifth letter, c, is none of the three.
    expect([...gradient].findIndex((value) => value !== 0)).toBe(1);
    expect(Object.values(data.parts).map(({ length }) => length)).toEqual([8, 2, 2]);
  });

  it('is told at each place where the model does so, in stretches that follow each other', () => {
    const data = taskData(prepared(table({ a: text }, 3), null), of(), 2);
    expect(data.output.shapes).toEqual([[4, 5]]);
    expect([...data.parts.train]).toEqual([0, 4]);
    const meter = data.meter('test');
    meter.add(new Array<number>(20).fill(0.2), all(data.parts.test));
    expect(meter.values()['loss']).toBeCloseTo(Math.log(5), 9);
    expect(meter.values()['perplexity']).toBeCloseTo(5, 9);
    expect(meter.values()['loss_unigram']).toBeGreaterThan(0);
  });

  it('takes one place of so many', () => {
    expect([...taskData(prepared(table({ a: text }, 3), null), of({ stride: 3 }), 1).parts.train]).toEqual([0, 3, 6]);
  });
});

describe('the learning rate', () => {
  const rate = (over: Partial<RecipeDeclaration>): LearningRate => new LearningRate(recipe({ learningRate: 1, ...over }), 10, 4);

  it('rises in a line, and then goes by its schedule', () => {
    const warm = rate({ warmUp: 4 });
    expect([1, 2, 4, 5, 40].map((step) => warm.at(step))).toEqual([0.25, 0.5, 1, 1, 1]);
    const stepped = rate({ schedule: { type: 'step', epochs: 2, factor: 0.1 } });
    expect([1, 20, 21, 40].map((step) => stepped.at(step))).toEqual([1, 1, 0.1, 0.1]);
    const cosine = rate({ schedule: { type: 'cosine', floor: 0.2 } });
    expect(cosine.at(1)).toBe(1);
    expect(cosine.at(21)).toBeCloseTo(0.6, 12);
    expect(cosine.at(41)).toBeCloseTo(0.2, 12);
  });

  it('falls where the loss stands still, down to its floor, and goes on from a state', () => {
    const plateau = rate({ schedule: { type: 'plateau', patience: 2, factor: 0.5, floor: 0.3 } });
    for (const loss of [3, 2, 2, 2]) plateau.epochEnded(loss);
    expect(plateau.at(1)).toBe(0.5);
    plateau.epochEnded(2);
    const other = rate({ schedule: { type: 'plateau', patience: 2, factor: 0.5, floor: 0.3 } });
    other.state = JSON.parse(JSON.stringify(plateau.state)) as typeof plateau.state;
    other.epochEnded(2);
    expect(other.at(1)).toBe(0.3);
  });

  it('knows no best before the first epoch, also kept as JSON', () => {
    const patience = new Patience({ patience: 1, minDelta: 0 });
    patience.state = JSON.parse(JSON.stringify(patience.state)) as typeof patience.state;
    expect([patience.isOver(5), patience.isOver(5)]).toEqual([false, true]);
  });
});
