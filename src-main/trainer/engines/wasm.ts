import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import { message } from '@shared/text/message';
import type * as Wasm from '@tensorflow/tfjs-backend-wasm';
import { EngineUnavailable, type Engine, type EngineSession, type TfCore, type TfLayers } from './engine';
import { createWasmAdam } from './wasm-kernels/adam';
import { useOwnConvolution } from './wasm-kernels/convolution';
import { useOwnSegmentSum } from './wasm-kernels/embedding';
import { wasmHeap } from './wasm-kernels/heap';
import { useOwnMatMul } from './wasm-kernels/mat-mul';
import { useOwnPooling } from './wasm-kernels/pooling';
import { useOwnRows } from './wasm-kernels/rows';
import { withSharedMemory } from './wasm-kernels/shared-memory';
import { WebAssembly } from './wasm-kernels/web-assembly';

/** Loaded when asked for: the other engine brings a tfjs of its own, and two in one process get in each other's way. */
const load = createRequire(__filename);
/** Of a memory with 32-bit addresses, as tfjs's program declares it. */
const MAX_PAGES = 65536;
const BINARY = 'tfjs-backend-wasm-simd.wasm';

/** Beside the package (development, built), outside the archive (packaged), or beside this program. */
function binaryFolder(): string {
  const fromPackage = dirname(load.resolve('@tensorflow/tfjs-backend-wasm'));
  const unpacked = fromPackage.replace(`app.asar${sep}`, `app.asar.unpacked${sep}`);
  for (const folder of [unpacked, fromPackage, __dirname]) {
    if (existsSync(join(folder, BINARY))) return folder;
  }
  throw new EngineUnavailable(message('message.engine.noFile', { file: BINARY, folder: fromPackage }));
}

/** Whether the runtime gives a memory that threads can share, of the size that tfjs's program asks for. */
function canShareMemory(): boolean {
  try {
    new WebAssembly.Memory({ initial: 1, maximum: MAX_PAGES, shared: true });
    return true;
  } catch {
    return false;
  }
}

/**
 * Starts tfjs's WASM backend on a memory that our threads share: its program is given to it with one flag of its memory
 * changed. Where that cannot be had, it reads its own and all stays on one thread.
 */
async function startBackend(core: TfCore, setWasmPaths: (typeof Wasm)['setWasmPaths']): Promise<boolean> {
  const folder = binaryFolder() + sep;
  const program = canShareMemory() ? withSharedMemory(await readFile(join(folder, BINARY))) : null;
  setWasmPaths(folder, program !== null);
  if (program === null) return core.setBackend('wasm');
  const { platform } = core.env();
  const fetch = platform.fetch.bind(platform);
  platform.fetch = () => Promise.resolve(new Response(Buffer.from(program)));
  try {
    return await core.setBackend('wasm');
  } finally {
    platform.fetch = fetch;
  }
}

async function start(): Promise<EngineSession> {
  const core = load('@tensorflow/tfjs-core') as TfCore;
  const layers = load('@tensorflow/tfjs-layers') as TfLayers;
  const { setWasmPaths, version_wasm } = load('@tensorflow/tfjs-backend-wasm') as typeof Wasm;
  if (!(await core.env().getAsync('WASM_HAS_SIMD_SUPPORT'))) throw new EngineUnavailable(message('message.engine.noSimd'));
  if (!(await startBackend(core, setWasmPaths))) throw new EngineUnavailable(message('message.engine.noBackend'));
  const heap = wasmHeap(core);
  for (const use of [useOwnMatMul, useOwnConvolution, useOwnPooling, useOwnRows, useOwnSegmentSum]) use(core, heap);
  const { threads } = heap.team;
  return {
    core,
    layers,
    // The same in every language: fused multiply-add, and how many threads.
    detail: `wasm (SIMD${heap.relaxed ? '+FMA' : ''} × ${threads}), tfjs ${version_wasm}`,
    adam: (learningRate) => createWasmAdam(core, heap, learningRate),
  };
}

let started: Promise<EngineSession> | null = null;

/** tfjs on WebAssembly with kernels and threads of our own: the default, nothing to download. One backend a process. */
export const wasm: Engine = {
  id: 'wasm',
  load: () => (started ??= start()),
};
