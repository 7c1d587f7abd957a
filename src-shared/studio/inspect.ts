import { message, type KeyedMessage } from '../text/message';
import type { Activation, Layer, ModelDescription, Optimizer } from './model';

export interface LayerFigures {
  /** Of one sample. */
  readonly output: readonly number[];
  readonly parameters: number;
  /** Floating-point operations of one sample, forward: two for each multiply-add of a product; what is done element by element is not counted. */
  readonly flops: number;
}

/** What is wrong with a model, at the layer (from zero) and field that it is about; null = the model as a whole. */
export interface ModelIssue {
  readonly layer: number | null;
  readonly field: string | null;
  readonly message: KeyedMessage;
}

export interface ModelFigures {
  readonly layers: readonly LayerFigures[];
  readonly parameters: number;
  /** Of one sample, forward. */
  readonly flops: number;
  /** Numbers that one sample leaves between the layers. */
  readonly activations: number;
}

export type Inspection =
  { readonly figures: ModelFigures; readonly issues: null } | { readonly figures: null; readonly issues: readonly ModelIssue[] };

const FLOAT_BYTES = 4;
const product = (shape: readonly number[]): number => shape.reduce((all, size) => all * size, 1);
/** As a person reads it: 28 × 28 × 1. */
export const shapeText = (shape: readonly number[]): string => shape.join(' × ');

class Refused extends Error {
  constructor(
    readonly field: string | null,
    readonly reason: KeyedMessage,
  ) {
    super();
  }
}

/** Positions of a window over one axis; the rules of Keras and tfjs. */
function positions(input: number, kernel: number, stride: number, padding: 'valid' | 'same', field: string): number {
  if (padding === 'same') return Math.ceil(input / stride);
  if (kernel > input) throw new Refused(field, message('message.studio.window', { window: kernel, input }));
  return Math.floor((input - kernel) / stride) + 1;
}

function needRank(shape: readonly number[], rank: number): void {
  if (shape.length !== rank) throw new Refused(null, message('message.studio.rank', { rank, shape: shapeText(shape) }));
}

const figures = (output: readonly number[], parameters = 0, flops = 0): LayerFigures => ({ output, parameters, flops });

function poolFigures(input: readonly number[], size: readonly number[], padding: 'valid' | 'same'): LayerFigures {
  needRank(input, size.length + 1);
  return figures([...size.map((kernel, axis) => positions(input[axis] ?? 0, kernel, kernel, padding, 'size')), input.at(-1) ?? 0]);
}

function convFigures(
  input: readonly number[],
  {
    filters,
    kernel,
    stride,
    padding,
  }: { filters: number; kernel: readonly number[]; stride: readonly number[]; padding: 'valid' | 'same' },
): LayerFigures {
  needRank(input, kernel.length + 1);
  const places = kernel.map((side, axis) => positions(input[axis] ?? 0, side, stride[axis] ?? 1, padding, 'kernel'));
  const window = product(kernel) * (input.at(-1) ?? 0);
  return figures([...places, filters], (window + 1) * filters, 2 * product(places) * window * filters);
}

/** @param gates 4 of LSTM (Hochreiter and Schmidhuber 1997, with a forget gate), 3 of GRU (Cho et al. 2014) */
function recurrentFigures(
  input: readonly number[],
  gates: number,
  { units, sequences }: { units: number; sequences: boolean },
): LayerFigures {
  needRank(input, 2);
  const [steps = 0, channels = 0] = input;
  const weights = gates * units * (channels + units);
  return figures(sequences ? [steps, units] : [units], weights + gates * units, 2 * steps * weights);
}

function layerFigures(layer: Layer, input: readonly number[]): LayerFigures {
  const channels = input.at(-1) ?? 0;
  switch (layer.type) {
    case 'dense':
      return figures([...input.slice(0, -1), layer.units], (channels + 1) * layer.units, 2 * product(input) * layer.units);
    case 'conv1d':
      return convFigures(input, { ...layer, kernel: [layer.kernel], stride: [layer.stride] });
    case 'conv2d':
      return convFigures(input, layer);
    case 'maxPool1d':
    case 'meanPool1d':
      return poolFigures(input, [layer.size], layer.padding);
    case 'maxPool2d':
    case 'meanPool2d':
      return poolFigures(input, layer.size, layer.padding);
    case 'globalMean':
      if (input.length < 2) throw new Refused(null, message('message.studio.positions', { shape: shapeText(input) }));
      return figures([channels]);
    case 'flatten':
      return figures([product(input)]);
    case 'reshape':
      if (product(layer.shape) !== product(input))
        throw new Refused('shape', message('message.studio.reshape', { size: product(input), shape: shapeText(layer.shape) }));
      return figures(layer.shape);
    case 'activation':
    case 'dropout':
      return figures(input);
    case 'batchNormalization':
      return figures(input, 4 * channels);
    case 'embedding':
      needRank(input, 1);
      return figures([channels, layer.size], layer.words * layer.size);
    case 'lstm':
      return recurrentFigures(input, 4, layer);
    case 'gru':
      return recurrentFigures(input, 3, layer);
  }
}

/** What a model has to give of one sample: any of these shapes, by this activation of its last layer; null = by any. */
export interface ModelOutput {
  readonly shapes: readonly (readonly number[])[];
  readonly activation: Activation | null;
}

/** A probability for each of so many classes. */
export const classesOutput = (classes: number): ModelOutput => ({ shapes: [[classes]], activation: 'softmax' });

/**
 * Shapes, parameters and work of a model from its description alone, or what is wrong with it. What comes after a layer
 * that is refused cannot be told, so that there is at most one issue of shapes.
 */
export function modelFigures({ input, layers }: ModelDescription): Inspection {
  const told: LayerFigures[] = [];
  for (const [index, layer] of layers.entries()) {
    const before = told.at(-1)?.output ?? input;
    if (layer.type === 'embedding' && index > 0)
      return { figures: null, issues: [{ layer: index, field: null, message: message('message.studio.embeddingFirst') }] };
    try {
      told.push(layerFigures(layer, before));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return { figures: null, issues: [{ layer: index, field: error.field, message: error.reason }] };
    }
  }
  const sum = (of: (figures: LayerFigures) => number): number => told.reduce((total, each) => total + of(each), 0);
  return {
    figures: {
      layers: told,
      parameters: sum(({ parameters }) => parameters),
      flops: sum(({ flops }) => flops),
      activations: product(input) + sum(({ output: shape }) => product(shape)),
    },
    issues: null,
  };
}

/** The same, and whether the model gives what is asked of it. */
export function inspectModel(model: ModelDescription, output: ModelOutput): Inspection {
  const inspection = modelFigures(model);
  if (inspection.figures === null) return inspection;
  const given = inspection.figures.layers.at(-1)?.output ?? [];
  const fits = output.shapes.some((shape) => shapeText(shape) === shapeText(given));
  const activation = activationOf(model.layers.at(-1));
  if (fits && (output.activation === null || output.activation === activation)) return inspection;
  return { figures: null, issues: [{ layer: model.layers.length - 1, field: null, message: outputRefusal(output) }] };
}

const activationOf = (layer: Layer | undefined): Activation | null =>
  layer !== undefined && 'activation' in layer ? layer.activation : null;

function outputRefusal({ shapes, activation }: ModelOutput): KeyedMessage {
  const shape = shapes.map(shapeText).join(', ');
  if (activation === null) return message('message.studio.outputShape', { shape });
  if (activation === 'softmax' && shapes.length === 1 && shapes[0]?.length === 1)
    return message('message.studio.lastLayer', { classes: shapes[0][0] ?? 0 });
  return message('message.studio.output', { shape, activation });
}

/**
 * Bytes of numbers that a step of training keeps at once: weights, their gradients and what the optimizer keeps of each
 * (Adam two, momentum one), and each sample's activations with their gradients. Scratch of the engine comes on top.
 */
export function trainingBytes({ parameters, activations }: ModelFigures, optimizer: Optimizer, batchSize: number): number {
  const kept = optimizer.type === 'adam' ? 2 : optimizer.momentum > 0 ? 1 : 0;
  return FLOAT_BYTES * (parameters * (2 + kept) + 2 * batchSize * activations);
}

/** Operations of one step of training: a backward pass takes the product with respect to the weights and to the input. */
export const trainingFlops = ({ flops }: ModelFigures, batchSize: number): number => 3 * flops * batchSize;
