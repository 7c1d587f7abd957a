import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { message } from '@shared/text/message';
import { openEventQuery } from '../../src-main/core/store/records/events';
import { migrate } from '../../src-main/core/store/file/migrate';
import { migrations } from '../../src-main/core/store/repositories';
import { openForReading, openForWriting } from '../../src-main/core/store/file/open';
import { databasePath, openWriter } from '../../src-main/core/store/writer';

let dataDir = '';
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'coldaisle-migrations-events-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

it('events of before keep their text; new ones have a keyed message, and the English for whoever reads the file', () => {
  const path = databasePath(dataDir);
  const db = openForWriting(path);
  migrate(
    db,
    migrations.filter(({ version }) => version < 5),
  );
  db.exec(`INSERT INTO event VALUES
    (1, 1000, 'gpu0', 'xid', '79', 'critical', 'H100: XID 79: the GPU has fallen off the bus'),
    (11, 1001, 'gpu1', 'gpu-lost', '', 'critical', 'it answers nothing'),
    (12, 1002, 'disk/sda', 'device-lost', '', 'critical', 'it answers nothing'),
    (13, 1003, 'gpu1', 'device-slept', '', 'info', 'it sleeps'),
    (14, 1004, 'room', 'annotation', '', 'info', 'new filters'),
    (15, 1005, 'room', 'of another version', '', 'info', 'who knows')`);
  db.close();

  const xid = message('message.event.of', {
    device: 'H100',
    what: message('message.xidMeans', { code: 79, meaning: message('message.xid.79') }),
  });
  const writer = openWriter({ dataDir });
  writer.events.append([
    { atMs: 2000, device: 'gpu0', kind: 'gpu.xid', code: '79', severity: 'critical', text: xid },
    { atMs: 3000, device: 'gpu0', kind: 'note', code: '', severity: 'info', text: 'reseated it', by: 'person' },
  ]);
  writer.close();

  // A newer app may know texts that this one does not, and a file may be damaged.
  const later = openForWriting(path);
  later.exec(
    "INSERT INTO event VALUES (24, 4000, 'gpu0', 'gpu.xid', '1', 'info', 'in English', '{\"id\":\"message.of.tomorrow\",\"params\":{}}', NULL, NULL), (25, 5000, 'gpu0', 'gpu.xid', '1', 'info', 'in English', '{', '{', NULL)",
  );
  expect(later.query('SELECT text, said IS NULL AS plain FROM event WHERE id IN (1, 16, 17) ORDER BY id').all()).toEqual([
    { text: 'H100: XID 79: the GPU has fallen off the bus', plain: 1 },
    { text: 'H100: XID 79: the GPU has fallen off the bus', plain: 0 },
    { text: 'reseated it', plain: 1 },
  ]);
  later.close();

  const reader = openForReading(path);
  const events = openEventQuery(reader)({ fromMs: 0, toMs: 9000 });
  const ofDevices = openEventQuery(reader)({ kinds: ['device.*'] });
  reader.close();
  expect(events.map(({ id, kind, text, by }) => [id, kind, text, by])).toEqual([
    [1, 'gpu.xid', 'H100: XID 79: the GPU has fallen off the bus', null],
    [11, 'device.lost', 'it answers nothing', null],
    [12, 'device.lost', 'it answers nothing', null],
    [13, 'device.asleep', 'it sleeps', null],
    [14, 'note', 'new filters', 'person'],
    [15, 'of another version', 'who knows', null],
    [16, 'gpu.xid', xid, null],
    [17, 'note', 'reseated it', 'person'],
    [24, 'gpu.xid', 'in English', null],
    [25, 'gpu.xid', 'in English', null],
  ]);
  expect(events.map(({ values }) => values)).toEqual(events.map(() => null));
  expect(ofDevices.map(({ id }) => id)).toEqual([11, 12, 13]);
});
