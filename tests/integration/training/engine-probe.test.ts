import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { message } from '@shared/text/message';
import { createEngineProbe, type EngineProbe } from '../../../src-main/core/jobs/engines';
import { createChildLauncher } from '../../../src-main/hosts/child-launcher';
import { doctorOf } from '../../helpers/messages';
import { afterThisTest, temporaryFolder } from '../store/support/stores';
import { fakeTrainer, realTrainer } from './support';

function testProbe(program: string, enginesDir = temporaryFolder(), timeoutMs = 30_000): EngineProbe {
  const probe = createEngineProbe({ log: () => undefined, launcher: createChildLauncher({ program }), enginesDir, timeoutMs });
  afterThisTest(() => probe.close());
  return probe;
}

/** A package in the place of tfjs-node-gpu, with this program. */
function pretendCuda(enginesDir: string, program: string): void {
  const dir = join(enginesDir, 'cuda', 'node_modules', '@tensorflow', 'tfjs-node-gpu');
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(enginesDir, 'cuda', 'package.json'), '{}');
  writeFileSync(join(dir, 'index.js'), program);
}

describe('the engines of this machine', () => {
  it('are the embedded one, and the second with its repair', async () => {
    const probe = testProbe(await realTrainer());
    expect(await probe.list()).toEqual([
      { id: 'wasm', available: true, detail: expect.stringContaining('wasm (SIMD') as string, repair: null },
      { id: 'cuda', available: false, detail: message('message.engine.notInstalled'), repair: 'npm start -- engine cuda' },
    ]);
    expect(await doctorOf(probe)).toMatchObject([
      { id: 'engine.wasm', group: 'engine', state: 'works', repair: null },
      { id: 'engine.cuda', group: 'engine', state: 'missing', repair: 'npm start -- engine cuda' },
    ]);
  });

  it('are repaired from the sources where the app is an installed one, which has no commands', async () => {
    const enginesDir = join(temporaryFolder(), 'engines');
    const log = (): void => undefined;
    const late = createEngineProbe({
      log,
      launcher: createChildLauncher({ program: await realTrainer() }),
      enginesDir,
      timeoutMs: 1,
      isPackaged: true,
    });
    const command = `npm start -- engine cuda --data '${dirname(enginesDir)}'`;
    expect((await late.list()).map(({ repair }) => repair)).toEqual([
      message('message.engine.reinstallApp'),
      message('message.engine.fromSources', { command }),
    ]);
    await late.close();
  });

  it('tell why the second does not load, and look again when it was installed anew', async () => {
    const enginesDir = temporaryFolder();
    const probe = testProbe(await realTrainer(), enginesDir);
    const cuda = async () => (await probe.list()).find(({ id }) => id === 'cuda');
    expect(await cuda()).toMatchObject({ detail: message('message.engine.notInstalled') });
    pretendCuda(enginesDir, "throw new Error('libcudart.so.11.0: cannot open shared object file');");
    expect(await cuda()).toEqual({
      id: 'cuda',
      available: false,
      repair: 'npm start -- engine cuda',
      detail: message('message.engine.noLoad', {
        package: '@tensorflow/tfjs-node-gpu',
        why: 'libcudart.so.11.0: cannot open shared object file',
      }),
    });
    expect((await doctorOf(probe)).find(({ id }) => id === 'engine.cuda')?.state).toBe('failing');
  });

  it('survive one that takes its process with it', async () => {
    const enginesDir = temporaryFolder();
    pretendCuda(enginesDir, "process.stderr.write('Illegal instruction in libtensorflow\\n'); process.kill(process.pid, 'SIGKILL');");
    const probe = testProbe(await realTrainer(), enginesDir);
    const [wasm, cuda] = await probe.list();
    expect(wasm?.available).toBe(true);
    expect(cuda).toMatchObject({
      available: false,
      detail: message('message.engine.endedSaying', { end: 'SIGKILL', words: 'Illegal instruction in libtensorflow' }),
    });
  });

  it('are tried once, not at every question', async () => {
    const launcher = createChildLauncher({ program: await realTrainer() });
    let launched = 0;
    const probe = createEngineProbe({
      log: () => undefined,
      enginesDir: temporaryFolder(),
      launcher: { ...launcher, launch: (spec, onError) => ((launched += 1), launcher.launch(spec, onError)) },
    });
    afterThisTest(() => probe.close());
    await Promise.all([probe.list(), probe.list(), probe.doctor()]);
    await probe.list();
    expect(launched).toBe(1);
  });

  it('that hang are given up', async () => {
    const [wasm] = await testProbe(fakeTrainer('never-starts'), temporaryFolder(), 500).list();
    expect(wasm).toMatchObject({ available: false, detail: message('message.engine.late', { ms: 500 }), repair: 'npm ci' });
  });

  it('are let go when the core closes', async () => {
    const probe = testProbe(fakeTrainer('never-starts'));
    const asked = probe.list();
    await probe.close();
    expect((await asked).every(({ available }) => !available)).toBe(true);
  });
});
