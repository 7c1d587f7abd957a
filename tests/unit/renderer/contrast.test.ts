import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const css = readFileSync(resolve(import.meta.dirname, '../../../src-renderer/styles/tokens.css'), 'utf8');

function tokensOf(theme: 'dark' | 'light'): Record<string, string> {
  const block = new RegExp(`\\[data-theme='${theme}'\\] \\{([^}]*)\\}`).exec(css)?.[1] ?? '';
  return Object.fromEntries([...block.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6});/g)].map((match) => [match[1]!, match[2]!]));
}

/** WCAG 2.2 relative luminance and contrast ratio. */
function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const c = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

function contrast(a: string, b: string): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high! + 0.05) / (low! + 0.05);
}

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
