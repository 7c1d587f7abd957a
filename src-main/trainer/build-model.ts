import type { Sequential } from '@tensorflow/tfjs-layers';
import { inspectModel, type ModelOutput } from '@shared/studio/inspect';
import type { Activation, Layer, ModelDescription } from '@shared/studio/model';
import { message, MessageError } from '@shared/text/message';
import type { EngineSession } from './engines/engine';
import { orthogonalRows } from './orthogonal';
import { seededDropout } from './seeded-dropout';

type TfLayer = Parameters<Sequential['add']>[0];
/** Activations that tfjs has as a part of a layer; leaky ReLU is a layer of its own there. */
type InLayer = Exclude<Activation, 'leakyRelu'>;

/** Seeds of one model: each layer that draws numbers takes the next, so that one seed decides all. */
class Seeds {
  constructor(private next: number) {}
  take(): number {
    return this.next++;
  }
}

/**
 * tfjs's layers of one of ours: two where its activation is a layer there.
 *
 * @param rank of one sample before it
 */
function layersOf({ core, layers: tf }: EngineSession, layer: Layer, rank: number, seeds: Seeds): TfLayer[] {
  const { layers: make, initializers, regularizers } = tf;
  const penalty = ({ l1, l2 }: { l1: number; l2: number }) =>
    l1 > 0 || l2 > 0 ? { kernelRegularizer: regularizers.l1l2({ l1, l2 }) } : {};
  const glorot = () => initializers.glorotUniform({ seed: seeds.take() });
  const activated = (activation: Activation, build: (activation: InLayer) => TfLayer): TfLayer[] =>
    activation === 'leakyRelu' ? [build('linear'), make.leakyReLU()] : [build(activation)];
  const weighted = (of: { l1: number; l2: number }) => ({ kernelInitializer: glorot(), ...penalty(of) });
  switch (layer.type) {
    case 'dense':
      return activated(layer.activation, (activation) => make.dense({ units: layer.units, activation, ...weighted(layer) }));
    case 'conv1d': {
      const { filters, kernel, stride, padding } = layer;
      return activated(layer.activation, (activation) =>
        make.conv1d({ filters, kernelSize: kernel, strides: stride, padding, activation, ...weighted(layer) }),
      );
    }
    case 'conv2d': {
      const { filters, kernel, stride, padding } = layer;
      return activated(layer.activation, (activation) =>
        make.conv2d({ filters, kernelSize: kernel, strides: stride, padding, activation, ...weighted(layer) }),
      );
    }
    case 'maxPool1d':
      return [make.maxPooling1d({ poolSize: layer.size, padding: layer.padding })];
    case 'meanPool1d':
      return [make.averagePooling1d({ poolSize: layer.size, padding: layer.padding })];
    case 'maxPool2d':
      return [make.maxPooling2d({ poolSize: layer.size, padding: layer.padding })];
    case 'meanPool2d':
      return [make.averagePooling2d({ poolSize: layer.size, padding: layer.padding })];
    case 'globalMean':
      return [rank === 2 ? make.globalAveragePooling1d() : make.globalAveragePooling2d({})];
    case 'flatten':
      return [make.flatten()];
    case 'reshape':
      return [make.reshape({ targetShape: layer.shape })];
    case 'activation':
      return layer.activation === 'leakyRelu' ? [make.leakyReLU()] : [make.activation({ activation: layer.activation })];
    case 'dropout':
      return [seededDropout(core, tf, layer.rate, seeds.take())];
    case 'batchNormalization':
      return [make.batchNormalization({})];
    case 'embedding':
      return [
        make.embedding({
          inputDim: layer.words,
          outputDim: layer.size,
          embeddingsInitializer: initializers.randomUniform({ minval: -0.05, maxval: 0.05, seed: seeds.take() }),
        }),
      ];
    case 'lstm':
    case 'gru': {
      const { units, sequences } = layer;
      const config = {
        units,
        returnSequences: sequences,
        // Keras's since version 2.3; tfjs keeps the piecewise line of before.
        recurrentActivation: 'sigmoid' as const,
        // Replaced once the layer has its weights; what tfjs would begin with by itself does not run here.
        recurrentInitializer: initializers.zeros(),
        ...weighted(layer),
      };
      return [layer.type === 'lstm' ? make.lstm(config) : make.gru(config)];
    }
  }
}

/** Begins a recurrent layer's own weights with rows at right angles. */
function makeOrthogonal({ core }: EngineSession, layer: TfLayer, seed: number): void {
  core.tidy(() => {
    const [kernel, recurrent, ...rest] = layer.getWeights();
    if (kernel === undefined || recurrent === undefined) throw new Error('a recurrent layer has weights for its input and for itself');
    const [rows = 0, columns = 0] = recurrent.shape;
    layer.setWeights([kernel, core.tensor2d(orthogonalRows(rows, columns, seed), [rows, columns]), ...rest]);
  });
}

/**
 * Builds a model on an engine from its description; the same description and seed give the same first weights.
 *
 * @returns a model that the caller disposes
 * @throws MessageError naming the layer and the field of a description that cannot be built
 */
export function buildModel(session: EngineSession, description: ModelDescription, output: ModelOutput, seed: number): Sequential {
  const { figures, issues } = inspectModel(description, output);
  if (figures === null) {
    const [issue] = issues;
    if (issue === undefined) throw new Error('a description that is refused says why');
    const layer = { layer: (issue.layer ?? 0) + 1, type: description.layers[issue.layer ?? 0]?.type ?? '', why: issue.message };
    throw new MessageError(
      issue.field === null ? message('message.studio.issue', layer) : message('message.studio.issueAt', { ...layer, field: issue.field }),
    );
  }
  const seeds = new Seeds(seed);
  const model = session.layers.sequential();
  model.add(session.layers.layers.inputLayer({ inputShape: [...description.input] }));
  for (const [index, layer] of description.layers.entries()) {
    const before = index === 0 ? description.input : (figures.layers[index - 1]?.output ?? []);
    const made = layersOf(session, layer, before.length, seeds);
    for (const each of made) model.add(each);
    if (layer.type === 'lstm' || layer.type === 'gru') made.forEach((each) => makeOrthogonal(session, each, seeds.take()));
  }
  return model;
}
