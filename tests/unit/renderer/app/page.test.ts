import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';

const html = readFileSync(resolve(import.meta.dirname, '../../../../src-renderer/index.html'), 'utf8');

it('the page has no inline script, no inline style and nothing remote, so that the strictest policy fits it', () => {
  for (const [, attributes, body] of html.matchAll(/<script([^>]*)>([\s\S]*?)<\/script>/g)) {
    expect(attributes).toContain('src="./');
    expect(body).toBe('');
  }
  expect(html).not.toMatch(/<style|\sstyle=|\son\w+=|https?:\/\//);
});
