import type { Optimizer, Scalar, Tensor, Variable } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { EngineSession } from './engines/engine';
import type { Outputs } from './losses';

/** What a batch's outputs are worth. `loss` is what is made small; others are told beside it. */
export interface BatchScore {
  readonly loss: number;
  readonly accuracy?: number;
}

/** Scores a batch's outputs; `gradient`, if given, receives the derivative of the loss by each of them. */
export type ScoreBatch = (outputs: Outputs, gradient?: Float32Array) => BatchScore;

/** A model, trained and asked one mini-batch at a time. */
export class Learner {
  /** In the order of the model. */
  readonly weights: readonly Variable[];
  private readonly penalized: boolean;

  constructor(
    private readonly session: EngineSession,
    readonly model: LayersModel,
    readonly optimizer: Optimizer,
  ) {
    this.weights = model.trainableWeights.map((weight) => weight.read() as Variable);
    this.penalized = session.core.tidy(() => model.calculateLosses().length > 0);
  }

  /**
   * One step of the optimizer. The loss is computed here from the outputs, and only its derivative goes back into the engine: as
   * tensor operations it would be two thirds of a small model's step.
   */
  train(x: Tensor, scoreBatch: ScoreBatch): BatchScore {
    const { add, customGrad, dispose, mul, scalar, tensor, tidy, variableGrads } = this.session.core;
    let score: BatchScore = { loss: NaN };
    const lossOf = customGrad((outputs) => {
      const { shape } = outputs as Tensor;
      const values = (outputs as Tensor).dataSync();
      const gradient = new Float32Array(values.length);
      score = scoreBatch(values, gradient);
      return { value: scalar(score.loss), gradFunc: (upstream: Tensor) => mul(tensor(gradient, shape, 'float32'), upstream) };
    });
    const { grads, value } = tidy(() =>
      variableGrads(
        () => this.model.calculateLosses().reduce<Scalar>(add, lossOf(this.model.apply(x, { training: true }) as Tensor) as Scalar),
        [...this.weights],
      ),
    );
    this.optimizer.applyGradients(grads);
    dispose(grads);
    // With the penalties on the weights' size, where a layer has any.
    const loss = this.penalized ? (value.dataSync()[0] ?? NaN) : score.loss;
    value.dispose();
    return { ...score, loss };
  }

  /** The outputs of some rows, without learning from them. */
  predict(x: Tensor): Outputs {
    const outputs = this.model.predictOnBatch(x) as Tensor;
    const values = outputs.dataSync();
    outputs.dispose();
    return values;
  }
}
