import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import { message } from '@shared/text/message';
import type * as Wasm from '@tensorflow/tfjs-backend-wasm';
import { EngineUnavailable, type Engine, type TfCore, type TfLayers } from './engine';
import { createWasmAdam } from './wasm-kernels/adam';
import { wasmHeap } from './wasm-kernels/heap';
import { useOwnMatMul } from './wasm-kernels/mat-mul';

/** Loaded when asked for: the other engine brings a tfjs of its own, and two in one process get in each other's way. */
const load = createRequire(__filename);
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

/** tfjs on WebAssembly with SIMD: the default, nothing to download. tfjs does not offer its threads under Node. */
export const wasm: Engine = {
  id: 'wasm',
  async load() {
    const core = load('@tensorflow/tfjs-core') as TfCore;
    const layers = load('@tensorflow/tfjs-layers') as TfLayers;
    const { setWasmPaths, version_wasm } = load('@tensorflow/tfjs-backend-wasm') as typeof Wasm;
    if (!(await core.env().getAsync('WASM_HAS_SIMD_SUPPORT'))) throw new EngineUnavailable(message('message.engine.noSimd'));
    setWasmPaths(binaryFolder() + sep);
    if (!(await core.setBackend('wasm'))) throw new EngineUnavailable(message('message.engine.noBackend'));
    const heap = wasmHeap(core);
    useOwnMatMul(core, heap);
    return {
      core,
      layers,
      detail: `wasm (SIMD, 1 thread), tfjs ${version_wasm}`,
      adam: (learningRate) => createWasmAdam(core, heap, learningRate),
    };
  },
};
