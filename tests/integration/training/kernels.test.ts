import { createRequire } from 'node:module';
import type { Scalar, Tensor, Tensor2D, Tensor4D, TensorLike, Variable } from '@tensorflow/tfjs-core';
import type { Sequential } from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { bundleEntry } from '../../helpers/bundle';
import { mulberry32 } from '../../../src-main/trainer/random';

type Parts = typeof import('./programs/trainer-parts');
type Session = Awaited<ReturnType<Parts['wasm']['load']>>;
type Layer = Parameters<Sequential['add']>[0];

let session: Session;

beforeAll(async () => {
  const load = createRequire(import.meta.url);
  const parts = load(await bundleEntry('tests/integration/training/programs/trainer-parts.ts')) as Parts;
  session = await parts.wasm.load({ enginesDir: '' });
  // Plain JavaScript, for what our kernels have to agree with.
  load('@tensorflow/tfjs-backend-cpu');
});

const random = mulberry32(7);
const numbers = (count: number): Float32Array => Float32Array.from({ length: count }, () => random() * 2 - 1);
const product = (shape: readonly number[]): number => shape.reduce((all, size) => all * size, 1);
const filled = (shape: readonly number[]): { shape: number[]; values: Float32Array } => ({
  shape: [...shape],
  values: numbers(product(shape)),
});
type Filled = ReturnType<typeof filled>;

/** What `compute` gives on a backend, as plain numbers. */
function on(backend: 'wasm' | 'cpu', inputs: readonly Filled[], compute: (...tensors: Tensor[]) => Tensor | Tensor[]): number[][] {
  const { core } = session;
  void core.setBackend(backend);
  try {
    return core.tidy(() => {
      const tensors = inputs.map(({ shape, values }) => core.tensor(values as TensorLike, shape, 'float32'));
      return [compute(...tensors)].flat().map((tensor) => Array.from(tensor.dataSync()));
    });
  } finally {
    void core.setBackend('wasm');
  }
}

/** Equal within `tolerance` times the largest expected number, or one. */
function expectClose(actual: readonly (readonly number[])[], expected: readonly (readonly number[])[], tolerance: number): void {
  expect(actual.map(({ length }) => length)).toEqual(expected.map(({ length }) => length));
  expected.forEach((values, i) => {
    const scale = values.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
    const worst = values.reduce((most, value, j) => Math.max(most, Math.abs(value - (actual[i]?.[j] ?? NaN)) / scale), 0);
    expect(worst).toBeLessThanOrEqual(tolerance);
  });
}

/**
 * Holds gradients against differences: the loss is the sum of what `compute` gives, each element times a random number, and
 * an element of an input is moved by `step` to both sides.
 */
function expectNumericalGradient(
  inputs: readonly Filled[],
  compute: (...tensors: Tensor[]) => Tensor,
  step: number,
  tolerance: number,
): void {
  const { core } = session;
  const [y = []] = on('wasm', inputs, compute);
  const weights = numbers(y.length);
  const loss = (moved: readonly Filled[]): number => {
    const [values = []] = on('wasm', moved, compute);
    return values.reduce((sum, value, i) => sum + value * (weights[i] ?? NaN), 0);
  };
  const gradients = on('wasm', inputs, (...tensors) =>
    core.grads((...xs: Tensor[]) => {
      const out = compute(...xs);
      return core.sum(core.mul(out, core.tensor(weights, out.shape)));
    })(tensors),
  );
  inputs.forEach(({ shape, values }, i) => {
    for (let probe = 0; probe < 3; probe++) {
      const at = Math.floor(random() * values.length);
      const movedBy = (by: number): Filled[] =>
        inputs.map((input, j) =>
          j === i ? { shape, values: Float32Array.from(values, (value, k) => (k === at ? value + by : value)) } : input,
        );
      const numerical = (loss(movedBy(step)) - loss(movedBy(-step))) / (2 * step);
      expect(Math.abs((gradients[i]?.[at] ?? NaN) - numerical)).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(numerical)));
    }
  });
}

const whole = (from: number, to: number): number => from + Math.floor(random() * (to - from + 1));
const PADS = ['same', 'valid'] as const;
/** Random shapes of a window over images: odd sizes, one image, one channel, windows larger than a stride and smaller. */
const windows = Array.from({ length: 12 }, (_, i) => {
  const [kernel, stride] = [[whole(1, 4), whole(1, 4)] as [number, number], [whole(1, 3), whole(1, 3)] as [number, number]];
  const size = [whole(kernel[0], 13), whole(kernel[1], 13)];
  const channels = i % 4 === 0 ? 1 : whole(2, 9);
  const image = [i % 3 === 0 ? 1 : whole(2, 5), ...size, channels];
  const pad = PADS[i % 2] ?? 'same';
  return {
    name: `${kernel.join('×')} by ${stride.join('×')}, ${pad}, over ${image.join('×')}`,
    kernel,
    stride,
    image,
    pad,
    out: i % 5 === 1 ? 1 : whole(2, 19),
  };
});

describe('convolution', () => {
  it.each(windows)(
    'of $name to $out channels is that of plain JavaScript, forward and in both gradients',
    ({ kernel, stride, image, pad, out }) => {
      const { core } = session;
      const convolve = (x: Tensor, filter: Tensor): Tensor => core.conv2d(x as Tensor4D, filter as Tensor4D, stride, pad);
      const inputs = [filled(image), filled([...kernel, image[3] ?? 1, out])];
      const all = (x: Tensor, filter: Tensor): Tensor[] => {
        const y = convolve(x, filter);
        const dy = core.cos(core.mul(y, 3));
        return [y, ...core.grads(convolve)([x, filter], dy)];
      };
      expectClose(on('wasm', inputs, all), on('cpu', inputs, all), 2e-5);
      // Linear in either input, so that a wide step costs nothing.
      expectNumericalGradient(inputs, convolve, 0.5, 2e-3);
    },
  );

  it('with dilation is that of plain JavaScript', () => {
    const { core } = session;
    for (const pad of PADS) {
      const inputs = [filled([2, 11, 9, 5]), filled([3, 2, 5, 7])];
      const dilated = (x: Tensor, filter: Tensor): Tensor => core.conv2d(x as Tensor4D, filter as Tensor4D, 1, pad, 'NHWC', [2, 3]);
      expectClose(on('wasm', inputs, dilated), on('cpu', inputs, dilated), 2e-5);
    }
  });

  it('over a large batch gives the same numbers bit for bit each time, whichever thread does what', () => {
    const { core } = session;
    const inputs = [filled([12, 13, 13, 16]), filled([3, 3, 16, 20])];
    const all = (x: Tensor, filter: Tensor): Tensor[] =>
      core.grads((a: Tensor, b: Tensor) => core.relu(core.conv2d(a as Tensor4D, b as Tensor4D, 1, 'valid')))([x, filter]);
    const first = on('wasm', inputs, all);
    for (let round = 0; round < 10; round++) expect(on('wasm', inputs, all)).toEqual(first);
    expectClose(first, on('cpu', inputs, all), 5e-5);
  });
});

describe('pooling', () => {
  it.each(windows)('of $name passes gradients on as plain JavaScript does and as differences say', ({ kernel, stride, image, pad }) => {
    const { core } = session;
    const max = (x: Tensor): Tensor => core.maxPool(x as Tensor4D, kernel, stride, pad);
    const mean = (x: Tensor): Tensor => core.avgPool(x as Tensor4D, kernel, stride, pad);
    // Distinct numbers far enough apart that a small step changes no maximum.
    const size = product(image);
    const order = Array.from({ length: size }, (_, i) => ((i * 7919) % size) / size).map((value) => Math.fround(value * 8));
    const x: Filled = { shape: image, values: Float32Array.from(order) };
    const gradient = (pool: (x: Tensor) => Tensor) => (input: Tensor) => [
      pool(input),
      core.grad((a: Tensor) => core.mul(pool(a), core.cos(pool(a))))(input),
    ];
    expectClose(on('wasm', [x], gradient(max)), on('cpu', [x], gradient(max)), 2e-5);
    // At a padded edge plain JavaScript's gradient of the mean is not that of its mean: differences decide.
    if (pad === 'valid') expectClose(on('wasm', [x], gradient(mean)), on('cpu', [x], gradient(mean)), 2e-5);
    expectNumericalGradient([x], mean, 0.5, 2e-3);
    if (size < 5000) expectNumericalGradient([x], max, 1 / size, 2e-2);
  });

  it('gives a window’s gradient to the first of equal maxima', () => {
    const { core } = session;
    const gradient = on('wasm', [{ shape: [1, 2, 2, 5], values: new Float32Array(20).fill(3) }], (x) =>
      core.grad((a: Tensor) => core.maxPool(a as Tensor4D, 2, 2, 'valid'))(x),
    );
    expect(gradient).toEqual([[1, 1, 1, 1, 1, ...new Array<number>(15).fill(0)]]);
  });
});

describe('what a layer does beside its product', () => {
  const sizes = [
    [1, 1],
    [3, 4],
    [7, 5],
    [257, 10],
    [2, 3, 4, 33],
    [128, 5, 5, 64],
  ];
  it.each(sizes)('is that of plain JavaScript over %s', (...shape) => {
    const { core } = session;
    const inputs = [filled(shape), filled([shape.at(-1) ?? 1])];
    for (const activation of [core.relu, core.sigmoid, core.tanh]) {
      const layer = (x: Tensor, bias: Tensor): Tensor => activation(core.add(x, bias));
      const all = (x: Tensor, bias: Tensor): Tensor[] => [layer(x, bias), ...core.grads(layer)([x, bias], core.cos(x))];
      expectClose(on('wasm', inputs, all), on('cpu', inputs, all), 2e-5);
    }
    const sums = (x: Tensor): Tensor[] => {
      const axes = shape.slice(0, -1).map((_, i) => i);
      return [core.sum(x, axes), core.sum(x, axes, true), core.sum(x, [-1]), core.sum(x)];
    };
    expectClose(on('wasm', inputs.slice(0, 1), sums), on('cpu', inputs.slice(0, 1), sums), 2e-5);
  });

  it('keeps what is not a number', () => {
    const { core } = session;
    const x: Filled = { shape: [9], values: Float32Array.from([NaN, -1, 2, NaN, 0, -0, Infinity, -Infinity, NaN]) };
    expect(on('wasm', [x], (a) => core.relu(a))).toEqual([[NaN, 0, 2, NaN, 0, -0, Infinity, 0, NaN]]);
  });
});

describe('a layer', () => {
  interface Case {
    readonly name: string;
    readonly input: readonly number[];
    readonly build: (layers: Session['layers']['layers'], seed: () => object) => Layer[];
    /** Word numbers instead of measurements. */
    readonly words?: number;
  }
  const cases: Case[] = [
    {
      name: 'Conv1D',
      input: [17, 5],
      build: (l, init) => [
        l.conv1d({ filters: 6, kernelSize: 3, strides: 2, activation: 'relu', ...init() }),
        l.maxPooling1d({ poolSize: 2 }),
        l.globalAveragePooling1d(),
      ],
    },
    {
      name: 'Conv2D',
      input: [9, 8, 3],
      build: (l, init) => [
        l.conv2d({ filters: 5, kernelSize: 3, padding: 'same', activation: 'tanh', ...init() }),
        l.averagePooling2d({ poolSize: 2 }),
        l.flatten(),
      ],
    },
    {
      name: 'BatchNormalization',
      input: [6, 7, 4],
      build: (l, init) => [
        l.conv2d({ filters: 8, kernelSize: 3, ...init() }),
        l.batchNormalization({}),
        l.activation({ activation: 'relu' }),
        l.flatten(),
      ],
    },
    {
      name: 'Embedding',
      input: [11],
      words: 19,
      build: (l) => [l.embedding({ inputDim: 19, outputDim: 6, embeddingsInitializer: 'ones' }), l.globalAveragePooling1d()],
    },
    { name: 'LSTM', input: [9, 4], build: (l, init) => [l.lstm({ units: 7, recurrentInitializer: 'ones', ...init() })] },
    { name: 'GRU', input: [9, 4], build: (l, init) => [l.gru({ units: 7, recurrentInitializer: 'ones', ...init() })] },
    { name: 'Dense', input: [13], build: (l, init) => [l.dense({ units: 9, activation: 'sigmoid', ...init() })] },
  ];
  it.each(cases)('$name has the gradients of plain JavaScript in training', ({ input, build, words }) => {
    const { core, layers } = session;
    let seed = 3;
    const init = () => ({ kernelInitializer: layers.initializers.glorotUniform({ seed: seed++ }) });
    const [first, ...rest] = build(layers.layers, init);
    for (const batch of [1, 5]) {
      const model = layers.sequential();
      const source = layers.layers.inputLayer({ inputShape: [...input] });
      for (const layer of [source, first, ...rest]) model.add(layer as Layer);
      const values =
        words === undefined
          ? filled([batch, ...input])
          : { shape: [batch, ...input], values: Float32Array.from({ length: batch * product(input) }, () => whole(0, words - 1)) };
      const all = (x: Tensor): Tensor[] => {
        const variables = model.trainableWeights.map((weight) => weight.read() as Variable);
        const { value, grads } = core.variableGrads(
          () => core.mean(core.square(core.cos(model.apply(x, { training: true }) as Tensor2D))) as Scalar,
          variables,
        );
        return [value, ...variables.map(({ name }) => grads[name] as Tensor)];
      };
      expectClose(on('wasm', [values], all), on('cpu', [values], all), 5e-5);
    }
  });
});
