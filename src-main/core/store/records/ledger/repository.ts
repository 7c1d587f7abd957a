import type { EnergyAnswer, EnergyQuery } from '@shared/model/energy';
import { repository } from '../../repository';
import { ledger as tables } from './0011-ledger';
import { runQuarters } from './0015-run-quarters';
import { runShares } from './0022-run-shares';
import { openLedgerTable } from './ledger';
import { openLedgerQuery } from './query';

/** What was drawn, by whom and where. */
export const ledger = repository({
  migrations: [tables, runQuarters, runShares],
  write: ({ db }) => openLedgerTable(db),
  prepare: ({ db }) => openLedgerQuery(db),
  queries: {
    /**
     * What the ledger says of a time, by stretches of the calendar.
     * @throws {AppError} `invalid-input` for a time zone that is none, `too-large`
     */
    energy: (answer, query: EnergyQuery, check): EnergyAnswer => answer(query, check),
  },
});
