import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { RpcClient } from '@shared/rpc/client';
import { createPortPair } from '@shared/rpc/pair';
import { serve } from '@shared/rpc/server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { installEngine } from '../../../../src-main/hosts/cli/install-engine';
import { Terminal } from '../../../../src-main/hosts/cli/terminal';
import { stubApi } from '../../shared/rpc/support';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coldaisle-engine-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Stands in for npm and its registry: notes its words, leaves a package behind, ends as told. */
async function standIn(exitCode: number): Promise<readonly [string, string]> {
  const script = join(folder, 'npm.js');
  await writeFile(
    script,
    `const fs = require('node:fs');
     fs.writeFileSync(${JSON.stringify(join(folder, 'asked.json'))}, JSON.stringify(process.argv.slice(2)));
     fs.mkdirSync('node_modules/fresh', { recursive: true });
     process.exit(${exitCode});`,
  );
  return [process.execPath, script];
}

function coreThatFinds(available: boolean): RpcClient {
  const [near, far] = createPortPair();
  const engine = { id: 'cuda' as const, available, detail: available ? 'TensorFlow 2.21' : 'libcudart.so.12 is missing', repair: available ? null : 'install CUDA 12' };
  serve(far, stubApi({ commands: { 'engines.list': () => ({ engines: [engine] }) } }), { log: () => undefined });
  const client = new RpcClient();
  client.attach(near);
  return client;
}

async function install(exitCode: number, available: boolean): Promise<{ works: boolean; text: string }> {
  let text = '';
  const out = new Writable({ write: (chunk, _encoding, done) => ((text += String(chunk)), done()) });
  const client = coreThatFinds(available);
  const works = await installEngine(client, new Terminal({ out, err: out }), { engine: 'cuda', enginesDir: join(folder, 'engines'), npm: await standIn(exitCode) });
  client.dispose();
  return { works, text };
}
const installed = (name = 'fresh'): boolean => existsSync(join(folder, 'engines', 'cuda', 'node_modules', name));

describe('installEngine', () => {
  it('installs the pinned package where the trainer looks and says what loads', async () => {
    const { works, text } = await install(0, true);
    expect(works).toBe(true);
    expect(text).toContain('The cuda engine works: TensorFlow 2.21');
    expect(installed()).toBe(true);
    const asked = JSON.parse(await readFile(join(folder, 'asked.json'), 'utf8')) as string[];
    expect(asked[0]).toBe('install');
    expect(asked.at(-1)).toMatch(/^@tensorflow\/tfjs-node-gpu@\d+\.\d+\.\d+$/);
  });

  it('says why it does not load, with the repair', async () => {
    const { works, text } = await install(0, false);
    expect(works).toBe(false);
    expect(text).toContain('does not load: libcudart.so.12 is missing Repair: install CUDA 12');
  });

  it('replaces an earlier one whole', async () => {
    await mkdir(join(folder, 'engines', 'cuda', 'node_modules', 'old'), { recursive: true });
    await install(0, true);
    expect([installed('old'), installed()]).toEqual([false, true]);
  });

  it('leaves an earlier one as it was when npm fails, and nothing half installed', async () => {
    await mkdir(join(folder, 'engines', 'cuda', 'node_modules', 'old'), { recursive: true });
    const { works, text } = await install(3, true);
    expect(works).toBe(false);
    expect(text).toContain('could not be installed: npm exited with 3');
    expect([installed('old'), installed()]).toEqual([true, false]);
    expect(existsSync(join(folder, 'engines', 'cuda.new'))).toBe(false);
  });
});
