import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import util from 'node:util';
import type * as Core from '@tensorflow/tfjs-core';
import type * as Layers from '@tensorflow/tfjs-layers';
import { message } from '@shared/text/message';
import { EngineUnavailable, type Engine } from './engine';

const PACKAGE = '@tensorflow/tfjs-node-gpu';

/** What tfjs-node-gpu exports beyond core and layers, as far as used. */
interface TfNode {
  readonly version: Readonly<Record<string, string>>;
  backend(): Core.KernelBackend & { readonly isUsingGpuDevice?: boolean; readonly binding?: { readonly TF_Version?: string } };
}

/** tfjs-node 4.22 still calls util.isNullOrUndefined, which Node 23 removed. */
function restoreRemovedUtil(): void {
  if (!('isNullOrUndefined' in util)) Object.assign(util, { isNullOrUndefined: (value: unknown) => value === null || value === undefined });
}

/** TensorFlow's C library through tfjs-node-gpu, with CUDA where its library has it. Installed by `npm start -- engine cuda`. */
export const cuda: Engine = {
  id: 'cuda',
  async load({ enginesDir }) {
    const home = join(enginesDir, 'cuda');
    if (!existsSync(join(home, 'node_modules', PACKAGE))) throw new EngineUnavailable(message('message.engine.noInstallation'));
    restoreRemovedUtil();
    // TensorFlow otherwise tells every start's details on stderr.
    process.env.TF_CPP_MIN_LOG_LEVEL ??= '1';
    let tf: Omit<typeof Core, 'backend'> & typeof Layers & TfNode;
    try {
      tf = createRequire(join(home, 'package.json'))(PACKAGE) as typeof tf;
      await tf.ready();
    } catch (error) {
      const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
      throw new EngineUnavailable(message('message.engine.noLoad', { package: PACKAGE, why: reason }), { cause: error });
    }
    const backend = tf.backend();
    const device = backend.isUsingGpuDevice ? 'GPU' : 'CPU: no CUDA device';
    const library = backend.binding?.TF_Version ?? 'unknown';
    return {
      core: tf,
      layers: tf,
      detail: `cuda (${device}), TensorFlow ${library}, tfjs ${tf.version['tfjs-core'] ?? ''}`,
      adam: (learningRate) => tf.train.adam(learningRate),
    };
  },
};
