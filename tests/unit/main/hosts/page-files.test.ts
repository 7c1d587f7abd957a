import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pageHeaders, readPageFile } from '../../../../src-main/hosts/page-files';

let folder = '';
let renderer = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coldaisle-page-'));
  renderer = join(folder, 'renderer');
  await mkdir(join(renderer, 'assets'), { recursive: true });
  await mkdir(join(folder, 'renderer-other'));
  await writeFile(join(renderer, 'index.html'), '<title>page</title>');
  await writeFile(join(renderer, 'assets', 'app-1234.js'), 'run()');
  await writeFile(join(renderer, 'assets', 'notes.sqlite'), 'no');
  await writeFile(join(folder, 'secret.json'), '{}');
  await writeFile(join(folder, 'renderer-other', 'index.html'), 'other');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('readPageFile', () => {
  it('serves the page itself, never cached', async () => {
    const file = await readPageFile(renderer, '/');
    expect(String(file?.body)).toBe('<title>page</title>');
    expect(file?.headers).toMatchObject({
      'Content-Type': 'text/html; charset=utf-8',
      'Cache-Control': 'no-cache',
      'X-Content-Type-Options': 'nosniff',
    });
  });

  it('serves hashed files to be kept for ever', async () => {
    const file = await readPageFile(renderer, '/assets/app-1234.js');
    expect(file?.headers).toMatchObject({
      'Content-Type': 'text/javascript; charset=utf-8',
      'Cache-Control': expect.stringContaining('immutable'),
    });
  });

  it.each([
    ['/../secret.json'],
    ['/%2e%2e/secret.json'],
    ['/..%2fsecret.json'],
    ['/assets/../../secret.json'],
    ['/..\\secret.json'],
    ['/%5c..%5csecret.json'],
    ['/../renderer-other/index.html'],
    ['/index.html%00.js'],
    ['/c:/secret.json'],
    ['/%'],
    ['secret.json'],
    [''],
    ['/assets'],
    ['/assets/'],
    ['/assets/notes.sqlite'],
    ['/missing.js'],
    [`/${'x'.repeat(5000)}.js`],
  ])('serves nothing for %s', async (path) => {
    expect(await readPageFile(renderer, path)).toBeNull();
  });
});

describe('pageHeaders', () => {
  it('lets the page load and connect to nothing but its own', () => {
    const policy = pageHeaders(['ws://127.0.0.1:1'])['Content-Security-Policy'] ?? '';
    const directives = new Map(policy.split('; ').map((part) => [part.split(' ')[0], part.split(' ').slice(1)]));
    expect(directives.get('default-src')).toEqual(["'none'"]);
    expect(directives.get('script-src')).toEqual(["'self'"]);
    expect(directives.get('connect-src')).toEqual(["'self'", 'ws://127.0.0.1:1']);
    expect(directives.get('frame-ancestors')).toEqual(["'none'"]);
    expect(policy).not.toContain('unsafe-eval');
  });
});
