import type { Loss } from '@shared/studio/recipe';

/** Keras' and tfjs' bound on a probability before its logarithm is taken. */
const EPSILON = 1e-7;

/** Rows of outputs one after another, as the engine gives them. */
export type Outputs = ArrayLike<number>;

export interface ClassScore {
  /** Mean over the rows, natural logarithm; with weights each row's counts by its own. */
  readonly loss: number;
  /** Share of the rows whose class has the largest probability. */
  readonly accuracy: number;
}

// NaN stays NaN here: Math.max and Math.min pass it on.
const bounded = (probability: number): number => Math.min(1 - EPSILON, Math.max(EPSILON, probability));

/**
 * Cross-entropy of probabilities against the number of the class, and the accuracy. `gradient`, if given, receives the derivative of
 * the loss by each probability.
 *
 * @param probabilities row after row, `labels.length` rows
 * @param weights by row; null = each row counts as one
 */
export function scoreRows(
  probabilities: Outputs,
  labels: ArrayLike<number>,
  gradient?: Float32Array,
  weights: ArrayLike<number> | null = null,
): ClassScore {
  const rows = labels.length;
  const classes = probabilities.length / rows;
  let loss = 0;
  let right = 0;
  for (let row = 0; row < rows; row++) {
    const start = row * classes;
    const label = labels[row] ?? 0;
    const weight = weights === null ? 1 : (weights[row] ?? NaN);
    const claimed = probabilities[start + label] ?? NaN;
    const probability = bounded(claimed);
    loss -= weight * Math.log(probability);
    if (largest(probabilities, start, classes) === label && !Number.isNaN(claimed)) right += 1;
    if (gradient) gradient[start + label] = -weight / (rows * probability);
  }
  return { loss: loss / rows, accuracy: right / rows };
}

/** Which of the classes of a row has the largest probability: of equal ones the first. A NaN is nobody's best. */
export function largest(probabilities: Outputs, start: number, classes: number): number {
  let best = 0;
  for (let i = 1; i < classes; i++) if ((probabilities[start + i] ?? NaN) > (probabilities[start + best] ?? NaN)) best = i;
  return best;
}

/** The same where the only output is the probability of the second of two classes. */
export function scoreBinary(
  probabilities: Outputs,
  labels: ArrayLike<number>,
  gradient?: Float32Array,
  weights: ArrayLike<number> | null = null,
): ClassScore {
  const rows = labels.length;
  let loss = 0;
  let right = 0;
  for (let row = 0; row < rows; row++) {
    const isSecond = labels[row] === 1;
    const weight = weights === null ? 1 : (weights[row] ?? NaN);
    const second = bounded(probabilities[row] ?? NaN);
    const probability = isSecond ? second : 1 - second;
    loss -= weight * Math.log(probability);
    if (probability > 0.5) right += 1;
    if (gradient) gradient[row] = ((isSecond ? -1 : 1) * weight) / (rows * probability);
  }
  return { loss: loss / rows, accuracy: right / rows };
}

export type NumberLoss = Extract<Loss, 'mse' | 'mae' | 'huber'>;

/** Of one difference d: how bad it is, and the derivative by the output. */
const differences: Readonly<Record<NumberLoss, { readonly value: (d: number) => number; readonly slope: (d: number) => number }>> = {
  mse: { value: (d) => d * d, slope: (d) => 2 * d },
  mae: { value: Math.abs, slope: Math.sign },
  huber: { value: (d) => (Math.abs(d) <= 1 ? (d * d) / 2 : Math.abs(d) - 0.5), slope: (d) => Math.max(-1, Math.min(1, d)) },
};

/** Mean over rows and targets. */
export function scoreNumbers(loss: NumberLoss, outputs: Outputs, targets: ArrayLike<number>, gradient?: Float32Array): number {
  const { value, slope } = differences[loss];
  const count = targets.length;
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const difference = (outputs[i] ?? NaN) - (targets[i] ?? NaN);
    sum += value(difference);
    if (gradient) gradient[i] = slope(difference) / count;
  }
  return sum / count;
}
