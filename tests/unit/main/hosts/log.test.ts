import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bundleEntry } from '../../../helpers/bundle';
import { notOnWindows } from '../../../helpers/needs';
import { LogFile } from '../../../../src-main/hosts/log/log-file';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coldaisle-log-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = Date.UTC(2026, 10, 23, 14, 0, 0);
const open = (maxBytes = 1_000, redact?: (text: string) => string): LogFile =>
  new LogFile(join(folder, 'logs', 'core.log'), { maxBytes, wallMs: () => at, ...(redact ? { redact } : {}) });
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
    expect(read().map((line) => JSON.parse(line) as unknown)).toEqual([
      { level: 'error', time: '2026-11-23T14:00:00.000Z', pid: process.pid, text: 'Error: no\n    at a (b.ts:1)\n    at c' },
    ]);
    expect(log.tail()).toBe('2026-11-23T14:00:00.000Z error Error: no ⏎ at a (b.ts:1) ⏎ at c\n');
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
    const lines = log.tail().split('\n').slice(0, -1);
    expect(lines.map((line) => line.slice(25))).toEqual([
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
    expect(text.length).toBeLessThan(9_500);
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

  it('keeps what an entry is about as fields, and redacts those too', () => {
    const log = open(10_000, (text) => text.replaceAll('hunter2', '[secret x]'));
    log.write('warn', 'the meter refused hunter2', { device: 'pdu-1', attempts: 3, reply: 'bad hunter2', last: null });
    expect(JSON.parse(read()[0] ?? '')).toMatchObject({
      level: 'warn',
      text: 'the meter refused [secret x]',
      fields: { device: 'pdu-1', attempts: 3, reply: 'bad [secret x]', last: null },
    });
    expect(log.tail()).toContain('warn the meter refused [secret x] device="pdu-1" attempts=3 reply="bad [secret x]" last=null\n');
  });

  it('shows lines of versions before as they are', () => {
    mkdirSync(join(folder, 'logs'));
    writeFileSync(join(folder, 'logs', 'core.log'), '2026-01-01T00:00:00.000Z info begun\n{not json\n', { mode: 0o644 });
    const log = open(10_000);
    log.write('info', 'now');
    expect(log.tail()).toBe('2026-01-01T00:00:00.000Z info begun\n{not json\n2026-11-23T14:00:00.000Z info now\n');
    if (process.platform !== 'win32') expect(statSync(log.path).mode & 0o077).toBe(0);
  });

  it('goes on in a new file when somebody removes the folder', () => {
    const log = open();
    log.write('info', 'one');
    rmSync(join(folder, 'logs'), { recursive: true });
    log.write('info', 'two');
    expect(log.failure).toBeNull();
    expect(read()).toHaveLength(1);
  });

  it('has told all of it when its process is killed', async () => {
    const program = await bundleEntry('tests/unit/main/hosts/log-and-die.ts');
    const child = spawn(process.execPath, [program, join(folder, 'logs', 'core.log')]);
    await once(child, 'exit');
    expect(child.signalCode).toBe('SIGKILL');
    expect(read().at(-1)).toContain('"text":"line 99"');
  });

  it('stops nothing when the disk is full, and begins a new line when it has room again', notOnWindows, () => {
    // /dev/full is a full disk: it takes no byte.
    mkdirSync(join(folder, 'logs'));
    symlinkSync('/dev/full', join(folder, 'logs', 'core.log'));
    const log = open();
    log.write('info', 'one');
    expect(log.failure).toMatch(/ENOSPC/);
    rmSync(join(folder, 'logs', 'core.log'));
    log.write('info', 'two');
    expect(log.failure).toBeNull();
    expect(read()).toHaveLength(1);
  });
});
