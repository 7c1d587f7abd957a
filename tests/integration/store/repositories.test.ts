import { expect, expectTypeOf, it } from 'vitest';
import { schemaVersion } from '../../../src-main/core/store/file/migrate';
import type { ReadHandle } from '../../../src-main/core/store/file/open';
import { openReaderOf } from '../../../src-main/core/store/reader';
import { migrations, repositories } from '../../../src-main/core/store/repositories';
import { migrationsOf, noQueries, repository } from '../../../src-main/core/store/repository';
import { openWriterOf } from '../../../src-main/core/store/writer';
import { bundleEntry } from '../../helpers/bundle';
import { bookmarks } from './support/bookmarks';
import { withDatabase } from './support/model';
import { afterThisTest, NOON_MS, temporaryFolder, testRun, testWriter } from './support/stores';

/** The one line. */
const more = { ...repositories, bookmarks };

it('a kind of record is added by one file and one line: its step of the schema, its writes, its queries on the thread', async () => {
  const dataDir = temporaryFolder();
  const before = testWriter(dataDir);
  before.runs.save(testRun({ id: 'of before' }));
  before.close();

  const writer = openWriterOf(more, { dataDir });
  afterThisTest(() => writer.close());
  expect(withDatabase(writer.path, schemaVersion)).toBe(migrations.length + 1);
  writer.bookmarks.add({ atMs: NOON_MS, text: 'the new fan' });
  writer.bookmarks.add({ atMs: NOON_MS + 1, text: 'and its noise' });
  expect(() => writer.bookmarks.add({ atMs: NOON_MS, text: 'twice' })).toThrow(/UNIQUE/);
  expect(writer.runs.list().map(({ id }) => id)).toEqual(['of before']);

  const workerPath = await bundleEntry('tests/integration/store/support/bookmarks-worker.ts');
  const reader = openReaderOf(more, { databasePath: writer.path, workerPath });
  afterThisTest(() => reader.close());
  expect(await reader.bookmarks.since(NOON_MS + 1)).toEqual([{ atMs: NOON_MS + 1, text: 'and its noise' }]);
  expect(await reader.bookmarks.count()).toBe(2);
  expect(await reader.bookmarks.later(NOON_MS)).toBe('the new fan');
  expect(await reader.samples.extent()).toEqual({ fromMs: null, toMs: null });
  await expect(reader.bookmarks.sneak()).rejects.toThrow(/readonly/);
  expect(await reader.bookmarks.means()).toEqual(['close', 'path', 'query', 'snapshot', 'table'] satisfies (keyof ReadHandle)[]);
  expectTypeOf<Parameters<typeof bookmarks.prepare>[0]['db']>().toEqualTypeOf<ReadHandle>();
  expectTypeOf<ReadHandle>().not.toHaveProperty('change');
  await expect(reader.bookmarks.count(undefined, AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
  expect(await reader.bookmarks.count()).toBe(2);

  writer.close();
  expect(() => writer.bookmarks.add({ atMs: 0, text: 'too late' })).toThrow(expect.objectContaining({ code: 'storage-failed' }));
});

it('a step of the schema whose number is missing or given twice is found before any database is touched', () => {
  const step = (version: number) => repository({ migrations: [{ version, name: 'x', sql: '' }], write: () => ({}), ...noQueries });
  const next = migrations.length + 1;
  expect(migrationsOf({ ...repositories, step: step(next) })).toHaveLength(next);
  for (const version of [next - 1, next + 1, 1.5, 0])
    expect(() => migrationsOf({ ...repositories, step: step(version) })).toThrow(/number .* where .* is due/);
});
