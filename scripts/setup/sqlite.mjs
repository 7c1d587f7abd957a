import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ensureEntry } from './cache.mjs';
import { SetupError } from './errors.mjs';
import { lockedPackage } from './lockfile.mjs';
import { nodeGypScript, npmConfig } from './npm.mjs';
import { cacheDir, REPO } from './paths.mjs';
import { withStep } from './progress.mjs';
import { capture, runLogged } from './run.mjs';
import { ensureSystem } from './system.mjs';

/** The Node-API version that better-sqlite3's prebuilds ask for; loading one under an older version is a crash. */
const PREBUILD_NAPI = 10;
const PREBUILT_FOR = { linux: ['x64', 'arm64'], darwin: ['x64', 'arm64'], win32: ['x64', 'arm64'] };

/**
 * Whether better-sqlite3's own prebuild loads in every runtime that is going to open the database.
 *
 * @param {readonly number[]} napiVersions `process.versions.napi` of each of them
 * @param {{ platform?: string, arch?: string }} [on] injected by tests
 */
export function prebuildWorks(napiVersions, { platform = process.platform, arch = process.arch } = {}) {
  const built = PREBUILT_FOR[platform]?.includes(arch) ?? false;
  return built && napiVersions.every((version) => version >= PREBUILD_NAPI);
}

/** @returns {Promise<string>} the cache folder's name for what is compiled of the locked source, on this kind of machine */
async function compiledKey() {
  const { version, integrity } = await lockedPackage('better-sqlite3');
  const content = Buffer.from(integrity.replace(/^sha512-/, ''), 'base64')
    .toString('hex')
    .slice(0, 12);
  const libc = process.platform === 'linux' && !process.report.getReport().header.glibcVersionRuntime ? 'musl' : '';
  return `better-sqlite3-${version}-${content}-${process.platform}${libc}-${process.arch}`;
}

/**
 * Whether the addon is still to be compiled for these runtimes.
 *
 * @param {readonly number[]} napiVersions
 * @returns {Promise<boolean>}
 */
export async function mustCompileSqlite(napiVersions) {
  return !prebuildWorks(napiVersions) && !existsSync(join(cacheDir(), await compiledKey()));
}

/**
 * The SQLite addon's compiled binding, made once per user when the prebuild cannot load.
 *
 * @param {readonly number[]} napiVersions Node-API versions of the runtimes that will load it
 * @returns {Promise<string | null>} absolute path of `better_sqlite3.node`, or null when the prebuild serves
 * @throws {SetupError} when it has to be compiled and cannot be
 */
export async function ensureSqliteBinding(napiVersions) {
  if (prebuildWorks(napiVersions)) return null;
  return join(await ensureEntry(await compiledKey(), 'SQLite addon', compileInto), 'better_sqlite3.node');
}

async function compileInto(dir) {
  await ensureSystem({ compilers: true });
  await withStep('Compiling the SQLite addon from its own source', async () => {
    const source = join(dir, 'source');
    await copySource(source);
    await runLogged('better-sqlite3', process.execPath, [nodeGypScript(), 'rebuild', '--release', '--force_build=1'], {
      cwd: source,
      env: { ...process.env, JOBS: 'max', ...(await headersEnvironment()) },
      what: 'Compiling better-sqlite3',
      wayOut: 'Node 22.14 or later needs no compiler.',
    });
    await rename(join(source, 'build', 'Release', 'better_sqlite3.node'), join(dir, 'better_sqlite3.node'));
    await rm(source, { recursive: true, force: true });
    await proveItLoads(join(dir, 'better_sqlite3.node'));
  });
}

/**
 * A copy to compile in, so that node_modules stays as npm made it. The source asks for Node-API 10 by number; asking
 * for the experimental set instead gives the same functions under Node 20 and Electron 33, which have them already.
 */
async function copySource(to) {
  const modules = join(REPO, 'node_modules');
  await mkdir(join(to, 'node_modules'), { recursive: true });
  for (const part of ['binding.gyp', 'deps', 'lib', 'package.json', 'src']) {
    await cp(join(modules, 'better-sqlite3', part), join(to, part), { recursive: true });
  }
  await cp(join(modules, 'node-addon-api'), join(to, 'node_modules', 'node-addon-api'), { recursive: true });
  const gyp = await readFile(join(to, 'binding.gyp'), 'utf8');
  const experimental = gyp.replace(`'NAPI_VERSION=${PREBUILD_NAPI}'`, `'NAPI_EXPERIMENTAL'`);
  if (experimental === gyp)
    throw new SetupError('better-sqlite3 is built differently in this version', { wayOut: 'Use Node 22.14 or later.' });
  await writeFile(join(to, 'binding.gyp'), experimental);
}

/** Where Node's headers lie on this machine; node-gyp would otherwise fetch them from nodejs.org. */
async function headersEnvironment() {
  const prefix = dirname(dirname(process.execPath));
  for (const nodedir of [prefix, await npmConfig('nodedir')]) {
    if (nodedir && existsSync(join(nodedir, 'include', 'node', 'node_api.h'))) return { npm_config_nodedir: nodedir };
  }
  return {};
}

async function proveItLoads(binding) {
  const script = `const D=require('better-sqlite3');const d=new D(':memory:',{nativeBinding:${JSON.stringify(binding)}});
    process.stdout.write(String(d.prepare('select 40+2 as n').get().n));d.close()`;
  const { stdout, stderr, code, signal } = await capture(process.execPath, ['-e', script], { cwd: REPO });
  if (stdout !== '42') throw new SetupError(`The compiled SQLite addon does not load (${signal ?? code}): ${stderr.split('\n')[0]}`);
}
