import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { TfCore } from '../engine';
import type { KernelName } from './kernels';
import { geometryOf } from './convolution';
import type { WasmHeap } from './heap';
import { replaceKernel } from './register';

interface PoolAttrs {
  readonly filterSize: [number, number] | number;
  readonly strides: [number, number] | number;
  readonly pad: 'valid' | 'same' | number;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

/**
 * The gradients of pooling. tfjs's own compute them element by element in JavaScript; that of the mean divides by the whole
 * window also at a padded edge, where the mean itself was taken over what is inside the image.
 */
export function useOwnPooling(core: TfCore, heap: WasmHeap): void {
  const { backend, team, address } = heap;
  const use = (kernelName: 'MaxPoolGrad' | 'AvgPoolGrad', kernel: KernelName): void =>
    replaceKernel(core, kernelName, (original) => (call) => {
      const { dy, input, output = dy } = call.inputs as { dy: TensorInfo; input: TensorInfo; output?: TensorInfo };
      const { filterSize, strides, pad, dimRoundingMode } = call.attrs as unknown as PoolAttrs;
      if ([dy, input].some(({ dtype, shape }) => dtype !== 'float32' || shape.includes(0))) return original(call);
      const info = core.backend_util.computePool2DInfo(
        input.shape as [number, number, number, number],
        filterSize,
        strides,
        1,
        pad,
        dimRoundingMode,
      );
      const dx = backend.makeOutput(input.shape, 'float32');
      const [inputAt, outputAt] = [address(input), address(output)];
      team.run({
        kernel,
        args: [address(dy), inputAt, outputAt, address(dx), ...geometryOf(info)],
        items: info.batchSize,
        work: 4 * info.batchSize * info.outHeight * info.outWidth * info.filterHeight * info.filterWidth * info.inChannels,
      });
      return dx;
    });
  use('MaxPoolGrad', 'maxPoolGrad');
  use('AvgPoolGrad', 'meanPoolGrad');
}
