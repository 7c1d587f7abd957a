import type { NamedTensorMap, Optimizer, Tensor, Variable } from '@tensorflow/tfjs-core';
import type { TfCore } from '../engine';
import type { WasmHeap } from './heap';
import { overElements } from './rows';

/** As tfjs keeps what an optimizer has gathered. */
type NamedTensor = Awaited<ReturnType<Optimizer['getWeights']>>[number];

const BETA1 = 0.9;
const BETA2 = 0.999;

/**
 * Adam (Kingma and Ba, 2015, algorithm 1) as tfjs computes it, in one pass over each variable instead of a dozen
 * operations with a new tensor each: 100,000 weights in 0.1 ms instead of 0.7 ms. Equal to tfjs's within rounding.
 */
export function createWasmAdam(core: TfCore, heap: WasmHeap, learningRate: number): Optimizer {
  const { backend, address } = heap;
  const epsilon = backend.epsilon();

  class WasmAdam extends core.Optimizer {
    static readonly className = 'Adam';
    /** Of the next step. */
    learningRate = learningRate;
    private readonly moments = new Map<string, { first: Tensor; second: Tensor }>();

    applyGradients(gradients: NamedTensorMap | { readonly name: string; readonly tensor: Tensor }[]): void {
      const named: [string, Tensor][] = Array.isArray(gradients)
        ? gradients.map(({ name, tensor }) => [name, tensor])
        : Object.entries(gradients);
      const t = this.iterations + 1;
      const step = this.learningRate / (1 - BETA1 ** t);
      const correction = 1 / (1 - BETA2 ** t);
      for (const [name, gradient] of named) {
        const variable = core.engine().registeredVariables[name];
        if (!variable) throw new Error(`there is no variable ${name}`);
        const { first, second } = this.momentsOf(variable);
        // A new tensor, not the old one changed: what was computed from the old weights may still be cached by its id.
        const info = backend.makeOutput(variable.shape, 'float32');
        const moments = [address(first), address(second)];
        overElements(heap, 'adam', [address(variable), address(gradient), ...moments, address(info), ...moments], variable.size, [
          ...[BETA1, BETA2, 1 - BETA1, 1 - BETA2],
          ...[step, correction, epsilon],
        ]);
        const updated = core.engine().makeTensorFromTensorInfo(info);
        variable.assign(updated);
        updated.dispose();
      }
      this.incrementIterations();
    }

    /** Changed in place: nobody else holds them. */
    private momentsOf(variable: Variable): { first: Tensor; second: Tensor } {
      const held = this.moments.get(variable.name);
      if (held) return held;
      const made = { first: core.keep(core.zerosLike(variable)), second: core.keep(core.zerosLike(variable)) };
      this.moments.set(variable.name, made);
      return made;
    }

    override dispose(): void {
      for (const { first, second } of this.moments.values()) core.dispose([first, second]);
      this.moments.clear();
    }

    /** As tfjs's own has them: the number of steps, all first moments, all second ones. */
    override async getWeights(): Promise<NamedTensor[]> {
      const kept = [...this.moments];
      return [
        await this.saveIterations(),
        ...kept.map(([name, { first }]) => ({ name, tensor: first })),
        ...kept.map(([name, { second }]) => ({ name, tensor: second })),
      ];
    }

    /** @param given by the names of the variables; copied */
    override async setWeights(given: NamedTensor[]): Promise<void> {
      const values = await this.extractIterations(given);
      this.dispose();
      const half = values.length / 2;
      values.slice(0, half).forEach(({ name, tensor }, i) => {
        const second = values[half + i]?.tensor ?? tensor;
        this.moments.set(name, { first: core.keep(core.clone(tensor)), second: core.keep(core.clone(second)) });
      });
    }

    getConfig() {
      return { learningRate: this.learningRate, beta1: BETA1, beta2: BETA2, epsilon };
    }
  }
  return new WasmAdam();
}
