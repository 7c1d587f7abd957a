import { describe, expect, it } from 'vitest';
import { classesOutput, inspectModel, trainingBytes, trainingFlops } from '@shared/studio/inspect';
import type { z } from 'zod';
import { ModelDescription, Optimizer, type ModelDeclaration } from '@shared/studio/model';
import { english } from '@shared/text/message';

type Layers = ModelDeclaration['layers'];
const described = (input: number[], layers: Layers): ModelDescription => ModelDescription.parse({ input, layers });
const softmax = (units: number): Layers[number] => ({ type: 'dense', units, activation: 'softmax' });

describe('the figures of a model', () => {
  const cnn = described(
    [28, 28, 1],
    [
      { type: 'conv2d', filters: 32, kernel: [3, 3], activation: 'relu' },
      { type: 'maxPool2d', size: [2, 2] },
      { type: 'conv2d', filters: 64, kernel: [3, 3], activation: 'relu' },
      { type: 'maxPool2d', size: [2, 2] },
      { type: 'conv2d', filters: 64, kernel: [3, 3], activation: 'relu' },
      { type: 'flatten' },
      { type: 'dense', units: 64, activation: 'relu' },
      softmax(10),
    ],
  );

  it('of the small convolutional network are those that its layers have by hand', () => {
    const { figures } = inspectModel(cnn, classesOutput(10));
    expect(figures?.layers.map(({ output }) => output)).toEqual([
      [26, 26, 32],
      [13, 13, 32],
      [11, 11, 64],
      [5, 5, 64],
      [3, 3, 64],
      [576],
      [64],
      [10],
    ]);
    // 9·32+32, 288·64+64, 576·64+64, 576·64+64, 64·10+10.
    expect(figures?.layers.map(({ parameters }) => parameters)).toEqual([320, 0, 18_496, 0, 36_928, 0, 36_928, 650]);
    expect(figures?.parameters).toBe(93_322);
    expect(figures?.flops).toBe(2 * (26 * 26 * 9 * 32 + 11 * 11 * 288 * 64 + 9 * 576 * 64 + 576 * 64 + 640));
    expect(figures?.activations).toBe(784 + 21_632 + 5_408 + 7_744 + 1_600 + 576 + 576 + 64 + 10);
  });

  it('of a step of training count what the optimizer keeps', () => {
    const { figures } = inspectModel(described([4], [softmax(3)]), classesOutput(3));
    if (figures === null) throw new Error('refused');
    const at = (optimizer: z.input<typeof Optimizer>): number => trainingBytes(figures, Optimizer.parse(optimizer), 8);
    // 15 weights; 8 samples of 4 + 3 numbers and their gradients.
    expect(at({ type: 'adam' })).toBe(4 * (15 * 4 + 2 * 8 * 7));
    expect(at({ type: 'sgd', momentum: 0.9 })).toBe(4 * (15 * 3 + 2 * 8 * 7));
    expect(at({ type: 'sgd' })).toBe(4 * (15 * 2 + 2 * 8 * 7));
    expect(trainingFlops(figures, 8)).toBe(3 * 8 * 2 * 4 * 3);
  });
});

describe('a model that cannot be', () => {
  const cases: [string, number[], Layers, number, string | null, string][] = [
    [
      'a window larger than its input',
      [5, 5, 1],
      [{ type: 'conv2d', filters: 2, kernel: [3, 6] }],
      0,
      'kernel',
      'a window of 6 does not fit into 5',
    ],
    ['a pool larger than its input', [4, 4, 1], [{ type: 'maxPool2d', size: [5, 2] }], 0, 'size', 'a window of 5 does not fit into 4'],
    [
      'a picture’s layer after numbers',
      [9],
      [
        { type: 'dense', units: 3 },
        { type: 'conv2d', filters: 2, kernel: [3, 3] },
      ],
      1,
      null,
      'needs an input of 3 sizes, and gets 3',
    ],
    ['a shape of another size', [28], [{ type: 'reshape', shape: [5, 5] }], 0, 'shape', '28 numbers cannot be laid out as 5 × 5'],
    [
      'words after a layer',
      [4],
      [
        { type: 'dense', units: 3 },
        { type: 'embedding', words: 9, size: 2 },
      ],
      1,
      null,
      'takes numbers of words, so that it can only be the first layer',
    ],
    ['a recurrent layer without steps', [4], [{ type: 'lstm', units: 3 }], 0, null, 'needs an input of 2 sizes, and gets 4'],
    ['a mean over nothing', [4], [{ type: 'globalMean' }], 0, null, 'needs steps or pixels to take the mean over, and gets 4'],
    ['too few classes', [4], [softmax(3)], 0, null, 'the last layer has to be a softmax over 10 classes'],
    ['an end without probabilities', [4], [{ type: 'dense', units: 10 }], 0, null, 'the last layer has to be a softmax over 10 classes'],
  ];
  it.each(cases)('is refused for %s, at its layer and field', (_, input, layers, layer, field, why) => {
    const { issues } = inspectModel(described(input, layers), classesOutput(10));
    expect(issues?.map((issue) => ({ ...issue, message: english(issue.message) }))).toEqual([{ layer, field, message: why }]);
  });

  it('is refused by its schema where a size is none', () => {
    for (const layer of [
      { type: 'dense', units: 0 },
      { type: 'dropout', rate: 1 },
      { type: 'conv2d', filters: 2, kernel: [3] },
      { type: 'transformer' },
    ])
      expect(ModelDescription.safeParse({ input: [4], layers: [layer] }).success).toBe(false);
  });
});
