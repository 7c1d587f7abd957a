import { english, Message } from '@shared/text/message';
import type { Migration } from '../../file/migration';
import { isRecord, rewrite } from '../../file/rewrite';

/**
 * `settings_kept`: what could not be read of a section of the settings when a person changed it, word for word.
 *
 * The JSON columns are brought to the shapes of this version; from here on the shape of each is the schema version's, and
 * a change of it is a migration. `run.failure` gets the English of its phrase (`text`), so that another version reads it;
 * `run.energy` and `settings.gpu` the fields that came after their first release. Odd rows stay as they are.
 */
export const keptAside: Migration = {
  version: 8,
  name: 'kept aside',
  sql: `
    CREATE TABLE settings_kept (
      id INTEGER NOT NULL PRIMARY KEY,
      section TEXT NOT NULL,
      value TEXT NOT NULL,
      why TEXT NOT NULL,
      kept_at_ms INTEGER NOT NULL
    ) STRICT;
  `,
  run(db) {
    rewrite(db, 'SELECT key, failure AS json FROM run WHERE failure IS NOT NULL', 'UPDATE run SET failure = ? WHERE key = ?', (failure) => {
      const message = Message.safeParse(failure['message']);
      return message.success ? { ...failure, text: english(message.data) } : failure;
    });
    rewrite(db, 'SELECT key, energy AS json FROM run WHERE energy IS NOT NULL', 'UPDATE run SET energy = ? WHERE key = ?', (energy) => ({
      leftOut: [],
      ...energy,
    }));
    rewrite(
      db,
      "SELECT section AS key, value AS json FROM settings WHERE section = 'gpu'",
      'UPDATE settings SET value = ? WHERE section = ?',
      (gpu) => {
        const devices = Object.entries(isRecord(gpu['devices']) ? gpu['devices'] : {});
        return {
          hz: 1,
          ...gpu,
          devices: Object.fromEntries(devices.map(([id, device]) => [id, isRecord(device) ? { hz: null, ...device } : device])),
        };
      },
    );
  },
};
