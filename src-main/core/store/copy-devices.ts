import { StoredDevice } from '@shared/model/device-record';
import { SELECT_DEVICES } from './records/devices';
import { openForReading } from './file/open';
import { databasePath, openWriter } from './writer';

/**
 * Makes a new database in `dataDir` that knows the devices which that of another folder does, though that one is in use:
 * whoever looks at the machine from here calls them by the same names.
 */
export function copyDevices(from: string, dataDir: string): void {
  const known = knownDevices(databasePath(from));
  const writer = openWriter({ dataDir });
  writer.devices.save(known);
  writer.close();
}

function knownDevices(path: string): StoredDevice[] {
  try {
    const source = openForReading(path);
    try {
      return source
        .query<{ device: string }>(SELECT_DEVICES)
        .all()
        .flatMap((row) => StoredDevice.safeParse(row).data ?? []);
    } finally {
      source.close();
    }
  } catch {
    // Of a version before there was such a table, or one that cannot be read now: the machine is looked at without it.
    return [];
  }
}
