import type { Tensor } from '@tensorflow/tfjs-core';
import type { layers as LayerFactories, LayersModel, Sequential } from '@tensorflow/tfjs-layers';
import type { TfCore, TfLayers } from './engines/engine';
import { SeededRandom } from './random';

type TfLayer = Parameters<Sequential['add']>[0];
type Base = InstanceType<(typeof LayerFactories)['Layer']>;

/**
 * Dropout (Srivastava et al. 2014) whose masks follow from a seed, alike on every engine. tfjs's own draws the same mask at
 * every step once it is given a seed, and other ones in every run without.
 */
export function seededDropout({ tidy, mul, tensor }: TfCore, { layers }: TfLayers, rate: number, seed: number): TfLayer {
  const scale = 1 / (1 - rate);

  class Dropout extends layers.Layer {
    static readonly className = 'Dropout';
    readonly draws = new SeededRandom(seed);

    override call(inputs: Tensor | Tensor[], { training = false }: { training?: boolean }): Tensor {
      const [x] = [inputs].flat();
      if (x === undefined) throw new Error('a dropout has one input');
      if (!training || rate === 0) return x;
      return tidy(() => {
        const mask = new Float32Array(x.size);
        const random = this.draws.next;
        for (let i = 0; i < mask.length; i++) mask[i] = random() < rate ? 0 : scale;
        return mul(x, tensor(mask, x.shape, 'float32'));
      });
    }

    override getConfig(): ReturnType<Base['getConfig']> {
      return { ...super.getConfig(), rate };
    }
  }
  return new Dropout({});
}

/** Where the masks of a model's dropout layers stand, in their order: a checkpoint keeps it. */
export const dropoutDraws = (model: LayersModel): SeededRandom[] =>
  model.layers.flatMap((layer) => ('draws' in layer && layer.draws instanceof SeededRandom ? [layer.draws] : []));
