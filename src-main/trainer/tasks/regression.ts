import { pairOf } from '@shared/datasets/steps/step';
import type { DataTable } from '@shared/datasets/column';
import type { FittedStep } from '@shared/model/dataset-recipe';
import type { Task, TrainingRecipe } from '@shared/studio/recipe';
import { declarationsOf, naiveName } from '@shared/studio/recipe-scalars';
import { message } from '@shared/text/message';
import { scoreNumbers, type NumberLoss, type Outputs } from '../losses';
import { columnAt, inputRows, RecipeRefused, type InputRows, type Prepared } from '../prepared';
import { partsOf } from './parts';
import type { Meter, SampleRange, TaskData } from './task';

type RegressionTask = Extract<Task, { type: 'regression' }>;
type Forecast = NonNullable<RegressionTask['forecast']>;

/** One sample: the rows that the model is given, oldest first, and the row whose targets it is to tell. */
interface Sample {
  readonly rows: readonly number[];
  readonly target: number;
}

/** @throws RecipeRefused */
export function regressionData(prepared: Prepared, recipe: TrainingRecipe, task: RegressionTask): TaskData {
  const { table, fitted } = prepared;
  const { forecast, targets } = task;
  const inputs = inputRows(table, recipe.inputs, true);
  const columns = targets.map((name, i) => targetValues(table, name, i));
  const units = Object.fromEntries(targets.map((name) => [name, table.columns.find((column) => column.name === name)?.unit ?? '']));
  const all = forecast === null ? rowsAlone(table) : windows(table, forecast);
  const samples = all.filter((sample) => isWhole(sample, inputs, columns));
  if (prepared.parts === null) throw new RecipeRefused(['prepare', 'split'], message('message.recipe.noTest'));
  const rowParts = prepared.parts;
  const numbers = [...samples.keys()];
  const { parts, random } = partsOf(numbers, (i) => rowParts[samples[i]?.target ?? 0] ?? 0, recipe);
  const scales = targets.map((name) => scaleOf(fitted, name));
  const own = (value: number, i: number): number => value * (scales[i]?.scale ?? NaN) + (scales[i]?.offset ?? NaN);
  const width = targets.length;
  const steps = forecast?.steps ?? 1;
  const truth = ({ order, from, count }: SampleRange): Float64Array => {
    const values = new Float64Array(count * width);
    for (let i = 0; i < count; i++) {
      const row = samples[order[from + i] ?? 0]?.target ?? 0;
      columns.forEach((column, k) => (values[i * width + k] = column[row] ?? NaN));
    }
    return values;
  };
  // Without a forecast nobody knows an earlier value: what is told by the mean of the training part.
  const means = columns.map((column) => meanOf(Array.from(parts.train, (i) => column[samples[i]?.target ?? 0] ?? NaN)));
  const naive = (sample: number, k: number): number =>
    forecast === null ? (means[k] ?? NaN) : (columns[k]?.[samples[sample]?.rows.at(-1) ?? 0] ?? NaN);

  return {
    input: forecast === null ? inputs.shape : [steps, inputs.size],
    output: { shapes: [[width]], activation: null },
    parts,
    random,
    leftOut: all.length - samples.length,
    scalars: declarationsOf(task, units),
    inputs({ order, from, count }, seed) {
      const size = steps * inputs.size;
      const x = new Float32Array(count * size);
      const augment = seed === null || forecast !== null ? [] : recipe.prepare.augment;
      for (let i = 0; i < count; i++)
        samples[order[from + i] ?? 0]?.rows.forEach((row, step) =>
          inputs.put(row, x, i * size + step * inputs.size, augment, (seed ?? 0) + i),
        );
      return x;
    },
    score: (outputs, range, gradient) => ({ loss: scoreNumbers(recipe.loss as NumberLoss, outputs, truth(range), gradient) }),
    meter: () => new ErrorMeter(targets, recipe.loss as NumberLoss, truth, naive, own),
    ownUnits: scales.some(({ scale, offset }) => scale !== 1 || offset !== 0)
      ? { scale: scales.map(({ scale }) => scale), offset: scales.map(({ offset }) => offset) }
      : null,
    kept: { targets, units, forecast },
  };
}

function targetValues(table: DataTable, name: string, i: number): Float64Array {
  const { data } = columnAt(table, name, ['task', 'targets', i]);
  if (data.type !== 'number') throw new RecipeRefused(['task', 'targets', i], message('message.recipe.targetType', { type: data.type }));
  return data.values;
}

const rowsAlone = (table: DataTable): Sample[] => Array.from({ length: table.rows }, (_, row) => ({ rows: [row], target: row }));

/** Every stretch of rows that follow each other within a group, in the order of the column. */
function windows(table: DataTable, { steps, horizon, order, group }: Forecast): Sample[] {
  const times = order === null ? null : orderValues(table, order);
  const rows = Array.from({ length: table.rows }, (_, row) => row);
  if (times !== null) rows.sort((a, b) => (times[a] ?? NaN) - (times[b] ?? NaN) || a - b);
  const groups = new Map<string | number, number[]>();
  const keys = group === null ? null : groupKeys(table, group);
  for (const row of rows) {
    const key = keys?.[row] ?? '';
    const found = groups.get(key);
    if (found === undefined) groups.set(key, [row]);
    else found.push(row);
  }
  return [...groups.values()].flatMap((series) =>
    series
      .slice(steps - 1, Math.max(steps - 1, series.length - horizon))
      .map((_, i): Sample => ({ rows: series.slice(i, i + steps), target: series[i + steps - 1 + horizon] ?? 0 })),
  );
}

function orderValues(table: DataTable, name: string): Float64Array {
  const { data } = columnAt(table, name, ['task', 'forecast', 'order']);
  if (data.type === 'number' || data.type === 'time') return data.values;
  throw new RecipeRefused(['task', 'forecast', 'order'], message('message.recipe.orderType', { type: data.type }));
}

function groupKeys(table: DataTable, name: string): ArrayLike<string | number | null> {
  const { data } = columnAt(table, name, ['task', 'forecast', 'group']);
  if (data.type === 'category') return data.codes;
  if (data.type === 'text' || data.type === 'number') return data.values;
  throw new RecipeRefused(['task', 'forecast', 'group'], message('message.recipe.orderType', { type: data.type }));
}

/** Whether all that it is made of is known: a gap is not filled here. */
function isWhole({ rows, target }: Sample, { values, size }: InputRows, columns: readonly Float64Array[]): boolean {
  if (columns.some((column) => Number.isNaN(column[target]))) return false;
  return rows.every((row) => values.subarray(row * size, (row + 1) * size).every((value) => !Number.isNaN(value)));
}

/** What undoes the normalising steps of a column: own = value · scale + offset. */
function scaleOf(fitted: readonly FittedStep[], name: string): { readonly scale: number; readonly offset: number } {
  return fitted.reduce(
    (made, { step, fit }) => {
      const pair = step.do === 'normalise' && step.columns.includes(name) ? pairOf(fit, name) : null;
      // (v − o) / s after (v − O) / S is (v − (O + o·S)) / (s·S).
      return pair === null ? made : { scale: made.scale * pair[1], offset: made.offset + pair[0] * made.scale };
    },
    { scale: 1, offset: 0 },
  );
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** How far it is off in the targets' own units, and how far the naive forecast is. */
class ErrorMeter implements Meter {
  private rows = 0;
  private loss = 0;
  private readonly sums: { mae: number; square: number; naiveMae: number; naiveSquare: number }[];

  constructor(
    private readonly targets: readonly string[],
    private readonly lossName: NumberLoss,
    private readonly truth: (samples: SampleRange) => Float64Array,
    private readonly naive: (sample: number, target: number) => number,
    private readonly own: (value: number, target: number) => number,
  ) {
    this.sums = targets.map(() => ({ mae: 0, square: 0, naiveMae: 0, naiveSquare: 0 }));
  }

  add(outputs: Outputs, samples: SampleRange): void {
    const truth = this.truth(samples);
    const { count, order, from } = samples;
    this.rows += count;
    this.loss += scoreNumbers(this.lossName, outputs, truth) * count;
    this.sums.forEach((sum, k) => {
      for (let i = 0; i < count; i++) {
        const at = i * this.targets.length + k;
        const is = this.own(truth[at] ?? NaN, k);
        const error = Math.abs(this.own(outputs[at] ?? NaN, k) - is);
        const naive = Math.abs(this.own(this.naive(order[from + i] ?? 0, k), k) - is);
        sum.mae += error;
        sum.square += error * error;
        sum.naiveMae += naive;
        sum.naiveSquare += naive * naive;
      }
    });
  }

  values(): Record<string, number> {
    const { rows, targets } = this;
    const errors = this.sums.flatMap(({ mae, square, naiveMae, naiveSquare }, k) => {
      const of = targets.length === 1 ? '' : `/${targets[k] ?? ''}`;
      return [
        [`mae${of}`, mae / rows],
        [naiveName(`mae${of}`), naiveMae / rows],
        [`rmse${of}`, Math.sqrt(square / rows)],
        [naiveName(`rmse${of}`), Math.sqrt(naiveSquare / rows)],
      ] as const;
    });
    return { loss: this.loss / rows, ...Object.fromEntries(errors) };
  }
}
