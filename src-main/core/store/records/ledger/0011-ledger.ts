import type { Migration } from '../../file/migration';

/**
 * The ledger of energy. `ledger` holds what was booked, one row for each quarter of an hour (UTC, ms since the epoch / 900,000),
 * place and account. `ledger_sum` holds the same added up over accounts or places and over hours and days, packed, so that a
 * year is a few hundred rows; `ledger_gap` the long times in which a place was not metered.
 */
export const ledger: Migration = {
  version: 11,
  name: 'ledger',
  sql: `
    CREATE TABLE ledger_place (
      id INTEGER PRIMARY KEY,
      device TEXT NOT NULL UNIQUE,
      -- Since when it is metered, wall clock ms.
      since_ms REAL NOT NULL,
      -- Booked up to here, wall clock ms; NULL = it is no part of the room's power.
      until_ms REAL
    ) STRICT;
    CREATE TABLE ledger_account (
      id INTEGER PRIMARY KEY,
      -- idle, other, infrastructure, run:<id>
      name TEXT NOT NULL UNIQUE
    ) STRICT;
    CREATE TABLE ledger (
      quarter INTEGER NOT NULL,
      place_id INTEGER NOT NULL REFERENCES ledger_place (id),
      account_id INTEGER NOT NULL REFERENCES ledger_account (id),
      joules REAL NOT NULL,
      metered_j REAL NOT NULL,
      it_j REAL NOT NULL,
      known_ms REAL NOT NULL,
      unknown_ms REAL NOT NULL,
      -- 0 measured, 1 derived, 2 modelled, 3 simulated
      provenance INTEGER NOT NULL,
      allocated INTEGER NOT NULL,
      PRIMARY KEY (quarter, place_id, account_id)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE ledger_sum (
      -- kind, place or run
      of TEXT NOT NULL,
      -- In quarters: 1, 4 (hour), 96 (day, UTC)
      width INTEGER NOT NULL,
      -- quarter / width
      slot INTEGER NOT NULL,
      body BLOB NOT NULL,
      PRIMARY KEY (of, width, slot)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE ledger_gap (
      place_id INTEGER NOT NULL REFERENCES ledger_place (id),
      from_ms REAL NOT NULL,
      to_ms REAL NOT NULL,
      PRIMARY KEY (place_id, from_ms)
    ) STRICT, WITHOUT ROWID;
  `,
};
