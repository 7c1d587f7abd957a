import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { StoredDevice } from '@shared/model/device-record';
import { copyDevices } from '../../src-main/core/store/copy-devices';
import { migrate } from '../../src-main/core/store/file/migrate';
import { migrations } from '../../src-main/core/store/repositories';
import { openForWriting } from '../../src-main/core/store/file/open';
import { databasePath, openWriter } from '../../src-main/core/store/writer';

let dataDir = '';
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'coldaisle-migrations-devices-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

it('the table of devices is added empty to a database of the version before, and keeps what it is given', () => {
  const logged: string[] = [];
  const path = databasePath(dataDir);
  const db = openForWriting(path);
  migrate(
    db,
    migrations.filter(({ version }) => version < 9),
  );
  db.exec("INSERT INTO series VALUES (1, 'gpu0', 'gpu.power', 'measured', 'H100')");
  db.close();

  const gpu: StoredDevice = {
    device: 'gpu0',
    kind: 'nvidia',
    uuid: 'GPU-1',
    serial: null,
    bus: '0000:1b:00.0',
    pciId: '10de:2330',
    model: 'H100',
    firstSeenMs: 1000,
    lastSeenMs: 2000,
    awaySinceMs: null,
    removedAtMs: null,
  };
  const writer = openWriter({ dataDir });
  expect(writer.devices.load()).toEqual([]);
  expect(writer.samples.listSeries()).toHaveLength(1);
  writer.devices.save([gpu, { ...gpu, device: 'gpu1', uuid: 'GPU-2' }]);
  writer.devices.save([{ ...gpu, lastSeenMs: 3000.5, awaySinceMs: 4000 }]);
  writer.close();

  // Of a newer app.
  const later = openForWriting(path);
  later.exec("INSERT INTO device (label, kind, first_seen_ms, last_seen_ms) VALUES ('fpga0', 'fpga', 1, 1)");
  later.close();
  const again = openWriter({ dataDir, log: (level, text) => void logged.push(`${level} ${text}`) });
  expect(again.devices.load()).toEqual([
    { ...gpu, lastSeenMs: 3001, awaySinceMs: 4000 },
    { ...gpu, device: 'gpu1', uuid: 'GPU-2' },
  ]);
  expect(logged).toEqual([expect.stringMatching(/^warn the device fpga0 cannot be read and is left out/)]);

  // While that one is in use, another folder can call the devices by the same names.
  const other = join(dataDir, 'other');
  copyDevices(dataDir, other);
  again.close();
  const beside = openWriter({ dataDir: other });
  expect(beside.devices.load().map(({ device, uuid }) => [device, uuid])).toEqual([
    ['gpu0', 'GPU-1'],
    ['gpu1', 'GPU-2'],
  ]);
  beside.close();
});
