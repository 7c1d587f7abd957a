import { rmSync } from 'node:fs';
import { mkdir, mkdtemp } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { build } from 'vite';
import { repoRoot as repo } from './repo-root';

const bundles = new Map<string, Promise<string>>();

/**
 * Bundles one program of the product as electron-vite does (CommonJS, packages left outside), for tests that start it
 * as a real worker thread or process: neither loads TypeScript under vitest.
 *
 * The file lies below node_modules, so that its require() finds the packages; it is bundled once per test process and
 * removed when that ends.
 *
 * @param entry path of the TypeScript file, from the root of the repository
 * @returns absolute path of the bundled `.cjs` file
 */
export function bundleEntry(entry: string): Promise<string> {
  return bundleEntryOf(repo, entry);
}

/** The same of other sources than the repository's: a changed copy of it. */
export function bundleEntryOf(root: string, entry: string): Promise<string> {
  const path = join(root, entry);
  const known = bundles.get(path);
  if (known !== undefined) return known;
  const made = bundle(entry, root);
  bundles.set(path, made);
  return made;
}

async function bundle(entry: string, root: string): Promise<string> {
  const parent = join(repo, 'node_modules', '.cache', 'coldaisle-tests');
  await mkdir(parent, { recursive: true });
  const outDir = await mkdtemp(join(parent, 'bundle-'));
  process.once('exit', () => rmSync(outDir, { recursive: true, force: true }));
  const name = `${basename(entry).replace(/\.[cm]?tsx?$/, '')}.cjs`;
  await build({
    configFile: false,
    root,
    logLevel: 'error',
    publicDir: false,
    resolve: { alias: { '@shared': join(root, 'src-shared') } },
    ssr: { target: 'node' },
    build: {
      ssr: join(root, entry),
      outDir,
      emptyOutDir: false,
      target: 'node20',
      minify: false,
      sourcemap: 'inline',
      rollupOptions: { output: { format: 'cjs', entryFileNames: name, codeSplitting: false } },
    },
  });
  return join(outDir, name);
}
