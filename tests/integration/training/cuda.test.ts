import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { curvesIn } from '../../helpers/curves';
import { createEngineProbe } from '../../../src-main/core/jobs/engines';
import { installCudaEngine } from '../../../src-main/core/jobs/engine-install';
import { findPythonTensorFlow } from '../../../src-main/core/jobs/engine-tools';
import { createChildLauncher } from '../../../src-main/hosts/child-launcher';
import { tensorFlowPython } from '../../helpers/tensorflow';
import { afterThisTest, temporaryFolder } from '../store/support/stores';
import { ended, realTrainer, repo, startRun, testJobs } from './support';

const signal = new AbortController().signal;

describe('tfjs-node-gpu bound to the TensorFlow of a Python wheel', () => {
  it('is installed, found, and trains mnist-mlp as the embedded engine does', async (context) => {
    const named = await tensorFlowPython();
    if (named === null)
      context.skip('no Python here can import TensorFlow (COLDAISLE_PYTHON names one), and pip has no local wheels of it');
    else vi.stubEnv('COLDAISLE_PYTHON', named);
    afterThisTest(() => void vi.unstubAllEnvs());
    const python = await findPythonTensorFlow({ log: () => undefined, signal });
    const enginesDir = temporaryFolder();
    await installCudaEngine({ enginesDir, resourcesDir: join(repo, 'resources'), log: () => undefined, signal });
    expect(readdirSync(enginesDir)).toEqual(['cuda']);

    const program = await realTrainer();
    const probe = createEngineProbe({ log: () => undefined, launcher: createChildLauncher({ program }), enginesDir });
    afterThisTest(() => probe.close());
    const cuda = (await probe.list()).find(({ id }) => id === 'cuda');
    expect(cuda).toMatchObject({
      available: true,
      repair: null,
      detail: expect.stringContaining(`TensorFlow ${python?.version}`) as string,
    });

    const { jobs, writer } = testJobs(program, { enginesDir });
    const [native, embedded] = [startRun(jobs, {}, 'cuda'), startRun(jobs, {}, 'wasm')];
    const [onNative, onEmbedded] = [await ended(jobs, native), await ended(jobs, embedded)];
    expect(onNative).toMatchObject({ status: 'succeeded', failure: null, engineUsed: cuda?.detail });
    expect(onNative.result?.['test/accuracy']).toBeGreaterThanOrEqual(0.92);
    // One seed, one order, one arithmetic: the engines differ by rounding only.
    const losses = (id: string) => (curvesIn(writer.path, id)['train/loss']?.y ?? []).slice(0, 20);
    losses(native).forEach((loss, i) => expect(loss).toBeCloseTo(losses(embedded)[i] ?? NaN, 3));
    expect(onEmbedded.result?.['test/accuracy']).toBeCloseTo(onNative.result?.['test/accuracy'] ?? NaN, 1);
  }, 1_200_000);
});
