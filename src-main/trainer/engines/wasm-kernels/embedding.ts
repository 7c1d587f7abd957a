import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { TfCore } from '../engine';
import type { WasmHeap } from './heap';
import { addKernel } from './register';

/**
 * The gradient of an embedding, which tfjs's WASM backend lacks: the rows of x added up by their segment. A row whose
 * segment is out of range is left out, as tfjs's other backends do.
 */
export function useOwnSegmentSum(core: TfCore, { backend }: WasmHeap): void {
  addKernel(core, 'UnsortedSegmentSum', ({ inputs, attrs }) => {
    const { x, segmentIds } = inputs as Record<'x' | 'segmentIds', TensorInfo>;
    const { numSegments } = attrs as { numSegments: number };
    const out = backend.makeOutput([numSegments, ...x.shape.slice(1)], x.dtype);
    const values = backend.typedArrayFromHeap(x);
    const segments = backend.typedArrayFromHeap(segmentIds);
    const sums = backend.typedArrayFromHeap(out).fill(0);
    const width = segments.length === 0 ? 0 : values.length / segments.length;
    for (let row = 0; row < segments.length; row++) {
      const segment = segments[row] ?? -1;
      if (segment < 0 || segment >= numSegments) continue;
      const [from, to] = [row * width, segment * width];
      for (let i = 0; i < width; i++) sums[to + i] = (sums[to + i] ?? 0) + (values[from + i] ?? 0);
    }
    return out;
  });
}
