import { addTo, type EnergySum } from '@shared/energy/booking';
import { packSums, sumOf, unpackSums } from './sums';
import type { Migration } from '../../file/migration';

const HOUR = 4;
const FOUR_HOURS = 16;

/**
 * What the places drew, added up over four hours too (`ledger_sum` of `place`, width 16): the days of a time zone other than UTC are
 * made of hours, and a year of a hall's hours is 100 MB to read.
 */
export const placePartsOfDays: Migration = {
  version: 26,
  name: 'place parts of days',
  sql: '',
  run(db) {
    const slots = db.query<{ slot: number }>("SELECT slot FROM ledger_sum WHERE of = 'place' AND width = ? ORDER BY slot");
    const hour = db.query<{ body: Uint8Array }>("SELECT body FROM ledger_sum WHERE of = 'place' AND width = ? AND slot = ?");
    const put = db.change("INSERT INTO ledger_sum (of, width, slot, body) VALUES ('place', ?, ?, ?)");
    const hoursOf = new Map<number, number[]>();
    for (const { slot } of slots.all(HOUR)) {
      const whole = Math.floor((slot * HOUR) / FOUR_HOURS);
      hoursOf.set(whole, [...(hoursOf.get(whole) ?? []), slot]);
    }
    for (const [whole, hours] of hoursOf) {
      const sums = new Map<number, EnergySum>();
      for (const slot of hours) {
        const stored = hour.get(HOUR, slot);
        if (stored !== undefined) for (const [id, own] of unpackSums(stored.body)) addTo(sumOf(sums, id), own);
      }
      put.run(FOUR_HOURS, whole, packSums(sums));
    }
  },
};
