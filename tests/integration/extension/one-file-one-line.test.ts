import { execFile } from 'node:child_process';
import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { nativeCompiler } from '../../../scripts/setup/paths.mjs';
import { bundleEntryOf } from '../../helpers/bundle';
import { repoRoot } from '../../helpers/repo-root';
import { temporaryFolder } from '../headless/support';
import { add, additions } from './additions';
import { pageProbeSource, probeSource } from './probe-source';

const run = promisify(execFile);
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let root: string;

beforeAll(async () => {
  folder = await temporaryFolder();
  root = join(folder.path, 'sources');
  for (const part of ['src-shared', 'src-main', 'src-renderer', 'tsconfig.json', 'package.json'])
    cpSync(join(repoRoot, part), join(root, part), { recursive: true });
  symlinkSync(join(repoRoot, 'node_modules'), join(root, 'node_modules'), 'junction');
  for (const addition of Object.values(additions)) add(root, addition);
  writeFileSync(join(root, 'src-main/probe.ts'), probeSource);
});
afterAll(() => folder.remove());

const typecheck = (part: string): Promise<string> =>
  run(process.execPath, [nativeCompiler, '-p', part, '--singleThreaded'], { cwd: root }).then(
    ({ stdout }) => stdout,
    (error: { stdout: string }) => error.stdout,
  );

it('CONTRIBUTING names each of them', () => {
  const table = readFileSync(join(repoRoot, 'CONTRIBUTING.md'), 'utf8');
  for (const what of Object.keys(additions)) expect(table).toMatch(new RegExp(`^\\| (.* or )?${what}\\b`, 'm'));
});

it('one of each is added by one file and one line: no type asks for more', { timeout: 600_000 }, async () => {
  expect(await typecheck('src-main')).toBe('');
  expect(await typecheck('src-renderer')).toBe('');
});

it('and the product has it: in the terminal, over the contract, in the database, in what is measured', { timeout: 300_000 }, async () => {
  const probe = await bundleEntryOf(root, 'src-main/probe.ts');
  const reader = await bundleEntryOf(root, 'src-main/core/store/reader-worker.ts');
  const { stdout } = await run(process.execPath, [probe, join(folder.path, 'data'), reader, join(root, 'resources')], { timeout: 120_000 });
  expect(JSON.parse(stdout)).toEqual({
    terminal: [0, 'thrown 3 times\n'],
    contract: 4,
    metric: 'measured',
    collector: [['Dice', 'works']],
    event: ['dice.rolled'],
    format: ['csv', 1, 1],
    record: 6,
    printed: ['dice 4'],
    engine: 'a hand',
    recipe: ['Dice', 1],
    change: { notes: 0 },
  });
});

it('and the window has the page at its address', { timeout: 120_000 }, async () => {
  writeFileSync(join(root, 'src-renderer/page-probe.ts'), pageProbeSource);
  const { stdout } = await run(process.execPath, [await bundleEntryOf(root, 'src-renderer/page-probe.ts')]);
  expect(JSON.parse(stdout)).toEqual(['dice', '<h1>4</h1>']);
});
