import type { PriceList } from '@shared/model/price-list';
import type { WriteHandle } from '../file/open';

export interface PriceListTable {
  /** All versions, in the order in which they were made. */
  load(): PriceList[];
  /** Makes a new version. What is there stays as it is: bills were made with it. */
  add(list: Omit<PriceList, 'id'>): PriceList;
}

/** The writer's side of `price_list`. */
export function openPriceListTable(db: WriteHandle): PriceListTable {
  const all = db.query<PriceList>(
    `SELECT id, from_ms AS fromMs, currency, price_per_kwh AS pricePerKwh, grid_kg_per_kwh AS gridKgPerKwh FROM price_list ORDER BY id`,
  );
  const put = db.query<{ id: number }>(
    'INSERT INTO price_list (from_ms, currency, price_per_kwh, grid_kg_per_kwh) VALUES (?, ?, ?, ?) RETURNING id',
  );
  return {
    load: () => all.all(),
    add(list) {
      const id = put.get(list.fromMs, list.currency, list.pricePerKwh, list.gridKgPerKwh)?.id;
      if (id === undefined) throw new Error('the price list was not stored');
      return { id, ...list };
    },
  };
}
