import { accountKind, addTo, emptySum, type AccountName, type EnergySum } from '@shared/energy/booking';
import { packSums } from './sums';
import type { Migration } from '../../file/migration';

/** What the ledger booked to runs, added up by quarter too (`ledger_sum` of `run`, width 1): a bill is made of these. */
export const runQuarters: Migration = {
  version: 15,
  name: 'run quarters',
  sql: '',
  run(db) {
    const put = db.change("INSERT INTO ledger_sum (of, width, slot, body) VALUES ('run', 1, ?, ?)");
    const runs = db
      .query<{ id: number; name: AccountName }>('SELECT id, name FROM ledger_account')
      .all()
      .filter(({ name }) => accountKind(name) === 'run')
      .map(({ id }) => id);
    if (runs.length === 0) return;
    const rows = db.query<Row>(
      `SELECT quarter, account_id AS id, sum(joules) AS joules, sum(metered_j) AS meteredJ, sum(it_j) AS itJ, sum(known_ms) AS knownMs,
         sum(unknown_ms) AS unknownMs, max(provenance) AS provenance, max(allocated) AS allocated
       FROM ledger WHERE account_id IN (${runs.join(', ')}) GROUP BY quarter, account_id`,
    );
    const byQuarter = new Map<number, Map<number, EnergySum>>();
    for (const { quarter, id, allocated, ...sum } of rows.all()) {
      const sums = byQuarter.get(quarter) ?? new Map<number, EnergySum>();
      byQuarter.set(quarter, sums);
      const own = emptySum();
      addTo(own, { ...sum, allocated: allocated === 1 });
      sums.set(id, own);
    }
    for (const [quarter, sums] of byQuarter) put.run(quarter, packSums(sums));
  },
};

interface Row extends Omit<EnergySum, 'allocated'> {
  readonly quarter: number;
  readonly id: number;
  readonly allocated: number;
}
