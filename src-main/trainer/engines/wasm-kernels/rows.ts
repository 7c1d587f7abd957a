import type { Tensor, TensorInfo } from '@tensorflow/tfjs-core';
import type { TfCore } from '../engine';
import type { WasmHeap } from './heap';
import { addKernel, replaceKernel } from './register';

const FLOAT_BYTES = 4;
/** Elements that one thread takes at once. */
const GRAIN = 1024;
/** At most so many parts of a sum, and so many bytes of them. */
const MAX_PARTS = 16;
const MAX_PARTIAL_BYTES = 16 * 1024 * 1024;

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

/**
 * How a sum over `items` is cut: by its shape alone, never by the threads there are, so that it is the same on any machine.
 *
 * @param size floats of one partial sum
 * @param grain a part is a multiple of so many items
 */
export function partsOf(items: number, size: number, grain: number): { readonly parts: number; readonly perPart: number } {
  const most = Math.max(1, Math.min(MAX_PARTS, Math.floor(MAX_PARTIAL_BYTES / (size * FLOAT_BYTES))));
  const perPart = Math.max(1, Math.ceil(items / most / grain)) * grain;
  return { parts: Math.max(1, Math.ceil(items / perPart)), perPart };
}

/** out = the sum of so many arrays of `size` floats, in their order. */
export function sumOfParts({ team }: WasmHeap, partials: number, parts: number, size: number, out: number): void {
  team.run({ kernel: 'sumParts', args: [partials, parts, size, out], items: size, grain: GRAIN, work: parts * size });
}

/** Runs over elements in one pass. */
export function overElements(
  { team }: WasmHeap,
  kernel: 'relu' | 'reluGrad' | 'sigmoidGrad' | 'tanhGrad' | 'adam',
  addresses: readonly number[],
  size: number,
  constants: readonly number[] = [],
): void {
  team.run({ kernel, args: addresses, constants, items: size, grain: GRAIN, work: size * addresses.length });
}

/** Whether these axes are all but the last. */
function leading(axes: readonly number[], rank: number): boolean {
  const all = new Set(axes.map((axis) => (axis + rank) % rank));
  return rank > 1 && all.size === rank - 1 && !all.has(rank - 1);
}

/**
 * What a layer does beside its product: a bias, ReLU, and the gradients of both. tfjs composes the gradients of several
 * operations with a tensor each, and sums over rows by transposing first.
 */
export function useOwnRows(core: TfCore, heap: WasmHeap): void {
  const { backend, team, room, address } = heap;

  replaceKernel(core, 'Add', (original) => (call) => {
    const { a, b } = call.inputs as Record<'a' | 'b', TensorInfo>;
    const columns = b.shape.at(-1) ?? 0;
    const isRow = a.shape.length > 1 && a.shape.at(-1) === columns && columns === sizeOf(b.shape) && b.shape.length <= a.shape.length;
    if (!isRow || a.dtype !== 'float32' || b.dtype !== 'float32' || columns < 4 || sizeOf(a.shape) === 0) return original(call);
    const out = backend.makeOutput(a.shape, 'float32');
    const size = sizeOf(a.shape);
    team.run({ kernel: 'addRow', args: [address(a), address(b), address(out), columns], items: size / columns, work: 2 * size });
    return out;
  });

  const sumColumns = (x: TensorInfo, out: TensorInfo): void => {
    const columns = x.shape.at(-1) ?? 1;
    const rows = sizeOf(x.shape) / columns;
    const { parts, perPart } = partsOf(rows, columns, 1);
    const partials = room('partials', parts * columns * FLOAT_BYTES);
    team.run({ kernel: 'columnSums', args: [address(x), rows, columns, perPart, partials], items: parts, work: 2 * rows * columns });
    sumOfParts(heap, partials, parts, columns, address(out));
  };
  replaceKernel(core, 'Sum', (original) => (call) => {
    const { x } = call.inputs as Record<'x', TensorInfo>;
    const { axis, keepDims } = call.attrs as unknown as { axis?: number | number[] | null; keepDims: boolean };
    if (x.dtype !== 'float32' || x.shape.includes(0) || !leading([axis ?? []].flat(), x.shape.length)) return original(call);
    const columns = x.shape.at(-1) ?? 1;
    const out = backend.makeOutput(keepDims ? [...x.shape.slice(0, -1).map(() => 1), columns] : [columns], 'float32');
    sumColumns(x, out);
    return out;
  });

  // A tensor's clone is the same numbers under another name, as on tfjs's other backends; its WASM backend copies them each time.
  replaceKernel(core, 'Identity', (original) => (call) => {
    const { x } = call.inputs as Record<'x', TensorInfo>;
    if (x.dtype === 'string') return original(call);
    backend.incRef(x.dataId);
    return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
  });

  replaceKernel(core, 'Relu', (original) => (call) => {
    const { x } = call.inputs as Record<'x', TensorInfo>;
    if (x.dtype !== 'float32') return original(call);
    const out = backend.makeOutput(x.shape, 'float32');
    overElements(heap, 'relu', [address(x), address(out)], sizeOf(x.shape));
    return out;
  });

  /** The gradient of an activation by what tfjs keeps for it, in one kernel; gradients are registered for all backends alike. */
  const activationGradient = (kernelName: 'Relu' | 'Sigmoid' | 'Tanh', kernel: 'reluGrad' | 'sigmoidGrad' | 'tanhGrad'): void => {
    const ownName = `Own${kernelName}Grad`;
    addKernel(core, ownName, ({ inputs }) => {
      const { dy, kept } = inputs as Record<'dy' | 'kept', TensorInfo>;
      const out = backend.makeOutput(dy.shape, 'float32');
      overElements(heap, kernel, [address(dy), address(kept), address(out)], sizeOf(dy.shape), kernel === 'reluGrad' ? [] : [1]);
      return out;
    });
    const original = core.getGradient(kernelName);
    core.unregisterGradient(kernelName);
    core.registerGradient({
      ...original,
      gradFunc: (dy, saved, attrs) => {
        const [kept] = saved;
        if (Array.isArray(dy) || kept === undefined || core.getBackend() !== 'wasm') return original.gradFunc(dy, saved, attrs);
        return { x: () => core.engine().runKernel(ownName, { dy, kept }) as Tensor };
      },
    });
  };
  activationGradient('Relu', 'reluGrad');
  activationGradient('Sigmoid', 'sigmoidGrad');
  activationGradient('Tanh', 'tanhGrad');
}
