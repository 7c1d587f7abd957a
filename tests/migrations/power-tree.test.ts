import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { migrate } from '../../src-main/core/store/file/migrate';
import { migrations } from '../../src-main/core/store/repositories';
import { openForWriting } from '../../src-main/core/store/file/open';
import { databasePath, openWriter } from '../../src-main/core/store/writer';

let dataDir = '';
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'coldaisle-migrations-power-tree-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

it('the power tree is added to a database of the version before, empty until the first save', () => {
  const logged: string[] = [];
  const db = openForWriting(databasePath(dataDir));
  migrate(
    db,
    migrations.filter(({ version }) => version < 29),
  );
  db.exec("INSERT INTO series VALUES (1, 'gpu0', 'gpu.power', 'measured', 'H100', 0)");
  db.close();

  const places = [
    {
      id: 'utility-1',
      kind: 'utility',
      name: 'Grid',
      parent: null,
      position: 0,
      device: null,
      meters: [{ device: 'sensor/m', side: 'output', classPercent: 0.5 }],
    },
    { id: 'node-2', kind: 'node', name: 'lab', parent: 'utility-1', position: 0, device: 'local', meters: [] },
  ] as const;
  const writer = openWriter({ dataDir });
  expect(writer.setAside).toBeNull();
  expect(writer.powerTree.load()).toBeNull();
  const whole = places.map((place) => ({ ...place, meters: [...place.meters] }));
  writer.powerTree.save({ revision: 3, places: [...whole].reverse() }, 0);
  expect(() => writer.powerTree.save({ revision: 4, places: whole.slice(1) }, 900_000)).toThrow(/FOREIGN KEY/);
  writer.close();

  // Of a newer app.
  const later = openForWriting(databasePath(dataDir));
  later.exec("INSERT INTO power_place VALUES ('fusion-3', NULL, 'fusion', 'Reactor', 1, NULL)");
  later.close();
  const again = openWriter({ dataDir, log: (level, text) => void logged.push(`${level} ${text}`) });
  expect(again.powerTree.load()).toEqual({ revision: 3, places: expect.arrayContaining(whole) });
  expect(logged).toEqual([expect.stringMatching(/^warn the place fusion-3 of the power tree cannot be read and is left out/)]);
  again.close();
});
