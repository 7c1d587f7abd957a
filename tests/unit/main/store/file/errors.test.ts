import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AppError } from '@shared/contract/errors';
import { folderError, isDamage, storageError } from '../../../../../src-main/core/store/file/errors';

const path = join(tmpdir(), 'coldaisle.sqlite3');
const failing = (code: string): Error => Object.assign(new Error('said so'), { code });

describe('a failure of the store', () => {
  it.each([
    ['SQLITE_FULL', 'storage-full'],
    ['ENOSPC', 'storage-full'],
    ['SQLITE_IOERR_WRITE', 'storage-failed'],
    ['SQLITE_CANTOPEN', 'storage-failed'],
    ['SQLITE_READONLY', 'storage-failed'],
    ['SQLITE_BUSY', 'storage-failed'],
    ['SQLITE_CORRUPT_VTAB', 'storage-failed'],
    ['SQLITE_NOTADB', 'storage-failed'],
  ])('%s is named %s, with the path and its cause', (code, expected) => {
    const cause = failing(code);
    expect(storageError(cause, path)).toMatchObject({ name: 'AppError', code: expected, message: expect.stringContaining(path), cause });
  });

  it('that is a mistake of the program stays as it is', () => {
    for (const error of [failing('SQLITE_CONSTRAINT_FOREIGNKEY'), failing('SQLITE_ERROR'), new TypeError('x'), 'text', undefined])
      expect(storageError(error, path)).toBe(error);
    expect(folderError(new TypeError('x'), path)).toBeInstanceOf(TypeError);
  });

  it('that has a name already keeps it', () => {
    const error = new AppError('conflict', 'taken');
    expect(storageError(error, path)).toBe(error);
    expect(folderError(error, path)).toBe(error);
  });

  it('of a folder says the way out', () => {
    expect(folderError(failing('EACCES'), path)).toMatchObject({ code: 'storage-failed', message: expect.stringContaining('--data') });
    expect(folderError(failing('EDQUOT'), path)).toMatchObject({ code: 'storage-full' });
  });

  it('is damage only when SQLite says so', () => {
    expect(['SQLITE_CORRUPT', 'SQLITE_CORRUPT_INDEX', 'SQLITE_NOTADB'].every((code) => isDamage(failing(code)))).toBe(true);
    expect(['SQLITE_IOERR_READ', 'SQLITE_BUSY', 'EACCES'].some((code) => isDamage(failing(code)))).toBe(false);
  });
});
