import { execFileSync } from 'node:child_process';
import { notOnWindows } from '../../helpers/needs';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { installCudaEngine } from '../../../src-main/core/jobs/engine-install';
import { libraryArchive, type LibraryArchive } from '../../../src-main/core/jobs/engine-library';
import { npmCli } from '../../../src-main/core/jobs/engine-tools';
import { afterThisTest, temporaryFolder } from '../store/support/stores';
import { gone, isAlive } from './support';

/** What the installer needs of tfjs-node-gpu, computed by hand; its "library" is a text in deps/lib. */
const INDEX = `
const fs = require('node:fs');
const library = __dirname + '/deps/lib/libtensorflow.so';
if (!fs.existsSync(library)) throw new Error('the library is missing');
if (!fs.existsSync(__dirname + '/bound')) throw new Error('the binding was not compiled');
const tensor = (shape) => ({ shape });
module.exports = {
  ready: async () => {},
  ones: (shape) => tensor(shape),
  matMul: (a, b) => ({ data: async () => [fs.readFileSync(library, 'utf8') === 'wrong' ? 4 : a.shape[1]] }),
  backend: () => ({ binding: { TF_Version: '2.9.1' }, isUsingGpuDevice: true }),
};`;
/** Compiles nothing, and leaves word that it was asked to. */
const BINDING = `{ 'targets': [{ 'target_name': 'bind', 'type': 'none', 'actions': [{ 'action_name': 'mark', 'inputs': [], 'outputs': ['<(module_root_dir)/bound'], 'action': ['touch', '<(module_root_dir)/bound'] }] }] }`;

/** A resources folder whose engine is this stand-in, and an empty engines folder. */
function setUp(archive: LibraryArchive | null) {
  const root = temporaryFolder();
  const source = join(root, 'package');
  const engine = join(root, 'resources', 'engines', 'cuda');
  for (const dir of [source, engine]) mkdirSync(dir, { recursive: true });
  writeFileSync(join(source, 'package.json'), JSON.stringify({ name: '@tensorflow/tfjs-node-gpu', version: '4.22.0', main: 'index.js' }));
  writeFileSync(join(source, 'index.js'), INDEX);
  writeFileSync(join(source, 'binding.gyp'), BINDING);
  const npm = (...args: string[]): void => void execFileSync(process.execPath, [npmCli(), ...args], { cwd: engine, stdio: 'ignore' });
  npm('pack', source);
  const tarball = readdirSync(engine).find((name) => name.endsWith('.tgz')) ?? '';
  // Three folders up from either place, the tarball is the same file.
  execFileSync('mv', [join(engine, tarball), join(root, 'engine.tgz')]);
  writeFileSync(
    join(engine, 'package.json'),
    JSON.stringify({
      name: 'e',
      version: '1.0.0',
      private: true,
      dependencies: { '@tensorflow/tfjs-node-gpu': 'file:../../../engine.tgz' },
    }),
  );
  npm('install', '--package-lock-only', '--ignore-scripts', '--offline');
  const enginesDir = join(root, 'data', 'engines');
  const said: string[] = [];
  const abort = new AbortController();
  const install = (given = archive): Promise<void> =>
    installCudaEngine({
      enginesDir,
      resourcesDir: join(root, 'resources'),
      archive: given,
      log: (line) => said.push(line),
      signal: abort.signal,
    });
  return { root, enginesDir, said, abort, install };
}

/** A server on this machine that has the library with this text, and its checksum. */
async function served(content: string): Promise<LibraryArchive> {
  const root = temporaryFolder();
  mkdirSync(join(root, 'lib'));
  writeFileSync(join(root, 'lib', 'libtensorflow.so'), content);
  execFileSync('tar', ['-czf', join(root, 'library.tar.gz'), '-C', root, 'lib']);
  const archive = readFileSync(join(root, 'library.tar.gz'));
  const server = createServer((request, response) => {
    if (request.url === '/library.tar.gz') response.writeHead(200, { 'content-length': archive.length }).end(archive);
    else response.writeHead(403).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  afterThisTest(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/library.tar.gz`, sha256: createHash('sha256').update(archive).digest('hex') };
}

const library = (enginesDir: string): string =>
  readFileSync(join(enginesDir, 'cuda', 'node_modules', '@tensorflow', 'tfjs-node-gpu', 'deps', 'lib', 'libtensorflow.so'), 'utf8');

beforeEach(() => {
  vi.stubEnv('COLDAISLE_PYTHON', '/no/such/python');
  for (const name of ['http_proxy', 'HTTP_PROXY']) vi.stubEnv(name, undefined);
});
afterEach(() => vi.unstubAllEnvs());

describe('installing the second engine', notOnWindows, () => {
  it('downloads the recorded library, binds to it, tries it out and puts it in its place', async () => {
    const { enginesDir, said, install } = setUp(await served('right'));
    await install();
    expect(library(enginesDir)).toBe('right');
    expect(said.at(-1)).toBe('The engine cuda is ready: TensorFlow 2.9.1, on the GPU.');
    expect(said).toContainEqual(expect.stringMatching(/^Downloading TensorFlow's library from 127\.0\.0\.1:\d+ …$/));
    expect(readdirSync(enginesDir)).toEqual(['cuda']);
  });

  it('takes nothing that is not what was recorded, and says so', async () => {
    const archive = await served('right');
    const { enginesDir, said, install } = setUp({ ...archive, sha256: '0'.repeat(64) });
    await expect(install()).rejects.toMatchObject({ code: 'engine-unavailable' });
    expect(said.join('\n')).toContain(
      `is not the file that was recorded (SHA-256 ${archive.sha256}, expected ${'0'.repeat(64)}) and was deleted`,
    );
    expect(existsSync(join(enginesDir, 'cuda'))).toBe(false);
    expect(existsSync(join(enginesDir, '.cuda-staging', 'library.tar.gz'))).toBe(false);
    expect(existsSync(join(enginesDir, '.cuda-staging', 'node_modules', '@tensorflow', 'tfjs-node-gpu', 'deps'))).toBe(false);
  });

  it('downloads nothing of which no checksum is known', async () => {
    const { said, install } = setUp(null);
    await expect(install()).rejects.toMatchObject({ code: 'engine-unavailable' });
    expect(said.join('\n')).toMatch(/download: no checksum is known of TensorFlow's library for \S+, so it is not downloaded/);
    expect(libraryArchive('linux', 'x64')?.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(libraryArchive('win32', 'x64')).toBeNull();
  });

  it('that fails says every reason, leaves what worked in its place, and goes on the next time where it was', async () => {
    const archive = await served('right');
    const { enginesDir, said, install } = setUp({ ...archive, url: archive.url.replace('library', 'forbidden') });
    mkdirSync(join(enginesDir, 'cuda', 'earlier'), { recursive: true });
    const failure: unknown = await install().catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'engine-unavailable' });
    expect(String(failure)).toContain('no TensorFlow 2 can be imported by /no/such/python');
    expect(String(failure)).toContain('exit code 1');
    expect(said.join('\n')).toContain('HTTP 403');
    expect(existsSync(join(enginesDir, 'cuda', 'earlier'))).toBe(true);
    await install(archive);
    expect(said).toContain('npm packages: already there from an earlier, interrupted installation.');
    expect(library(enginesDir)).toBe('right');
    expect(readdirSync(enginesDir)).toEqual(['cuda']);
  });

  it('does not take what computes wrongly', async () => {
    const { enginesDir, install } = setUp(await served('wrong'));
    await expect(install()).rejects.toMatchObject({ code: 'engine-unavailable' });
    expect(existsSync(join(enginesDir, 'cuda'))).toBe(false);
  });

  it('happens once at a time; one whose process is gone does not count', async () => {
    const { enginesDir, install } = setUp(await served('right'));
    mkdirSync(enginesDir, { recursive: true });
    writeFileSync(join(enginesDir, '.cuda.lock'), String(process.pid));
    await expect(install()).rejects.toMatchObject({ code: 'conflict' });
    const ended = Number(execFileSync(process.execPath, ['-p', 'process.pid']).toString());
    expect(isAlive(ended)).toBe(false);
    writeFileSync(join(enginesDir, '.cuda.lock'), String(ended));
    await install();
    expect(library(enginesDir)).toBe('right');
  });

  it('can be interrupted, and what it ran is gone, with all that that had started and without our secrets', async () => {
    const { root, enginesDir, abort, install } = setUp(null);
    // A Python that starts another program and never answers.
    const python = join(root, 'python');
    const pids = join(root, 'pids');
    writeFileSync(python, `#!/bin/sh\nenv > ${root}/env\nsleep 1000 &\necho $$ $! > ${pids}.part\nmv ${pids}.part ${pids}\nwait\n`, {
      mode: 0o755,
    });
    vi.stubEnv('COLDAISLE_PYTHON', python);
    vi.stubEnv('NPM_TOKEN', 'secret');
    vi.stubEnv('VIRTUAL_ENV', '/venv');
    const interrupted = expect(install()).rejects.toMatchObject({ code: 'cancelled' });
    await vi.waitFor(() => expect(existsSync(pids)).toBe(true), { timeout: 50_000 });
    const running = readFileSync(pids, 'utf8').trim().split(' ').map(Number);
    expect(running.map(isAlive)).toEqual([true, true]);
    abort.abort();
    await interrupted;
    for (const pid of running) await gone(pid);
    expect(readFileSync(join(root, 'env'), 'utf8')).toMatch(/^VIRTUAL_ENV=/m);
    expect(readFileSync(join(root, 'env'), 'utf8')).not.toMatch(/NPM_TOKEN/);
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
    expect(lock.packages[`node_modules/${name}`]).toMatchObject({
      version: '4.22.0',
      integrity: expect.stringMatching(/^sha512-/) as string,
    });
    for (const [path, entry] of Object.entries(lock.packages)) if (path !== '') expect(entry.integrity, path).toMatch(/^sha512-/);
    expect(read('resources/engines/cuda/package.json')).toMatchObject({ dependencies: { [name]: '4.22.0' } });
    expect(read('package.json')).toMatchObject({
      peerDependencies: { [name]: '4.22.0' },
      peerDependenciesMeta: { [name]: { optional: true } },
    });
    expect((read('package-lock.json') as { packages: object }).packages).not.toHaveProperty([`node_modules/${name}`]);
  });
});
