import type { Optimizer, Scalar, Tensor, Variable } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { EngineSession } from './engines/engine';

export interface Score {
  readonly loss: number;
  readonly accuracy: number;
}

/** Keras' and tfjs' bound on a probability before its logarithm is taken. */
const EPSILON = 1e-7;

/**
 * Sparse categorical cross-entropy (mean over rows, natural logarithm) and the share of rows whose largest probability
 * is their label's. `gradient`, if given, receives the derivative of the loss by each probability.
 *
 * @param probabilities row after row, `labels.length` rows
 */
export function scoreRows(probabilities: ArrayLike<number>, labels: Uint8Array, gradient?: Float32Array): Score {
  const rows = labels.length;
  const classes = probabilities.length / rows;
  let loss = 0;
  let right = 0;
  for (let row = 0; row < rows; row++) {
    const start = row * classes;
    const label = labels[row] ?? 0;
    let best = 0;
    // A NaN is nobody's best: a row of them counts as wrong.
    for (let i = 1; i < classes; i++) if ((probabilities[start + i] ?? NaN) > (probabilities[start + best] ?? NaN)) best = i;
    const claimed = probabilities[start + label] ?? NaN;
    // NaN stays NaN here: Math.max and Math.min pass it on.
    const probability = Math.min(1 - EPSILON, Math.max(EPSILON, claimed));
    loss -= Math.log(probability);
    if (best === label && !Number.isNaN(claimed)) right += 1;
    if (gradient) gradient[start + label] = -1 / (rows * probability);
  }
  return { loss: loss / rows, accuracy: right / rows };
}

/** A model that ends in a softmax, trained and scored one mini-batch at a time. */
export class Classifier {
  private readonly weights: Variable[];
  private readonly penalized: boolean;

  constructor(
    private readonly session: EngineSession,
    private readonly model: LayersModel,
    private readonly optimizer: Optimizer,
  ) {
    this.weights = model.trainableWeights.map((weight) => weight.read() as Variable);
    this.penalized = session.core.tidy(() => model.calculateLosses().length > 0);
  }

  /**
   * One step of the optimizer. The loss is computed here from the probabilities, and only its derivative goes back into
   * the engine: as tensor operations it would be two thirds of a small model's step.
   */
  train(x: Tensor, labels: Uint8Array): Score {
    const { add, customGrad, dispose, mul, scalar, tensor, tidy, variableGrads } = this.session.core;
    let score: Score = { loss: NaN, accuracy: NaN };
    const crossEntropy = customGrad((probabilities) => {
      const { shape } = probabilities as Tensor;
      const values = (probabilities as Tensor).dataSync();
      const gradient = new Float32Array(values.length);
      score = scoreRows(values, labels, gradient);
      return { value: scalar(score.loss), gradFunc: (upstream: Tensor) => mul(tensor(gradient, shape, 'float32'), upstream) };
    });
    const { grads, value } = tidy(() =>
      variableGrads(
        () => this.model.calculateLosses().reduce<Scalar>(add, crossEntropy(this.model.apply(x, { training: true }) as Tensor) as Scalar),
        this.weights,
      ),
    );
    this.optimizer.applyGradients(grads);
    dispose(grads);
    // With the penalties on the weights' size, where a layer has any.
    const loss = this.penalized ? (value.dataSync()[0] ?? NaN) : score.loss;
    value.dispose();
    return { ...score, loss };
  }

  /** Scores rows without learning from them. */
  evaluate(x: Tensor, labels: Uint8Array): Score {
    const probabilities = this.model.predictOnBatch(x) as Tensor;
    const score = scoreRows(probabilities.dataSync(), labels);
    probabilities.dispose();
    return score;
  }
}
