import type { Log } from '@shared/base/log';
import { PowerFit } from '@shared/model/power-fit';
import type { Migration } from '../file/migration';
import type { WriteHandle } from '../file/open';
import { noQueries, repository } from '../repository';

export interface PowerFitTable {
  load(): PowerFit[];
  /** Replaces all of them in one transaction. */
  save(fits: readonly PowerFit[]): void;
}

function openPowerFitTable(db: WriteHandle, log: Log): PowerFitTable {
  const select = db.query<{ place: string; fit: string }>('SELECT place, fit FROM power_fit ORDER BY place, kind');
  const insert = db.change('INSERT INTO power_fit (place, kind, from_ms, to_ms, fit) VALUES (?, ?, ?, ?, ?)');
  const clear = db.change('DELETE FROM power_fit');
  return {
    load: () =>
      select.all().flatMap(({ place, fit }) => {
        const read = parsed(fit);
        if (read !== null) return [read];
        log('warn', `the curve of ${place} in the power tree cannot be read and is left out`);
        return [];
      }),
    save: (fits) =>
      db.transaction(() => {
        clear.run();
        for (const fit of fits) insert.run(fit.of, fit.kind, fit.fromMs, fit.toMs, JSON.stringify(fit));
      }),
  };
}

function parsed(text: string): PowerFit | null {
  try {
    return PowerFit.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

const table: Migration = {
  version: 34,
  name: 'fitted curves of the power tree',
  sql: `
    -- Losses and cooling power by load, fitted to the meters' history (model/power-fit.ts).
    CREATE TABLE power_fit (
      -- A place of the power tree, or 'facility'.
      place TEXT NOT NULL,
      -- loss, cooling, facility
      kind TEXT NOT NULL,
      -- The window of the history it was made from, wall clock.
      from_ms REAL NOT NULL,
      to_ms REAL NOT NULL,
      -- JSON
      fit TEXT NOT NULL,
      PRIMARY KEY (place, kind)
    ) STRICT, WITHOUT ROWID;
  `,
};

/** The curves that were fitted to what meters told. */
export const powerFits = repository({ migrations: [table], write: ({ db, log }) => openPowerFitTable(db, log), ...noQueries });
