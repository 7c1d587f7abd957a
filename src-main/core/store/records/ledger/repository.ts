import type { EnergyAnswer, EnergyQuery } from '@shared/model/energy';
import type { LedgerSize } from '@shared/model/storage';
import { repository } from '../../repository';
import { ledger as tables } from './0011-ledger';
import { runQuarters } from './0015-run-quarters';
import { runShares } from './0022-run-shares';
import { ledgerBlocks } from './0025-ledger-blocks';
import { placePartsOfDays } from './0026-place-parts-of-days';
import { openLedgerTable } from './ledger';
import { openLedgerQuery } from './query';
import { openRunPlaces, type RunPlacesQuery } from './run-places';
import { openLedgerSize } from './size';

/** What was drawn, by whom and where. */
export const ledger = repository({
  migrations: [tables, runQuarters, runShares, ledgerBlocks, placePartsOfDays],
  write: ({ db }) => openLedgerTable(db),
  prepare: ({ db }) => ({ answer: openLedgerQuery(db), size: openLedgerSize(db), places: openRunPlaces(db) }),
  queries: {
    /**
     * What the ledger says of a time, by stretches of the calendar.
     * @throws {AppError} `invalid-input` for a time zone that is none, `too-large`
     */
    energy: ({ answer }, query: EnergyQuery, check): EnergyAnswer => answer(query, check),
    /** The devices that a run has drawn energy of. */
    runPlaces: ({ places }, query: RunPlacesQuery, check): string[] => places(query, check),
    /** What it takes, and will take. */
    size: ({ size }): LedgerSize => size(),
  },
});
