// Runs every tests/bench/*.bench.ts (or those named) and prints each figure as a ratio measured in this one run.
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { cpus } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'vite';

const here = import.meta.dirname;
const repo = resolve(here, '..', '..');
const wanted = process.argv.slice(2);

async function bundle(file, outDir) {
  const name = `${file.replace(/\.ts$/, '')}.cjs`;
  await build({
    configFile: false,
    root: repo,
    logLevel: 'error',
    publicDir: false,
    resolve: { alias: { '@shared': join(repo, 'src-shared') } },
    ssr: { target: 'node' },
    build: {
      ssr: join(here, file),
      outDir,
      emptyOutDir: false,
      target: 'node20',
      rollupOptions: { output: { format: 'cjs', entryFileNames: name, codeSplitting: false } },
    },
  });
  return join(outDir, name);
}

const format = (value) => (Math.abs(value) >= 1000 ? Math.round(value).toLocaleString('en') : value.toPrecision(3));

const files = (await readdir(here)).filter(
  (name) => name.endsWith('.bench.ts') && (wanted.length === 0 || wanted.some((word) => name.includes(word))),
);
if (files.length === 0) {
  console.error(
    `No bench is named like ${wanted.join(', ')}. There are: ${(await readdir(here)).filter((name) => name.endsWith('.bench.ts')).join(', ')}`,
  );
  process.exit(1);
}
const cache = join(repo, 'node_modules', '.cache', 'coldaisle-tests');
await mkdir(cache, { recursive: true });
const outDir = await mkdtemp(join(cache, 'bench-'));
const require = createRequire(import.meta.url);
let failed = 0;
try {
  console.log(`${cpus().length} × ${cpus()[0]?.model ?? 'CPU'}, Node ${process.version}`);
  for (const file of files.sort()) {
    console.log(`\n${file}`);
    try {
      const { run } = require(await bundle(file, outDir));
      const { rows } = await run();
      for (const { name, value, unit, ratio } of rows) {
        if (!Number.isFinite(value) || (ratio && !Number.isFinite(ratio.value))) throw new Error(`"${name}" came to no number`);
        const against = ratio ? `${ratio.value.toPrecision(3)} × ${ratio.against}` : '';
        console.log(`  ${name.padEnd(52)} ${format(value).padStart(12)} ${unit.padEnd(14)} ${against}`);
      }
    } catch (error) {
      failed++;
      console.error(`  failed: ${error instanceof Error ? error.stack : error}`);
    }
  }
} finally {
  await rm(outDir, { recursive: true, force: true });
}
// A bench that left a handle open must not hang the command.
process.exit(failed === 0 ? 0 : 1);
