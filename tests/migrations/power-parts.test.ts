import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { defaultSettings } from '@shared/model/settings';
import { migrate } from '../../src-main/core/store/file/migrate';
import { migrations } from '../../src-main/core/store/repositories';
import { openForWriting } from '../../src-main/core/store/file/open';
import { databasePath, openWriter } from '../../src-main/core/store/writer';

let dataDir = '';
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'coldaisle-migrations-power-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

function databaseWithGpuSettings(value: string): void {
  const db = openForWriting(databasePath(dataDir));
  migrate(
    db,
    migrations.filter(({ version }) => version < 6),
  );
  db.change("INSERT INTO settings (section, value) VALUES ('gpu', ?)").run(value);
  db.close();
}

it('GPUs left out by hand before stay left out, and keep their rates', () => {
  const devices = { gpu1: { hz: null, inItPower: false }, gpu2: { hz: 10, inItPower: true }, 'node/a/gpu0': { hz: 5, inItPower: false } };
  databaseWithGpuSettings(JSON.stringify({ hz: 2, devices }));
  const writer = openWriter({ dataDir });
  const settings = writer.settings.load();
  writer.close();
  expect(settings?.settings.power).toEqual({ excludedDevices: ['gpu1', 'node/a/gpu0'] });
  expect(settings?.settings.gpu).toEqual({ hz: 2, devices: { gpu1: { hz: null }, gpu2: { hz: 10 }, 'node/a/gpu0': { hz: 5 } } });
});

it.each(['{', '[]', '{"devices":null}', '{"hz":1,"devices":{"gpu0":7}}', JSON.stringify(defaultSettings.gpu)])(
  'a section that says nothing of it (%s) leaves nothing out',
  (value) => {
    databaseWithGpuSettings(value);
    const writer = openWriter({ dataDir });
    const settings = writer.settings.load();
    writer.close();
    expect(settings?.settings.power).toEqual({ excludedDevices: [] });
  },
);
