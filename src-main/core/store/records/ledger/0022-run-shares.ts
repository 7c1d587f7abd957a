import { accountKinds, addTo, emptySum, type EnergySum } from '@shared/energy/booking';
import { packSums, unpackSums } from './sums';
import type { Migration } from '../../file/migration';

const INFRASTRUCTURE = accountKinds.indexOf('infrastructure');

/**
 * Each run's share of the infrastructure by quarter (`ledger_sum` of `share`). What was booked before has none of its own: it gets
 * its part of the quarter's by IT energy, for as much of its time as both were known in the quarter.
 */
export const runShares: Migration = {
  version: 22,
  name: 'run shares',
  sql: '',
  run(db) {
    const put = db.change("INSERT INTO ledger_sum (of, width, slot, body) VALUES ('share', 1, ?, ?)");
    const slots = db.query<{ slot: number }>("SELECT slot FROM ledger_sum WHERE of = 'run' AND width = 1 ORDER BY slot");
    const sumsOf = db.query<{ body: Uint8Array }>('SELECT body FROM ledger_sum WHERE of = ? AND width = 1 AND slot = ?');
    for (const { slot } of slots.all()) {
      const kinds = sumsOf.get('kind', slot);
      const runs = sumsOf.get('run', slot);
      if (kinds === undefined || runs === undefined) continue;
      const shares = sharesOf(unpackSums(runs.body), unpackSums(kinds.body));
      if (shares.size > 0) put.run(slot, packSums(shares));
    }
  },
};

function sharesOf(runs: ReadonlyMap<number, EnergySum>, kinds: ReadonlyMap<number, EnergySum>): Map<number, EnergySum> {
  const shares = new Map<number, EnergySum>();
  const room = kinds.get(INFRASTRUCTURE);
  if (room === undefined || room.knownMs <= 0) return shares;
  let itJ = 0;
  for (const [kind, { joules }] of kinds) if (kind !== INFRASTRUCTURE) itJ += joules;
  const roomKnown = room.knownMs / (room.knownMs + room.unknownMs);
  for (const [id, own] of runs) {
    if (own.knownMs <= 0) continue;
    const timeMs = own.knownMs + own.unknownMs;
    const bothKnown = Math.min(own.knownMs / timeMs, roomKnown);
    const part = itJ > 0 ? own.joules / itJ : 0;
    const share = emptySum();
    addTo(share, {
      joules: room.joules * part,
      meteredJ: room.meteredJ * part,
      itJ: (own.joules * bothKnown * timeMs) / own.knownMs,
      knownMs: bothKnown * timeMs,
      provenance: room.provenance,
      allocated: itJ > own.joules * (1 + 1e-9),
    });
    shares.set(id, share);
  }
  return shares;
}
