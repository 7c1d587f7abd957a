import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isAppError } from '@shared/contract/errors';
import { sqliteBinding, type BindingEnvironment } from '../../../../../src-main/core/store/file/open';

let dir = '';
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'coldaisle-binding-'));
  writeFileSync(join(dir, 'better_sqlite3.node'), '');
  writeFileSync(join(dir, 'other.node'), '');
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const on = (over: Partial<BindingEnvironment>): BindingEnvironment => ({
  env: {},
  napi: 9,
  resourcesDir: null,
  runtime: 'Node 20.20.2',
  ...over,
});
const refused = (over: Partial<BindingEnvironment>): string => {
  try {
    sqliteBinding(on(over));
  } catch (error) {
    if (isAppError(error, 'storage-failed')) return error.message;
  }
  return 'not refused';
};

describe('the SQLite addon', () => {
  it('is the one that the environment names, before any other', () => {
    const named = join(dir, 'other.node');
    expect(sqliteBinding(on({ env: { COLDAISLE_SQLITE_BINDING: named }, resourcesDir: dir, napi: 10 }))).toBe(named);
  });

  it('of a packaged app is its own, whatever the environment names', () => {
    const packaged = join(dir, 'packaged');
    mkdirSync(packaged);
    for (const name of ['app.asar', 'better_sqlite3.node']) writeFileSync(join(packaged, name), '');
    const env = { COLDAISLE_SQLITE_BINDING: join(dir, 'other.node') };
    expect(sqliteBinding(on({ env, resourcesDir: packaged }))).toBe(join(packaged, 'better_sqlite3.node'));
    rmSync(join(packaged, 'better_sqlite3.node'));
    expect(sqliteBinding(on({ env, resourcesDir: packaged, napi: 10 }))).toBeNull();
  });

  it('is else the one packaged with the app', () => {
    expect(sqliteBinding(on({ resourcesDir: dir }))).toBe(join(dir, 'better_sqlite3.node'));
    expect(sqliteBinding(on({ resourcesDir: dir, napi: 10 }))).toBe(join(dir, 'better_sqlite3.node'));
  });

  it('is else the prebuild, where it can load', () => {
    expect(sqliteBinding(on({ napi: 10 }))).toBeNull();
    expect(sqliteBinding(on({ napi: 11, env: { COLDAISLE_SQLITE_BINDING: '' }, resourcesDir: join(dir, 'none') }))).toBeNull();
  });

  it('is refused before it can crash the process, with the way out', () => {
    const message = refused({});
    for (const part of ['Node 20.20.2', 'Node-API 10', 'this is 9', 'Node 22.14', 'npm start']) expect(message).toContain(part);
    expect(refused({ napi: NaN })).toContain('Node-API');
    expect(refused({ env: { COLDAISLE_SQLITE_BINDING: join(dir, 'missing.node') }, napi: 10 })).toContain('missing.node');
  });
});
