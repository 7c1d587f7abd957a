import type { KernelConfig, TensorInfo } from '@tensorflow/tfjs-core';
import type { TfCore } from '../engine';

export type KernelCall = Parameters<KernelConfig['kernelFunc']>[0];
/** One kernel of ours: a single tensor out. */
export type OwnKernel = (call: KernelCall) => TensorInfo;

const BACKEND = 'wasm';

/** Puts a kernel in the place of tfjs's own, which it is given for what it does not take. */
export function replaceKernel(
  { getKernel, registerKernel, unregisterKernel }: TfCore,
  kernelName: string,
  make: (original: OwnKernel) => OwnKernel,
): void {
  const original = getKernel(kernelName, BACKEND);
  unregisterKernel(kernelName, BACKEND);
  const kernel = make((call) => original.kernelFunc(call) as TensorInfo);
  registerKernel({ ...original, kernelFunc: kernel });
}

/** Adds a kernel that the WASM backend does not have. */
export function addKernel({ registerKernel }: TfCore, kernelName: string, kernel: OwnKernel): void {
  registerKernel({ kernelName, backendName: BACKEND, kernelFunc: kernel });
}
