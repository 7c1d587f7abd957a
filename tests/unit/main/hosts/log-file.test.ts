import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LogFile } from '../../../../src-main/hosts/log-file';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coldaisle-log-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = Date.UTC(2026, 10, 23, 14, 0, 0);
const open = (maxBytes = 1_000): LogFile => new LogFile(join(folder, 'logs', 'core.log'), { maxBytes, wallMs: () => at });
const read = (name = 'core.log'): string[] =>
  readFileSync(join(folder, 'logs', name), 'utf8')
    .split('\n')
    .slice(0, -1);

describe('LogFile', () => {
  it('makes nothing before the first line, and writes one line an entry that only its owner may read', () => {
    const log = open();
    expect(log.tail()).toBe('');
    expect(readdirSync(folder)).toEqual([]);
    log.write('error', 'Error: no\n    at a (b.ts:1)\n    at c\n');
    expect(read()).toEqual(['2026-11-23T14:00:00.000Z error Error: no ⏎ at a (b.ts:1) ⏎ at c']);
    if (process.platform !== 'win32') expect(statSync(log.path).mode & 0o077).toBe(0);
  });

  it('is bounded: so many files of so many bytes, the newest lines in the first', () => {
    const log = open();
    for (let i = 0; i < 500; i++) log.write('info', `line ${i} ${'x'.repeat(20)}`);
    const files = readdirSync(join(folder, 'logs')).sort();
    expect(files).toEqual(['core.1.log', 'core.2.log', 'core.3.log', 'core.4.log', 'core.log']);
    for (const name of files) expect(statSync(join(folder, 'logs', name)).size).toBeLessThanOrEqual(1_000);
    expect(read().at(-1)).toContain('line 499 ');
    // The tail goes on over the file's beginning, without a gap.
    const numbers = log
      .tail()
      .split('\n')
      .slice(0, -1)
      .map((line) => Number(/line (\d+)/.exec(line)?.[1]));
    expect(numbers.at(-1)).toBe(499);
    expect(numbers.length).toBeGreaterThan(read().length);
    expect(numbers).toEqual(numbers.map((_, i) => 500 - numbers.length + i));
  });

  it('counts a line that comes again and again', () => {
    const log = open();
    for (let i = 0; i < 4; i++) log.write('warn', 'the same');
    log.write('info', 'another');
    log.write('info', 'another');
    log.flush();
    expect(read().map((line) => line.slice(25))).toEqual([
      'warn the same',
      'info the line above came 3 more times',
      'info another',
      'info the line above came 1 more time',
    ]);
  });

  it('keeps no secret and no endless line', () => {
    const log = open(100_000);
    log.write('info', 'page from http://127.0.0.1:8800/#token=abcDEF123456_-xyz and token.abcDEF123456');
    log.write('info', 'proxy https://me:hunter22@proxy.example/ fails');
    log.write('info', 'y'.repeat(50_000));
    const text = read().join('\n');
    expect(text).not.toMatch(/abcDEF|hunter22/);
    expect(text).toContain('https://me:…@proxy.example/');
    expect(text.length).toBeLessThan(9_000);
  });

  it('stops nothing when the disk refuses, says why, and goes on when it can', () => {
    writeFileSync(join(folder, 'logs'), 'a file where the folder should be');
    const log = open();
    log.write('info', 'one');
    expect(log.failure).toMatch(/EEXIST|ENOTDIR/);
    expect(log.tail()).toBe('');
    rmSync(join(folder, 'logs'));
    mkdirSync(join(folder, 'logs'));
    log.write('info', 'two');
    expect(log.failure).toBeNull();
    expect(read()).toHaveLength(1);
  });
});
