import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { migrate } from '../../src-main/core/store/file/migrate';
import { migrations } from '../../src-main/core/store/repositories';
import { openForWriting } from '../../src-main/core/store/file/open';
import { databasePath, openWriter } from '../../src-main/core/store/writer';

let dataDir = '';
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'coldaisle-migrations-tree-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

describe('the device tree', () => {
  it('is added to a database of the version before, with everything in it, empty until the first save', () => {
    const db = openForWriting(databasePath(dataDir));
    migrate(
      db,
      migrations.filter(({ version }) => version < 3),
    );
    db.exec("INSERT INTO series VALUES (1, 'gpu0', 'gpu.power', 'measured', 'H100')");
    db.close();

    const writer = openWriter({ dataDir });
    expect(writer.setAside).toBeNull();
    expect(writer.samples.listSeries()).toHaveLength(1);
    expect(writer.tree.load()).toBeNull();
    // A child may come before its parent: what counts is the tree as a whole.
    const places = [
      { id: 'local', parent: 'hall-1', kind: 'node', name: 'lab', position: 0, unit: null, heightU: 4 },
      { id: 'hall-1', parent: null, kind: 'hall', name: 'Hall', position: 0, unit: null, heightU: null },
    ] as const;
    writer.tree.save({ revision: 3, places });
    expect(() => writer.tree.save({ revision: 4, places: [places[0]] })).toThrow(/FOREIGN KEY/);
    writer.close();
    const again = openWriter({ dataDir });
    expect(again.tree.load()).toEqual({ revision: 3, places: expect.arrayContaining([...places]) });
    again.close();
  });
});
