import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { repoRoot } from '../../helpers/repo-root';

const page = readFileSync(join(repoRoot, 'docs', 'window-faults.md'), 'utf8');
const named = [...page.matchAll(/`(tests\/[^`]+\/[^`]+)`: (.+?)(?=<br>| +\|)/g)].map(([, file = '', title = '']) => ({ file, title }));

it('names for each fault of the window a test that there is', () => {
  expect(named.length).toBeGreaterThan(40);
  // Each row names at least one.
  expect(page.split('\n').filter((line) => /^\| (?!What holds|---)/.test(line) && !line.includes('`tests/'))).toEqual([]);
  expect(named.filter(({ file, title }) => !readFileSync(join(repoRoot, file), 'utf8').includes(title))).toEqual([]);
});
