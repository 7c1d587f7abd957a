import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { KeyFileCipher } from '../../../src-main/core/secrets/key-file';
import { SealedFile } from '../../../src-main/core/secrets/sealed-file';

const disk = vi.hoisted(() => ({ isFull: false }));

/** A disk that takes half of what one call writes, and none while it is full. */
vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>();
  const refuse = (): void => {
    if (disk.isFull) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
  };
  return {
    ...fs,
    writeSync(file: number, text: string) {
      refuse();
      return fs.writeSync(file, text.slice(0, text.length / 2));
    },
    writeFileSync(...given: Parameters<typeof fs.writeFileSync>) {
      refuse();
      fs.writeFileSync(...given);
    },
  };
});

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coldaisle-secrets-'));
  disk.isFull = false;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('a key is whole or not there: a disk that was full at the first secret keeps nothing from the next', async () => {
  const cipher = new KeyFileCipher({ path: join(folder, 'secrets.key'), dataDir: join(folder, 'data') });
  disk.isFull = true;
  await expect(cipher.seal('x', 'hunter22')).rejects.toThrow('no space left on device');
  expect(readdirSync(folder)).toEqual([]);
  disk.isFull = false;
  const sealed = await cipher.seal('x', 'hunter22');
  expect(await cipher.open('x', sealed)).toBe('hunter22');
  expect(readdirSync(folder)).toEqual(['secrets.key']);
});

it('the file of secrets is written whole, though the disk takes it in parts', () => {
  const file = new SealedFile(join(folder, 'secrets.json'));
  const secrets = new Map([['x', { setAtMs: 1, keeper: 'key-file' as const, sealed: 'AAAA' }]]);
  file.write(secrets);
  expect(file.read()).toEqual(secrets);
  disk.isFull = true;
  expect(() => file.write(new Map())).toThrow();
  expect(readFileSync(file.path, 'utf8')).toContain('AAAA');
});
