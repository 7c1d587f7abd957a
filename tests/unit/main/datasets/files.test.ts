import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ColumnData } from '@shared/datasets/column';
import { StoredVersion } from '../../../../src-main/dataset-files/reader';
import { DatasetWriter } from '../../../../src-main/dataset-files/writer';

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'coldaisle-files-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const columns: Readonly<Record<string, ColumnData>> = {
  amount: { type: 'number', values: Float64Array.of(1.5, NaN, -3, 1e300, 0) },
  at: { type: 'time', values: Float64Array.of(0, 1, NaN, 3, 1_700_000_000_000) },
  colour: { type: 'category', categories: ['blue', 'red'], codes: Int32Array.of(1, 0, -1, 1, 0) },
  words: { type: 'text', values: ['héllo', null, '', '机房', 'line\nbreak'] },
  picture: { type: 'image', shape: [1, 2, 3], values: Uint8Array.from({ length: 30 }, (_, i) => i) },
  vector: { type: 'vector', shape: [2], values: Float32Array.of(1, 2, NaN, NaN, 5, 6, 7, 8, 9, 10) },
  sound: {
    type: 'audio',
    sampleRateHz: 8000,
    values: [Int16Array.of(1, -2), null, Int16Array.of(), Int16Array.of(32767), Int16Array.of(-32768, 5, 6)],
  },
};
const facts = {
  version: 1,
  createdAtMs: 5,
  kind: 'table',
  source: { name: 'made', format: 'csv', files: 1, bytes: 1, sha256: '0'.repeat(64) },
  parent: null,
  recipe: null,
  target: null,
} as const;

/** Writes all columns, their rows in pieces of these sizes. */
async function written(name: string, pieces: readonly (readonly number[])[], parts: Uint8Array | null = null): Promise<string> {
  const { takeRows } = await import('@shared/datasets/column');
  const folder = join(dir, name);
  const writer = await DatasetWriter.begin(folder);
  for (const [column, data] of Object.entries(columns)) {
    const file = await writer.column({ name: column, unit: column === 'amount' ? 'W' : '' });
    for (const piece of pieces) await file.append(takeRows(data, piece));
  }
  await writer.finish({ ...facts, fitted: [], notes: [] }, parts);
  await writer.close();
  return folder;
}

describe('files of a version', () => {
  it('gives back what was written, whole and from any row on', async () => {
    const stored = await StoredVersion.open(await written('a', [[0, 1, 2, 3, 4]], Uint8Array.of(0, 0, 1, 2, 2)));
    for (const [name, data] of Object.entries(columns)) expect(await stored.read(name)).toEqual(data);
    expect(await stored.read('words', 2, 2)).toEqual({ type: 'text', values: ['', '机房'] });
    expect(await stored.read('sound', 3, 9)).toMatchObject({ values: [Int16Array.of(32767), Int16Array.of(-32768, 5, 6)] });
    expect(await stored.read('picture', 4, 1)).toMatchObject({ values: Uint8Array.of(24, 25, 26, 27, 28, 29) });
    expect(await stored.parts()).toEqual(Uint8Array.of(0, 0, 1, 2, 2));
    expect(stored.version).toMatchObject({ rows: 5, parts: { train: 2, validation: 1, test: 2 } });
    expect(Object.fromEntries(stored.version.columns.map(({ name, missing }) => [name, missing]))).toEqual({
      amount: 1,
      at: 1,
      colour: 1,
      words: 1,
      picture: 0,
      vector: 1,
      sound: 1,
    });
    expect(stored.column('amount')).toMatchObject({ unit: 'W', element: 'f64' });
  });

  it('is the same, and has the same hashes, in whatever pieces its rows came', async () => {
    const one = await StoredVersion.open(await written('one', [[0, 1, 2, 3, 4]]));
    const other = await StoredVersion.open(await written('other', [[0], [1, 2], [], [3, 4]]));
    expect(other.version.columns).toEqual(one.version.columns);
  });

  it('reads columns that are packed with gzip', async () => {
    const folder = await written('packed', [[0, 1, 2, 3, 4]]);
    for (const name of ['0.values', '3.values', '3.lengths']) {
      await writeFile(join(folder, `${name}.gz`), gzipSync(await readFile(join(folder, name))));
      await rm(join(folder, name));
    }
    const stored = await StoredVersion.open(folder);
    expect(await stored.read('amount', 1, 2)).toEqual({ type: 'number', values: Float64Array.of(NaN, -3) });
    expect(await stored.read('words')).toEqual(columns['words']);
  });

  it('says which file is cut off, and that a column is not there', async () => {
    const folder = await written('cut', [[0, 1, 2, 3, 4]]);
    await expect(StoredVersion.open(folder).then((stored) => stored.read('other'))).rejects.toThrow('no column "other"');
    await truncate(join(folder, '3.values'), 3);
    await expect((await StoredVersion.open(folder)).read('words')).rejects.toThrow('3.values');
    await truncate(join(folder, '4.values'), 3);
    await expect(StoredVersion.open(folder)).rejects.toThrow('4.values');
    await expect(StoredVersion.open(join(dir, 'nowhere'))).rejects.toThrow('ENOENT');
  });

  it('refuses columns of different lengths', async () => {
    const writer = await DatasetWriter.begin(join(dir, 'odd'));
    await (await writer.column({ name: 'a', unit: '' })).append({ type: 'number', values: Float64Array.of(1, 2) });
    await (await writer.column({ name: 'b', unit: '' })).append({ type: 'number', values: Float64Array.of(1) });
    await expect(writer.finish({ ...facts, fitted: [], notes: [] }, null)).rejects.toThrow('different lengths: b');
    await writer.close();
  });
});
