import type { backend_util, TensorInfo } from '@tensorflow/tfjs-core';
import type { TfCore } from '../engine';
import { BLOCK, convScratchBytes } from './code/convolution';
import { geometryNames, type Geometry } from './code/patches';
import type { WasmHeap } from './heap';
import { packRight, type HeapMatrix } from './mat-mul';
import { addKernel, replaceKernel, type KernelCall } from './register';
import { partsOf, sumOfParts } from './rows';

const FLOAT_BYTES = 4;

/** What a convolution or a pooling slides over, as the kernels take it. */
export function geometryOf(info: backend_util.Conv2DInfo): number[] {
  const geometry: Geometry = {
    height: info.inHeight,
    width: info.inWidth,
    channels: info.inChannels,
    windowHeight: info.filterHeight,
    windowWidth: info.filterWidth,
    strideHeight: info.strideHeight,
    strideWidth: info.strideWidth,
    dilationHeight: info.dilationHeight,
    dilationWidth: info.dilationWidth,
    padTop: info.padInfo.top,
    padLeft: info.padInfo.left,
    outHeight: info.outHeight,
    outWidth: info.outWidth,
  };
  return geometryNames.map((name) => geometry[name]);
}

/** The attributes that the three kernels of a convolution share. */
interface ConvAttrs {
  readonly strides: [number, number] | number;
  readonly dilations?: [number, number] | number;
  readonly pad: 'valid' | 'same' | number | backend_util.ExplicitPadding;
  readonly dataFormat: 'NHWC' | 'NCHW';
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

const attributes = <T>({ attrs }: KernelCall): T => attrs as unknown as T;
const isFilled = (...tensors: TensorInfo[]): boolean =>
  tensors.every(({ dtype, shape }) => dtype === 'float32' && shape.every((size) => size > 0));

/**
 * Convolutions, forward and both gradients, as matrix products over blocks of windows that are copied out. tfjs's WASM
 * backend has no gradient for the filter, and its two others run in one thread.
 */
export function useOwnConvolution(core: TfCore, heap: WasmHeap): void {
  const { backend, team, room, address } = heap;
  const { computeConv2DInfo, convertConv2DDataFormat } = core.backend_util;

  const describe = (xShape: readonly number[], filterShape: readonly number[], attrs: ConvAttrs) => {
    const info = computeConv2DInfo(
      xShape as [number, number, number, number],
      filterShape as [number, number, number, number],
      attrs.strides,
      attrs.dilations ?? 1,
      attrs.pad,
      attrs.dimRoundingMode,
      false,
      convertConv2DDataFormat(attrs.dataFormat),
    );
    const window = info.filterHeight * info.filterWidth * info.inChannels;
    const positions = info.batchSize * info.outHeight * info.outWidth;
    return { info, window, positions, work: 2 * positions * window * info.outChannels };
  };
  const right = (filter: TensorInfo, rowBytes: number, columnBytes: number): HeapMatrix => ({
    address: address(filter),
    rowBytes,
    columnBytes,
  });

  replaceKernel(core, 'Conv2D', (original) => (call) => {
    const { x, filter } = call.inputs as Record<'x' | 'filter', TensorInfo>;
    const attrs = attributes<ConvAttrs>(call);
    if (attrs.dataFormat === 'NCHW' || !isFilled(x, filter)) return original(call);
    const { info, window, positions, work } = describe(x.shape, filter.shape, attrs);
    if (positions === 0) return original(call);
    const { outChannels } = info;
    const packed = packRight(heap, right(filter, outChannels * FLOAT_BYTES, FLOAT_BYTES), window, outChannels);
    const y = backend.makeOutput(info.outShape, 'float32');
    team.run({
      kernel: 'convForward',
      args: [address(x), packed, heap.zeros(outChannels), address(y), window, outChannels, positions, -Infinity, ...geometryOf(info)],
      items: Math.ceil(positions / BLOCK),
      work,
      scratchBytes: convScratchBytes(window, outChannels),
    });
    return y;
  });

  addKernel(core, 'Conv2DBackpropFilter', (call) => {
    const { x, dy } = call.inputs as Record<'x' | 'dy', TensorInfo>;
    const { filterShape, ...attrs } = attributes<ConvAttrs & { filterShape: number[] }>(call);
    if (attrs.dataFormat === 'NCHW') throw new Error('a convolution’s gradient is computed for images that lie as NHWC');
    const { info, window, positions, work } = describe(x.shape, filterShape, attrs);
    const { outChannels } = info;
    const size = window * outChannels;
    const { parts, perPart } = partsOf(positions, size, BLOCK);
    const partials = room('partials', parts * size * FLOAT_BYTES);
    team.run({
      kernel: 'convFilterGrad',
      args: [address(x), address(dy), partials, window, outChannels, positions, perPart, ...geometryOf(info)],
      items: parts,
      work,
      scratchBytes: convScratchBytes(window, outChannels),
    });
    const gradient = backend.makeOutput(info.filterShape, 'float32');
    sumOfParts(heap, partials, parts, size, address(gradient));
    return gradient;
  });

  replaceKernel(core, 'Conv2DBackpropInput', (original) => (call) => {
    const { dy, filter } = call.inputs as Record<'dy' | 'filter', TensorInfo>;
    const { inputShape, ...attrs } = attributes<ConvAttrs & { inputShape: number[] }>(call);
    if (attrs.dataFormat === 'NCHW' || !isFilled(dy, filter)) return original(call);
    const { info, window, positions, work } = describe(inputShape, filter.shape, attrs);
    const { batchSize, outChannels } = info;
    const packed = packRight(heap, right(filter, FLOAT_BYTES, outChannels * FLOAT_BYTES), outChannels, window);
    const dx = backend.makeOutput(info.inShape, 'float32');
    const imageSize = info.inHeight * info.inWidth * info.inChannels;
    team.run({
      kernel: 'convInputGrad',
      args: [
        ...[address(dy), packed, heap.zeros(window), address(dx), window, outChannels, positions / batchSize, imageSize],
        ...geometryOf(info),
      ],
      items: batchSize,
      work,
      scratchBytes: convScratchBytes(window, outChannels),
    });
    return dx;
  });
}
