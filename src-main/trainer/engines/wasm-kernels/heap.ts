import { availableParallelism } from 'node:os';
import type { KernelBackend, TensorInfo } from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { TfCore } from '../engine';
import { compileKernels, hasRelaxedSimd } from './kernels';
import { createTeam, type Team } from './team';

/** tfjs's WASM backend as our own kernels use it: they work on its heap, so nothing is copied. */
export interface WasmHeap {
  readonly backend: BackendWasm;
  readonly team: Team;
  readonly relaxed: boolean;
  address(tensor: TensorInfo): number;
  /** At least this many bytes that belong to whoever asked last for room of this name. */
  room(name: RoomName, bytes: number): number;
  /** At least so many zeros, which nobody may write over. */
  zeros(floats: number): number;
}

/** What the heap's rooms are for: two that a kernel needs at once have two names. */
export type RoomName = 'scratch' | 'packed' | 'partials' | 'bias';

/** Emscripten's module object, as far as used. `asm` holds what the program exports, its memory among it. */
interface EmscriptenModule {
  readonly asm: { readonly memory: { readonly buffer: ArrayBufferLike } };
  _malloc(bytes: number): number;
  _free(address: number): void;
}

/** What a kernel may read past the end of a row. */
const SPARE_BYTES = 64;

/** The heap of the running WASM backend. @throws Error when tfjs keeps it elsewhere than this version does */
export function wasmHeap(core: TfCore): WasmHeap {
  const backend = core.backend() as KernelBackend as BackendWasm;
  const module = backend.wasm as unknown as EmscriptenModule;
  if (typeof module.asm?.memory !== 'object') throw new Error('the WASM backend of this tfjs does not show its memory');
  const { memory } = module.asm;
  const rooms = new Map<RoomName | 'zeros', { address: number; bytes: number }>();
  const room = (name: RoomName | 'zeros', bytes: number): number => {
    const held = rooms.get(name);
    if (held !== undefined && bytes <= held.bytes) return held.address;
    if (held !== undefined) module._free(held.address);
    const address = module._malloc(bytes + SPARE_BYTES) >>> 0;
    if (address === 0) throw new Error(`the WASM heap has no ${bytes} bytes left`);
    rooms.set(name, { address, bytes });
    if (name === 'zeros') new Uint8Array(memory.buffer, address, bytes + SPARE_BYTES).fill(0);
    return address;
  };
  const shared = memory.buffer instanceof SharedArrayBuffer;
  const relaxed = hasRelaxedSimd();
  return {
    backend,
    relaxed,
    team: createTeam({
      module: compileKernels({ shared, relaxed }),
      memory,
      threads: shared ? availableParallelism() : 1,
      scratch: (bytes) => room('scratch', bytes),
    }),
    address: ({ dataId }) => backend.getMemoryOffset(dataId) >>> 0,
    room,
    zeros: (floats) => room('zeros', floats * 4),
  };
}
