import { z } from 'zod';

/** What a unit makes of its sum. */
export const Activation = z.enum(['linear', 'sigmoid', 'relu', 'tanh', 'leakyRelu', 'softmax']);
export type Activation = z.infer<typeof Activation>;
/** `same` pads by zeros so that a stride of one keeps the size; `valid` uses only what is there. */
export const Padding = z.enum(['valid', 'same']);

const size = z.number().int().min(1).max(65_536);
const pair = z.tuple([size, size]);
const penalty = z.number().min(0).max(10).default(0);

/** What every layer with weights of a product has: an activation, and penalties on the size of its weights. */
const weighted = {
  activation: Activation.default('linear'),
  /** Added to the loss: l1 · Σ|w| + l2 · Σw². */
  l1: penalty,
  l2: penalty,
};
const recurrent = {
  units: size,
  /** Gives what it made of each step instead of the last one only. */
  sequences: z.boolean().default(false),
  l1: penalty,
  l2: penalty,
};

/** One layer of a sequential model. Images lie as height × width × channels, sequences as steps × channels. */
export const Layer = z.discriminatedUnion('type', [
  z.object({ type: z.literal('dense'), units: size, ...weighted }),
  z.object({
    type: z.literal('conv1d'),
    filters: size,
    kernel: size,
    stride: size.default(1),
    padding: Padding.default('valid'),
    ...weighted,
  }),
  z.object({
    type: z.literal('conv2d'),
    filters: size,
    kernel: pair,
    stride: pair.default([1, 1]),
    padding: Padding.default('valid'),
    ...weighted,
  }),
  z.object({ type: z.literal('maxPool1d'), size, padding: Padding.default('valid') }),
  z.object({ type: z.literal('meanPool1d'), size, padding: Padding.default('valid') }),
  z.object({ type: z.literal('maxPool2d'), size: pair, padding: Padding.default('valid') }),
  z.object({ type: z.literal('meanPool2d'), size: pair, padding: Padding.default('valid') }),
  /** The mean over all steps of a sequence or all pixels of an image, channel by channel. */
  z.object({ type: z.literal('globalMean') }),
  z.object({ type: z.literal('flatten') }),
  z.object({ type: z.literal('reshape'), shape: z.array(size).min(1).max(3) }),
  z.object({ type: z.literal('activation'), activation: Activation }),
  /** Sets this share of its input to zero while it trains, and scales the rest up. */
  z.object({ type: z.literal('dropout'), rate: z.number().min(0).lt(1) }),
  z.object({ type: z.literal('batchNormalization') }),
  /** A vector for each word; its input are the words' numbers, from zero. */
  z.object({ type: z.literal('embedding'), words: z.number().int().min(1).max(1_000_000), size }),
  z.object({ type: z.literal('lstm'), ...recurrent }),
  z.object({ type: z.literal('gru'), ...recurrent }),
]);
export type Layer = z.infer<typeof Layer>;
export type LayerType = Layer['type'];

export const Optimizer = z.discriminatedUnion('type', [
  z.object({ type: z.literal('adam') }),
  /** Gradient descent; with momentum (Polyak 1964) above zero. */
  z.object({ type: z.literal('sgd'), momentum: z.number().min(0).lt(1).default(0) }),
]);
export type Optimizer = z.infer<typeof Optimizer>;

/** Ends training before its last epoch, once the validation loss has not become smaller for so many epochs. */
export const EarlyStopping = z.object({ patience: z.number().int().min(1).max(1000), minDelta: z.number().min(0).default(0) });

/** A model as data: what the trainer builds on any engine. */
export const ModelDescription = z.object({
  /** Of one sample. */
  input: z.array(size).min(1).max(3),
  layers: z.array(Layer).min(1).max(200),
});
export type ModelDescription = z.infer<typeof ModelDescription>;
/** As it is written: what has a default may be left out. */
export type ModelDeclaration = z.input<typeof ModelDescription>;
