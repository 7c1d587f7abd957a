import { textsOf } from '@shared/datasets/steps/step';
import type { ColumnData } from '@shared/datasets/column';
import { MAX_CATEGORIES } from '@shared/model/dataset';
import type { Task, TrainingRecipe } from '@shared/studio/recipe';
import { declarationsOf } from '@shared/studio/recipe-scalars';
import { message } from '@shared/text/message';
import { largest, scoreBinary, scoreRows, type Outputs } from '../losses';
import { columnAt, inputRows, RecipeRefused, type Prepared } from '../prepared';
import { partsOf } from './parts';
import type { Meter, SampleRange, TaskData } from './task';

/** Bins of equal width over the probability that a model claims (Guo et al. 2017). */
const CALIBRATION_BINS = 10;

/** @throws RecipeRefused */
export function classificationData(prepared: Prepared, recipe: TrainingRecipe, task: Extract<Task, { type: 'classification' }>): TaskData {
  const { table } = prepared;
  const inputs = inputRows(table, recipe.inputs);
  const { classes, labels } = classesOf(columnAt(table, task.target, ['task', 'target']).data);
  const isBinary = recipe.loss === 'binary-cross-entropy';
  if (classes.length < 2 || (isBinary && classes.length !== 2))
    throw new RecipeRefused(isBinary ? ['loss'] : ['task', 'target'], message('message.recipe.classes', { count: classes.length }));
  const known = [...labels.keys()].filter((row) => (labels[row] ?? -1) >= 0);
  if (prepared.parts === null) throw new RecipeRefused(['prepare', 'split'], message('message.recipe.noTest'));
  const rowParts = prepared.parts;
  const { parts, random } = partsOf(known, (row) => rowParts[row] ?? 0, recipe);
  const counts = countsOf(parts.train, labels, classes.length);
  const weights = recipe.classWeights === 'balanced' ? balanced(counts) : null;
  const score = isBinary ? scoreBinary : scoreRows;
  const labelsOf = ({ order, from, count }: SampleRange): Int32Array =>
    Int32Array.from({ length: count }, (_, i) => labels[order[from + i] ?? 0] ?? 0);
  const { augment } = recipe.prepare;

  return {
    input: inputs.shape,
    output: isBinary ? { shapes: [[1]], activation: 'sigmoid' } : { shapes: [[classes.length]], activation: 'softmax' },
    parts,
    random,
    leftOut: table.rows - known.length,
    scalars: declarationsOf(task),
    inputs({ order, from, count }, seed) {
      const x = new Float32Array(count * inputs.size);
      const steps = seed === null ? [] : augment;
      for (let i = 0; i < count; i++) inputs.put(order[from + i] ?? 0, x, i * inputs.size, steps, (seed ?? 0) + i);
      return x;
    },
    score(outputs, samples, gradient) {
      const own = labelsOf(samples);
      return score(outputs, own, gradient, weights === null ? null : Float64Array.from(own, (label) => weights[label] ?? NaN));
    },
    meter: (part) => new ClassMeter(classes.length, isBinary, largestCount(counts), part === 'test', labelsOf),
    ownUnits: null,
    kept: { classes },
  };
}

/** The classes, and by row the number of its own; −1 = none is known. */
function classesOf(data: ColumnData): { readonly classes: readonly string[]; readonly labels: Int32Array } {
  if (data.type === 'category') return { classes: data.categories, labels: data.codes };
  if (data.type !== 'number' && data.type !== 'text')
    throw new RecipeRefused(['task', 'target'], message('message.recipe.targetType', { type: data.type }));
  const texts = textsOf(data);
  const classes = [...new Set(texts.filter((text) => text !== null))].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  if (classes.length > MAX_CATEGORIES)
    throw new RecipeRefused(['task', 'target'], message('message.recipe.manyClasses', { count: classes.length, most: MAX_CATEGORIES }));
  const places = new Map(classes.map((text, place) => [text, place]));
  return { classes, labels: Int32Array.from(texts, (text) => (text === null ? -1 : (places.get(text) ?? -1))) };
}

function countsOf(rows: Uint32Array, labels: Int32Array, classes: number): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (const row of rows) counts[labels[row] ?? 0] = (counts[labels[row] ?? 0] ?? 0) + 1;
  return counts;
}

/** The weight of each class: rows / (classes · rows of it), as scikit-learn has it; of a class that training lacks one. */
function balanced(counts: readonly number[]): number[] {
  const rows = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => (count === 0 ? 1 : rows / (counts.length * count)));
}

const largestCount = (counts: readonly number[]): number => counts.indexOf(Math.max(...counts));

class ClassMeter implements Meter {
  private rows = 0;
  private loss = 0;
  private right = 0;
  private readonly told: Float64Array;
  private readonly are: Float64Array;
  private readonly hits: Float64Array;
  private readonly bins = Array.from({ length: CALIBRATION_BINS }, () => ({ rows: 0, claimed: 0, right: 0 }));

  /** @param majority the most frequent class of the training part */
  constructor(
    private readonly classes: number,
    private readonly isBinary: boolean,
    private readonly majority: number,
    private readonly isTest: boolean,
    private readonly labelsOf: (samples: SampleRange) => Int32Array,
  ) {
    [this.told, this.are, this.hits] = [new Float64Array(classes), new Float64Array(classes), new Float64Array(classes)];
  }

  add(outputs: Outputs, samples: SampleRange): void {
    const labels = this.labelsOf(samples);
    const { loss, accuracy } = (this.isBinary ? scoreBinary : scoreRows)(outputs, labels);
    this.rows += labels.length;
    this.loss += loss * labels.length;
    this.right += accuracy * labels.length;
    labels.forEach((label, row) => this.note(label, ...this.claimOf(outputs, row)));
  }

  /** The class that is told of a row, and how probable it is said to be. */
  private claimOf(outputs: Outputs, row: number): [told: number, claimed: number] {
    if (this.isBinary) {
      const second = outputs[row] ?? NaN;
      return second > 0.5 ? [1, second] : [0, 1 - second];
    }
    const start = row * this.classes;
    const told = largest(outputs, start, this.classes);
    return [told, outputs[start + told] ?? NaN];
  }

  private note(label: number, told: number, claimed: number): void {
    this.are[label] = (this.are[label] ?? 0) + 1;
    this.told[told] = (this.told[told] ?? 0) + 1;
    if (told === label) this.hits[told] = (this.hits[told] ?? 0) + 1;
    const bin = this.bins[Math.min(CALIBRATION_BINS - 1, Math.floor(claimed * CALIBRATION_BINS))];
    if (bin === undefined) return;
    bin.rows += 1;
    bin.claimed += claimed;
    if (told === label) bin.right += 1;
  }

  values(): Record<string, number> {
    const { rows } = this;
    const usual = { loss: this.loss / rows, accuracy: this.right / rows };
    if (!this.isTest) return usual;
    return {
      ...usual,
      accuracy_majority: (this.are[this.majority] ?? 0) / rows,
      f1_macro: this.meanF1(),
      // Expected calibration error (Naeini et al. 2015): how far the claimed probability is from the share that is right.
      calibration_error: this.bins.reduce((sum, bin) => sum + Math.abs(bin.claimed - bin.right), 0) / rows,
    };
  }

  /** Mean of 2·hits / (told + are) over the classes that are in the part or were told. */
  private meanF1(): number {
    const each = Array.from(this.hits, (hits, i) => ({ hits, all: (this.told[i] ?? 0) + (this.are[i] ?? 0) })).filter(({ all }) => all > 0);
    return each.reduce((sum, { hits, all }) => sum + (2 * hits) / all, 0) / each.length;
  }
}
