import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { repoRoot } from '../../helpers/repo-root';

const styles = join(repoRoot, 'src-renderer');
const files = readdirSync(styles, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.css'));

/** Spaces, type and radii come from styles/tokens.css; a size of one thing's own is a custom property, which names it. */
const SIZED = /^(?:(?:padding|margin)(?:-[a-z-]+)?|(?:row-|column-)?gap|font-size|font|border-radius)$/;
/** A hairline is no space. */
const RAW = /(?<![\w.-])-?(?!0px|1px)\d*\.?\d+px/;

/** What of a style sheet stands against the rule, as it is written there. */
function rawSizes(css: string): string[] {
  return [...css.replace(/\/\*[^]*?\*\//g, '').matchAll(/(?<=[{;\s])([a-z-]+)\s*:\s*([^;{}]+)(?=[;}])/g)]
    .filter(([, property = '', value = '']) => SIZED.test(property) && RAW.test(value))
    .map(([declaration]) => declaration);
}

it('finds sizes that are none of the tokens, and lets hairlines, tokens and named sizes be', () => {
  expect(rawSizes('.a { padding: 6px var(--s2); margin-left: -3px; gap: 1px; border-radius: 50%; height: 24px; }')).toEqual([
    'padding: 6px var(--s2)',
    'margin-left: -3px',
  ]);
  expect(rawSizes('.a { --own: 18px; margin: calc(-1 * var(--own)) 0 -1px; font-size: max(0.4em, 13px) }')).toEqual([
    'font-size: max(0.4em, 13px) ',
  ]);
});

it.each(files)('%s takes its spaces, type and radii from the tokens', (file) => {
  expect(rawSizes(readFileSync(join(styles, file), 'utf8'))).toEqual([]);
});
