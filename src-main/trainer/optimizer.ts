import type { Optimizer, Variable } from '@tensorflow/tfjs-core';
import type { Optimizer as OptimizerRule } from '@shared/studio/model';
import type { EngineSession } from './engines/engine';

/** What an optimizer has gathered, in the order of the weights: what it needs to go on from there as if it had never ended. */
export interface OptimizerState {
  readonly iterations: number;
  /** Adam's products of its betas, as the engine rounded them; null = it has none. */
  readonly betas: readonly [number, number] | null;
  /** Moments, each as long as its weights. */
  readonly values: readonly Float32Array[];
}

/** Inside tfjs's Adam: setWeights computes these products anew, and by another way of rounding. */
interface BetaProducts {
  readonly accBeta1?: Variable;
  readonly accBeta2?: Variable;
}

export function optimizerOf(session: EngineSession, rule: OptimizerRule, learningRate: number): Optimizer {
  if (rule.type === 'adam') return session.adam(learningRate);
  const { train } = session.core;
  return rule.momentum > 0 ? train.momentum(learningRate, rule.momentum) : train.sgd(learningRate);
}

/** Takes effect at the next step. */
export function setLearningRate(optimizer: Optimizer, learningRate: number): void {
  const own = optimizer as Optimizer & { learningRate: number; setLearningRate?: (rate: number) => void };
  if (own.learningRate === learningRate) return;
  if (own.setLearningRate === undefined) own.learningRate = learningRate;
  else own.setLearningRate(learningRate);
}

export async function optimizerState(optimizer: Optimizer): Promise<OptimizerState> {
  const [iterations, ...kept] = await optimizer.getWeights();
  const { accBeta1, accBeta2 } = optimizer as BetaProducts;
  const state: OptimizerState = {
    iterations: optimizer.iterations,
    betas: accBeta1 && accBeta2 ? [accBeta1.dataSync()[0] ?? NaN, accBeta2.dataSync()[0] ?? NaN] : null,
    values: kept.map(({ tensor }) => tensor.dataSync().slice() as Float32Array),
  };
  iterations?.tensor.dispose();
  return state;
}

/** @param weights that it is about, in their order: their number divides that of the values */
export async function restoreOptimizer(
  { core }: EngineSession,
  optimizer: Optimizer,
  state: OptimizerState,
  weights: readonly Variable[],
): Promise<void> {
  const iterations = { name: 'iter', tensor: core.scalar(state.iterations, 'int32') };
  const tensors = state.values.map((values, i) => {
    const weight = weights[i % weights.length];
    return { name: weight?.name ?? '', tensor: core.tensor(values, weight?.shape ?? [], 'float32') };
  });
  await optimizer.setWeights([iterations, ...tensors]);
  const { accBeta1, accBeta2 } = optimizer as BetaProducts;
  if (state.betas !== null && accBeta1 && accBeta2) {
    const [first, second] = state.betas;
    core.tidy(() => {
      accBeta1.assign(core.scalar(first));
      accBeta2.assign(core.scalar(second));
    });
  }
  for (const { tensor } of [iterations, ...tensors]) tensor.dispose();
}
