import type { BatchMatMulAttrs, BatchMatMulInputs, TensorInfo } from '@tensorflow/tfjs-core';
import type { TfCore } from '../engine';
import { gemmScratchBytes, packedBytes, PANEL_COLUMNS, TILE_HEIGHT } from './code/gemm';
import type { WasmHeap } from './heap';
import { replaceKernel } from './register';

const FLOAT_BYTES = 4;

/** True for what the kernel takes: one product of two float32 matrices, nothing empty. */
function isPlain(...tensors: TensorInfo[]): boolean {
  return tensors.every(
    ({ shape, dtype }) =>
      dtype === 'float32' && shape.slice(0, -2).every((size) => size === 1) && shape.slice(-2).every((size) => size > 0),
  );
}

/** A matrix in the heap: element (row, column) at address + row · rowBytes + column · columnBytes. */
export interface HeapMatrix {
  readonly address: number;
  readonly rowBytes: number;
  readonly columnBytes: number;
}

/** Packs a right operand of k × n into the heap's room for it. @returns its address */
export function packRight({ team, room }: WasmHeap, { address, rowBytes, columnBytes }: HeapMatrix, k: number, n: number): number {
  const packed = room('packed', packedBytes(k, n));
  const panels = Math.ceil(n / PANEL_COLUMNS);
  team.run({ kernel: 'packPanels', args: [address, rowBytes, columnBytes, k, n, packed], items: panels, work: 4 * k * n });
  return packed;
}

/** out[m×n] = a[m×k] · b[k×n], contiguous; `a` contiguous by rows or by columns. */
export function multiply(heap: WasmHeap, a: HeapMatrix, b: HeapMatrix, out: number, m: number, n: number, k: number): void {
  const packed = packRight(heap, b, k, n);
  const byRows = a.columnBytes === FLOAT_BYTES;
  const rowBytes = n * FLOAT_BYTES;
  heap.team.run({
    kernel: byRows ? 'gemmRows' : 'gemmColumns',
    args: [a.address, byRows ? a.rowBytes : a.columnBytes, packed, heap.zeros(n), 0, out, rowBytes, n, k, -Infinity],
    items: m,
    grain: TILE_HEIGHT,
    work: 2 * m * n * k,
    scratchBytes: gemmScratchBytes(byRows ? 0 : k),
  });
}

/**
 * Replaces the matrix product of tfjs's WASM backend. Its own multiplies through XNNPACK only when no operand is
 * transposed, which every dense layer's gradient has (784×32 · 32×128: 3.1 ms against 0.2 ms), and XNNPACK packs the
 * whole right operand anew whenever it changed, which weights do at every step (32×784 · 784×128: 0.6 ms against
 * 0.2 ms).
 */
export function useOwnMatMul(core: TfCore, heap: WasmHeap): void {
  const { backend } = heap;
  replaceKernel(core, 'BatchMatMul', (original) => (call) => {
    const { a, b } = call.inputs as Record<keyof BatchMatMulInputs, TensorInfo>;
    const { transposeA, transposeB } = call.attrs as unknown as BatchMatMulAttrs;
    if (!isPlain(a, b) || a.shape.length !== b.shape.length) return original(call);
    const [aRows = 1, aColumns = 1] = a.shape.slice(-2);
    const [bRows = 1, bColumns = 1] = b.shape.slice(-2);
    const [m, k] = transposeA ? [aColumns, aRows] : [aRows, aColumns];
    const n = transposeB ? bRows : bColumns;
    const product = backend.makeOutput([...a.shape.slice(0, -2), m, n], 'float32');
    const matrix = (tensor: TensorInfo, columns: number, transposed: boolean): HeapMatrix => ({
      address: heap.address(tensor),
      rowBytes: (transposed ? 1 : columns) * FLOAT_BYTES,
      columnBytes: (transposed ? columns : 1) * FLOAT_BYTES,
    });
    multiply(heap, matrix(a, aColumns, transposeA), matrix(b, bColumns, transposeB), heap.address(product), m, n, k);
    return product;
  });
}
