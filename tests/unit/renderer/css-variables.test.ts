import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { repoRoot } from '../../helpers/repo-root';

const root = join(repoRoot, 'src-renderer');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const files = readdirSync(root, { recursive: true, encoding: 'utf8' });
const sheets = files.filter((file) => file.endsWith('.css'));

/** Set by the library on what opens beside something. */
const OF_LIBRARY = new Set(['--anchor-width', '--available-height']);

const defined = new Set(
  files
    .filter((file) => /\.(?:css|tsx?)$/.test(file))
    .flatMap((file) => [...read(file).matchAll(/(--[\w-]+)['"]?\]?\s*:/g)].map(([, name]) => name)),
);

it('no style sheet asks for a variable that nothing sets: the colour would silently be another', () => {
  expect(sheets.length).toBeGreaterThan(40);
  const unknown = sheets.flatMap((sheet) =>
    [...read(sheet).matchAll(/var\((--[\w-]+)\s*\)/g)]
      .map(([, name = '']) => name)
      .filter((name) => !defined.has(name) && !OF_LIBRARY.has(name))
      .map((name) => `${sheet}: ${name}`),
  );
  expect(unknown).toEqual([]);
});
