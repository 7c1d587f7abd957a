import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { message } from '@shared/text/message';
import { eventQuestion } from '../../src-main/core/store/records/events';
import { migrate } from '../../src-main/core/store/file/migrate';
import { migrations } from '../../src-main/core/store/repositories';
import { openForReading, openForWriting } from '../../src-main/core/store/file/open';
import { databasePath, openWriter } from '../../src-main/core/store/writer';

let dataDir = '';
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'coldaisle-migrations-events-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

it('events of before keep their words; new ones have a phrase, and the English for whoever reads the file', () => {
  const path = databasePath(dataDir);
  const db = openForWriting(path);
  migrate(
    db,
    migrations.filter(({ version }) => version < 5),
  );
  db.exec("INSERT INTO event VALUES (1, 1000, 'gpu0', 'xid', '79', 'critical', 'H100: XID 79: the GPU has fallen off the bus')");
  db.close();

  const xid = message('message.event.of', {
    device: 'H100',
    what: message('message.xidMeans', { code: 79, meaning: message('message.xid.79') }),
  });
  const writer = openWriter({ dataDir });
  writer.events.append([
    { atMs: 2000, device: 'gpu0', kind: 'xid', code: '79', severity: 'critical', text: xid },
    { atMs: 3000, device: 'gpu0', kind: 'annotation', code: '', severity: 'info', text: 'reseated it' },
  ]);
  writer.close();

  // A newer app may know texts that this one does not, and a file may be damaged.
  const later = openForWriting(path);
  later.exec(
    "INSERT INTO event VALUES (4, 4000, 'gpu0', 'xid', '1', 'info', 'in English', '{\"id\":\"message.of.tomorrow\",\"params\":{}}'), (5, 5000, 'gpu0', 'xid', '1', 'info', 'in English', '{')",
  );
  expect(later.query('SELECT text, said IS NULL AS plain FROM event WHERE id < 4 ORDER BY id').all()).toEqual([
    { text: 'H100: XID 79: the GPU has fallen off the bus', plain: 1 },
    { text: 'H100: XID 79: the GPU has fallen off the bus', plain: 0 },
    { text: 'reseated it', plain: 1 },
  ]);
  later.close();

  const reader = openForReading(path);
  const events = eventQuestion(reader)({ fromMs: 0, toMs: 9000 });
  reader.close();
  expect(events.map(({ text }) => text)).toEqual([
    'H100: XID 79: the GPU has fallen off the bus',
    xid,
    'reseated it',
    'in English',
    'in English',
  ]);
});
