import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';

/** What a package's folder holds that no running program reads. */
const DEAD_WEIGHT = /\.(?:map|ts|mts|cts|tsbuildinfo|flow|md|markdown)$|(?:^|\/)(?:test|tests|docs|example|examples|coverage|\.[^/]+)\//i;
/** Packages that are read at build time only. */
const NOT_AT_RUN_TIME = /^(?:@types\/|@webgpu\/types$|node-addon-api$)/;

/**
 * The files of a run-time package that the packaged app needs.
 *
 * @param {string} name of the package
 * @param {string} path inside it, with forward slashes
 * @param {{ platform: string, arch: string, compiledSqlite: boolean }} target compiledSqlite: the addon travels apart
 */
export function belongs(name, path, { platform, arch, compiledSqlite }) {
  if (/^(?:package\.json|licen[cs]e|copying|notice)/i.test(path)) return true;
  if (name === 'better-sqlite3') return path.startsWith('lib/') || (!compiledSqlite && path === `prebuilds/${platform}-${arch}.node`);
  if (name.startsWith('@tensorflow/')) return /^dist\/[^/]+\.(?:node\.js|wasm)$/.test(path);
  return !DEAD_WEIGHT.test(path);
}

/**
 * The packages of node_modules that the product runs with, from the lock: neither development nor optional ones, but of
 * koffi's optional ones that which holds the target's addon.
 *
 * @param {{ packages: Record<string, { dev?: boolean, devOptional?: boolean, optional?: boolean, peer?: boolean }> }} lock
 * @param {{ platform: string, arch: string }} target
 * @returns {string[]} their folders, relative to the repository
 */
export function runtimePackages(lock, { platform, arch }) {
  const addon = `node_modules/@koromix/koffi-${platform}-${arch}`;
  return Object.entries(lock.packages)
    .filter(([path, one]) => path === addon || (path !== '' && !one.dev && !one.devOptional && !one.optional && !one.peer))
    .map(([path]) => path)
    .filter((path) => !NOT_AT_RUN_TIME.test(packageName(path)));
}

const packageName = (path) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);

/**
 * Lays out the app's own folder as it goes into the archive: the manifest, the build and the run-time packages.
 *
 * @param {string} repo
 * @param {string} dir an existing empty folder
 * @param {{ platform: string, arch: string, compiledSqlite: boolean, version: string }} target version: of the packaged app
 * @returns {Promise<void>}
 */
export async function stageApp(repo, dir, target) {
  const manifest = JSON.parse(await readFile(join(repo, 'package.json'), 'utf8'));
  const { name, productName, description, license, author, main, dependencies } = manifest;
  await writeFile(
    join(dir, 'package.json'),
    JSON.stringify({ name, productName, version: target.version, description, license, author, main, dependencies }, null, 2),
  );
  await cp(join(repo, 'out'), join(dir, 'out'), { recursive: true, filter: (source) => !/\.map$|\.build-stamp$/.test(source) });

  const lock = JSON.parse(await readFile(join(repo, 'package-lock.json'), 'utf8'));
  for (const folder of runtimePackages(lock, target)) {
    const from = join(repo, folder);
    // An addon for another platform than this one's is not installed here: the app then reads NVIDIA GPUs through nvidia-smi.
    if (folder.includes('@koromix/') && !existsSync(from)) continue;
    const entries = await readdir(from, { withFileTypes: true, recursive: true });
    for (const entry of entries) {
      const file = join(entry.parentPath ?? entry.path, entry.name);
      const path = relative(from, file).split(sep).join('/');
      if (!entry.isFile() || /(?:^|\/)node_modules\//.test(path) || !belongs(packageName(folder), path, target)) continue;
      await mkdir(join(dir, folder, path, '..'), { recursive: true });
      await cp(file, join(dir, folder, path));
    }
  }
}

/**
 * Lays out the folder that stays outside of the archive, because the core reads it as plain files.
 *
 * @param {string} repo
 * @param {string} dir becomes `<resources of the app>/resources`
 * @returns {Promise<void>}
 */
export async function stageResources(repo, dir) {
  await cp(join(repo, 'resources'), dir, { recursive: true, filter: (path) => basename(path) !== '__pycache__' });
}
