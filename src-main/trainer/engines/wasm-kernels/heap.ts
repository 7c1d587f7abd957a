import type { KernelBackend, TensorInfo } from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { TfCore } from '../engine';
import { createKernels, type Kernels } from './kernels';

/** tfjs's WASM backend as our own kernels use it: they work on its heap, so nothing is copied. */
export interface WasmHeap {
  readonly backend: BackendWasm;
  readonly kernels: Kernels;
  address(tensor: TensorInfo): number;
  /** At least this many bytes that belong to whoever asked last. */
  scratch(bytes: number): number;
}

/** Emscripten's module object, as far as used. `asm` holds what the program exports, its memory among it. */
interface EmscriptenModule {
  readonly asm: { readonly memory: object };
  _malloc(bytes: number): number;
  _free(address: number): void;
}

/** The heap of the running WASM backend. @throws Error when tfjs keeps it elsewhere than this version does */
export function wasmHeap(core: TfCore): WasmHeap {
  const backend = core.backend() as KernelBackend as BackendWasm;
  const module = backend.wasm as unknown as EmscriptenModule;
  if (typeof module.asm?.memory !== 'object') throw new Error('the WASM backend of this tfjs does not show its memory');
  let room = { address: 0, bytes: 0 };
  return {
    backend,
    kernels: createKernels(module.asm.memory),
    address: ({ dataId }) => backend.getMemoryOffset(dataId) >>> 0,
    scratch(bytes) {
      if (bytes > room.bytes) {
        if (room.bytes > 0) module._free(room.address);
        room = { address: module._malloc(bytes) >>> 0, bytes };
        if (room.address === 0) throw new Error(`the WASM heap has no ${bytes} bytes left`);
      }
      return room.address;
    },
  };
}
