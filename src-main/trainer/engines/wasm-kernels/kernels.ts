import { setFlagsFromString } from 'node:v8';
import { assemble, four, fourRelaxed, FunctionBuilder, v128, type Lanes } from './assembler';
import { convFilterGrad, convForward, convInputGrad } from './code/convolution';
import { adam, addRow, columnSums, relu, reluGrad, sigmoidGrad, sumParts, tanhGrad } from './code/elementwise';
import { gemm, packPanels } from './code/gemm';
import { gatherRows, scatterRows } from './code/patches';
import { maxPoolGrad, meanPoolGrad } from './code/pooling';
import { WebAssembly } from './web-assembly';

/**
 * Every function of the module that a team runs; their parameters stand at their definition. The last three before a
 * function's constants are scratch of the thread that runs it, and the range of items to do.
 */
export const kernelNames = [
  'packPanels',
  'gemmRows',
  'gemmColumns',
  'convForward',
  'convFilterGrad',
  'convInputGrad',
  'maxPoolGrad',
  'meanPoolGrad',
  'relu',
  'reluGrad',
  'sigmoidGrad',
  'tanhGrad',
  'adam',
  'addRow',
  'columnSums',
  'sumParts',
] as const;
export type KernelName = (typeof kernelNames)[number];
export type Kernels = Readonly<Record<KernelName, (...args: number[]) => void>>;

function kernelFunctions(lanes: Lanes): FunctionBuilder[] {
  const callees = {
    gatherRows: gatherRows(),
    scatterRows: scatterRows(),
    packPanels: packPanels(),
    gemmRows: gemm('gemmRows', 'rows', lanes),
    gemmColumns: gemm('gemmColumns', 'columns', lanes),
  };
  // A callee is known by its place in the module.
  const functions: FunctionBuilder[] = Object.values(callees);
  functions.forEach((fn, index) => (fn.index = index));
  functions.push(convForward(callees), convFilterGrad(callees), convInputGrad(callees), maxPoolGrad(), meanPoolGrad());
  functions.push(relu(), reluGrad(), sigmoidGrad(), tanhGrad(), adam(), addRow(), columnSums(), sumParts());
  return functions;
}

/** Node 20's V8 has relaxed SIMD complete, and behind a flag; from 11.4 on it is simply there. */
const V8_BEFORE_RELAXED = '11.3.';

/** Whether this runtime compiles the fused multiply-add of relaxed SIMD. */
export function hasRelaxedSimd(): boolean {
  const probe = new FunctionBuilder('probe', [v128]);
  probe.emit(fourRelaxed.multiplyAdd([0x20, 0], [0x20, 0], [0x20, 0]), 0x1a);
  const bytes = assemble([probe], { shared: false });
  if (!WebAssembly.validate(bytes) && process.versions.v8.startsWith(V8_BEFORE_RELAXED))
    setFlagsFromString('--experimental-wasm-relaxed-simd');
  return WebAssembly.validate(bytes);
}

/** The kernels' module, for a memory that is shared between threads or is not. Compiled once, it goes to any thread. */
export function compileKernels({ shared, relaxed }: { readonly shared: boolean; readonly relaxed: boolean }): object {
  return new WebAssembly.Module(assemble(kernelFunctions(relaxed ? fourRelaxed : four), { shared }));
}

/**
 * The kernels over this memory, which may grow while they live.
 *
 * @param memory a WebAssembly.Memory
 */
export function instantiateKernels(module: object, memory: object): Kernels {
  return new WebAssembly.Instance(module, { env: { memory } }).exports as Kernels;
}
