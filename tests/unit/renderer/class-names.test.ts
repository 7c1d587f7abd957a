import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { repoRoot } from '../../helpers/repo-root';

const styles = join(repoRoot, 'src-renderer');
/** What stands in styles/ is for the whole window, and names what it is for. */
const sheets = readdirSync(styles, { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.css') && !file.endsWith('.module.css') && !file.startsWith('styles'),
);

/** Classes that a sheet gives a look of its own: a rule of that class alone, or of it as the last of several. What stands within another says where. */
function ownClasses(css: string): Set<string> {
  const bare = css.replace(/\/\*[^]*?\*\//g, '');
  const selectors = [...bare.matchAll(/(?<=^|[{}])\s*([^{}@;]+)(?=\{)/g)].flatMap(([, list = '']) => list.split(/,(?![^(]*\))/));
  return new Set(
    selectors.flatMap((selector) => {
      const parts = selector.trim().split(/\s*[\s>+~]\s*(?![^(]*\))/);
      return parts.length === 1 ? (/^(?:\.[\w-]+)*\.([\w-]+)/.exec(parts[0] ?? '')?.[1] ?? []) : [];
    }),
  );
}

it('finds the classes that a sheet owns, and not those that it only names a place by', () => {
  expect([
    ...ownClasses('.a { color: red } .b .c > .d, .e:hover, .f:is(.g, .h) {} .k.l {} @media (min-width: 1px) { .i { --x: 1 } } /* .j {} */'),
  ]).toEqual(['a', 'e', 'f', 'l', 'i']);
});

it('no class of a style sheet that is no module belongs to another one, too', () => {
  const owners = new Map<string, string[]>();
  for (const sheet of sheets)
    for (const name of ownClasses(readFileSync(join(styles, sheet), 'utf8'))) owners.set(name, [...(owners.get(name) ?? []), sheet]);
  expect(owners.size).toBeGreaterThan(200);
  expect([...owners].filter(([, files]) => files.length > 1)).toEqual([]);
});
