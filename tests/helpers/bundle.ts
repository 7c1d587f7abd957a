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
  const known = bundles.get(entry);
  if (known !== undefined) return known;
  const made = bundle(entry);
  bundles.set(entry, made);
  return made;
}

async function bundle(entry: string): Promise<string> {
  const parent = join(repo, 'node_modules', '.cache', 'coldaisle-tests');
  await mkdir(parent, { recursive: true });
  const outDir = await mkdtemp(join(parent, 'bundle-'));
  process.once('exit', () => rmSync(outDir, { recursive: true, force: true }));
  const name = `${basename(entry).replace(/\.[cm]?tsx?$/, '')}.cjs`;
  await build({
    configFile: false,
    root: repo,
    logLevel: 'error',
    publicDir: false,
    resolve: { alias: { '@shared': join(repo, 'src-shared') } },
    ssr: { target: 'node' },
    build: {
      ssr: join(repo, entry),
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
