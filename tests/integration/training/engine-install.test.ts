import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { installCudaEngine } from '../../../src-main/core/jobs/engine-install';
import { npmCli } from '../../../src-main/core/jobs/engine-tools';
import { temporaryFolder } from '../store/support/stores';
import { isAlive } from './support';

/** What the installer needs of tfjs-node-gpu, computed by hand; "downloaded" by its install script. */
const INDEX = `
const fs = require('node:fs');
if (!fs.existsSync(__dirname + '/deps')) throw new Error('the library is missing');
const tensor = (shape) => ({ shape });
module.exports = {
  ready: async () => {},
  ones: (shape) => tensor(shape),
  matMul: (a, b) => ({ data: async () => [fs.readFileSync(__dirname + '/deps', 'utf8') === 'wrong' ? 4 : a.shape[1]] }),
  backend: () => ({ binding: { TF_Version: '2.9.1' }, isUsingGpuDevice: true }),
};`;

/** A resources folder whose engine is this stand-in, and an empty engines folder. */
function setUp(installScript: string) {
  const root = temporaryFolder();
  const source = join(root, 'package');
  const engine = join(root, 'resources', 'engines', 'cuda');
  for (const dir of [join(source, 'scripts'), engine]) mkdirSync(dir, { recursive: true });
  writeFileSync(join(source, 'package.json'), JSON.stringify({ name: '@tensorflow/tfjs-node-gpu', version: '4.22.0', main: 'index.js' }));
  writeFileSync(join(source, 'index.js'), INDEX);
  writeFileSync(join(source, 'scripts', 'install.js'), installScript);
  const npm = (...args: string[]): void => void execFileSync(process.execPath, [npmCli(), ...args], { cwd: engine, stdio: 'ignore' });
  npm('pack', source);
  const tarball = readdirSync(engine).find((name) => name.endsWith('.tgz')) ?? '';
  // Three folders up from either place, the tarball is the same file.
  execFileSync('mv', [join(engine, tarball), join(root, 'engine.tgz')]);
  writeFileSync(join(engine, 'package.json'), JSON.stringify({ name: 'e', version: '1.0.0', private: true, dependencies: { '@tensorflow/tfjs-node-gpu': 'file:../../../engine.tgz' } }));
  npm('install', '--package-lock-only', '--ignore-scripts', '--offline');
  const enginesDir = join(root, 'data', 'engines');
  const said: string[] = [];
  const abort = new AbortController();
  const install = (): Promise<void> => installCudaEngine({ enginesDir, resourcesDir: join(root, 'resources'), log: (line) => said.push(line), signal: abort.signal });
  return { enginesDir, said, abort, install, script: join(source, 'scripts', 'install.js') };
}

const library = (enginesDir: string): string => readFileSync(join(enginesDir, 'cuda', 'node_modules', '@tensorflow', 'tfjs-node-gpu', 'deps'), 'utf8');
const download = (content: string): string => `require('node:fs').writeFileSync(__dirname + '/../deps', ${JSON.stringify(content)}); console.log('* Downloading libtensorflow');`;

/** A proxy, so that the installer leaves it to the script whether the storage can be reached; and no Python. */
function withoutNetworkAndPython(): void {
  vi.stubEnv('https_proxy', 'http://127.0.0.1:9');
  vi.stubEnv('COLDAISLE_PYTHON', '/no/such/python');
}

afterEach(() => vi.unstubAllEnvs());

describe.skipIf(process.platform === 'win32')('installing the second engine', () => {
  it('takes the package’s own download, tries it out and puts it in its place', async () => {
    withoutNetworkAndPython();
    const { enginesDir, said, install } = setUp(download('right'));
    await install();
    expect(library(enginesDir)).toBe('right');
    expect(said.at(-1)).toBe('The engine cuda is ready: TensorFlow 2.9.1, on the GPU.');
    expect(said).toContain('  * Downloading libtensorflow');
    expect(readdirSync(enginesDir)).toEqual(['cuda']);
  });

  it('that fails says every reason, leaves what worked in its place, and goes on the next time where it was', async () => {
    withoutNetworkAndPython();
    const { enginesDir, said, install } = setUp("if (!process.env.MIRROR) { console.error('403 from the mirror'); process.exit(1); } require('node:fs').writeFileSync(__dirname + '/../deps', process.env.MIRROR);");
    mkdirSync(join(enginesDir, 'cuda', 'earlier'), { recursive: true });
    const failure: unknown = await install().catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'engine-unavailable' });
    expect(String(failure)).toContain('no TensorFlow 2 can be imported by /no/such/python');
    expect(String(failure)).toContain('exit code 1');
    expect(said.join('\n')).toContain('403 from the mirror');
    expect(existsSync(join(enginesDir, 'cuda', 'earlier'))).toBe(true);
    vi.stubEnv('MIRROR', 'right');
    await install();
    expect(said).toContain('npm packages: already there from an earlier, interrupted installation.');
    expect(library(enginesDir)).toBe('right');
    expect(readdirSync(enginesDir)).toEqual(['cuda']);
  });

  it('does not take what computes wrongly', async () => {
    withoutNetworkAndPython();
    const { enginesDir, install } = setUp(download('wrong'));
    await expect(install()).rejects.toMatchObject({ code: 'engine-unavailable' });
    expect(existsSync(join(enginesDir, 'cuda'))).toBe(false);
  });

  it('happens once at a time; one whose process is gone does not count', async () => {
    withoutNetworkAndPython();
    const { enginesDir, install } = setUp(download('right'));
    mkdirSync(enginesDir, { recursive: true });
    writeFileSync(join(enginesDir, '.cuda.lock'), String(process.pid));
    await expect(install()).rejects.toMatchObject({ code: 'conflict' });
    const ended = Number(execFileSync(process.execPath, ['-p', 'process.pid']).toString());
    expect(isAlive(ended)).toBe(false);
    writeFileSync(join(enginesDir, '.cuda.lock'), String(ended));
    await install();
    expect(library(enginesDir)).toBe('right');
  });

  it('can be interrupted, and what it ran is gone', async () => {
    withoutNetworkAndPython();
    const { enginesDir, said, abort, install } = setUp("console.log('pid ' + process.pid); setInterval(() => {}, 1000);");
    const interrupted = expect(install()).rejects.toMatchObject({ code: 'cancelled' });
    await vi.waitFor(() => expect(said.some((line) => line.includes('pid '))).toBe(true), { timeout: 50_000 });
    abort.abort();
    await interrupted;
    const pid = Number(/pid (\d+)/.exec(said.join('\n'))?.[1]);
    await vi.waitFor(() => expect(isAlive(pid)).toBe(false));
    expect(readdirSync(enginesDir)).toEqual(['.cuda-staging']);
    await expect(install()).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe('the pinned engine', () => {
  const root = join(import.meta.dirname, '..', '..', '..');
  const read = (path: string): Record<string, unknown> => JSON.parse(readFileSync(join(root, path), 'utf8')) as Record<string, unknown>;

  it('is one version in the lock, in its package.json and in the product’s own, where it is optional', () => {
    const name = '@tensorflow/tfjs-node-gpu';
    const lock = read('resources/engines/cuda/package-lock.json') as { packages: Record<string, { version?: string; integrity?: string }> };
    expect(lock.packages[`node_modules/${name}`]).toMatchObject({ version: '4.22.0', integrity: expect.stringMatching(/^sha512-/) as string });
    for (const [path, entry] of Object.entries(lock.packages)) if (path !== '') expect(entry.integrity, path).toMatch(/^sha512-/);
    expect(read('resources/engines/cuda/package.json')).toMatchObject({ dependencies: { [name]: '4.22.0' } });
    expect(read('package.json')).toMatchObject({ peerDependencies: { [name]: '4.22.0' }, peerDependenciesMeta: { [name]: { optional: true } } });
    expect((read('package-lock.json') as { packages: object }).packages).not.toHaveProperty([`node_modules/${name}`]);
  });
});
