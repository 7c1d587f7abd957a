import { describe, expect, it } from 'vitest';
import { contrast, tokensOf } from '../../helpers/colours';

/** Text colours and what they stand on: at least 4.5. */
const texts: readonly (readonly [string, readonly string[]])[] = [
  ['text', ['bg', 'surface', 'raised', 'hover', 'bad-wash', 'warn-wash']],
  ['text-2', ['bg', 'surface', 'raised', 'hover', 'bad-wash', 'warn-wash']],
  ['text-3', ['bg', 'surface', 'raised']],
  ['accent', ['bg', 'surface', 'accent-wash']],
  ['accent-ink', ['accent']],
  ['ok', ['bg', 'surface']],
  ['warn', ['bg', 'surface', 'warn-wash']],
  ['bad', ['bg', 'surface', 'bad-wash']],
  ['bad-ink', ['bad']],
  ['bg', ['plot-cursor']],
];

/** Lines of charts and frames of controls: at least 3. */
const graphics: readonly (readonly [string, readonly string[]])[] = [
  ...[1, 2, 3, 4, 5, 6, 7, 8].map((n) => [`series-${n}`, ['bg', 'surface']] as const),
  ['control-line', ['bg', 'surface']],
  ['plot-cursor', ['bg', 'surface']],
];

describe.each(['dark', 'light'] as const)('the %s theme', (theme) => {
  const tokens = tokensOf(theme);

  it.each(texts.flatMap(([front, backs]) => backs.map((back) => [front, back] as const)))('%s can be read on %s', (front, back) => {
    expect(contrast(tokens[front]!, tokens[back]!)).toBeGreaterThanOrEqual(4.5);
  });

  it.each(graphics.flatMap(([front, backs]) => backs.map((back) => [front, back] as const)))('%s can be made out on %s', (front, back) => {
    expect(contrast(tokens[front]!, tokens[back]!)).toBeGreaterThanOrEqual(3);
  });
});

it('both themes define the same colours', () => {
  expect(Object.keys(tokensOf('light')).sort()).toEqual(Object.keys(tokensOf('dark')).sort());
});
