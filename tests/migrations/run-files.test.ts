import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { MadeFiles } from '@shared/model/made-files';
import { openForReading, openForWriting } from '../../src-main/core/store/file/open';
import { madeFilesPart } from '../../src-main/core/store/records/runs/run-parts';
import { databasePath, openWriter } from '../../src-main/core/store/writer';

let dataDir = '';
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'coldaisle-migrations-run-files-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

function fixture(version: number): void {
  const db = openForWriting(databasePath(dataDir));
  db.exec(readFileSync(join(import.meta.dirname, 'fixtures', `store-v${version}.sql`), 'utf8'));
  db.close();
}

function filesOf(runId: string): MadeFiles | null {
  const db = openForReading(databasePath(dataDir));
  try {
    return madeFilesPart.query(db)(runId);
  } finally {
    db.close();
  }
}

const made: MadeFiles = {
  folder: '/home/kim/nano',
  fromMs: 1_795_435_200_000,
  toMs: 1_795_435_210_000,
  count: 1,
  bytes: 4096,
  bounds: [],
  files: [{ path: 'model.keras', bytes: 4096, atMs: 1_795_435_209_000, isNew: true }],
};

it('a run of the version before has none, and keeps what it is given until it is deleted', () => {
  fixture(35);
  const writer = openWriter({ dataDir });
  expect(filesOf('a1')).toBeNull();
  writer.runs.putFiles('a1', { ...made, bounds: ['depth'] });
  writer.runs.putFiles('nobody', made);
  expect(filesOf('a1')).toEqual({ ...made, bounds: ['depth'] });
  writer.runs.delete('a1');
  expect(filesOf('a1')).toBeNull();
  writer.close();
});

it('that of version 36 is read', () => {
  fixture(36);
  openWriter({ dataDir }).close();
  expect(filesOf('a1')).toEqual(made);
});
