import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { SavedView, ViewState } from '@shared/model/saved-view';
import { openForWriting } from '../../src-main/core/store/file/open';
import { databasePath, openWriter } from '../../src-main/core/store/writer';

let dataDir = '';
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'coldaisle-migrations-views-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

function fixture(version: number, more = ''): void {
  const db = openForWriting(databasePath(dataDir));
  db.exec(readFileSync(join(import.meta.dirname, 'fixtures', `store-v${version}.sql`), 'utf8') + more);
  db.close();
}

const nightWatch: SavedView = {
  id: 1,
  name: 'Night watch',
  savedAtMs: 1795435200000,
  view: {
    window: { mode: 'live', spanMs: 43_200_000 },
    series: [{ device: 'gpu0', metric: 'gpu.power' }],
    compare: 'day',
    thresholds: { W: 650 },
    smoothing: 0.6,
    log: ['W'],
  },
};

it('the version before has none, and views can be kept in it', () => {
  fixture(26);
  const writer = openWriter({ dataDir });
  expect(writer.savedViews.load()).toEqual([]);
  const view: ViewState = { ...nightWatch.view, window: { mode: 'fixed', fromMs: 5, toMs: 10 }, compare: 3_600_000 };
  writer.savedViews.add('b', 7, view);
  writer.savedViews.add('A', 8, nightWatch.view);
  expect(writer.savedViews.load()).toEqual([
    { id: 2, name: 'A', savedAtMs: 8, view: nightWatch.view },
    { id: 1, name: 'b', savedAtMs: 7, view },
  ]);
  expect([writer.savedViews.idOf('B'), writer.savedViews.idOf('c')]).toEqual([1, null]);
  writer.close();
});

it('those of version 27 are read, and one that cannot be read stays where it is', () => {
  fixture(27, `INSERT INTO saved_view VALUES (2, 'broken', 1, '{"window":{"mode":"live"}}');`);
  const said: string[] = [];
  const writer = openWriter({ dataDir, log: (level, text) => void said.push(`${level} ${text}`) });
  expect(writer.savedViews.load()).toEqual([nightWatch]);
  expect(said.filter((line) => line.startsWith('warn the saved view 2'))).toHaveLength(1);
  expect(writer.savedViews.idOf('broken')).toBe(2);
  writer.close();
});
