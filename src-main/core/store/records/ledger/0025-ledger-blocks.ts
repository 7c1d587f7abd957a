import { packSums, unpackSums } from './sums';
import type { Migration } from '../../file/migration';

/**
 * `ledger_block` holds an hour of the ledger that is over, compressed; `ledger` only what is newer, or came late. The rows of
 * before move into blocks while the app runs. What is added up is stored anew, smaller.
 */
export const ledgerBlocks: Migration = {
  version: 25,
  name: 'ledger blocks',
  sql: `
    CREATE TABLE ledger_block (
      -- Hours since the epoch, UTC.
      hour INTEGER PRIMARY KEY,
      -- Quarters that an entry is of: 1, or 2 or 4 where it is old
      unit INTEGER NOT NULL,
      body BLOB NOT NULL
    ) STRICT;
    CREATE INDEX ledger_block_unit ON ledger_block (unit, hour);
  `,
  run(db) {
    const all = db.query<{ of: string; width: number; slot: number }>('SELECT of, width, slot FROM ledger_sum');
    const get = db.query<{ body: Uint8Array }>('SELECT body FROM ledger_sum WHERE of = ? AND width = ? AND slot = ?');
    const put = db.change('UPDATE ledger_sum SET body = ? WHERE of = ? AND width = ? AND slot = ?');
    for (const { of, width, slot } of all.all()) {
      const stored = get.get(of, width, slot);
      if (stored !== undefined) put.run(packSums(unpackSums(stored.body)), of, width, slot);
    }
  },
};
